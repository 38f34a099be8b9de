//! Which users are marked: some by their ids, or all that match a filter less some.

use std::collections::BTreeSet;

use super::filter::Filter;
use super::rows::Rows;
use crate::api::jobs::Target;
use crate::domain::ids::UserId;

/// The marked users. Marks are by id, so that sorting, scrolling and refreshing keep them.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Selection {
    /// Nobody.
    #[default]
    Nobody,
    /// These.
    Some(BTreeSet<UserId>),
    /// Everybody whom the filter lets through: a query on the server, not a list.
    Matching {
        /// The filter.
        filter: Box<Filter>,
        /// Who is left out.
        except: BTreeSet<UserId>,
    },
}

/// A range under way: from where, and what was marked before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    from: UserId,
    before: BTreeSet<UserId>,
}

impl Selection {
    /// These users.
    pub fn of(users: impl IntoIterator<Item = UserId>) -> Self {
        Self::some(users.into_iter().collect())
    }

    fn some(users: BTreeSet<UserId>) -> Self {
        if users.is_empty() { Self::Nobody } else { Self::Some(users) }
    }

    /// Whether nobody is marked.
    pub fn is_empty(&self) -> bool {
        *self == Self::Nobody
    }

    /// Whether `user` is marked.
    pub fn contains(&self, user: UserId) -> bool {
        match self {
            Self::Nobody => false,
            Self::Some(users) => users.contains(&user),
            Self::Matching { except, .. } => !except.contains(&user),
        }
    }

    /// Marks `user`, or takes the mark away.
    pub fn toggle(&mut self, user: UserId) {
        let flip = |set: &mut BTreeSet<UserId>| {
            if !set.remove(&user) {
                set.insert(user);
            }
        };
        match self {
            Self::Matching { except, .. } => flip(except),
            Self::Some(users) => {
                flip(users);
                *self = Self::some(std::mem::take(users));
            }
            Self::Nobody => *self = Self::of([user]),
        }
    }

    /// How many are marked, when `matching` users match.
    pub fn count(&self, matching: Option<u64>) -> Option<u64> {
        let number = |set: &BTreeSet<UserId>| u64::try_from(set.len()).unwrap_or(u64::MAX);
        match self {
            Self::Nobody => Some(0),
            Self::Some(users) => Some(number(users)),
            Self::Matching { except, .. } => matching.map(|all| all.saturating_sub(number(except))),
        }
    }

    /// The marked users as the server is told.
    pub fn target(&self) -> Target {
        match self {
            Self::Nobody => Target::Users(Vec::new()),
            Self::Some(users) => Target::Users(users.iter().copied().collect()),
            Self::Matching { filter, except } => Target::Matching {
                filter: Box::new(filter.to_api()),
                except: except.iter().copied().collect(),
            },
        }
    }

    /// Begins a range at `from`; what is marked stays.
    pub fn begin_range(&self, from: UserId) -> Range {
        let before = match self {
            Self::Some(users) => users.clone(),
            Self::Nobody | Self::Matching { .. } => BTreeSet::new(),
        };
        Range { from, before }
    }

    /// Marks everybody between the beginning of the range and the selected row.
    pub fn stretch(&mut self, range: &Range, rows: &Rows) {
        let Some(from) = rows.position(range.from) else { return };
        let (first, last) = (from.min(rows.at()), from.max(rows.at()));
        let between = rows.iter().skip(first).take(last + 1 - first).map(|user| user.id);
        *self = Self::some(range.before.iter().copied().chain(between).collect());
    }
}

impl Range {
    /// The row on which it begins.
    pub fn start(&self, rows: &Rows) -> Option<usize> {
        rows.position(self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(n: u128) -> UserId {
        UserId::new(Uuid::from_u128(n))
    }

    #[test]
    fn marks_go_on_and_off() {
        let mut selection = Selection::default();
        selection.toggle(id(1));
        selection.toggle(id(2));
        selection.toggle(id(1));
        assert_eq!(selection, Selection::of([id(2)]));
        selection.toggle(id(2));
        assert!(selection.is_empty());
    }

    #[test]
    fn all_that_match_is_a_query_with_exclusions() {
        let filter = Box::new(Filter { search: "lee".to_owned(), ..Filter::default() });
        let mut selection = Selection::Matching { filter, except: BTreeSet::new() };
        selection.toggle(id(7));
        assert_eq!(selection.count(Some(412)), Some(411));
        assert!(selection.contains(id(1)) && !selection.contains(id(7)));
        let Target::Matching { filter, except } = selection.target() else { panic!("not a query") };
        assert_eq!((filter.search.as_deref(), except), (Some("lee"), vec![id(7)]));
    }
}

//! The order of a list of users: sort keys, the place where a page begins, and the sections that a
//! list is read in.

use super::part::Only;
use crate::api::users::{UserColumn, UserOrder, UserSort};
use crate::domain::ids::UserId;
use crate::domain::status::UserStatus;
use crate::server::store::search::number_of;

/// What a row sorts by in one column.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum SortKey {
    /// Of a column of numbers.
    Number(i64),
    /// Of a column of texts.
    Text(String),
    /// Of a row that has nothing there; comes last, whichever way round.
    Nothing,
}

/// What a row sorts by: the key in each column of the order.
pub type SortKeys = Vec<SortKey>;

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// At the first row.
    First,
    /// After the row with these keys and this id.
    After(SortKeys, UserId),
    /// So that it ends before the row with these keys and this id.
    Before(SortKeys, UserId),
    /// At the first row whose first key, a text, is at or after this one in the order asked for; a
    /// key that begins with it counts as at it.
    From(String),
    /// So that it ends with the last row.
    Last,
}

impl Start {
    /// Whether the rows are sought from the end of the page.
    pub fn is_back(&self) -> bool {
        matches!(self, Self::Before(..) | Self::Last)
    }

    fn place(&self) -> Option<&SortKeys> {
        match self {
            Self::After(keys, _) | Self::Before(keys, _) => Some(keys),
            Self::First | Self::From(_) | Self::Last => None,
        }
    }
}

/// The columns of an order.
pub(super) fn sorts(order: UserOrder) -> Vec<UserSort> {
    std::iter::once(order.by).chain(order.then).collect()
}

/// Whether the keys of `sort` are texts.
pub fn sorts_by_text(sort: UserSort) -> bool {
    matches!(sort.by, UserColumn::Name | UserColumn::Email | UserColumn::Unit | UserColumn::Groups)
}

/// Whether `keys` are such as the rows of a list in this order have.
pub fn fits(order: UserOrder, keys: &SortKeys) -> bool {
    let sorts = sorts(order);
    let fits = |(sort, key): (&UserSort, &SortKey)| match key {
        SortKey::Text(_) => sorts_by_text(*sort),
        SortKey::Number(_) => !sorts_by_text(*sort),
        SortKey::Nothing => may_be_empty(sort.by),
    };
    keys.len() == sorts.len() && sorts.iter().zip(keys).all(fits)
}

/// Whether rows may have nothing in the column.
pub(super) fn may_be_empty(column: UserColumn) -> bool {
    !matches!(column, UserColumn::Name | UserColumn::Email | UserColumn::Status | UserColumn::Roles)
}

/// A part of a list that one index holds in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// Whom it holds.
    pub only: Vec<Only>,
    /// What it is sorted by: the columns of the order that are not the same for all of it.
    pub sorts: Vec<UserSort>,
    /// Ties are by id, in the direction of the last column of the order.
    pub ids_descend: bool,
    /// Whether it is the whole list, which no index holds in order.
    pub is_whole: bool,
    /// The order of the list.
    pub order: UserOrder,
}

impl Section {
    /// All of a list.
    pub fn whole(order: UserOrder) -> Self {
        Self { only: Vec::new(), sorts: sorts(order), ids_descend: ids_descend(order), is_whole: true, order }
    }

    /// The keys of a row that stands in this section, of the columns that it is sorted by.
    pub fn own_keys<'a>(&self, keys: &'a SortKeys) -> &'a [SortKey] {
        keys.get(keys.len().saturating_sub(self.sorts.len())..).unwrap_or_default()
    }

    fn holds(&self, keys: &SortKeys) -> bool {
        let key = |column: UserColumn| {
            sorts(self.order).iter().zip(keys).find(|(sort, _)| sort.by == column).map(|(_, key)| key)
        };
        self.only.iter().all(|only| match only {
            Only::Status(status) => key(UserColumn::Status) == Some(&SortKey::Number(number_of(*status))),
            Only::Roles(bits) => key(UserColumn::Roles) == Some(&SortKey::Number(*bits)),
            Only::Delivery(state) => key(UserColumn::Delivery) == Some(&SortKey::Number(*state)),
            Only::No(column) => key(*column) == Some(&SortKey::Nothing),
            Only::Some(column) => key(*column) != Some(&SortKey::Nothing),
        })
    }
}

/// The sections of a list in the order in which they are read, from the one that holds the place
/// where the page begins.
pub(super) fn sections(order: UserOrder, start: &Start) -> Vec<Section> {
    let mut found = Vec::new();
    split(&sorts(order), &[], &mut found);
    let ids_descend = ids_descend(order);
    let section = |(only, sorts)| Section { only, sorts, ids_descend, is_whole: false, order };
    let mut sections: Vec<Section> = found.into_iter().map(section).collect();
    if start.is_back() {
        sections.reverse();
    }
    if let Some(keys) = start.place() {
        let at = sections.iter().position(|section| section.holds(keys)).unwrap_or_default();
        sections.drain(..at);
    }
    sections
}

fn ids_descend(order: UserOrder) -> bool {
    order.then.unwrap_or(order.by).descending
}

/// Columns of few values are the same for all of a section, so that the next column's index holds it
/// in order; those who have nothing in a column are a section at its end.
fn split(sorts: &[UserSort], only: &[Only], found: &mut Vec<(Vec<Only>, Vec<UserSort>)>) {
    let Some((sort, rest)) = sorts.split_first() else { return found.push((only.to_vec(), Vec::new())) };
    let with = |more: Only| [only, &[more]].concat();
    let values: Vec<Only> = match sort.by {
        UserColumn::Status => UserStatus::ALL.into_iter().map(Only::Status).collect(),
        UserColumn::Roles if !rest.is_empty() => (1..8).map(Only::Roles).collect(),
        UserColumn::Delivery if !rest.is_empty() => (0..3).map(Only::Delivery).collect(),
        column if may_be_empty(column) => {
            found.push((with(Only::Some(column)), sorts.to_vec()));
            Vec::new()
        }
        _ => return found.push((only.to_vec(), sorts.to_vec())),
    };
    let ordered: Vec<Only> = if sort.descending { values.into_iter().rev().collect() } else { values };
    for value in ordered {
        split(rest, &with(value), found);
    }
    if may_be_empty(sort.by) {
        split(rest, &with(Only::No(sort.by)), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(order: &str, start: &Start) -> Vec<(Vec<Only>, usize)> {
        let sections = sections(order.parse().unwrap(), start);
        sections.into_iter().map(|section| (section.only, section.sorts.len())).collect()
    }

    #[test]
    fn those_who_have_nothing_come_last_whichever_way_round() {
        let unit = UserColumn::Unit;
        for order in ["unit", "-unit"] {
            assert_eq!(read(order, &Start::First), [(vec![Only::Some(unit)], 1), (vec![Only::No(unit)], 0)]);
            assert_eq!(read(order, &Start::Last), [(vec![Only::No(unit)], 0), (vec![Only::Some(unit)], 1)]);
        }
    }

    #[test]
    fn a_list_goes_on_in_the_section_of_the_place() {
        let after = Start::After(vec![SortKey::Nothing], UserId::new(uuid::Uuid::nil()));
        assert_eq!(read("expires", &after), [(vec![Only::No(UserColumn::Expires)], 0)]);
        let status = Start::After(vec![SortKey::Number(4)], UserId::new(uuid::Uuid::nil()));
        let rest = [UserStatus::Expired, UserStatus::Deleted].map(|status| (vec![Only::Status(status)], 0));
        assert_eq!(read("status", &status), rest);
    }

    #[test]
    fn the_second_column_sorts_within_each_value_of_a_column_of_few() {
        assert_eq!(read("-roles,name", &Start::First).first(), Some(&(vec![Only::Roles(7)], 1)));
        assert_eq!(read("status,-unit", &Start::First).len(), 12);
        assert_eq!(read("name,unit", &Start::First), [(Vec::new(), 2)]);
    }

    #[test]
    fn keys_of_another_kind_do_not_fit() {
        let fits = |order: &str, keys: &[SortKey]| fits(order.parse().unwrap(), &keys.to_vec());
        assert!(fits("name", &[SortKey::Text("ann".into())]) && fits("unit", &[SortKey::Nothing]));
        assert!(!fits("name", &[SortKey::Number(1)]) && !fits("name", &[SortKey::Nothing]));
        assert!(
            !fits("invited", &[SortKey::Text("x".into())]) && !fits("invited,name", &[SortKey::Number(1)])
        );
    }
}

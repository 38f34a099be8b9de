//! Which users the table shows, in what order, and how the filter is told on the screen.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::window::Question;
use crate::api::catalogue::{GroupRef, UnitRef};
use crate::api::page::CommaList;
use crate::api::users::{UserColumn, UserFilter, UserOrder, UserSort, UsersQuery};
use crate::domain::role::Roles;
use crate::domain::status::UserStatus;

/// Which users, with the names of what was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Words of name and address.
    pub search: String,
    /// One of these statuses; none: any.
    pub statuses: Vec<UserStatus>,
    /// One of these roles; none: any.
    pub roles: Roles,
    /// In this unit or below.
    pub unit: Option<UnitRef>,
    /// In this group.
    pub group: Option<GroupRef>,
    /// Invited, and the link has ended.
    pub link_expired: bool,
    /// The expiry date is before this day.
    pub expires_before: Option<Date>,
}

/// One thing that is filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chip {
    /// The statuses.
    Statuses,
    /// The roles.
    Roles,
    /// The unit.
    Unit,
    /// The group.
    Group,
    /// That the link has ended.
    LinkExpired,
    /// The day before which access ends.
    ExpiresBefore,
}

impl Filter {
    /// The filter as the API takes it.
    pub fn to_api(&self) -> UserFilter {
        let search = self.search.trim();
        UserFilter {
            search: (!search.is_empty()).then(|| search.to_owned()),
            status: CommaList(self.statuses.clone()),
            role: CommaList(self.roles.iter().collect()),
            unit: self.unit.as_ref().map(|unit| unit.id),
            group: self.group.as_ref().map(|group| group.id),
            link_expired: self.link_expired.then_some(true),
            expires_before: self.expires_before,
        }
    }

    /// The rows of it that `question` is for.
    pub fn query(&self, order: UserOrder, question: &Question, limit: u16) -> UsersQuery {
        let query = UsersQuery::first(self.to_api(), order, limit);
        match question.clone() {
            Question::First => query,
            Question::Last => UsersQuery { last: Some(true), ..query },
            Question::From(text) => UsersQuery { from: Some(text), ..query },
            Question::Cursor(cursor) => UsersQuery { cursor: Some(cursor), ..query },
        }
    }

    /// Whether everybody is shown.
    pub fn is_empty(&self) -> bool {
        *self == Self { search: self.search.clone(), ..Self::default() } && self.search.trim().is_empty()
    }

    /// Whether nothing but statuses, or nothing at all, is asked for.
    pub fn is_of_statuses_alone(&self) -> bool {
        Self { statuses: Vec::new(), ..self.clone() }.is_empty()
    }

    /// What is filtered by besides the search, in the order in which it is taken away again.
    pub fn chips(&self) -> Vec<(Chip, String)> {
        let mut chips = Vec::new();
        if !self.statuses.is_empty() {
            let words: Vec<&str> = self.statuses.iter().map(|status| status.as_str()).collect();
            chips.push((Chip::Statuses, format!("status: {}", words.join(", "))));
        }
        if !self.roles.is_empty() {
            let words: Vec<&str> = self.roles.iter().map(crate::domain::role::Role::as_str).collect();
            chips.push((Chip::Roles, format!("role: {}", words.join(", "))));
        }
        chips.extend(self.unit.as_ref().map(|unit| (Chip::Unit, format!("unit: {}", unit.name))));
        chips.extend(self.group.as_ref().map(|group| (Chip::Group, format!("group: {}", group.name))));
        chips.extend(self.link_expired.then(|| (Chip::LinkExpired, "link expired".to_owned())));
        let before = self.expires_before.map(|day| (Chip::ExpiresBefore, format!("expires before {day}")));
        chips.extend(before);
        chips
    }

    /// Takes one chip away.
    pub fn remove(&mut self, chip: Chip) {
        match chip {
            Chip::Statuses => self.statuses.clear(),
            Chip::Roles => self.roles = Roles::NONE,
            Chip::Unit => self.unit = None,
            Chip::Group => self.group = None,
            Chip::LinkExpired => self.link_expired = false,
            Chip::ExpiresBefore => self.expires_before = None,
        }
    }

    /// Takes the last chip away; whether there was one.
    pub fn pop(&mut self) -> bool {
        let last = self.chips().pop();
        if let Some((chip, _)) = &last {
            self.remove(*chip);
        }
        last.is_some()
    }
}

/// How a sortable column is called.
pub const fn sort_label(column: UserColumn) -> &'static str {
    match column {
        UserColumn::Name => "name",
        UserColumn::Email => "email",
        UserColumn::Status => "status",
        UserColumn::Roles => "roles",
        UserColumn::Unit => "unit",
        UserColumn::Groups => "groups",
        UserColumn::Expires => "expiry date",
        UserColumn::Invited => "invited",
        UserColumn::LastActive => "last active",
        UserColumn::Delivery => "delivery",
    }
}

/// Whether the list in this order can be gone through by text.
pub const fn is_text(column: UserColumn) -> bool {
    matches!(column, UserColumn::Name | UserColumn::Email | UserColumn::Unit | UserColumn::Groups)
}

/// The order after `column` was chosen: the same column again turns round.
pub fn resorted(sort: UserSort, column: UserColumn) -> UserSort {
    let descending = if sort.by == column {
        !sort.descending
    } else {
        matches!(column, UserColumn::Invited | UserColumn::LastActive)
    };
    UserSort { by: column, descending }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::Role;

    #[test]
    fn chips_are_taken_away_from_the_last_and_the_search_stays() {
        let mut filter = Filter {
            search: "ann".to_owned(),
            statuses: vec![UserStatus::Invited, UserStatus::Pending],
            roles: Roles::NONE.with(Role::Learner),
            link_expired: true,
            ..Filter::default()
        };
        let words: Vec<String> = filter.chips().into_iter().map(|(_, words)| words).collect();
        assert_eq!(words, ["status: invited, pending", "role: learner", "link expired"]);
        while filter.pop() {}
        assert_eq!(filter, Filter { search: "ann".to_owned(), ..Filter::default() });
        assert!(!filter.is_empty());
        assert!(Filter { search: "  ".to_owned(), ..Filter::default() }.is_empty());
    }

    #[test]
    fn a_column_chosen_again_turns_the_order_round() {
        let by_name = UserSort::default();
        assert!(resorted(by_name, UserColumn::Name).descending);
        let latest = resorted(by_name, UserColumn::Invited);
        assert_eq!(latest, UserSort { by: UserColumn::Invited, descending: true });
        assert!(!resorted(latest, UserColumn::Invited).descending);
    }
}

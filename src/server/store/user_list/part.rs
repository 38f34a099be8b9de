//! Parts of a list: users who are listed alike, and what a list is narrowed to so that each part of it can be read
//! in order.

use super::column::Naming;
use super::entry::Entry;
use super::order::sorts_by_text;
use crate::api::users::{UserColumn, UserSort};
use crate::domain::role::{Role, Roles};
use crate::domain::status::UserStatus;
use crate::server::store::statement::Statement;

/// Users who are listed as one thing; of those who can end, all, or only those who have, or have not.
///
/// Whoever has ended is listed so once that was noted, and is one of few among the others before; so is who is
/// invited by a link that has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The word of the database for it.
    pub listed_as: &'static str,
    pub ended: Option<bool>,
    /// By what so few of them are found that they are rather fetched from there and sorted than sought along
    /// the order.
    pub few_by: Option<Entry>,
}

/// What a list is narrowed to besides its filter, to be read one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// Those of a status.
    Status(UserStatus),
    /// Those of exactly these roles.
    Roles(i64),
    /// Those whose last mail fared so.
    Delivery(i64),
    /// Those who have nothing in a column.
    No(UserColumn),
    /// Those who have something in a column.
    Some(UserColumn),
}

impl Only {
    /// The column that it is about, besides that of the state.
    pub fn column(self) -> Option<UserColumn> {
        match self {
            Self::Status(_) => None,
            Self::Roles(_) => Some(UserColumn::Roles),
            Self::Delivery(_) => Some(UserColumn::Delivery),
            Self::No(column) | Self::Some(column) => Some(column),
        }
    }

    /// Appends it as a condition; that of a status stands in the parts.
    pub fn push(self, statement: &mut Statement, named: Naming) {
        let Some(column) = self.column() else { return };
        statement.push(" AND ").push(named(column));
        let is_text = sorts_by_text(UserSort { by: column, descending: false });
        match self {
            Self::Roles(number) | Self::Delivery(number) => drop(statement.push(" = ").bind(number)),
            Self::No(_) => drop(statement.push(if is_text { " = ''" } else { " IS NULL" })),
            Self::Some(_) => drop(statement.push(if is_text { " > ''" } else { " IS NOT NULL" })),
            Self::Status(_) => {}
        }
    }
}

/// The bit of what nearly everybody is.
pub(super) fn learner() -> i64 {
    i64::from(Roles::NONE.with(Role::Learner).bits())
}

/// What those are listed as who are invited by a link that has ended.
pub const LINK_EXPIRED: &str = "link_expired";

/// What those are listed as who end at their expiry date, each with the status before that.
const THAT_END: [(&str, UserStatus); 4] = [
    (UserStatus::Active.as_str(), UserStatus::Active),
    (UserStatus::Invited.as_str(), UserStatus::Invited),
    (LINK_EXPIRED, UserStatus::Invited),
    (UserStatus::Pending.as_str(), UserStatus::Pending),
];
const THAT_STAY: [UserStatus; 3] = [UserStatus::Cancelled, UserStatus::Expired, UserStatus::Deleted];

/// The parts that make up `statuses`; all but the deleted where none is named.
pub(super) fn parts_of(statuses: &[UserStatus]) -> Vec<Part> {
    let wanted = |status: UserStatus| {
        if statuses.is_empty() { status != UserStatus::Deleted } else { statuses.contains(&status) }
    };
    let ends = THAT_END.into_iter().filter_map(|(listed_as, before)| {
        let ended = match (wanted(before), wanted(UserStatus::Expired)) {
            (true, true) => None,
            (before, after) if before != after => Some(after),
            _ => return None,
        };
        Some(Part { listed_as, ended, few_by: None })
    });
    let stays = THAT_STAY.into_iter().filter(|status| wanted(*status));
    ends.chain(stays.map(|status| Part { listed_as: status.as_str(), ended: None, few_by: None })).collect()
}

impl Part {
    /// Whether all of it have ended.
    pub fn has_ended(&self) -> bool {
        self.ended == Some(true) || self.listed_as == UserStatus::Expired.as_str()
    }

    /// What is left of it among users of `status`.
    pub fn within(self, status: UserStatus) -> Option<Self> {
        let [of] = parts_of(&[status])
            .into_iter()
            .filter(|part| part.listed_as == self.listed_as)
            .collect::<Vec<_>>()[..]
        else {
            return None;
        };
        match (self.ended, of.ended) {
            (Some(a), Some(b)) if a != b => None,
            (a, b) => Some(Self { ended: a.or(b), ..self }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(statuses: &[UserStatus]) -> Vec<(&'static str, Option<bool>)> {
        parts_of(statuses).into_iter().map(|part| (part.listed_as, part.ended)).collect()
    }

    #[test]
    fn a_status_is_read_in_parts() {
        let all = ["active", "invited", "link_expired", "pending", "cancelled", "expired"]
            .map(|status| (status, None));
        assert_eq!(named(&[]), all);
        assert_eq!(named(&[UserStatus::Active]), [("active", Some(false))]);
        let over = ["active", "invited", "link_expired", "pending"].map(|status| (status, Some(true)));
        assert_eq!(named(&[UserStatus::Expired]), [&over[..], &[("expired", None)]].concat());
        assert_eq!(
            named(&[UserStatus::Expired, UserStatus::Invited, UserStatus::Deleted]),
            [
                ("active", Some(true)),
                ("invited", None),
                ("link_expired", None),
                ("pending", Some(true)),
                ("expired", None),
                ("deleted", None)
            ]
        );
    }

    #[test]
    fn a_part_is_narrowed_to_a_status() {
        let active = |ended| Part { listed_as: "active", ended, few_by: None };
        assert_eq!(active(None).within(UserStatus::Expired), Some(active(Some(true))));
        assert_eq!(active(Some(false)).within(UserStatus::Expired), None);
        assert_eq!(active(Some(false)).within(UserStatus::Active), Some(active(Some(false))));
        assert_eq!(active(None).within(UserStatus::Pending), None);
        let noted = Part { listed_as: "expired", ended: None, few_by: None };
        assert_eq!(noted.within(UserStatus::Expired), Some(noted));
        assert_eq!(noted.within(UserStatus::Active), None);
    }
}

//! A filter of users made ready to be looked up: states instead of statuses, ranges of keys instead of
//! units, and the words that are meant instead of those with a slip.

use jiff::Timestamp;
use jiff::civil::Date;

use super::search::{Viewpoint, push_word};
use super::statement::{Statement, fetch_all};
use super::{StoreError, Tx, slips};
use crate::api::users::{UserColumn, UserFilter};
use crate::domain::ids::{GroupId, UnitId};
use crate::domain::role::Roles;
use crate::domain::search_key::fold;
use crate::domain::status::UserStatus;

/// Users of one state; of those who can end, all, or only those who have, or have not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub state: &'static str,
    pub ended: Option<bool>,
}

/// A unit and all below, as a range of the key that users are sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub from: String,
    /// The range ends before this.
    pub to: String,
}

impl Span {
    fn of(key: &str) -> Self {
        // The keys of those below begin with this one and a character below this.
        Self { from: key.to_owned(), to: format!("{key}\u{2}") }
    }

    fn is_within(&self, other: &Self) -> bool {
        other.from <= self.from && self.to <= other.to
    }
}

/// What a list is narrowed to besides its filter, to be read one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Only {
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

/// A filter, ready.
#[derive(Clone, Debug)]
pub(super) struct Sieve {
    pub view: Viewpoint,
    pub parts: Vec<Part>,
    /// One of these bits; none: any roles.
    pub roles: i64,
    pub spans: Option<Vec<Span>>,
    pub group: Option<GroupId>,
    /// Whether the link has ended, of those who are invited.
    pub link_expired: Option<bool>,
    pub expires_before: Option<Date>,
    /// Each with what may be meant by it.
    pub words: Vec<Vec<String>>,
    pub only: Vec<Only>,
}

/// The states whose users end at their expiry date, each with the status before that.
const THAT_END: [(&str, UserStatus); 3] =
    [("active", UserStatus::Active), ("invited", UserStatus::Invited), ("pending", UserStatus::Pending)];
const THAT_STAY: [(&str, UserStatus); 2] =
    [("cancelled", UserStatus::Cancelled), ("deleted", UserStatus::Deleted)];

/// The parts that make up `statuses`; all but the deleted where none is named.
fn parts_of(statuses: &[UserStatus]) -> Vec<Part> {
    let wanted = |status: UserStatus| {
        if statuses.is_empty() { status != UserStatus::Deleted } else { statuses.contains(&status) }
    };
    let ends = THAT_END.into_iter().filter_map(|(state, before)| {
        let ended = match (wanted(before), wanted(UserStatus::Expired)) {
            (true, true) => None,
            (before, after) if before != after => Some(after),
            _ => return None,
        };
        Some(Part { state, ended })
    });
    let stays = THAT_STAY.into_iter().filter(|(_, status)| wanted(*status));
    ends.chain(stays.map(|(state, _)| Part { state, ended: None })).collect()
}

impl Part {
    /// What is left of it among users of `status`.
    fn within(self, status: UserStatus) -> Option<Self> {
        let [of] =
            parts_of(&[status]).into_iter().filter(|part| part.state == self.state).collect::<Vec<_>>()[..]
        else {
            return None;
        };
        match (self.ended, of.ended) {
            (Some(a), Some(b)) if a != b => None,
            (a, b) => Some(Self { ended: a.or(b), ..self }),
        }
    }
}

impl Sieve {
    /// `filter`, as `view` sees it.
    pub async fn of(tx: &mut Tx, view: Viewpoint, filter: &UserFilter) -> Result<Self, StoreError> {
        let mut parts = parts_of(&filter.status.0);
        if filter.link_expired.is_some() {
            parts = parts.into_iter().filter_map(|part| part.within(UserStatus::Invited)).collect();
        }
        let roles: Roles = filter.role.0.iter().copied().collect();
        let folded = fold(filter.search.as_deref().unwrap_or_default());
        let words = folded.split(' ').filter(|word| !word.is_empty());
        Ok(Self {
            view,
            parts,
            roles: i64::from(roles.bits()),
            spans: spans(tx, view, filter.unit).await?,
            group: filter.group,
            link_expired: filter.link_expired,
            expires_before: filter.expires_before,
            words: slips::meant(tx, view.workspace, words).await?,
            only: Vec::new(),
        })
    }

    /// The same, narrowed.
    pub fn narrowed(&self, only: &[Only]) -> Self {
        let mut sieve = Self { only: only.to_vec(), ..self.clone() };
        for only in only {
            if let Only::Status(status) = only {
                sieve.parts = sieve.parts.into_iter().filter_map(|part| part.within(*status)).collect();
            }
        }
        sieve
    }

    /// Whether anything but the state tells users apart.
    pub fn is_by_state_alone(&self) -> bool {
        self.roles == 0
            && self.spans.is_none()
            && self.group.is_none()
            && self.link_expired.is_none()
            && self.expires_before.is_none()
            && self.words.is_empty()
    }

    pub fn now(&self) -> i64 {
        self.view.now.as_microsecond()
    }

    /// Appends every condition. `u` is the row.
    pub fn push(&self, statement: &mut Statement) {
        statement.push("u.workspace_id = ").bind(self.view.workspace.to_string()).push(" AND (");
        let mut between = "";
        for part in &self.parts {
            statement.push(between).push("(");
            statement.push("u.state = '").push(part.state).push("'");
            self.push_ended(statement, *part);
            statement.push(")");
            between = " OR ";
        }
        statement.push(if self.parts.is_empty() { "1 = 0)" } else { ")" });
        self.push_only(statement);
        self.push_rest(statement);
    }

    /// Appends whether the users of `part` have ended.
    pub fn push_ended(&self, statement: &mut Statement, part: Part) {
        match part.ended {
            None => {}
            Some(true) => drop(statement.push(" AND u.ends_at <= ").bind(self.now())),
            Some(false) => {
                statement.push(" AND (u.ends_at IS NULL OR u.ends_at > ").bind(self.now()).push(")");
            }
        }
    }

    /// Appends what the list is narrowed to, besides the state.
    pub fn push_only(&self, statement: &mut Statement) {
        for only in &self.only {
            match only {
                Only::Status(_) => {}
                Only::Roles(bits) => drop(statement.push(" AND u.roles = ").bind(*bits)),
                Only::Delivery(state) => drop(statement.push(" AND u.delivery = ").bind(*state)),
                Only::No(column) => drop(statement.push(match column {
                    UserColumn::Unit => " AND u.unit_key = ''",
                    UserColumn::Groups => " AND u.group_key = ''",
                    UserColumn::Expires => " AND u.ends_at IS NULL",
                    UserColumn::Invited => " AND u.invited_at IS NULL",
                    UserColumn::LastActive => " AND u.last_active_at IS NULL",
                    UserColumn::Delivery => " AND u.delivery IS NULL",
                    UserColumn::Name | UserColumn::Email | UserColumn::Status | UserColumn::Roles => {
                        " AND 1 = 0"
                    }
                })),
                Only::Some(column) => drop(statement.push(match column {
                    UserColumn::Unit => " AND u.unit_key > ''",
                    UserColumn::Groups => " AND u.group_key > ''",
                    UserColumn::Expires => " AND u.ends_at IS NOT NULL",
                    UserColumn::Invited => " AND u.invited_at IS NOT NULL",
                    UserColumn::LastActive => " AND u.last_active_at IS NOT NULL",
                    UserColumn::Delivery => " AND u.delivery IS NOT NULL",
                    UserColumn::Name | UserColumn::Email | UserColumn::Status | UserColumn::Roles => "",
                })),
            }
        }
    }

    /// Appends what else users are filtered by.
    pub fn push_rest(&self, statement: &mut Statement) {
        if self.roles != 0 {
            statement.push(" AND (u.roles & ").bind(self.roles).push(") <> 0");
        }
        if let Some(spans) = &self.spans {
            push_spans(statement.push(" AND "), spans);
        }
        if let Some(group) = self.group {
            statement
                .push(" AND EXISTS (SELECT 1 FROM group_users g WHERE g.workspace_id = ")
                .bind(self.view.workspace.to_string())
                .push(" AND g.user_id = u.id AND g.group_id = ")
                .bind(group.to_string())
                .push(")");
        }
        if let Some(expired) = self.link_expired {
            statement.push(if expired { " AND u.link_ends_at <= " } else { " AND u.link_ends_at > " });
            statement.bind(self.now());
        }
        if let Some(day) = self.expires_before {
            statement.push(" AND u.expires_on < ").bind(day.to_string());
        }
        self.push_words(statement);
    }

    /// Appends that every word is there; so that no search index is asked, which would be gone through as
    /// a whole for words that it does not know.
    pub fn push_words(&self, statement: &mut Statement) {
        for meant in &self.words {
            let mut between = " AND (";
            for word in meant {
                push_word(statement.push(between), "(u.search_text || '')", word);
                between = " OR ";
            }
            statement.push(")");
        }
    }

    /// Whoever ends before this is a superset of those who expire before the day asked for, wherever
    /// on earth that day begins.
    pub fn ends_before(&self) -> Option<i64> {
        let day = self.expires_before?;
        let start = jiff::tz::TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX);
        Some(start.as_microsecond().saturating_add(26 * 3_600 * 1_000_000))
    }
}

/// Appends that the unit is in one of `spans`.
pub(super) fn push_spans(statement: &mut Statement, spans: &[Span]) {
    match spans {
        [] => drop(statement.push("1 = 0")),
        [Span { from, to }] => {
            statement.push("(u.unit_key >= ").bind(from.as_str());
            statement.push(" AND u.unit_key < ").bind(to.as_str()).push(")");
        }
        // Halves of halves: SQLite takes many conditions side by side, but not one deep within the other.
        _ => {
            let (left, right) = spans.split_at(spans.len() / 2);
            push_spans(statement.push("("), left);
            push_spans(statement.push(" OR "), right);
            statement.push(")");
        }
    }
}

/// So many ranges of units are read one by one; more are a condition like others, since no engine
/// takes any number of queries in one.
pub(super) const MOST_RANGES: usize = 50;

/// The units that the Manager manages and that were asked for, in order; none: everybody.
async fn spans(tx: &mut Tx, view: Viewpoint, unit: Option<UnitId>) -> Result<Option<Vec<Span>>, StoreError> {
    let workspace = view.workspace.to_string();
    let mut spans: Option<Vec<Span>> = None;
    if let Some(manager) = view.manager {
        let mut statement = Statement::new(
            "SELECT n.path_key FROM units_managed m JOIN units n \
             ON n.workspace_id = m.workspace_id AND n.id = m.unit_id WHERE m.workspace_id = ",
        );
        statement.bind(workspace.clone()).push(" AND m.user_id = ").bind(manager.to_string());
        statement.push(" ORDER BY n.path_key");
        let keys: Vec<(String,)> = fetch_all!(tx, statement)?;
        let mut managed: Vec<Span> = Vec::new();
        for span in keys.iter().map(|(key,)| Span::of(key)) {
            if !managed.last().is_some_and(|above| span.is_within(above)) {
                managed.push(span);
            }
        }
        spans = Some(managed);
    }
    let Some(unit) = unit else { return Ok(spans) };
    let mut statement = Statement::new("SELECT path_key FROM units WHERE workspace_id = ");
    statement.bind(workspace).push(" AND id = ").bind(unit.to_string());
    let keys: Vec<(String,)> = fetch_all!(tx, statement)?;
    let Some(asked) = keys.first().map(|(key,)| Span::of(key)) else { return Ok(Some(Vec::new())) };
    Ok(Some(match spans {
        None => vec![asked],
        Some(managed) if managed.iter().any(|span| asked.is_within(span)) => vec![asked],
        Some(managed) => managed.into_iter().filter(|span| span.is_within(&asked)).collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(statuses: &[UserStatus]) -> Vec<(&'static str, Option<bool>)> {
        parts_of(statuses).into_iter().map(|part| (part.state, part.ended)).collect()
    }

    #[test]
    fn a_status_is_a_part_of_a_state() {
        let all = [("active", None), ("invited", None), ("pending", None), ("cancelled", None)];
        assert_eq!(named(&[]), all);
        assert_eq!(named(&[UserStatus::Active]), [("active", Some(false))]);
        assert_eq!(
            named(&[UserStatus::Expired]),
            ["active", "invited", "pending"].map(|state| (state, Some(true)))
        );
        assert_eq!(
            named(&[UserStatus::Expired, UserStatus::Invited, UserStatus::Deleted]),
            [("active", Some(true)), ("invited", None), ("pending", Some(true)), ("deleted", None)]
        );
    }

    #[test]
    fn a_part_is_narrowed_to_a_status() {
        let active = |ended| Part { state: "active", ended };
        assert_eq!(active(None).within(UserStatus::Expired), Some(active(Some(true))));
        assert_eq!(active(Some(false)).within(UserStatus::Expired), None);
        assert_eq!(active(Some(false)).within(UserStatus::Active), Some(active(Some(false))));
        assert_eq!(active(None).within(UserStatus::Pending), None);
    }

    #[test]
    fn a_unit_holds_what_is_below_and_no_namesake() {
        let (span, inside) =
            (Span::of("ops"), |key: &str| Span::of("ops").from.as_str() <= key && *key < *"ops\u{2}");
        assert_eq!(span.to, "ops\u{2}");
        assert!(inside("ops") && inside("ops\u{1}york\u{1}day team"));
        assert!(!inside("ops 2") && !inside("ops2\u{1}york") && !inside("op"));
        assert!(Span::of("ops\u{1}york").is_within(&span) && !Span::of("ops 2").is_within(&span));
    }
}

//! A filter of users made ready to be looked up: parts instead of statuses, ranges of keys instead of
//! units, and the words that are meant instead of those with a slip.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jiff::civil::Date;

use super::column::{Naming, plain};
use super::part::{LINK_EXPIRED, Only, Part, learner, parts_of};
use crate::api::users::{UserColumn, UserFilter};
use crate::domain::ids::{GroupId, UnitId};
use crate::domain::role::Roles;
use crate::domain::status::UserStatus;
use crate::server::store::marks::mark_of;
use crate::server::store::search::Viewpoint;
use crate::server::store::statement::{Statement, fetch_all};
use crate::server::store::words::sought::Word;
use crate::server::store::{StoreError, Tx};

/// A unit and all below, as a range of the key that users are sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
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

/// A filter, ready.
#[derive(Clone, Debug)]
pub struct Sieve {
    pub view: Viewpoint,
    pub parts: Vec<Part>,
    /// One of these bits; none: any roles.
    pub roles: i64,
    pub spans: Option<Vec<Span>>,
    /// The group with its mark.
    pub group: Option<(GroupId, i64)>,
    /// Whether the link has ended, of those who are invited.
    pub link_expired: Option<bool>,
    pub expires_before: Option<Date>,
    pub words: Vec<Word>,
    /// How many of the sample have `words`, no more of them being counted than tell, once it was asked.
    pub having: Arc<OnceLock<i64>>,
    pub only: Vec<Only>,
}

impl Sieve {
    /// `filter`, as `view` sees it.
    pub async fn of(tx: &mut Tx, view: Viewpoint, filter: &UserFilter) -> Result<Self, StoreError> {
        let mut parts = parts_of(&filter.status.0);
        if filter.link_expired.is_some() {
            parts = parts.into_iter().filter_map(|part| part.within(UserStatus::Invited)).collect();
        }
        if filter.link_expired == Some(false) {
            parts.retain(|part| part.listed_as != LINK_EXPIRED);
        }
        let roles: Roles = filter.role.0.iter().copied().collect();
        let search = filter.search.as_deref().unwrap_or_default();
        let words = Word::all_of(tx, view.workspace, search).await?;
        if words.iter().any(Word::is_nobodys) {
            parts.clear();
        }
        Ok(Self {
            view,
            parts,
            roles: i64::from(roles.bits()),
            spans: spans(tx, view, filter.unit).await?,
            group: match filter.group {
                Some(id) => Some((id, mark_of(tx, view.workspace, id).await?)),
                None => None,
            },
            link_expired: filter.link_expired,
            expires_before: filter.expires_before,
            words,
            having: Arc::default(),
            only: Vec::new(),
        })
    }

    /// The same, narrowed.
    pub fn narrowed(&self, only: &[Only]) -> Self {
        let mut sieve = Self { only: only.to_vec(), ..self.clone() };
        for only in only {
            match only {
                Only::Status(status) => {
                    sieve.parts = sieve.parts.into_iter().filter_map(|part| part.within(*status)).collect();
                }
                Only::No(column) => sieve.drop_parts_without(*column),
                Only::Roles(_) | Only::Delivery(_) | Only::Some(_) => {}
            }
        }
        sieve
    }

    /// The same statuses, of which nothing else is asked.
    pub fn by_status_alone(&self) -> Self {
        Self {
            view: self.view,
            parts: self.parts.clone(),
            roles: 0,
            spans: None,
            group: None,
            link_expired: None,
            expires_before: None,
            words: Vec::new(),
            having: Arc::default(),
            only: Vec::new(),
        }
    }

    /// Those who have nothing in `column` are not sought where the filter asks for something there.
    fn drop_parts_without(&mut self, column: UserColumn) {
        let asks_for_all = match column {
            UserColumn::Unit => self.spans.is_some(),
            UserColumn::Groups => self.group.is_some(),
            UserColumn::Expires => self.expires_before.is_some(),
            _ => false,
        };
        let is_end = column == UserColumn::Expires;
        self.parts.retain(|part| !(asks_for_all || is_end && part.has_ended()));
    }

    /// Whether nothing but the status tells users apart.
    pub fn is_by_status_alone(&self) -> bool {
        self.roles == 0
            && self.spans.is_none()
            && self.group.is_none()
            && self.link_expired.is_none()
            && self.expires_before.is_none()
            && self.words.is_empty()
    }

    /// The columns that the conditions of its filter look at.
    pub fn columns(&self) -> Vec<&'static str> {
        let some = [
            (self.roles != 0, "u.roles"),
            (self.spans.is_some(), "u.unit_key"),
            (self.group.is_some(), "u.group_marks"),
            (self.link_expired.is_some(), "u.link_ends_at"),
            (self.expires_before.is_some(), "u.expires_on"),
            (!self.words.is_empty(), "u.search_text"),
        ];
        let of_filter = some.into_iter().filter_map(|(is_needed, column)| is_needed.then_some(column));
        ["u.workspace_id", "u.id", "u.listed_as", "u.ends_at"].into_iter().chain(of_filter).collect()
    }

    /// Whether roles are asked for that few have.
    pub fn asks_for_staff(&self) -> bool {
        self.roles != 0 && self.roles & learner() == 0
    }

    /// Whether none is a Learner and nothing else, so that the indexes of staff have all who are sought.
    pub fn is_of_staff(&self) -> bool {
        let has_more = |only: &Only| matches!(only, Only::Roles(bits) if *bits > learner());
        self.asks_for_staff() || self.only.iter().any(has_more)
    }

    /// Appends what the indexes of staff are made by, where they have all who are sought.
    pub fn push_staff(&self, statement: &mut Statement) {
        if self.is_of_staff() {
            statement.push(" AND u.roles > 1");
        }
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
            statement.push("u.listed_as = '").push(part.listed_as).push("'");
            self.push_ended(statement, *part, plain);
            statement.push(")");
            between = " OR ";
        }
        statement.push(if self.parts.is_empty() { "1 = 0)" } else { ")" });
        for only in &self.only {
            only.push(statement, plain);
        }
        self.push_rest(statement, plain);
    }

    /// Appends whether the users of `part` have ended.
    pub fn push_ended(&self, statement: &mut Statement, part: Part, named: Naming) {
        let ends_at = named(UserColumn::Expires);
        match part.ended {
            None => {}
            Some(true) => drop(statement.push(" AND ").push(ends_at).push(" <= ").bind(self.now())),
            Some(false) => {
                statement.push(" AND (u.ends_at IS NULL OR ").push(ends_at).push(" > ").bind(self.now());
                statement.push(")");
            }
        }
    }

    /// Appends whether the users of `part` have ended, and end before the day asked for.
    pub fn push_end(&self, statement: &mut Statement, part: Part, named: Naming) {
        self.push_ended(statement, part, named);
        if let Some(end) = self.ends_before() {
            statement.push(" AND ").push(named(UserColumn::Expires)).push(" <= ").bind(end);
        }
    }

    /// Appends whether the link of those who are invited has ended, so that the index of links is entered by it.
    pub fn push_link_end(&self, statement: &mut Statement) {
        let is_over = self.link_expired.unwrap_or_default();
        statement.push(" AND u.state = 'invited' AND u.link_ends_at");
        statement.push(if is_over { " <= " } else { " > " }).bind(self.now());
    }

    /// By which of what the list is narrowed to an index is entered, where there is one for it: first by what
    /// tells few from many.
    pub fn entry(&self) -> Option<Only> {
        let is_rare = |only: &&Only| match only {
            Only::Roles(bits) => *bits != learner(),
            Only::Delivery(_) => true,
            Only::Status(_) | Only::No(_) | Only::Some(_) => false,
        };
        let is_told = |only: &&Only| matches!(only, Only::Roles(_) | Only::Delivery(_) | Only::No(_));
        self.only.iter().find(is_rare).or_else(|| self.only.iter().rev().find(is_told)).copied()
    }

    /// Appends what else users are filtered by.
    pub fn push_rest(&self, statement: &mut Statement, named: Naming) {
        if self.roles != 0 {
            statement.push(" AND (u.roles & ").bind(self.roles).push(") <> 0");
        }
        if let Some(spans) = &self.spans {
            push_spans(statement.push(" AND "), spans, named);
        }
        if let Some((group, mark)) = self.group {
            // Not EXISTS, for which PostgreSQL would rather join all of the group than ask each who has the mark.
            statement
                .push(" AND (u.group_marks & ")
                .bind(mark)
                .push(") <> 0 AND 1 = (SELECT 1 FROM group_users g WHERE g.workspace_id = ")
                .bind(self.view.workspace.to_string())
                .push(" AND g.user_id = u.id AND g.group_id = ")
                .bind(group.to_string())
                .push(")");
        }
        if let Some(expired) = self.link_expired {
            // Never entered by: where it is to be, the index of links gives whom it is asked of.
            statement.push(if expired {
                " AND (u.link_ends_at + 0) <= "
            } else {
                " AND (u.link_ends_at + 0) > "
            });
            statement.bind(self.now());
        }
        if let Some(day) = self.expires_before {
            statement.push(" AND u.expires_on < ").bind(day.to_string());
        }
        self.push_words(statement);
    }

    /// Appends that every word is there.
    pub fn push_words(&self, statement: &mut Statement) {
        self.words.iter().for_each(|word| word.push(statement));
    }

    /// What the search index is asked for of every word that it helps to find.
    pub fn indexed(&self) -> impl Iterator<Item = &[String]> {
        self.words.iter().filter_map(Word::indexed)
    }

    /// Whether the search index narrows the list down.
    pub fn is_indexed(&self) -> bool {
        self.indexed().next().is_some()
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
pub(super) fn push_spans(statement: &mut Statement, spans: &[Span], named: Naming) {
    let unit = named(UserColumn::Unit);
    match spans {
        [] => drop(statement.push("1 = 0")),
        [Span { from, to }] => {
            statement.push("(").push(unit).push(" >= ").bind(from.as_str());
            statement.push(" AND ").push(unit).push(" < ").bind(to.as_str()).push(")");
        }
        // Halves of halves: SQLite takes many conditions side by side, but not one deep within the other.
        _ => {
            let (left, right) = spans.split_at(spans.len() / 2);
            push_spans(statement.push("("), left, named);
            push_spans(statement.push(" OR "), right, named);
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

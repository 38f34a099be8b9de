//! What a list of users is made for, and the conditions that several lists share.

use jiff::Timestamp;

use super::statement::Statement;
use crate::domain::ids::{UserId, WorkspaceId};
use crate::domain::search_key::fold;
use crate::domain::status::UserStatus;

/// Whom a list is made for, and when.
#[derive(Clone, Copy, Debug)]
pub struct Viewpoint {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The Manager whose units limit the list; none: everybody is seen (DESIGN R1).
    pub manager: Option<UserId>,
    /// The present, from which `expired` and `link_expired` follow.
    pub now: Timestamp,
}

/// Appends the status of a user as the number by which it sorts, in the order of [`UserStatus::ALL`].
pub fn push_status(statement: &mut Statement, now: Timestamp) {
    statement
        .push("(CASE WHEN u.listed_as = 'cancelled' THEN 3 WHEN u.listed_as = 'deleted' THEN 5 ")
        .push("WHEN u.listed_as = 'expired' OR u.ends_at <= ")
        .bind(now.as_microsecond())
        .push(" THEN 4 WHEN u.listed_as = 'active' THEN 0 WHEN u.listed_as = 'pending' THEN 2 ELSE 1 END)");
}

/// The status that sorts as `number`.
pub fn status_numbered(number: i64) -> Option<UserStatus> {
    UserStatus::ALL.get(usize::try_from(number).ok()?).copied()
}

/// The number by which a status sorts.
pub fn number_of(status: UserStatus) -> i64 {
    let place = UserStatus::ALL.iter().position(|other| *other == status);
    place.and_then(|place| i64::try_from(place).ok()).unwrap_or_default()
}

/// Appends who may be seen at all.
pub fn push_scope(statement: &mut Statement, view: Viewpoint) {
    statement.push("u.workspace_id = ").bind(view.workspace.to_string());
    if let Some(manager) = view.manager {
        statement
            .push(
                " AND u.unit_id IN (SELECT below.id FROM units_managed m \
                 JOIN units top ON top.workspace_id = m.workspace_id AND top.id = m.unit_id \
                 JOIN units below ON below.workspace_id = m.workspace_id \
                 AND below.lineage LIKE top.lineage || '%' WHERE m.workspace_id = ",
            )
            .bind(view.workspace.to_string())
            .push(" AND m.user_id = ")
            .bind(manager.to_string())
            .push(")");
    }
}

/// Appends that the status is `invited`.
pub fn push_invited(statement: &mut Statement, now: Timestamp) {
    statement
        .push("(u.listed_as IN ('invited', 'link_expired') AND (u.ends_at IS NULL OR u.ends_at > ")
        .bind(now.as_microsecond())
        .push("))");
}

/// Appends that `column`, which is folded, holds every word of `search`, wildcards taken literally.
pub fn push_words(statement: &mut Statement, search: Option<&str>, column: &'static str) {
    for word in fold(search.unwrap_or_default()).split(' ').filter(|word| !word.is_empty()) {
        push_word(statement.push(" AND "), column, word);
    }
}

/// Appends that `column`, which is folded, holds `word`.
pub(super) fn push_word(statement: &mut Statement, column: &'static str, word: &str) {
    let pattern = format!("%{}%", escaped(word));
    statement.push(column).push(" LIKE ").bind(pattern).push(" ESCAPE '\\'");
}

/// `text` as it is taken literally in a pattern with `ESCAPE '\'`.
pub fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut pattern, c| {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
        pattern
    })
}

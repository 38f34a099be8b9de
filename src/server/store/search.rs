//! The conditions of a filtered list of users, with bound values.

use jiff::Timestamp;

use super::statement::Statement;
use crate::api::users::UserFilter;
use crate::domain::ids::{UserId, WorkspaceId};
use crate::domain::role::Roles;
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
        .push("(CASE WHEN u.state = 'cancelled' THEN 3 WHEN u.state = 'deleted' THEN 5 WHEN u.ends_at <= ")
        .bind(now.as_microsecond())
        .push(" THEN 4 WHEN u.state = 'active' THEN 0 WHEN u.state = 'invited' THEN 1 ELSE 2 END)");
}

/// The status that sorts as `number`.
pub fn status_numbered(number: i64) -> Option<UserStatus> {
    UserStatus::ALL.get(usize::try_from(number).ok()?).copied()
}

fn number_of(status: UserStatus) -> i64 {
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

/// Appends the conditions of `filter`. Deleted users are shown only when asked for.
pub fn push_filter(statement: &mut Statement, filter: &UserFilter, view: Viewpoint) {
    push_statuses(statement, &filter.status.0, view.now);
    push_words(statement, filter.search.as_deref(), "u.search_text");
    let workspace = view.workspace.to_string();
    if !filter.role.is_empty() {
        let roles: Roles = filter.role.0.iter().copied().collect();
        statement.push(" AND (u.roles & ").bind(i64::from(roles.bits())).push(") <> 0");
    }
    if let Some(unit) = filter.unit {
        statement
            .push(
                " AND u.unit_id IN (SELECT below.id FROM units top JOIN units below \
                 ON below.workspace_id = top.workspace_id AND below.lineage LIKE top.lineage || '%' \
                 WHERE top.workspace_id = ",
            )
            .bind(workspace.clone())
            .push(" AND top.id = ")
            .bind(unit.to_string())
            .push(")");
    }
    if let Some(group) = filter.group {
        statement
            .push(" AND EXISTS (SELECT 1 FROM group_users g WHERE g.workspace_id = ")
            .bind(workspace)
            .push(" AND g.user_id = u.id AND g.group_id = ")
            .bind(group.to_string())
            .push(")");
    }
    if let Some(expired) = filter.link_expired {
        statement.push(" AND ");
        push_invited(statement, view.now);
        statement.push(if expired { " AND u.link_ends_at <= " } else { " AND u.link_ends_at > " });
        statement.bind(view.now.as_microsecond());
    }
    if let Some(day) = filter.expires_before {
        statement.push(" AND u.expires_on < ").bind(day.to_string());
    }
}

/// Appends that the status is `invited`.
pub fn push_invited(statement: &mut Statement, now: Timestamp) {
    statement
        .push("(u.state = 'invited' AND (u.ends_at IS NULL OR u.ends_at > ")
        .bind(now.as_microsecond())
        .push("))");
}

fn push_statuses(statement: &mut Statement, statuses: &[UserStatus], now: Timestamp) {
    if statuses.is_empty() {
        statement.push(" AND u.state <> 'deleted'");
        return;
    }
    statement.push(" AND ");
    push_status(statement, now);
    statement.push(" IN ").bind_all(statuses.iter().map(|status| number_of(*status)));
}

/// Appends that `column`, which is folded, holds every word of `search`, wildcards taken literally.
pub fn push_words(statement: &mut Statement, search: Option<&str>, column: &'static str) {
    for word in fold(search.unwrap_or_default()).split(' ').filter(|word| !word.is_empty()) {
        let pattern = format!("%{}%", escaped(word));
        statement.push(" AND ").push(column).push(" LIKE ").bind(pattern).push(" ESCAPE '\\'");
    }
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

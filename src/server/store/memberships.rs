//! What a membership of a group has of its user: all that lists of users are filtered and sorted by, so that a
//! group's is read without a look at its users.

#[cfg(debug_assertions)]
use super::statement::fetch_all;
use super::statement::{Statement, execute};
use super::{StoreError, Tx};
use crate::domain::ids::{GroupId, UserId, WorkspaceId};
use crate::domain::unit_tree::UnitPlace;

/// So many users are named in one statement.
const AT_ONCE: usize = 500;

/// What a membership has of its user. The columns stand in the order of the table: Citus takes those of an `UPDATE`
/// for that (<https://github.com/citusdata/citus/issues/7674>).
const COLUMNS: [&str; 13] = [
    "listed_as",
    "ends_at",
    "roles",
    "link_ends_at",
    "expires_on",
    "delivery",
    "invited_at",
    "last_active_at",
    "unit_key",
    "search_text",
    "name_key",
    "email_key",
    "group_key",
];

/// Appends where the users of groups are read from by what their memberships have of them, by the `index` that the
/// engine is told. A condition on the memberships, `g`, and `) AS u` follow.
pub(super) fn push_users(statement: &mut Statement, index: &'static str) {
    statement.push(" FROM (SELECT g.workspace_id, g.user_id AS id");
    for column in COLUMNS {
        statement.push(", g.").push(column);
    }
    statement.push(" FROM group_users g").push(index);
}

/// Renews what the memberships of `users` have of them.
pub(super) async fn renew(tx: &mut Tx, workspace: WorkspaceId, users: &[UserId]) -> Result<(), StoreError> {
    for users in users.chunks(AT_ONCE) {
        let mut statement = of(workspace);
        statement.push(" AND group_users.user_id IN ").bind_all(users.iter().map(ToString::to_string));
        execute!(tx, statement)?;
    }
    Ok(())
}

/// The same of all who are in a group: every membership of theirs, the others too.
pub(super) async fn renew_in(tx: &mut Tx, workspace: WorkspaceId, group: GroupId) -> Result<(), StoreError> {
    let mut statement = of(workspace);
    statement
        .push(" AND group_users.user_id IN (SELECT m.user_id FROM group_users m WHERE m.workspace_id = ");
    statement.bind(workspace.to_string()).push(" AND m.group_id = ").bind(group.to_string()).push(")");
    execute!(tx, statement)?;
    Ok(())
}

/// The same of all in the subtree of units at `place`.
pub(super) async fn renew_below(
    tx: &mut Tx,
    workspace: WorkspaceId,
    place: &UnitPlace,
) -> Result<(), StoreError> {
    let mut statement = of(workspace);
    statement.push(" AND u.unit_id IN (SELECT n.id FROM units n WHERE n.workspace_id = ");
    statement
        .bind(workspace.to_string())
        .push(" AND n.lineage LIKE ")
        .bind(super::units::below(place))
        .push(")");
    execute!(tx, statement)?;
    Ok(())
}

/// The same of everybody, in every workspace.
pub async fn renew_all(tx: &mut Tx) -> Result<(), StoreError> {
    let mut statement = renewal();
    statement.push(" AND u.workspace_id = group_users.workspace_id");
    execute!(tx, statement)?;
    Ok(())
}

/// Sees to it that no membership has anything else than its user: whoever changes a user has noted it.
#[cfg(debug_assertions)]
pub(super) async fn check(tx: &mut Tx) -> Result<(), StoreError> {
    let mut statement = Statement::new(
        "SELECT COUNT(*) FROM group_users m CROSS JOIN users u WHERE u.id = m.user_id \
         AND u.workspace_id = m.workspace_id AND (1 = 0",
    );
    for column in COLUMNS {
        statement.push(" OR m.").push(column).push(" IS DISTINCT FROM u.").push(column);
    }
    statement.push(")");
    let counts: Vec<(i64,)> = fetch_all!(tx, statement)?;
    assert_eq!(counts, [(0,)], "a user was changed, and nobody noted it");
    Ok(())
}

fn of(workspace: WorkspaceId) -> Statement {
    let mut statement = renewal();
    statement.push(" AND u.workspace_id = ").bind(workspace.to_string());
    statement.push(" AND group_users.workspace_id = ").bind(workspace.to_string());
    statement
}

fn renewal() -> Statement {
    let mut statement = Statement::new("UPDATE group_users");
    let mut between = " SET ";
    for column in COLUMNS {
        statement.push(between).push(column).push(" = u.").push(column);
        between = ", ";
    }
    statement.push(" FROM users u WHERE u.id = group_users.user_id");
    statement
}

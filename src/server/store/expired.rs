//! Who has expired is noted in the user's row, so that lists find all of them together in every order. Until it is,
//! lists tell by the date (`user_list/part.rs`): it decides what a list costs, never what stands on it.

use jiff::Timestamp;

use super::statement::{Statement, execute, fetch_all};
use super::value::{instant_some, parse};
use super::{StoreError, Tx, on_engine};
use crate::domain::ids::{UserId, WorkspaceId};

/// The workspaces in which somebody has expired by `now` of whom it is not noted.
pub async fn workspaces_due(tx: &mut Tx, now: Timestamp) -> Result<Vec<WorkspaceId>, StoreError> {
    const SQL: &str = "SELECT DISTINCT workspace_id FROM users \
        WHERE listed_as IN ('active', 'invited', 'pending') AND ends_at <= $1 ORDER BY workspace_id";
    let rows: Vec<(String,)> =
        on_engine!(tx, |conn| sqlx::query_as(SQL).bind(now.as_microsecond()).fetch_all(conn).await)?;
    rows.iter().map(|(id,)| parse(id)).collect()
}

/// When the first user expires of whom it is not noted; none where nobody does.
pub async fn next_due(tx: &mut Tx) -> Result<Option<Timestamp>, StoreError> {
    const SQL: &str = "SELECT MIN(ends_at) FROM users WHERE listed_as IN ('active', 'invited', 'pending')";
    let (due,): (Option<i64>,) = on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_one(conn).await)?;
    instant_some(due)
}

/// Notes of up to `most` users of `workspace` that they have expired by `now`; whether there were any. It is told to
/// those who listen, and is no change of the user: what an operator has read of them stays current.
pub async fn note(
    tx: &mut Tx,
    workspace: WorkspaceId,
    now: Timestamp,
    most: u32,
) -> Result<bool, StoreError> {
    let mut statement = Statement::new("SELECT id FROM users WHERE workspace_id = ");
    statement.bind(workspace.to_string());
    statement.push(" AND listed_as IN ('active', 'invited', 'pending') AND ends_at <= ");
    statement.bind(now.as_microsecond()).push(" ORDER BY ends_at, id LIMIT ").bind(i64::from(most));
    let rows: Vec<(String,)> = fetch_all!(tx, statement)?;
    let users = rows.iter().map(|(id,)| parse(id)).collect::<Result<Vec<UserId>, _>>()?;
    if users.is_empty() {
        return Ok(false);
    }
    users.iter().for_each(|user| tx.touch_user(workspace, *user, None));
    let mut statement = Statement::new("UPDATE users SET listed_as = 'expired' WHERE workspace_id = ");
    statement.bind(workspace.to_string()).push(" AND id IN ");
    statement.bind_all(rows.into_iter().map(|(id,)| id));
    execute!(tx, statement)?;
    Ok(true)
}

/// Sees to it that nobody is listed as something else than the state says, but for those who can have expired.
#[cfg(debug_assertions)]
pub(super) async fn check(tx: &mut Tx) -> Result<(), StoreError> {
    let statement = Statement::new(
        "SELECT COUNT(*) FROM users u WHERE u.listed_as <> u.state AND (u.listed_as <> 'expired' \
         OR u.state IN ('cancelled', 'deleted') OR u.ends_at IS NULL)",
    );
    let counts: Vec<(i64,)> = fetch_all!(tx, statement)?;
    assert_eq!(counts, [(0,)], "a user was changed, and is listed as before");
    Ok(())
}

//! SQL of changes that were made, by which they can be taken back (DESIGN R18).

use jiff::Timestamp;

use super::statement::{Statement, fetch_all};
use super::value::{count, instant, instant_some, parse, parse_some};
use super::{StoreError, Tx, on_engine};
use crate::api::changes::MadeChange;
use crate::domain::ids::{AccountId, ChangeId, WorkspaceId};

/// A change to be written.
#[derive(Clone, Debug)]
pub struct NewChange {
    /// The change.
    pub id: ChangeId,
    /// When.
    pub at: Timestamp,
    /// The operator's address.
    pub actor: String,
    /// The operator's account.
    pub actor_id: AccountId,
    /// What, by its name on the wire.
    pub action: &'static str,
    /// What, for people.
    pub summary: String,
    /// How many users were changed so far.
    pub users: u64,
    /// Up to when it can be taken back.
    pub undo_until: Option<Timestamp>,
}

/// Writes a change.
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, change: &NewChange) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO changes \
        (workspace_id, id, at, actor, actor_id, action, summary, users, undo_until) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(change.id.to_string())
        .bind(change.at.as_microsecond())
        .bind(&change.actor)
        .bind(change.actor_id.to_string())
        .bind(change.action)
        .bind(&change.summary)
        .bind(i64::try_from(change.users).unwrap_or(i64::MAX))
        .bind(change.undo_until.map(Timestamp::as_microsecond))
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// Counts users who were changed, or who were changed back.
pub async fn count_users(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ChangeId,
    more: i64,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE changes SET users = users + $3 WHERE workspace_id = $1 AND id = $2";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(id.to_string())
        .bind(more)
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes that `id` is taken back by `by`.
pub async fn mark_undone(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ChangeId,
    by: ChangeId,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE changes SET undone_by = $3 WHERE workspace_id = $1 AND id = $2";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(id.to_string())
        .bind(by.to_string())
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// Which changes are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Which {
    /// Only this operator's.
    pub of: Option<AccountId>,
    /// Only those that can still be taken back at that instant.
    pub undoable_at: Option<Timestamp>,
    /// Only this one.
    pub only: Option<ChangeId>,
    /// Only those before this one.
    pub before: Option<ChangeId>,
}

type Row = (String, i64, String, String, String, i64, Option<i64>, Option<String>);

/// Up to `most` changes, the latest first. Those that changed nobody are left out.
pub async fn list(
    tx: &mut Tx,
    workspace: WorkspaceId,
    which: Which,
    most: i64,
) -> Result<Vec<MadeChange>, StoreError> {
    let mut statement = Statement::new(
        "SELECT id, at, actor, action, summary, users, undo_until, undone_by FROM changes WHERE workspace_id = ",
    );
    statement.bind(workspace.to_string()).push(" AND users > 0");
    if let Some(account) = which.of {
        statement.push(" AND actor_id = ").bind(account.to_string());
    }
    if let Some(now) = which.undoable_at {
        statement.push(" AND undone_by IS NULL AND undo_until > ").bind(now.as_microsecond());
    }
    if let Some(only) = which.only {
        statement.push(" AND id = ").bind(only.to_string());
    }
    if let Some(before) = which.before {
        statement.push(" AND id < ").bind(before.to_string());
    }
    statement.push(" ORDER BY id DESC LIMIT ").bind(most);
    let rows: Vec<Row> = fetch_all!(tx, statement)?;
    let made = |(id, at, by, action, summary, users, undo_until, undone_by): Row| {
        Ok(MadeChange {
            id: parse(&id)?,
            at: instant(at)?,
            by: by.into(),
            action: action.into(),
            summary: summary.into(),
            users: count(users)?,
            undo_until: instant_some(undo_until)?,
            undone: parse_some::<ChangeId>(undone_by.as_deref())?.is_some(),
        })
    };
    rows.into_iter().map(made).collect()
}

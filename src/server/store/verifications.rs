//! SQL of verifications: the codes that were sent, and the tries made with them.

use jiff::Timestamp;

use super::registration::change;
use super::value::{count, instant, parse};
use super::{StoreError, Tx, on_engine};
use crate::domain::ids::{UserId, VerificationId, WorkspaceId};

/// A verification of an address.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The verification.
    pub id: VerificationId,
    /// The user whose address it is.
    pub user: UserId,
    /// Wrong codes typed.
    pub attempts: u32,
    /// Whether it verified the user.
    pub used: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its code and link end.
    pub ends_at: Timestamp,
}

type VerificationRow = (String, String, i64, i64, i64, i64);

/// The verification `id` of `workspace`.
pub async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: VerificationId,
) -> Result<Option<Verification>, StoreError> {
    const SQL: &str = "SELECT id, user_id, attempts, used, created_at, ends_at FROM verifications \
        WHERE workspace_id = $1 AND id = $2";
    let row: Option<VerificationRow> = on_engine!(tx, |conn| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(id.to_string())
        .fetch_optional(conn)
        .await)?;
    row.map(verification).transpose()
}

/// The verification that was made last for `user`; ids are ordered by time.
pub async fn latest(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<Option<Verification>, StoreError> {
    const SQL: &str = "SELECT id, user_id, attempts, used, created_at, ends_at FROM verifications \
        WHERE workspace_id = $1 AND user_id = $2 ORDER BY created_at DESC, id DESC LIMIT 1";
    let row: Option<VerificationRow> = on_engine!(tx, |conn| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .fetch_optional(conn)
        .await)?;
    row.map(verification).transpose()
}

fn verification(row: VerificationRow) -> Result<Verification, StoreError> {
    let (id, owner, attempts, used, created_at, ends_at) = row;
    Ok(Verification {
        id: parse(&id)?,
        user: parse(&owner)?,
        attempts: count(attempts)?,
        used: used != 0,
        created_at: instant(created_at)?,
        ends_at: instant(ends_at)?,
    })
}

/// How many verifications were made for `user` after `since`.
pub async fn count_since(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    since: Timestamp,
) -> Result<u32, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM verifications \
        WHERE workspace_id = $1 AND user_id = $2 AND created_at > $3";
    let (sent,): (i64,) = on_engine!(tx, |conn| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .bind(since.as_microsecond())
        .fetch_one(conn)
        .await)?;
    count(sent)
}

/// Stores a verification.
pub async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    verification: &Verification,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO verifications (workspace_id, id, user_id, created_at, ends_at) \
        VALUES ($1, $2, $3, $4, $5)";
    on_engine!(tx, |conn| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(verification.id.to_string())
        .bind(verification.user.to_string())
        .bind(verification.created_at.as_microsecond())
        .bind(verification.ends_at.as_microsecond())
        .execute(conn)
        .await
        .map(drop))?;
    Ok(())
}

/// Counts a wrong code.
pub async fn count_try(tx: &mut Tx, workspace: WorkspaceId, id: VerificationId) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE verifications SET attempts = attempts + 1 WHERE workspace_id = $1 AND id = $2";
    change(tx, SQL, workspace, &id.to_string()).await
}

/// Marks a verification as the one that verified.
pub async fn mark_used(tx: &mut Tx, workspace: WorkspaceId, id: VerificationId) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE verifications SET used = 1 WHERE workspace_id = $1 AND id = $2";
    change(tx, SQL, workspace, &id.to_string()).await
}

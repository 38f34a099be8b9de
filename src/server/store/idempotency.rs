//! SQL of idempotency keys (DESIGN R15).

use jiff::Timestamp;

use super::{StoreError, Tx, on_engine};
use crate::domain::ids::{AccountId, WorkspaceId};

/// A change as it is remembered.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Who sent it.
    pub account: AccountId,
    /// Under which key.
    pub key: String,
    /// Which operation.
    pub operation: &'static str,
    /// What was asked, as a hash.
    pub fingerprint: String,
}

/// What was answered to a key: the fingerprint of the question, and the answer as JSON.
pub async fn answered(
    tx: &mut Tx,
    workspace: WorkspaceId,
    sent: &Sent,
) -> Result<Option<(String, String)>, StoreError> {
    const SQL: &str = "SELECT fingerprint, reply FROM idempotency_keys \
        WHERE workspace_id = $1 AND account_id = $2 AND key = $3";
    Ok(on_engine!(tx, |connection| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(sent.account.to_string())
        .bind(&sent.key)
        .fetch_optional(connection)
        .await)?)
}

/// Remembers the answer to `sent`, in the transaction of the change.
pub async fn remember(
    tx: &mut Tx,
    workspace: WorkspaceId,
    sent: &Sent,
    reply: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO idempotency_keys \
        (workspace_id, account_id, key, operation, fingerprint, reply, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(sent.account.to_string())
        .bind(&sent.key)
        .bind(sent.operation)
        .bind(&sent.fingerprint)
        .bind(reply)
        .bind(now.as_microsecond())
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// Forgets keys made before `before`.
pub async fn forget(tx: &mut Tx, workspace: WorkspaceId, before: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "DELETE FROM idempotency_keys WHERE workspace_id = $1 AND created_at < $2";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(before.as_microsecond())
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

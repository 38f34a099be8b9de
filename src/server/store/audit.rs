//! SQL of the record: entries are added, never changed (DESIGN R13).

use jiff::Timestamp;

use super::{StoreError, Tx, micros, on_engine};
use crate::domain::ids::{AccountId, AuditId, UserId, WorkspaceId};

/// One entry, to be added.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// Its id.
    pub id: AuditId,
    /// The user it is about.
    pub user: Option<UserId>,
    /// When it happened.
    pub at: Timestamp,
    /// The address of who did it.
    pub actor: String,
    /// The account of who did it, where there is one.
    pub actor_id: Option<AccountId>,
    /// From where: which door, and the address of the other end.
    pub origin: String,
    /// What was done, for programs: `invitation.accepted`.
    pub action: String,
    /// What was done, for people.
    pub summary: String,
    /// The fields that changed, before, as JSON.
    pub before: Option<String>,
    /// The same fields, after.
    pub after: Option<String>,
}

/// Adds `entry` to the record of `workspace`.
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, entry: &NewEntry) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO audit \
        (workspace_id, id, user_id, at, actor, actor_id, origin, action, summary, before, after) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    on_engine!(tx, |conn| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(entry.id.to_string())
        .bind(entry.user.map(|user| user.to_string()))
        .bind(micros(entry.at))
        .bind(&entry.actor)
        .bind(entry.actor_id.map(|actor| actor.to_string()))
        .bind(&entry.origin)
        .bind(&entry.action)
        .bind(&entry.summary)
        .bind(entry.before.as_deref())
        .bind(entry.after.as_deref())
        .execute(conn)
        .await
        .map(drop))?;
    Ok(())
}

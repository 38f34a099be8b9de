//! stand-in
use super::{StoreError, Tx, on_engine};
use crate::domain::ids::{AccountId, AuditId, UserId, WorkspaceId};
/// e
#[expect(missing_docs, reason = "stand-in")]
pub struct NewEntry {
    pub id: AuditId,
    pub user: Option<UserId>,
    pub at: jiff::Timestamp,
    pub actor: String,
    pub actor_id: Option<AccountId>,
    pub origin: String,
    pub action: String,
    pub summary: String,
    pub before: Option<String>,
    pub after: Option<String>,
}
/// i
pub async fn insert(tx: &mut Tx, w: WorkspaceId, e: &NewEntry) -> Result<(), StoreError> {
    on_engine!(tx, |conn| sqlx::query("INSERT INTO audit VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)")
        .bind(w.to_string())
        .bind(e.id.to_string())
        .bind(e.user.map(|u| u.to_string()))
        .bind(e.at.as_microsecond())
        .bind(&e.actor)
        .bind(e.actor_id.map(|u| u.to_string()))
        .bind(&e.origin)
        .bind(&e.action)
        .bind(&e.summary)
        .bind(e.before.as_deref())
        .bind(e.after.as_deref())
        .execute(conn)
        .await
        .map(drop))?;
    Ok(())
}

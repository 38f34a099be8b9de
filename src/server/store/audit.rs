//! SQL of the record (DESIGN R13).

use jiff::Timestamp;

use super::value::{instant, parse};
use super::{StoreError, Tx, on_engine};
use crate::api::users::AuditEntry;
use crate::domain::ids::{AccountId, AuditId, UserId, WorkspaceId};

/// An entry to be written.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The entry.
    pub id: AuditId,
    /// The user it is about.
    pub user: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// Who: an address, or `system`.
    pub actor: String,
    /// The operator's account.
    pub actor_id: Option<AccountId>,
    /// From where.
    pub origin: String,
    /// What, for programs.
    pub action: String,
    /// What, for people.
    pub summary: String,
    /// What it was, as JSON.
    pub before: Option<String>,
    /// What it is, as JSON.
    pub after: Option<String>,
}

/// Writes `entry` into the record of `workspace`.
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, entry: &NewEntry) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO audit \
        (workspace_id, id, user_id, at, actor, actor_id, origin, action, summary, before, after) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(entry.id.to_string())
        .bind(entry.user.map(|id| id.to_string()))
        .bind(entry.at.as_microsecond())
        .bind(&entry.actor)
        .bind(entry.actor_id.map(|id| id.to_string()))
        .bind(&entry.origin)
        .bind(&entry.action)
        .bind(&entry.summary)
        .bind(entry.before.as_deref())
        .bind(entry.after.as_deref())
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

type Row = (String, i64, String, String, String, String, Option<String>, Option<String>);

/// Up to `most` entries about `user` that are older than `before`, the latest first.
pub async fn of_user(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    before: Option<AuditId>,
    most: i64,
) -> Result<Vec<AuditEntry>, StoreError> {
    const SQL: &str = "SELECT id, at, actor, origin, action, summary, before, after FROM audit \
        WHERE workspace_id = $1 AND user_id = $2 AND ($3 = '' OR id < $3) ORDER BY id DESC LIMIT $4";
    let rows: Vec<Row> = on_engine!(tx, |connection| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .bind(before.map(|id| id.to_string()).unwrap_or_default())
        .bind(most)
        .fetch_all(connection)
        .await)?;
    let json = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
    let entry = |(id, at, actor, origin, action, summary, before, after): Row| {
        Ok(AuditEntry {
            id: parse(&id)?,
            at: instant(at)?,
            actor: actor.into(),
            origin: origin.into(),
            action: action.into(),
            summary: summary.into(),
            before: json(before),
            after: json(after),
        })
    };
    rows.into_iter().map(entry).collect()
}

//! SQL of the record (DESIGN R13).

use jiff::Timestamp;

use super::search::{Viewpoint, escaped, push_scope};
use super::statement::{Statement, fetch_all};
use super::value::{instant, parse, parse_some};
use super::{StoreError, Tx, on_engine};
use crate::api::audit::WorkspaceAuditEntry;
use crate::api::users::AuditEntry;
use crate::domain::ids::{AccountId, AuditId, ChangeId, UserId, WorkspaceId};

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
    /// The change that it belongs to.
    pub change: Option<ChangeId>,
}

/// Writes `entry` into the record of `workspace`.
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, entry: &NewEntry) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO audit \
        (workspace_id, id, user_id, at, actor, actor_id, origin, action, summary, before, after, change_id) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    if let Some(user) = entry.user {
        tx.touch_user(workspace, user, None);
    }
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
        .bind(entry.change.map(|id| id.to_string()))
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

type Row = (
    String,
    i64,
    String,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

const COLUMNS: &str = "SELECT a.id, a.at, a.actor, a.origin, a.action, a.summary, a.before, a.after, \
    a.user_id, a.change_id, u.email FROM audit a \
    LEFT JOIN users u ON u.workspace_id = a.workspace_id AND u.id = a.user_id WHERE a.workspace_id = ";

/// Up to `most` entries about `user` that are older than `before`, the latest first.
pub async fn of_user(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    before: Option<AuditId>,
    most: i64,
) -> Result<Vec<AuditEntry>, StoreError> {
    let mut statement = Statement::new(COLUMNS);
    statement.bind(workspace.to_string()).push(" AND a.user_id = ").bind(user.to_string());
    push_before(&mut statement, before, most);
    let rows: Vec<Row> = fetch_all!(tx, statement)?;
    rows.into_iter().map(|row| Ok(entry(row)?.entry)).collect()
}

/// Up to `most` entries that are older than `before` and that the viewpoint sees, the latest first;
/// those by `operator` and of `kind`, where given.
pub async fn of_workspace(
    tx: &mut Tx,
    view: Viewpoint,
    (operator, kind): (Option<&str>, Option<&str>),
    before: Option<AuditId>,
    most: i64,
) -> Result<Vec<WorkspaceAuditEntry>, StoreError> {
    let mut statement = Statement::new(COLUMNS);
    statement.bind(view.workspace.to_string());
    if view.manager.is_some() {
        statement.push(" AND a.user_id IS NOT NULL AND ");
        push_scope(&mut statement, view);
    }
    if let Some(operator) = operator {
        statement.push(" AND a.actor = ").bind(operator);
    }
    if let Some(kind) = kind {
        statement.push(" AND (a.action = ").bind(kind).push(" OR a.action LIKE ");
        statement.bind(format!("{}.%", escaped(kind))).push(" ESCAPE '\\')");
    }
    push_before(&mut statement, before, most);
    let rows: Vec<Row> = fetch_all!(tx, statement)?;
    rows.into_iter().map(entry).collect()
}

fn push_before(statement: &mut Statement, before: Option<AuditId>, most: i64) {
    if let Some(before) = before {
        statement.push(" AND a.id < ").bind(before.to_string());
    }
    statement.push(" ORDER BY a.id DESC LIMIT ").bind(most);
}

fn entry(row: Row) -> Result<WorkspaceAuditEntry, StoreError> {
    let (id, at, actor, origin, action, summary, before, after, user, change, email) = row;
    let json = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
    let entry = AuditEntry {
        id: parse(&id)?,
        at: instant(at)?,
        actor: actor.into(),
        origin: origin.into(),
        action: action.into(),
        summary: summary.into(),
        before: json(before),
        after: json(after),
        user_id: parse_some(user.as_deref())?,
        change: parse_some(change.as_deref())?,
    };
    Ok(WorkspaceAuditEntry { entry, email: email.map(Into::into) })
}

/// What an entry of a change keeps of `user`: what was before, and what was after, as JSON.
pub async fn of_change(
    tx: &mut Tx,
    workspace: WorkspaceId,
    change: ChangeId,
    user: UserId,
) -> Result<Option<(String, String)>, StoreError> {
    const SQL: &str = "SELECT before, after FROM audit \
        WHERE workspace_id = $1 AND change_id = $2 AND user_id = $3 \
        AND before IS NOT NULL AND after IS NOT NULL ORDER BY id DESC LIMIT 1";
    Ok(on_engine!(tx, |connection| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(change.to_string())
        .bind(user.to_string())
        .fetch_optional(connection)
        .await)?)
}

/// Who last changed `user`, besides the change `but`.
pub async fn last_actor(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    but: ChangeId,
) -> Result<Option<String>, StoreError> {
    const SQL: &str = "SELECT actor FROM audit WHERE workspace_id = $1 AND user_id = $2 \
        AND (change_id IS NULL OR change_id <> $3) AND after IS NOT NULL ORDER BY id DESC LIMIT 1";
    let row: Option<(String,)> = on_engine!(tx, |connection| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .bind(but.to_string())
        .fetch_optional(connection)
        .await)?;
    Ok(row.map(|(actor,)| actor))
}

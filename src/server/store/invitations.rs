//! SQL of invitations and their mails.

use jiff::Timestamp;

use super::value::{corrupt, count, instant, instant_some, parse};
use super::{StoreError, Tx, on_engine};
use crate::api::users::{Delivery, DeliveryState, InvitationInfo, InvitationState};
use crate::domain::ids::{AccountId, InvitationId, UserId, WorkspaceId};

/// An invitation to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewInvitation {
    /// The invitation.
    pub id: InvitationId,
    /// The invitee.
    pub user: UserId,
    /// When.
    pub sent_at: Timestamp,
    /// Who sends it.
    pub sent_by: AccountId,
    /// When its link ends.
    pub link_ends_at: Timestamp,
}

/// Writes an open invitation with its first link.
pub async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    invitation: &NewInvitation,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO invitations \
        (workspace_id, id, user_id, link_number, state, sent_at, sent_by, link_ends_at) \
        VALUES ($1, $2, $3, 1, 'open', $4, $5, $6)";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(invitation.id.to_string())
        .bind(invitation.user.to_string())
        .bind(invitation.sent_at.as_microsecond())
        .bind(invitation.sent_by.to_string())
        .bind(invitation.link_ends_at.as_microsecond())
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// The latest invitation of `user`, and the number of its link.
pub async fn latest(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<Option<(InvitationInfo, u32)>, StoreError> {
    const SQL: &str = "SELECT i.id, i.state, i.sent_at, a.email, i.link_ends_at, i.link_number \
        FROM invitations i LEFT JOIN accounts a ON a.id = i.sent_by \
        WHERE i.workspace_id = $1 AND i.user_id = $2 ORDER BY i.id DESC LIMIT 1";
    type Row = (String, String, i64, Option<String>, i64, i64);
    let row: Option<Row> = on_engine!(tx, |connection| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .fetch_optional(connection)
        .await)?;
    let Some((id, state, sent_at, sent_by, link_ends_at, link_number)) = row else { return Ok(None) };
    let info = InvitationInfo {
        id: parse(&id)?,
        state: InvitationState::from_name(&state).ok_or_else(|| corrupt(&state))?,
        sent_at: instant(sent_at)?,
        sent_by: sent_by.map(Into::into),
        link_ends_at: instant(link_ends_at)?,
    };
    Ok(Some((info, count(link_number)?)))
}

type LetterRow = (String, String, String, i64, i64, i64, Option<i64>, Option<String>);

/// The mails to `user`, the latest first.
pub async fn deliveries(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<Vec<Delivery>, StoreError> {
    const SQL: &str = "SELECT id, kind, state, attempts, created_at, due_at, settled_at, answer FROM letters \
        WHERE workspace_id = $1 AND user_id = $2 ORDER BY id DESC LIMIT 50";
    let rows: Vec<LetterRow> = on_engine!(tx, |connection| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .fetch_all(connection)
        .await)?;
    rows.into_iter().map(delivery).collect()
}

fn delivery(row: LetterRow) -> Result<Delivery, StoreError> {
    let (id, kind, state, attempts, created_at, due_at, settled_at, answer) = row;
    let state = DeliveryState::from_name(&state).ok_or_else(|| corrupt(&state))?;
    let waits = state == DeliveryState::Queued;
    // What goes ahead of others was due before there was anything to send.
    let due_at = due_at.max(created_at);
    Ok(Delivery {
        id: parse(&id)?,
        kind: kind.into(),
        state,
        at: instant_some(settled_at)?.map_or_else(|| instant(created_at), Ok)?,
        next_try_at: if waits { Some(instant(due_at)?) } else { None },
        attempts: count(attempts)?,
        answer: answer.map(Into::into),
    })
}

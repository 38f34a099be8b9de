//! SQL of changes of users: state, invitation, placement.

use jiff::Timestamp;
use jiff::civil::Date;

use super::user_list::row::state_named;
use super::value::{count, instant_some};
use super::{StoreError, Tx, on_engine};
use crate::api::users::InvitationState;
use crate::domain::ids::{AccountId, GroupId, InvitationId, UnitId, UserId, WorkspaceId};
use crate::domain::role::Roles;
use crate::domain::status::UserState;

/// What is stored of a user beside what the contract shows.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    /// The state.
    pub state: UserState,
    /// Whether the user has ever been active.
    pub is_verified: bool,
    /// When access ends.
    pub ends_at: Option<Timestamp>,
}

/// What is stored of `user`.
pub async fn stored(tx: &mut Tx, workspace: WorkspaceId, user: UserId) -> Result<Option<Stored>, StoreError> {
    const SQL: &str = "SELECT state, account_id, ends_at FROM users WHERE workspace_id = $1 AND id = $2";
    let row: Option<(String, Option<String>, Option<i64>)> = on_engine!(tx, |connection| {
        sqlx::query_as(SQL)
            .bind(workspace.to_string())
            .bind(user.to_string())
            .fetch_optional(connection)
            .await
    })?;
    let Some((state, account, ends_at)) = row else { return Ok(None) };
    Ok(Some(Stored {
        state: state_named(&state)?,
        is_verified: account.is_some(),
        ends_at: instant_some(ends_at)?,
    }))
}

/// Gives `user` another state.
pub async fn set_state(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    state: UserState,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE users SET state = $3, listed_as = $3, version = version + 1 \
        WHERE workspace_id = $1 AND id = $2";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .bind(state.as_str())
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// Makes `user` invited, with a link that ends at `link_ends_at`.
pub async fn make_invited(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    invited_at: Timestamp,
    link_ends_at: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE users SET state = 'invited', listed_as = 'invited', invited_at = $3, \
        link_ends_at = $4, version = version + 1 WHERE workspace_id = $1 AND id = $2";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .bind(invited_at.as_microsecond())
        .bind(link_ends_at.as_microsecond())
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// An invitation that is sent again.
#[derive(Clone, Copy, Debug)]
pub struct Resent {
    /// The invitation.
    pub id: InvitationId,
    /// The number of its link: another number makes the link before it dead.
    pub link_number: u32,
    /// When.
    pub sent_at: Timestamp,
    /// Who sends it.
    pub sent_by: AccountId,
    /// When the link ends.
    pub link_ends_at: Timestamp,
}

/// Opens an invitation again, or for longer.
pub async fn reopen(tx: &mut Tx, workspace: WorkspaceId, resent: &Resent) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE invitations SET state = 'open', link_number = $3, sent_at = $4, sent_by = $5, \
        link_ends_at = $6 WHERE workspace_id = $1 AND id = $2";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(resent.id.to_string())
        .bind(i64::from(resent.link_number))
        .bind(resent.sent_at.as_microsecond())
        .bind(resent.sent_by.to_string())
        .bind(resent.link_ends_at.as_microsecond())
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// Gives an invitation another state.
pub async fn set_invitation_state(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: InvitationId,
    state: InvitationState,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE invitations SET state = $3 WHERE workspace_id = $1 AND id = $2";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(id.to_string())
        .bind(state.as_str())
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// When a mail to `user` was last put into the outbox.
pub async fn last_letter(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<Option<Timestamp>, StoreError> {
    const SQL: &str = "SELECT MAX(created_at) FROM letters WHERE workspace_id = $1 AND user_id = $2";
    let (at,): (Option<i64>,) = on_engine!(tx, |connection| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .fetch_one(connection)
        .await)?;
    instant_some(at)
}

/// How many Admins besides `user` can enter at `now`.
pub async fn other_admins(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM users WHERE workspace_id = $1 AND id <> $2 \
        AND state = 'active' AND roles >= 4 AND (roles & 4) <> 0 AND (ends_at IS NULL OR ends_at > $3)";
    let (admins,): (i64,) = on_engine!(tx, |connection| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .bind(now.as_microsecond())
        .fetch_one(connection)
        .await)?;
    count(admins)
}

/// What stands in the row of a user and can be edited.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The roles.
    pub roles: Roles,
    /// The unit, with its key in the order of the tree.
    pub unit: Option<(UnitId, String)>,
    /// The last day of access, and the instant at which it ends.
    pub expires: Option<(Date, Timestamp)>,
}

/// Writes `placed` into the row of `user`.
pub async fn place(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    placed: &Placed,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE users SET roles = $3, unit_id = $4, unit_key = $5, expires_on = $6, ends_at = $7, \
        listed_as = state, version = version + 1 WHERE workspace_id = $1 AND id = $2";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .bind(i64::from(placed.roles.bits()))
        .bind(placed.unit.as_ref().map(|(id, _)| id.to_string()))
        .bind(placed.unit.as_ref().map_or("", |(_, key)| key.as_str()))
        .bind(placed.expires.map(|(date, _)| date.to_string()))
        .bind(placed.expires.map(|(_, end)| end.as_microsecond()))
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// Lets `user` manage these units and no others.
pub async fn set_units_managed(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    units: &[UnitId],
) -> Result<(), StoreError> {
    const SQL: &str = "DELETE FROM units_managed WHERE workspace_id = $1 AND user_id = $2";
    super::registration::change(tx, SQL, workspace, &user.to_string()).await?;
    for unit in units {
        super::placement::add_unit_managed(tx, workspace, user, *unit).await?;
    }
    Ok(())
}

/// Puts `user` into these groups and no others.
pub async fn set_groups(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    groups: &[GroupId],
) -> Result<(), StoreError> {
    const SQL: &str = "DELETE FROM group_users WHERE workspace_id = $1 AND user_id = $2";
    super::registration::change(tx, SQL, workspace, &user.to_string()).await?;
    super::placement::add_to_groups(tx, workspace, user, groups.iter().copied()).await
}

//! SQL of users: reading pages and one, and writing a new one.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::placement;
use super::search::{Viewpoint, push_scope};
use super::statement::{Statement, fetch_all};
use super::user_list::order::SortKeys;
use super::user_list::row::{COLUMNS, UNITS, UserRow, state_named};
use super::value::{instant_some, parse, parse_some};
use super::words::sought;
use super::{StoreError, Tx, on_engine};
use crate::api::users::{User, UserOrder};
use crate::domain::email::EmailAddress;
use crate::domain::ids::{AccountId, UnitId, UserId, WorkspaceId};
use crate::domain::role::{Role, Roles};
use crate::domain::search_key::{name_key, search_text};
use crate::domain::status::UserStatus;

/// The user `id`, where the viewpoint sees them; deleted ones too.
pub async fn find(tx: &mut Tx, view: Viewpoint, id: UserId) -> Result<Option<User>, StoreError> {
    let mut statement = Statement::new(COLUMNS);
    statement.push(" FROM users u").push(UNITS).push(" WHERE ");
    push_scope(&mut statement, view);
    statement.push(" AND u.id = ").bind(id.to_string());
    let rows: Vec<UserRow> = fetch_all!(tx, statement)?;
    let rows = rows
        .into_iter()
        .map(|row| row.keyed(UserOrder::default(), view.now))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(with_placement(tx, view.workspace, rows).await?.pop().map(|(_, user)| user))
}

/// Those of `ids` whom the viewpoint sees; deleted ones too.
pub async fn visible(tx: &mut Tx, view: Viewpoint, ids: &[UserId]) -> Result<HashSet<UserId>, StoreError> {
    let mut statement = Statement::new("SELECT u.id FROM users u WHERE ");
    push_scope(&mut statement, view);
    statement.push(" AND u.id IN ").bind_all(ids.iter().map(ToString::to_string));
    let rows: Vec<(String,)> = fetch_all!(tx, statement)?;
    rows.iter().map(|(id,)| parse(id)).collect()
}

/// The id and status of the user with the address key `email_key`, whoever looks, and the unit.
pub async fn with_email(
    tx: &mut Tx,
    workspace: WorkspaceId,
    email_key: &str,
    now: Timestamp,
) -> Result<Option<(UserId, UserStatus, Option<UnitId>)>, StoreError> {
    const SQL: &str =
        "SELECT id, state, ends_at, unit_id FROM users WHERE workspace_id = $1 AND email_key = $2";
    let row: Option<(String, String, Option<i64>, Option<String>)> = on_engine!(tx, |connection| {
        sqlx::query_as(SQL).bind(workspace.to_string()).bind(email_key).fetch_optional(connection).await
    })?;
    let Some((id, state, ends_at, unit)) = row else { return Ok(None) };
    let status = UserStatus::of(state_named(&state)?, instant_some(ends_at)?, now);
    Ok(Some((parse(&id)?, status, parse_some(unit.as_deref())?)))
}

/// An invited user to be written.
#[derive(Clone, Debug)]
pub struct NewInvitee {
    /// The user.
    pub id: UserId,
    /// The account, where the address has one (DESIGN R4).
    pub account: Option<AccountId>,
    /// The address.
    pub email: EmailAddress,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The roles.
    pub roles: Roles,
    /// The unit, with its key in the order of the tree.
    pub unit: Option<(UnitId, String)>,
    /// The last day of access, and the instant at which it ends.
    pub expires: Option<(Date, Timestamp)>,
    /// When.
    pub invited_at: Timestamp,
    /// When the link ends.
    pub link_ends_at: Timestamp,
}

/// Writes an invited user, with the mail to them waiting: it is put into the outbox by the same transaction.
///
/// # Errors
/// [`StoreError::Duplicate`] when the address is a user of the workspace already.
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, user: &NewInvitee) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO users (workspace_id, id, email, email_key, first_name, last_name, \
        name_key, search_text, state, roles, unit_id, unit_key, expires_on, ends_at, invited_at, \
        link_ends_at, version, created_at, delivery, listed_as) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'invited', $9, $10, $11, $12, $13, $14, $15, 1, $14, 1, \
        'invited')";
    let NewInvitee { first_name, last_name, email, .. } = user;
    let (key, text) = (name_key(first_name, last_name), search_text(first_name, last_name, email.as_str()));
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(user.id.to_string())
        .bind(user.email.as_str())
        .bind(user.email.key())
        .bind(&user.first_name)
        .bind(&user.last_name)
        .bind(&key)
        .bind(&text)
        .bind(i64::from(user.roles.bits()))
        .bind(user.unit.as_ref().map(|(id, _)| id.to_string()))
        .bind(user.unit.as_ref().map_or("", |(_, key)| key.as_str()))
        .bind(user.expires.map(|(date, _)| date.to_string()))
        .bind(user.expires.map(|(_, end)| end.as_microsecond()))
        .bind(user.invited_at.as_microsecond())
        .bind(user.link_ends_at.as_microsecond())
        .execute(connection)
        .await
        .map(drop))?;
    sought::insert(tx, workspace, &key, &text).await
}

/// Adds what stands in other tables, with a statement for each of them that has any.
pub(super) async fn with_placement(
    tx: &mut Tx,
    workspace: WorkspaceId,
    mut rows: Vec<(SortKeys, User)>,
) -> Result<Vec<(SortKeys, User)>, StoreError> {
    let those = |which: fn(&User) -> bool| -> Vec<UserId> {
        rows.iter().map(|(_, user)| user).filter(|user| which(user)).map(|user| user.id).collect()
    };
    let (all, managers) = (those(|_| true), those(|user| user.roles.contains(Role::Manager)));
    let cancelled = those(|user| user.status == UserStatus::Cancelled);
    let mut groups = placement::groups(tx, workspace, &all).await?;
    let mut managed = placement::units_managed(tx, workspace, &managers).await?;
    let declined = placement::declined(tx, workspace, &cancelled).await?;
    for (_, user) in &mut rows {
        user.units_managed = managed.remove(&user.id).unwrap_or_default();
        user.groups = groups.remove(&user.id).unwrap_or_default();
        user.declined = declined.contains(&user.id);
    }
    Ok(rows)
}

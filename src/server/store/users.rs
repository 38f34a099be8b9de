//! SQL of users: reading pages, counts and one, and writing a new one.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::order::{SortKeys, push_after, push_order, push_sort_keys};
use super::placement;
use super::search::{Viewpoint, push_filter, push_invited, push_scope, push_status, status_numbered};
use super::statement::{Statement, fetch_all};
use super::user_row::{COLUMNS, TABLES, UserRow, state_named};
use super::value::{corrupt, count, instant_some, parse, parse_some};
use super::{StoreError, Tx, on_engine};
use crate::api::users::{User, UserCounts, UserFilter, UserOrder};
use crate::domain::email::EmailAddress;
use crate::domain::ids::{AccountId, UnitId, UserId, WorkspaceId};
use crate::domain::role::Roles;
use crate::domain::search_key::fold;
use crate::domain::status::UserStatus;

/// Up to `most` users that `filter` lets through, after the place `after`, each with its sort keys.
pub async fn page(
    tx: &mut Tx,
    view: Viewpoint,
    (filter, order): (&UserFilter, UserOrder),
    after: Option<(SortKeys, UserId)>,
    most: i64,
) -> Result<Vec<(SortKeys, User)>, StoreError> {
    let mut statement = Statement::new(COLUMNS);
    push_sort_keys(&mut statement, order, view.now);
    statement.push(TABLES);
    push_scope(&mut statement, view);
    push_filter(&mut statement, filter, view);
    if let Some(after) = after {
        push_after(&mut statement, order, &after, view.now);
    }
    push_order(&mut statement, order);
    statement.push(" LIMIT ").bind(most);
    let rows: Vec<UserRow> = fetch_all!(tx, statement)?;
    let rows = rows.into_iter().map(|row| row.keyed(order, view.now)).collect::<Result<Vec<_>, _>>()?;
    with_placement(tx, view.workspace, rows).await
}

/// The user `id`, where the viewpoint sees them; deleted ones too.
pub async fn find(tx: &mut Tx, view: Viewpoint, id: UserId) -> Result<Option<User>, StoreError> {
    let order = UserOrder::default();
    let mut statement = Statement::new(COLUMNS);
    push_sort_keys(&mut statement, order, view.now);
    statement.push(TABLES);
    push_scope(&mut statement, view);
    statement.push(" AND u.id = ").bind(id.to_string());
    let rows: Vec<UserRow> = fetch_all!(tx, statement)?;
    let rows = rows.into_iter().map(|row| row.keyed(order, view.now)).collect::<Result<Vec<_>, _>>()?;
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

/// How many users `filter` lets through, by status. The deleted are counted when no status is
/// asked for, but are no part of the total.
pub async fn counts(tx: &mut Tx, view: Viewpoint, filter: &UserFilter) -> Result<UserCounts, StoreError> {
    let mut filter = filter.clone();
    if filter.status.is_empty() {
        filter.status.0 = UserStatus::ALL.to_vec();
    }
    let mut statement = Statement::new("SELECT CAST(");
    push_status(&mut statement, view.now);
    statement.push(" AS BIGINT), COUNT(*), CAST(SUM(CASE WHEN ");
    push_invited(&mut statement, view.now);
    statement.push(" AND u.link_ends_at <= ").bind(view.now.as_microsecond());
    statement.push(" THEN 1 ELSE 0 END) AS BIGINT) FROM users u WHERE ");
    push_scope(&mut statement, view);
    push_filter(&mut statement, &filter, view);
    statement.push(" GROUP BY 1");
    let rows: Vec<(i64, i64, i64)> = fetch_all!(tx, statement)?;
    let mut counts = UserCounts::default();
    for (status, users, link_expired) in rows {
        let users: u64 = count(users)?;
        let status = status_numbered(status).ok_or_else(|| corrupt(&status))?;
        *slot(&mut counts, status) += users;
        counts.link_expired += count::<u64>(link_expired)?;
        if status != UserStatus::Deleted {
            counts.total += users;
        }
    }
    Ok(counts)
}

fn slot(counts: &mut UserCounts, status: UserStatus) -> &mut u64 {
    match status {
        UserStatus::Active => &mut counts.active,
        UserStatus::Invited => &mut counts.invited,
        UserStatus::Pending => &mut counts.pending,
        UserStatus::Cancelled => &mut counts.cancelled,
        UserStatus::Expired => &mut counts.expired,
        UserStatus::Deleted => &mut counts.deleted,
    }
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

/// Writes an invited user.
///
/// # Errors
/// [`StoreError::Duplicate`] when the address is a user of the workspace already.
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, user: &NewInvitee) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO users (workspace_id, id, email, email_key, first_name, last_name, \
        name_key, search_text, state, roles, unit_id, unit_key, expires_on, ends_at, invited_at, \
        link_ends_at, version, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'invited', $9, $10, $11, $12, $13, $14, $15, 1, $14)";
    let name = format!("{} {}", user.first_name, user.last_name);
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(user.id.to_string())
        .bind(user.email.as_str())
        .bind(user.email.key())
        .bind(&user.first_name)
        .bind(&user.last_name)
        .bind(fold(&name))
        .bind(fold(&format!("{name} {}", user.email)))
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
    Ok(())
}

/// Adds what stands in other tables, with one statement for each of them.
async fn with_placement(
    tx: &mut Tx,
    workspace: WorkspaceId,
    mut rows: Vec<(SortKeys, User)>,
) -> Result<Vec<(SortKeys, User)>, StoreError> {
    let ids: Vec<UserId> = rows.iter().map(|(_, user)| user.id).collect();
    if ids.is_empty() {
        return Ok(rows);
    }
    let mut managed = placement::units_managed(tx, workspace, &ids).await?;
    let mut groups = placement::groups(tx, workspace, &ids).await?;
    let mut deliveries = placement::last_deliveries(tx, workspace, &ids).await?;
    let declined = placement::declined(tx, workspace, &ids).await?;
    for (_, user) in &mut rows {
        user.units_managed = managed.remove(&user.id).unwrap_or_default();
        user.groups = groups.remove(&user.id).unwrap_or_default();
        user.delivery = deliveries.remove(&user.id);
        user.declined = user.status == UserStatus::Cancelled && declined.contains(&user.id);
    }
    Ok(rows)
}

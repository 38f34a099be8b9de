//! SQL of users: reading pages, counts and one, and writing a new one.

use jiff::Timestamp;
use jiff::civil::Date;

use super::placement;
use super::search::{
    SortKey, Viewpoint, push_filter, push_invited, push_scope, push_sort_key, push_status, sorts_by_text,
    status_numbered,
};
use super::statement::{Statement, fetch_all};
use super::value::{corrupt, count, instant, instant_some, parse, parse_some};
use super::{StoreError, Tx, on_engine};
use crate::api::catalogue::UnitRef;
use crate::api::users::{User, UserCounts, UserFilter, UserSort};
use crate::domain::email::EmailAddress;
use crate::domain::ids::{AccountId, UnitId, UserId, WorkspaceId};
use crate::domain::role::Roles;
use crate::domain::search_key::fold;
use crate::domain::status::{UserState, UserStatus};

type Names = (String, String, String, String);
type Unit = (Option<String>, Option<String>, Option<String>);
type Times = (Option<String>, Option<i64>, Option<i64>, Option<i64>, Option<i64>);
/// The columns in the order of [`COLUMNS`], then the sort key.
type Row<K> = (
    String,
    String,
    String,
    String,
    String,
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    i64,
    K,
);

const COLUMNS: &str = "SELECT u.id, u.email, u.first_name, u.last_name, u.state, u.roles, \
    n.id, n.name, n.path, u.expires_on, u.ends_at, u.invited_at, u.link_ends_at, u.last_active_at, u.version, ";
const TABLES: &str =
    " FROM users u LEFT JOIN units n ON n.workspace_id = u.workspace_id AND n.id = u.unit_id WHERE ";

/// Up to `most` users that `filter` lets through, after the place `after`, each with its sort key.
pub async fn page(
    tx: &mut Tx,
    view: Viewpoint,
    (filter, sort): (&UserFilter, UserSort),
    after: Option<(SortKey, UserId)>,
    most: i64,
) -> Result<Vec<(SortKey, User)>, StoreError> {
    let mut statement = Statement::new(COLUMNS);
    push_sort_key(&mut statement, sort, view.now);
    statement.push(TABLES);
    push_scope(&mut statement, view);
    push_filter(&mut statement, filter, view);
    if let Some((key, id)) = after {
        statement.push(" AND (");
        push_sort_key(&mut statement, sort, view.now);
        statement.push(if sort.descending { ", u.id) < (" } else { ", u.id) > (" });
        match key {
            SortKey::Number(number) => statement.bind(number),
            SortKey::Text(text) => statement.bind(text),
        };
        statement.push(", ").bind(id.to_string()).push(")");
    }
    statement.push(if sort.descending {
        " ORDER BY 16 DESC, u.id DESC LIMIT "
    } else {
        " ORDER BY 16, u.id LIMIT "
    });
    statement.bind(most);
    let rows = if sorts_by_text(sort) {
        let rows: Vec<Row<String>> = fetch_all!(tx, statement)?;
        keyed(rows, view.now)?
    } else {
        let rows: Vec<Row<i64>> = fetch_all!(tx, statement)?;
        keyed(rows, view.now)?
    };
    with_placement(tx, view.workspace, rows).await
}

/// The user `id`, where the viewpoint sees them; deleted ones too.
pub async fn find(tx: &mut Tx, view: Viewpoint, id: UserId) -> Result<Option<User>, StoreError> {
    let mut statement = Statement::new(COLUMNS);
    statement.push("u.name_key").push(TABLES);
    push_scope(&mut statement, view);
    statement.push(" AND u.id = ").bind(id.to_string());
    let rows: Vec<Row<String>> = fetch_all!(tx, statement)?;
    let rows = keyed(rows, view.now)?;
    Ok(with_placement(tx, view.workspace, rows).await?.pop().map(|(_, user)| user))
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
    let mut statement = Statement::new("SELECT ");
    push_status(&mut statement, view.now);
    statement.push(", COUNT(*), CAST(SUM(CASE WHEN ");
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

fn keyed<K: Into<SortKey>>(rows: Vec<Row<K>>, now: Timestamp) -> Result<Vec<(SortKey, User)>, StoreError> {
    let keyed = |row: Row<K>| {
        let (
            id,
            email,
            first,
            last,
            state,
            roles,
            unit,
            name,
            path,
            on,
            ends,
            invited,
            link,
            seen,
            version,
            key,
        ) = row;
        let names = (id, email, first, last);
        let user =
            user(names, (state, roles, version), (unit, name, path), (on, ends, invited, link, seen), now)?;
        Ok((key.into(), user))
    };
    rows.into_iter().map(keyed).collect()
}

fn user(
    (id, email, first_name, last_name): Names,
    (state, roles, version): (String, i64, i64),
    (unit, unit_name, unit_path): Unit,
    (expires_on, ends_at, invited_at, link_ends_at, last_active_at): Times,
    now: Timestamp,
) -> Result<User, StoreError> {
    let status = UserStatus::of(state_named(&state)?, instant_some(ends_at)?, now);
    let link_over = link_ends_at.map(instant).transpose()?.is_some_and(|end| end <= now);
    let unit = match (unit, unit_name, unit_path) {
        (Some(id), Some(name), Some(path)) => {
            Some(UnitRef { id: parse(&id)?, name: name.into(), path: path.into() })
        }
        _ => None,
    };
    Ok(User {
        id: parse(&id)?,
        email: email.into(),
        first_name: first_name.into(),
        last_name: last_name.into(),
        status,
        roles: Roles::from_bits(u8::try_from(roles).unwrap_or_default()),
        unit,
        units_managed: Vec::new(),
        groups: Vec::new(),
        expires_on: parse_some(expires_on.as_deref())?,
        version: count(version)?,
        invited_at: instant_some(invited_at)?,
        last_active_at: instant_some(last_active_at)?,
        link_expired: status == UserStatus::Invited && link_over,
        delivery: None,
    })
}

fn state_named(name: &str) -> Result<UserState, StoreError> {
    UserState::from_name(name).ok_or_else(|| corrupt(name))
}

/// Adds what stands in other tables, with one statement for each of them.
async fn with_placement(
    tx: &mut Tx,
    workspace: WorkspaceId,
    mut rows: Vec<(SortKey, User)>,
) -> Result<Vec<(SortKey, User)>, StoreError> {
    let ids: Vec<UserId> = rows.iter().map(|(_, user)| user.id).collect();
    if ids.is_empty() {
        return Ok(rows);
    }
    let mut managed = placement::units_managed(tx, workspace, &ids).await?;
    let mut groups = placement::groups(tx, workspace, &ids).await?;
    let mut deliveries = placement::last_deliveries(tx, workspace, &ids).await?;
    for (_, user) in &mut rows {
        user.units_managed = managed.remove(&user.id).unwrap_or_default();
        user.groups = groups.remove(&user.id).unwrap_or_default();
        user.delivery = deliveries.remove(&user.id);
    }
    Ok(rows)
}

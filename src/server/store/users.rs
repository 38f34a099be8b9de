//! SQL of users: reading pages and one, and writing a new one.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;

use super::order::{SortKeys, Start, sections};
use super::placement;
use super::search::{Viewpoint, push_scope};
use super::sieve::Sieve;
use super::slips;
use super::sources::{Source, are_indexed, fewest, weighed};
use super::statement::{Statement, fetch_all};
use super::user_row::{COLUMNS, UNITS, UserRow, state_named};
use super::value::{instant_some, parse, parse_some};
use super::walk::Stretch;
use super::{StoreError, Tx, TxEngine, on_engine};
use crate::api::users::{User, UserFilter, UserOrder};
use crate::domain::email::EmailAddress;
use crate::domain::ids::{AccountId, UnitId, UserId, WorkspaceId};
use crate::domain::role::{Role, Roles};
use crate::domain::search_key::{name_key, search_text};
use crate::domain::status::UserStatus;

/// Up to `most` users that `filter` lets through, in order, where `start` says, each with its sort keys.
///
/// It costs the same wherever it begins, and about the same however many users there are: each section
/// of the list is read along the index of its order, or, where few pass the filter, from theirs.
pub async fn page(
    tx: &mut Tx,
    view: Viewpoint,
    which: (&UserFilter, UserOrder),
    start: &Start,
    most: i64,
) -> Result<Vec<(SortKeys, User)>, StoreError> {
    page_within(tx, view, which, (start, most), Reach::default()).await
}

/// The same, found so far and no farther.
pub async fn page_within(
    tx: &mut Tx,
    view: Viewpoint,
    (filter, order): (&UserFilter, UserOrder),
    (start, most): (&Start, i64),
    reach: Reach,
) -> Result<Vec<(SortKeys, User)>, StoreError> {
    let sieve = Sieve::of(tx, view, filter).await?;
    let mut rows: Vec<UserRow> = Vec::new();
    let mut start = start.clone();
    for section in sections(order, &start) {
        let rest = most.saturating_sub(i64::try_from(rows.len()).unwrap_or(i64::MAX));
        let mut sieve = sieve.narrowed(&section.only);
        sieve.parts = weighed(tx, &sieve, reach.few).await?;
        let by_statistics = matches!(tx.on, TxEngine::Postgres(_));
        let stretch = Stretch { sieve: &sieve, section: &section, start: &start, most: rest, by_statistics };
        rows.extend(read(tx, stretch, reach).await?);
        if i64::try_from(rows.len()).is_ok_and(|rows| rows >= most) {
            break;
        }
        start = if start.is_back() { Start::Last } else { Start::First };
    }
    if start.is_back() {
        rows.reverse();
    }
    let rows = rows.into_iter().map(|row| row.keyed(order, view.now)).collect::<Result<Vec<_>, _>>()?;
    with_placement(tx, view.workspace, rows).await
}

/// How far a page is sought one way before another is tried. It decides what a page costs, never what
/// stands on it.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// So few are fetched and sorted rather than sought along the order.
    pub few: i64,
    /// So many rows are looked at along the order before that is given up.
    pub far: i64,
    /// The same in SQLite, where the index of the order answers alone. PostgreSQL takes the bound for what
    /// will be looked at, and would rather sort everything.
    pub farther: i64,
    /// The same where the search index is to be asked next, which can't say beforehand how many it gives.
    pub near: i64,
}

impl Default for Reach {
    fn default() -> Self {
        Self { few: 4_000, far: 20_000, farther: 100_000, near: 4_000 }
    }
}

/// Who found so many so near will find a page farther on too.
const DENSE: usize = 10;
/// More are not counted to tell which index gives the fewest.
const MANY: i64 = 300_000;

/// The rows of a stretch. Which way is shorter is found out by trying, within bounds: statistics may be
/// old or missing, and a filter and an order may have everything or nothing to do with each other.
async fn read(tx: &mut Tx, stretch: Stretch<'_>, reach: Reach) -> Result<Vec<UserRow>, StoreError> {
    if stretch.is_empty() {
        return Ok(Vec::new());
    }
    let sieve = stretch.sieve;
    let mut sources = Source::of(sieve);
    // Those who have ended are sought part by part.
    sources.retain(|source| *source != Source::Ends || sieve.expires_before.is_some());
    if let Some((source, count)) = fewest(tx, sieve, &sources, reach.few).await?
        && count <= reach.few
    {
        return Ok(fetch_all!(tx, stretch.fetch(tx, source))?);
    }
    let by_words = are_indexed(&sieve.words);
    if sources.is_empty() && !by_words {
        return Ok(fetch_all!(tx, stretch.walk())?);
    }
    let is_full = |rows: &[UserRow]| i64::try_from(rows.len()).is_ok_and(|rows| rows >= stretch.most);
    let mut bound = match by_words {
        true => reach.near,
        false if stretch.is_by_index_alone() && !stretch.by_statistics => reach.farther,
        false => reach.far,
    };
    let mut rows: Vec<UserRow> = fetch_all!(tx, stretch.bounded_walk(bound))?;
    if bound < reach.far && rows.len() >= DENSE && !is_full(&rows) {
        bound = reach.far;
        rows = fetch_all!(tx, stretch.bounded_walk(bound))?;
    }
    if is_full(&rows) {
        return Ok(rows);
    }
    if by_words {
        return Ok(fetch_all!(tx, stretch.fetch(tx, Source::Words))?);
    }
    let visited: Vec<(i64,)> = fetch_all!(tx, stretch.visited(bound))?;
    if visited.iter().all(|(visited,)| *visited < bound) {
        return Ok(rows);
    }
    match fewest(tx, sieve, &sources, MANY).await? {
        Some((source, _)) => Ok(fetch_all!(tx, stretch.fetch(tx, source))?),
        None => Ok(rows),
    }
}

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

/// Writes an invited user.
///
/// # Errors
/// [`StoreError::Duplicate`] when the address is a user of the workspace already.
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, user: &NewInvitee) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO users (workspace_id, id, email, email_key, first_name, last_name, \
        name_key, search_text, state, roles, unit_id, unit_key, expires_on, ends_at, invited_at, \
        link_ends_at, version, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'invited', $9, $10, $11, $12, $13, $14, $15, 1, $14)";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(user.id.to_string())
        .bind(user.email.as_str())
        .bind(user.email.key())
        .bind(&user.first_name)
        .bind(&user.last_name)
        .bind(name_key(&user.first_name, &user.last_name))
        .bind(search_text(&user.first_name, &user.last_name, user.email.as_str()))
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
    slips::insert(tx, workspace, &name_key(&user.first_name, &user.last_name)).await
}

/// Adds what stands in other tables, with a statement for each of them that has any.
async fn with_placement(
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

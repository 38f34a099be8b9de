//! SQL of workspaces, and of an account's membership in them.

use jiff::Timestamp;

use super::set_up::{count_of, pairs};
use super::statement::{Statement, fetch_all};
use super::value::parse;
use super::{StoreError, Tx};
use crate::domain::ids::{AccountId, CustomerId, UserId, WorkspaceId};
use crate::domain::role::Roles;
use crate::domain::safe_text::SafeText;

/// A workspace and its customer.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The workspace.
    pub id: WorkspaceId,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: SafeText,
    /// Its time zone, an IANA name.
    pub time_zone: String,
    /// The customer.
    pub customer_id: CustomerId,
    /// The customer's name.
    pub customer: SafeText,
}

/// An account as an active user of a workspace.
#[derive(Clone, Debug)]
pub struct Membership {
    /// The workspace.
    pub workspace: Workspace,
    /// The user.
    pub user: UserId,
    /// The user's roles.
    pub roles: Roles,
}

type Row = (String, String, String, String, String, String, String, i64);

/// The workspaces in which `account` is an active user at `now`, by name; all, or the one whose
/// id or slug is `only`.
pub async fn of_account(
    tx: &mut Tx,
    account: AccountId,
    only: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Membership>, StoreError> {
    let mut statement = Statement::new(
        "SELECT w.id, w.slug, w.name, w.time_zone, c.id, c.name, u.id, u.roles \
         FROM users u JOIN workspaces w ON w.id = u.workspace_id JOIN customers c ON c.id = w.customer_id \
         WHERE u.state = 'active' AND u.account_id = ",
    );
    statement.bind(account.to_string());
    statement.push(" AND (u.ends_at IS NULL OR u.ends_at > ").bind(now.as_microsecond()).push(")");
    if let Some(only) = only {
        // Found first, so that its users are asked for where they are, and nowhere else.
        let Some(id) = id_of(tx, only).await? else { return Ok(Vec::new()) };
        statement.push(" AND u.workspace_id = ").bind(id);
    }
    statement.push(" ORDER BY w.name, w.id");
    let rows: Vec<Row> = fetch_all!(tx, statement)?;
    rows.into_iter().map(membership).collect()
}

async fn id_of(tx: &mut Tx, id_or_slug: &str) -> Result<Option<String>, StoreError> {
    const SQL: &str = "SELECT id, slug FROM workspaces WHERE id = $1 OR slug = $1";
    Ok(pairs(tx, SQL, &[id_or_slug]).await?.pop().map(|(id, _)| id))
}

fn membership(row: Row) -> Result<Membership, StoreError> {
    let (id, slug, name, time_zone, customer_id, customer, user, bits) = row;
    let workspace = Workspace {
        id: parse(&id)?,
        slug,
        name: name.into(),
        time_zone,
        customer_id: parse(&customer_id)?,
        customer: customer.into(),
    };
    Ok(Membership { workspace, user: parse(&user)?, roles: roles(bits) })
}

/// The roles of `user`, where they are an active one at `now`.
pub async fn roles_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    now: Timestamp,
) -> Result<Option<Roles>, StoreError> {
    let mut statement = Statement::new("SELECT u.roles FROM users u WHERE u.workspace_id = ");
    statement.bind(workspace.to_string()).push(" AND u.id = ").bind(user.to_string());
    statement.push(" AND u.state = 'active' AND (u.ends_at IS NULL OR u.ends_at > ");
    statement.bind(now.as_microsecond()).push(")");
    let rows: Vec<(i64,)> = fetch_all!(tx, statement)?;
    Ok(rows.first().map(|(bits,)| roles(*bits)))
}

fn roles(bits: i64) -> Roles {
    Roles::from_bits(u8::try_from(bits).unwrap_or_default())
}

/// Whether a workspace has this slug.
pub async fn is_slug_taken(tx: &mut Tx, slug: &str) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM workspaces WHERE slug = $1";
    Ok(count_of(tx, SQL, &[slug]).await? > 0)
}

/// The customer with exactly this name; of several, the first.
pub async fn customer_named(tx: &mut Tx, name: &str) -> Result<Option<CustomerId>, StoreError> {
    const SQL: &str = "SELECT id, name FROM customers WHERE name = $1 ORDER BY id LIMIT 1";
    let rows = pairs(tx, SQL, &[name]).await?;
    rows.first().map(|(id, _)| parse(id)).transpose()
}

//! Founding a workspace: customer, workspace, its first Admin and their token, all or nothing.

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;

use super::store::accounts::{self, Account};
use super::store::audit::{self, NewEntry};
use super::store::bulk::{ACCOUNTS, CUSTOMERS, Cell, Rows, USERS, WORKSPACES};
use super::store::words::sought;
use super::store::{Store, StoreError, Tx, workspaces};
use super::tokens;
use crate::domain::clock::Clock;
use crate::domain::email::EmailAddress;
use crate::domain::entropy::Entropy;
use crate::domain::ids::{AccountId, AuditId, CustomerId, UserId, WorkspaceId};
use crate::domain::role::{Role, Roles};
use crate::domain::search_key::{name_key, search_text};
use crate::domain::status::UserState;

/// What a token made here is for.
const LABEL: &str = "first admin";

/// A workspace to be founded. Its texts are checked.
#[derive(Clone, Debug)]
pub struct NewWorkspace {
    /// The customer's name; one that has exactly this name is used.
    pub customer: String,
    /// The workspace's name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its time zone, an IANA name.
    pub time_zone: String,
    /// The address of its first Admin.
    pub email: EmailAddress,
    /// The Admin's first name, where the address has no account.
    pub first_name: String,
    /// The last name, likewise.
    pub last_name: String,
}

/// A workspace that was founded.
#[derive(Clone, Debug)]
pub struct Founded {
    /// The customer.
    pub customer: CustomerId,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The Admin's address.
    pub email: String,
    /// The Admin's first name.
    pub first_name: String,
    /// The Admin's last name.
    pub last_name: String,
    /// Whether the Admin had an account before.
    pub had_account: bool,
    /// The Admin's token.
    pub token: SecretString,
}

/// Why no workspace was founded.
#[derive(Debug, thiserror::Error)]
pub enum FoundingError {
    /// Another workspace has the slug.
    #[error("there is a workspace with the slug {0} already; choose another slug")]
    SlugTaken(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Founds a workspace.
pub async fn found(
    store: &Store,
    (clock, entropy): (&dyn Clock, &dyn Entropy),
    new: &NewWorkspace,
) -> Result<Founded, FoundingError> {
    let now = clock.now();
    let mut tx = store.write_beside().await?;
    if workspaces::is_slug_taken(&mut tx, &new.slug).await? {
        return Err(FoundingError::SlugTaken(new.slug.clone()));
    }
    let customer = customer(&mut tx, entropy, (&new.customer, now)).await?;
    let workspace = WorkspaceId::new(entropy.uuid(now));
    let mut rows = Rows::of(WORKSPACES);
    rows.push([
        workspace.to_string().into(),
        customer.to_string().into(),
        new.slug.clone().into(),
        new.name.clone().into(),
        new.time_zone.clone().into(),
        now.as_microsecond().into(),
    ]);
    rows.insert(&mut tx).await?;
    let known = accounts::with_email(&mut tx, new.email.key()).await?;
    let had_account = known.is_some();
    let account = match known {
        Some(account) => account,
        None => open_account(&mut tx, entropy, (new, now)).await?,
    };
    let user = add_admin(&mut tx, entropy, (workspace, now), (new, &account)).await?;
    record(&mut tx, entropy, (workspace, now), (new, user)).await?;
    let token = tokens::add(&mut tx, (entropy, now), account.id, LABEL).await?;
    tx.commit().await?;
    let Account { email, first_name, last_name, .. } = account;
    Ok(Founded { customer, workspace, email, first_name, last_name, had_account, token })
}

async fn customer(
    tx: &mut Tx,
    entropy: &dyn Entropy,
    (name, now): (&str, Timestamp),
) -> Result<CustomerId, StoreError> {
    if let Some(customer) = workspaces::customer_named(tx, name).await? {
        return Ok(customer);
    }
    let id = CustomerId::new(entropy.uuid(now));
    let mut rows = Rows::of(CUSTOMERS);
    rows.push([id.to_string().into(), name.to_owned().into()]);
    rows.insert(tx).await?;
    Ok(id)
}

async fn open_account(
    tx: &mut Tx,
    entropy: &dyn Entropy,
    (new, now): (&NewWorkspace, Timestamp),
) -> Result<Account, StoreError> {
    let account = Account {
        id: AccountId::new(entropy.uuid(now)),
        email: new.email.to_string(),
        first_name: new.first_name.clone(),
        last_name: new.last_name.clone(),
    };
    let mut rows = Rows::of(ACCOUNTS);
    rows.push([
        account.id.to_string().into(),
        account.email.clone().into(),
        new.email.key().to_owned().into(),
        account.first_name.clone().into(),
        account.last_name.clone().into(),
        Cell::NoText,
        now.as_microsecond().into(),
    ]);
    rows.insert(tx).await?;
    Ok(account)
}

async fn add_admin(
    tx: &mut Tx,
    entropy: &dyn Entropy,
    (workspace, now): (WorkspaceId, Timestamp),
    (new, account): (&NewWorkspace, &Account),
) -> Result<UserId, StoreError> {
    let id = UserId::new(entropy.uuid(now));
    let Account { first_name, last_name, email, .. } = account;
    let (key, text) = (name_key(first_name, last_name), search_text(first_name, last_name, email));
    let mut rows = Rows::of(USERS);
    rows.push([
        workspace.to_string().into(),
        id.to_string().into(),
        account.id.to_string().into(),
        email.clone().into(),
        new.email.key().to_owned().into(),
        first_name.clone().into(),
        last_name.clone().into(),
        key.clone().into(),
        text.clone().into(),
        UserState::Active.as_str().into(),
        i64::from(Roles::NONE.with(Role::Admin).bits()).into(),
        Cell::NoText,
        "".into(),
        "".into(),
        0.into(),
        Cell::NoText,
        Cell::NoNumber,
        Cell::NoNumber,
        Cell::NoNumber,
        Cell::NoNumber,
        UserState::Active.as_str().into(),
        Cell::NoNumber,
        Cell::NoText,
        now.as_microsecond().into(),
    ]);
    rows.insert(tx).await?;
    sought::insert(tx, workspace, &key, &text).await?;
    Ok(id)
}

async fn record(
    tx: &mut Tx,
    entropy: &dyn Entropy,
    (workspace, now): (WorkspaceId, Timestamp),
    (new, user): (&NewWorkspace, UserId),
) -> Result<(), StoreError> {
    let after = json!({
        "customer": new.customer, "name": new.name, "slug": new.slug, "time_zone": new.time_zone,
        "admin": new.email,
    });
    let entry = NewEntry {
        id: AuditId::new(entropy.uuid(now)),
        user: Some(user),
        at: now,
        actor: "system".to_owned(),
        actor_id: None,
        origin: "host".to_owned(),
        action: "workspace.created".to_owned(),
        summary: format!("made the workspace {}, with {} as its Admin", new.name, new.email),
        before: None,
        after: Some(after.to_string()),
        change: None,
    };
    audit::insert(tx, workspace, &entry).await
}

//! From the token of a request to who is calling, before any handler runs.

use std::collections::HashSet;
use std::future::Future;
use std::sync::Arc;

use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};

use super::context::{People, SetUp, SignedIn, Tools};
use super::digest::sha256_hex;
use super::error::ApiError;
use super::store::workspaces::{self, Membership};
use super::store::{Tx, accounts, catalogue};
use crate::api::endpoint::Access;
use crate::domain::ids::{UserId, WorkspaceId};
use crate::domain::policy::{Scope, check_set_up, scope_of};
use crate::domain::role::{Role, Roles};

/// What a request says of who sends it.
#[derive(Clone)]
pub struct Credentials {
    /// The bearer token, if one was sent.
    pub token: Option<SecretString>,
    /// From where it came.
    pub origin: String,
}

impl Credentials {
    /// What is kept of the token that was sent, by [`hash`].
    fn token_hash(&self) -> Result<String, ApiError> {
        self.token.as_ref().map(hash).ok_or(ApiError::NotSignedIn)
    }
}

/// Who a handler may be called by; made from the credentials, or the request is refused.
pub trait Caller: Sized + Send + 'static {
    /// The access that endpoints of such handlers declare.
    const ACCESS: Access;

    /// Makes the caller. `workspace` is the id or slug in the path, where there is one.
    fn admit(
        tools: Arc<Tools>,
        credentials: Credentials,
        workspace: Option<String>,
    ) -> impl Future<Output = Result<Self, ApiError>> + Send;
}

impl Caller for SignedIn {
    const ACCESS: Access = Access::SignedIn;

    async fn admit(tools: Arc<Tools>, credentials: Credentials, _: Option<String>) -> Result<Self, ApiError> {
        let token = credentials.token_hash()?;
        let mut tx = tools.store.read().await?;
        let by = Self::of(&mut tx, &tools, (&token, credentials.origin)).await?;
        tx.rollback().await?;
        tools.requests.count(&tools.store, by.account.id, by.now).await?;
        Ok(by)
    }
}

impl SignedIn {
    /// Whose token has that hash, and from where it came.
    async fn of(tx: &mut Tx, tools: &Arc<Tools>, (token, origin): (&str, String)) -> Result<Self, ApiError> {
        let account = accounts::of_token(tx, token).await?.ok_or(ApiError::NotSignedIn)?;
        Ok(Self { tools: Arc::clone(tools), account, origin, now: tools.clock.now() })
    }
}

impl Caller for People {
    const ACCESS: Access = Access::People;

    async fn admit(
        tools: Arc<Tools>,
        credentials: Credentials,
        workspace: Option<String>,
    ) -> Result<Self, ApiError> {
        let token = credentials.token_hash()?;
        let mut tx = tools.store.read().await?;
        let by = SignedIn::of(&mut tx, &tools, (&token, credentials.origin)).await?;
        let (account, now) = (by.account.id, by.now);
        let people = Self::of(&mut tx, by, workspace.as_deref()).await;
        tx.rollback().await?;
        // Whoever looks for workspaces of others is counted too.
        tools.requests.count(&tools.store, account, now).await?;
        people
    }
}

impl People {
    /// What `by` is in `workspace`, its id or slug.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] where they are no active user, [`ApiError::NotAllowed`] for a Learner.
    pub async fn of(tx: &mut Tx, by: SignedIn, workspace: Option<&str>) -> Result<Self, ApiError> {
        // A workspace that one is no user of answers as one that is not there (DESIGN R1).
        let Membership { workspace, user, roles } =
            workspaces::of_account(tx, by.account.id, workspace, by.now)
                .await?
                .pop()
                .ok_or(ApiError::NotFound("workspace"))?;
        let scope = scope(tx, workspace.id, (user, roles)).await?;
        let zone = zone_of(&workspace.time_zone)?;
        Ok(Self { by, workspace, zone, user, roles, scope })
    }

    /// A transaction that writes in the workspace, in the operator's turn.
    ///
    /// # Errors
    /// [`ApiError::Collision`] where what the operator may do was changed by whoever had the turn before:
    /// the request is to be admitted anew.
    pub async fn write(&self) -> Result<Tx, ApiError> {
        let (workspace, user) = (self.workspace.id, self.user);
        let mut tx = self.store().write(workspace).await?;
        let roles = workspaces::roles_of(&mut tx, workspace, user, self.by.now).await?;
        let is_as_before = match roles.filter(|roles| *roles == self.roles) {
            Some(roles) => scope(&mut tx, workspace, (user, roles)).await? == self.scope,
            None => false,
        };
        if is_as_before { Ok(tx) } else { Err(ApiError::Collision) }
    }
}

/// How far the hand of `user` reaches.
async fn scope(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (user, roles): (UserId, Roles),
) -> Result<Scope, ApiError> {
    let is_limited = roles.contains(Role::Manager) && !roles.contains(Role::Admin);
    let managed =
        if is_limited { catalogue::units_within(tx, workspace, user).await? } else { HashSet::default() };
    Ok(scope_of(roles, managed)?)
}

impl Caller for SetUp {
    const ACCESS: Access = Access::SetUp;

    async fn admit(
        tools: Arc<Tools>,
        credentials: Credentials,
        workspace: Option<String>,
    ) -> Result<Self, ApiError> {
        let people = People::admit(tools, credentials, workspace).await?;
        check_set_up(&people.scope)?;
        Ok(Self(people))
    }
}

/// The time zone with an IANA name.
pub fn zone_of(name: &str) -> Result<TimeZone, ApiError> {
    TimeZone::get(name).map_err(|error| ApiError::Internal(Box::new(error)))
}

/// What is kept of a token: its SHA-256 in hexadecimal. Tokens are 256 random bits, so that a
/// plain hash can't be turned round.
pub fn hash(token: &SecretString) -> String {
    sha256_hex(token.expose_secret().as_bytes())
}

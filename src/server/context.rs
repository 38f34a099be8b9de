//! What handlers are given: the server's tools, and who is calling.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::limits::Requests;
use super::secret::ServerSecret;
use super::store::accounts::Account;
use super::store::audit::{self, NewEntry};
use super::store::search::Viewpoint;
use super::store::workspaces::Workspace;
use super::store::{Store, StoreError, Tx};
use crate::domain::clock::Clock;
use crate::domain::entropy::Entropy;
use crate::domain::expiry::today_in;
use crate::domain::ids::{AuditId, UserId};
use crate::domain::policy::Scope;
use crate::domain::role::Roles;

/// What the whole server works with.
pub struct Tools {
    /// The store.
    pub store: Store,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Chance, for ids.
    pub entropy: Arc<dyn Entropy>,
    /// What links are derived from.
    pub secret: Arc<ServerSecret>,
    /// Where people reach the server, without a slash at the end.
    pub public_url: String,
    /// How long an invitation's link works.
    pub link_lifetime: jiff::SignedDuration,
    /// Told when a letter was put into the outbox.
    pub letters: Arc<Notify>,
    /// Told when a job is to be made.
    pub jobs: Arc<Notify>,
    /// How many requests are let through.
    pub requests: Requests,
    /// So often a stream of events gives a sign of life, and its listener is admitted anew.
    pub heartbeat: Duration,
    /// Tells that the server stops.
    pub stop: CancellationToken,
}

/// Somebody who is signed in.
pub struct SignedIn {
    /// The server's tools.
    pub tools: Arc<Tools>,
    /// Whose token it is.
    pub account: Account,
    /// From where the request came, for the record.
    pub origin: String,
    /// When the request came.
    pub now: Timestamp,
}

/// An Admin or Manager in the workspace of the path.
pub struct People {
    /// Who is signed in.
    pub by: SignedIn,
    /// The workspace.
    pub workspace: Workspace,
    /// Its time zone.
    pub zone: TimeZone,
    /// The operator's user there.
    pub user: UserId,
    /// The operator's roles there.
    pub roles: Roles,
    /// How far the operator's hand reaches (DESIGN R1).
    pub scope: Scope,
}

/// An Admin of the workspace of the path, who sets it up.
pub struct SetUp(pub People);

impl People {
    /// The store.
    pub fn store(&self) -> &Store {
        &self.by.tools.store
    }

    /// The Manager whose units limit what is seen; none for an Admin.
    pub fn manager(&self) -> Option<UserId> {
        match self.scope {
            Scope::Everybody => None,
            Scope::Units(_) => Some(self.user),
        }
    }

    /// Whom lists are made for.
    pub fn viewpoint(&self) -> Viewpoint {
        Viewpoint { workspace: self.workspace.id, manager: self.manager(), now: self.by.now }
    }

    /// Today in the workspace.
    pub fn today(&self) -> Date {
        today_in(self.by.now, &self.zone)
    }

    /// A new id.
    pub fn uuid(&self) -> uuid::Uuid {
        self.by.tools.entropy.uuid(self.by.now)
    }

    /// Writes into the record what the operator does to `user` (DESIGN R13).
    pub async fn record(
        &self,
        tx: &mut Tx,
        user: UserId,
        (action, summary): (&str, String),
        after: Option<serde_json::Value>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry(action, summary);
        entry.user = Some(user);
        entry.after = after.map(|value| value.to_string());
        audit::insert(tx, self.workspace.id, &entry).await
    }

    /// An entry of the record about nobody yet, by the operator.
    pub fn entry(&self, action: &str, summary: String) -> NewEntry {
        NewEntry {
            id: AuditId::new(self.uuid()),
            user: None,
            at: self.by.now,
            actor: self.by.account.email.clone(),
            actor_id: Some(self.by.account.id),
            origin: self.by.origin.clone(),
            action: action.to_owned(),
            summary,
            before: None,
            after: None,
            change: None,
        }
    }
}

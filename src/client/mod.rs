//! The typed client of the workspace API: all that the terminal UI and the commands know of it.

pub mod error;
pub mod event_lines;
pub mod http;
mod list_file;
pub mod list_lines;
pub mod retry;
pub mod whole_list;

use std::future::Future;
use std::time::Duration;

use crate::api::endpoint::{Endpoint, Request};
use crate::api::events::Event;
use crate::api::whole_list::Kind;
use list_lines::Progress;
use whole_list::WholeList;

pub use error::ClientError;

/// Something that answers the workspace API: over HTTP, or, in tests, a double.
pub trait WorkspaceApi: Send + Sync + 'static {
    /// Carries out one operation. A change must carry an idempotency key; it is sent again with
    /// the same key when the line breaks, so that it happens once (DESIGN R15).
    fn call<E: Endpoint>(
        &self,
        request: Request<E>,
    ) -> impl Future<Output = Result<E::Reply, ClientError>> + Send;
}

/// Something that tells what changes in a workspace.
pub trait EventSource: Send + Sync + 'static {
    /// The stream that it tells it by.
    type Events: Events;

    /// Listens to what changes in `workspace` (its id or slug) from now on. One try: when to try again
    /// is for the caller to decide, with [`retry::Reconnects`].
    fn listen(&self, workspace: &str) -> impl Future<Output = Result<Self::Events, NotListening>> + Send;
}

/// A stream of what changes.
pub trait Events: Send {
    /// The next change; nothing once the line broke, fell silent, or the server ended it.
    fn next(&mut self) -> impl Future<Output = Option<Event>> + Send;
}

/// Why there is no stream of what changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotListening {
    /// Why.
    pub error: ClientError,
    /// When the server asked to come back.
    pub retry_after: Option<Duration>,
}

/// Something that gives whole lists of units, groups and courses.
pub trait ListSource: Send + Sync + 'static {
    /// Fetches the list of `wanted`; `progress` hears how far it is, now and then.
    fn fetch_list(
        &self,
        workspace: &str,
        wanted: &WantedList,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> impl Future<Output = Result<Fetched, ClientError>> + Send;
}

/// Which list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedList {
    /// Which.
    pub kind: Kind,
    /// The tag of the one that is here.
    pub known: Option<String>,
    /// A longer one stays with the server.
    pub most: u64,
}

/// What became of a list that was wanted.
#[derive(Debug, PartialEq, Eq)]
pub enum Fetched {
    /// It is here whole.
    Whole(WholeList),
    /// The one that is here is the one that there is.
    Unchanged,
    /// It has too many items: so many.
    TooLong(u64),
}

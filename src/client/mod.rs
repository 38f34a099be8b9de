//! The typed client of the workspace API: all that the terminal UI and the commands know of it.

pub mod error;
pub mod http;
pub mod retry;

use std::future::Future;

use crate::api::endpoint::{Endpoint, Request};

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

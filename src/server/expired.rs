//! The worker that notes who has expired, and whose link has, as soon as they have.
//!
//! A user is expired from the instant on at which the expiry date ends, whether it is noted or not (DESIGN R7). That it
//! is noted tells those who watch a list, and keeps lists quick.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::metrics::Metrics;
use super::rounds::{RETRY, in_rounds, until};
use super::store::{Store, StoreError, expired};
use crate::domain::clock::Clock;
use crate::domain::ids::WorkspaceId;

/// Users noted by one transaction, of either kind, for which changes of that workspace wait.
const AT_ONCE: u32 = 50;

/// Notes what has expired.
pub struct ExpiryWorker {
    store: Store,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
}

impl ExpiryWorker {
    /// A worker on `store`, for whom `clock` tells who has expired; `metrics` count what fails.
    pub fn new(store: Store, clock: Arc<dyn Clock>, metrics: Arc<Metrics>) -> Self {
        Self { store, clock, metrics }
    }

    /// Works when something expires, and from time to time, until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let wait = match self.note_due(&stop).await {
                Ok(()) => self.until_due().await.unwrap_or(RETRY),
                Err(error) => {
                    tracing::error!(%error, "what has expired could not be noted");
                    self.metrics.failed("expired", &error.into());
                    RETRY
                }
            };
            tokio::time::timeout(wait, stop.cancelled()).await.unwrap_or_default();
        }
    }

    /// Notes everything that has expired by now.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be noted of somebody.
    pub async fn note_due(&self, stop: &CancellationToken) -> Result<(), StoreError> {
        in_rounds(stop, || self.due(), |workspace| self.note_in(workspace)).await
    }

    async fn due(&self) -> Result<Vec<WorkspaceId>, StoreError> {
        let mut tx = self.store.read().await?;
        Ok(expired::workspaces_due(&mut tx, self.clock.now()).await?.into_iter().collect())
    }

    async fn note_in(&self, workspace: WorkspaceId) -> Result<bool, StoreError> {
        let mut tx = self.store.write(workspace).await?;
        let were_any = expired::note(&mut tx, workspace, self.clock.now(), AT_ONCE).await?;
        tx.commit().await?;
        Ok(were_any)
    }

    /// How long nothing expires, as far as the database says.
    async fn until_due(&self) -> Result<Duration, StoreError> {
        let mut tx = self.store.read().await?;
        let due = expired::next_due(&mut tx).await?;
        Ok(until(due, self.clock.now(), self.store.patience()))
    }
}

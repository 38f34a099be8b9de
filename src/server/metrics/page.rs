//! `/metrics`: the figures as text, on an address of its own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::prometheus_text::{self, encode};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::server::context::Tools;
use crate::server::store::{StoreError, jobs, outbox};

/// How long the database may take to say what waits in it.
const LONGEST: Duration = Duration::from_secs(3);

/// What an address for `/metrics` answers: that, and nothing else. Who can reach the address may read it.
pub fn router(tools: Arc<Tools>) -> Router {
    Router::new().route("/metrics", get(page)).with_state(tools)
}

async fn page(State(tools): State<Arc<Tools>>) -> Response {
    match written(&tools).await {
        Ok(text) => ([(CONTENT_TYPE, prometheus_text::CONTENT_TYPE)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the figures could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// What was counted, and what there is now.
async fn written(tools: &Tools) -> Result<String, fmt::Error> {
    let looked = tokio::time::timeout(LONGEST, look(tools)).await;
    let waiting = looked.ok().and_then(|looked| {
        looked.inspect_err(|error| tracing::warn!(%error, "what waits in the database is not known")).ok()
    });
    let mut text = String::new();
    encode(&mut text, &tools.metrics.registry)?;
    encode(&mut text, &present(tools, waiting.as_ref()))?;
    Ok(text)
}

/// What waits in the database, for whichever server comes to it.
struct Waiting {
    letters: u64,
    oldest: Duration,
    jobs: u64,
}

async fn look(tools: &Tools) -> Result<Waiting, StoreError> {
    let mut tx = tools.store.read().await?;
    let (letters, since) = outbox::queued(&mut tx).await?;
    let jobs = jobs::unfinished(&mut tx).await?;
    tx.rollback().await?;
    let age = since.map(|since| tools.clock.now().duration_since(since).unsigned_abs());
    Ok(Waiting { letters, oldest: age.unwrap_or_default(), jobs })
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Connections {
    pool: &'static str,
    state: &'static str,
}

/// The figures that are looked up and not counted. Of a database that does not answer there are none
/// rather than old ones.
fn present(tools: &Tools, waiting: Option<&Waiting>) -> Registry {
    let mut registry = Registry::default();
    let connections = Family::<Connections, Gauge>::default();
    for (pool, usage) in tools.store.usage() {
        let states =
            [("in_use", usage.open.saturating_sub(usage.idle)), ("idle", usage.idle), ("most", usage.most)];
        for (state, count) in states {
            connections.get_or_create(&Connections { pool, state }).set(i64::from(count));
        }
    }
    registry.register("admit_store_connections", "Connections to the database", connections);
    let mut gauge = |name: &str, help: &str, value: u64| {
        let gauge = Gauge::<i64>::default();
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        registry.register(name, help, gauge);
    };
    gauge("admit_store_up", "Whether the database answers", u64::from(waiting.is_some()));
    if let Some(&Waiting { letters, oldest, jobs }) = waiting {
        gauge("admit_letters_queued", "Letters that wait to be sent", letters);
        gauge("admit_letters_oldest_seconds", "How long the oldest of them waits", oldest.as_secs());
        gauge("admit_jobs_running", "Jobs that are not over", jobs);
    }
    registry
}

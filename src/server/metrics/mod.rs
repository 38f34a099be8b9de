//! Figures about the server for whoever watches it (Prometheus), and nothing about people: no address,
//! token or workspace is ever in a label.

pub mod begins;
pub mod page;
pub mod requests;

use std::time::{Duration, Instant};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::error::ApiError;
use super::store::outbox::Settled;
use super::store::{Outage, Store};
use crate::domain::clock::Clock;
use requests::Requests;

/// Seconds up to which durations are counted; a request takes 30 at most.
const BUCKETS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// A histogram of durations.
fn durations() -> Histogram {
    Histogram::new(BUCKETS)
}

/// What the server counts while it works.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Requests,
    rate_limited: Counter,
    failures: Family<Failure, Counter>,
    retries: Counter,
    letters: Family<Outcome, Counter>,
    job_users: Counter,
    listeners: Gauge,
}

/// What failed, and how.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Failure {
    place: &'static str,
    kind: &'static str,
}

/// How a try to send ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// Counts one up until it is dropped.
#[derive(Debug)]
pub struct Present(Gauge);

impl Present {
    /// One more.
    pub fn of(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Measures how long something takes.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// From now on.
    #[expect(clippy::disallowed_methods, reason = "measures the program, which is no clock of the domain")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Metrics {
    /// Figures of a server over `store` that starts now.
    pub fn new(store: &Store, clock: &dyn Clock) -> Self {
        let metrics = Self {
            registry: Registry::default(),
            requests: Requests::default(),
            rate_limited: Counter::default(),
            failures: Family::default(),
            retries: Counter::default(),
            letters: Family::default(),
            job_users: Counter::default(),
            listeners: Gauge::default(),
        };
        metrics.registered(store, clock)
    }

    fn registered(mut self, store: &Store, clock: &dyn Clock) -> Self {
        let mut registry = std::mem::take(&mut self.registry);
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("admit_build", "The version of the program", version);
        let started = Gauge::<i64>::default();
        started.set(clock.now().as_second());
        registry.register("process_start_time_seconds", "When the server started", started);
        self.requests.register(&mut registry);
        store.begins().register(&mut registry);
        let help = "Requests that were refused because one token sent too many";
        registry.register("admit_rate_limited_requests", help, self.rate_limited.clone());
        let help = "What the server could not do, by what it was and why: mostly the state of the database";
        registry.register("admit_failures", help, self.failures.clone());
        let help = "Requests begun again because another change was in the way";
        registry.register("admit_store_retries", help, self.retries.clone());
        let help = "Tries to send a letter, by how they ended";
        registry.register("admit_letters", help, self.letters.clone());
        registry.register("admit_job_users", "Users whom jobs came to", self.job_users.clone());
        registry.register("admit_event_listeners", "Open streams of events", self.listeners.clone());
        Self { registry, ..self }
    }

    /// A request was refused.
    pub fn refused(&self, error: &ApiError) {
        if matches!(error, ApiError::RateLimited(_)) {
            self.rate_limited.inc();
        } else if error.is_of_server() {
            self.failed("request", error);
        }
    }

    /// What `place` names did not succeed, for no fault of its own.
    pub fn failed(&self, place: &'static str, error: &ApiError) {
        let kind = match error {
            ApiError::Unavailable(outage) => word(*outage),
            ApiError::Collision => "collision",
            _ => "other",
        };
        self.failures.get_or_create(&Failure { place, kind }).inc();
    }

    /// A request is begun again because another change was in the way.
    pub fn tried_again(&self) {
        self.retries.inc();
    }

    /// A try to send a letter ended.
    pub fn letter_settled(&self, settled: Settled) {
        let outcome = match settled {
            Settled::Sent => "sent",
            Settled::Queued(_) => "retried",
            Settled::Failed => "failed",
        };
        self.letters.get_or_create(&Outcome { outcome }).inc();
    }

    /// A job came to so many users.
    pub fn job_users(&self, users: u64) {
        self.job_users.inc_by(users);
    }

    /// Somebody listens, until what is returned is dropped.
    pub fn listener(&self) -> Present {
        Present::of(&self.listeners)
    }
}

const fn word(outage: Outage) -> &'static str {
    match outage {
        Outage::Busy => "busy",
        Outage::Away => "away",
        Outage::Slow => "slow",
        Outage::ReadOnly => "read_only",
        Outage::Full => "full",
        Outage::OtherVersion => "other_version",
    }
}

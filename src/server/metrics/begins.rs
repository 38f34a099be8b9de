//! How long it takes until a transaction has begun: for a connection, and, to write, for the lock.

use std::future::Future;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::{Present, Stopwatch, durations};

/// What is counted of the beginning of transactions. Clones count together.
#[derive(Clone, Debug)]
pub struct Begins {
    waiting: Family<Use, Gauge>,
    seconds: Family<Use, Histogram, fn() -> Histogram>,
}

/// What a connection is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Use {
    /// `reading` or `writing`.
    pool: &'static str,
}

impl Use {
    /// For reading.
    pub const READING: Self = Self { pool: "reading" };
    /// For writing.
    pub const WRITING: Self = Self { pool: "writing" };
}

impl Default for Begins {
    fn default() -> Self {
        Self { waiting: Family::default(), seconds: Family::new_with_constructor(durations) }
    }
}

impl Begins {
    /// Counts `beginning` while it waits, and how long it took.
    pub async fn timed<T>(&self, used: Use, beginning: impl Future<Output = T>) -> T {
        let _present = Present::of(&self.waiting.get_or_create(&used));
        let stopwatch = Stopwatch::start();
        let begun = beginning.await;
        self.seconds.get_or_create(&used).observe(stopwatch.elapsed().as_secs_f64());
        begun
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Transactions that wait to begin, for a connection or for a workspace's lock";
        registry.register("admit_store_waiting", help, self.waiting.clone());
        let help = "Seconds until a transaction began or was given up";
        registry.register("admit_store_begin_seconds", help, self.seconds.clone());
    }
}

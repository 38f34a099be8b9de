//! How far a statement may go on SQLite, whose machine can be stopped on its way.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Instructions of the machine between two looks at whether it may go on.
pub(super) const AT_ONCE: i32 = 1_000;

/// How many steps a statement may still take. Shared with the machine that takes them.
#[derive(Clone, Debug)]
pub struct Steps(Arc<AtomicI64>);

impl Default for Steps {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(i64::MAX)))
    }
}

impl Steps {
    /// Takes one, if there is one.
    pub fn take(&self) -> bool {
        self.0.fetch_sub(1, Ordering::Relaxed) > 0
    }

    /// Lets so many be taken from now on.
    pub fn allow(&self, steps: i64) {
        self.0.store(steps, Ordering::Relaxed);
    }

    /// How many are left; fewer than none where the machine was stopped.
    pub fn left(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

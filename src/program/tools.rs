//! Time and chance of the real world.

use std::sync::Arc;

use crate::domain::clock::{Clock, SystemClock};
use crate::domain::entropy::{Entropy, OsEntropy};

/// Time and chance.
#[derive(Clone)]
pub struct Tools {
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
}

impl Default for Tools {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), entropy: Arc::new(OsEntropy) }
    }
}

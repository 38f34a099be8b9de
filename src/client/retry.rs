//! Which failed calls are made again, and when.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crate::domain::entropy::Entropy;

/// Tries of one call that find nobody, or a silent server, the first one included.
const TRIES: u32 = 4;
/// The longest time that waiting between tries may take in all, so that a screen is told soon.
pub const OF_A_SCREEN: Duration = Duration::from_secs(10);
/// The same for a command, which nobody may be watching: longer than a database takes to be replaced.
pub const OF_A_COMMAND: Duration = Duration::from_mins(1);
/// The wait after the first try; doubled after each.
const FIRST_WAIT: Duration = Duration::from_millis(300);
/// The longest wait of one's own accord.
const LAST_WAIT: Duration = Duration::from_secs(3);

/// How a try failed, as far as trying again is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server was not reached, or the line broke.
    Line,
    /// The server said nothing for too long.
    Slow {
        /// How long it was waited for.
        spent: Duration,
    },
    /// The server can't answer now (502, 503, 504).
    Unavailable {
        /// When it asked to come back.
        retry_after: Option<Duration>,
    },
    /// Too many requests (429).
    TooMany {
        /// When it asked to come back.
        retry_after: Option<Duration>,
    },
    /// Anything else: the same would happen again.
    Final,
}

/// Whether a call may be made twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeatable {
    /// It only reads, or carries an idempotency key (DESIGN R15).
    Yes,
    /// It would happen twice.
    No,
}

/// The tries of one call.
#[derive(Debug)]
pub struct Tries {
    repeatable: Repeatable,
    patience: Duration,
    made: u32,
    in_vain: u32,
    waited: Duration,
}

impl Tries {
    /// No try made yet. Waiting takes no longer than `patience` in all.
    pub const fn of(repeatable: Repeatable, patience: Duration) -> Self {
        Self { repeatable, patience, made: 0, in_vain: 0, waited: Duration::ZERO }
    }

    /// Counts a try that failed with `failure`; how long to wait before the next, or `None` when
    /// there is none. The server's `Retry-After` is obeyed: where it asks for more than there is
    /// patience, the call is not made again rather than made too early.
    pub fn next(&mut self, failure: Failure, entropy: &dyn Entropy) -> Option<Duration> {
        self.made += 1;
        // A server that asks to come back is there; a wrong address would never answer.
        self.in_vain += u32::from(matches!(failure, Failure::Line | Failure::Slow { .. }));
        // 429 is said before anything is done, so that even a change without key can be sent again.
        let allowed = self.repeatable == Repeatable::Yes || matches!(failure, Failure::TooMany { .. });
        if !allowed || self.in_vain >= TRIES || failure == Failure::Final {
            return None;
        }
        let own = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(self.made - 1)).min(LAST_WAIT);
        let own = jittered(own, entropy);
        let wait = match failure {
            Failure::Unavailable { retry_after } | Failure::TooMany { retry_after } => {
                retry_after.map_or(own, |asked| asked.max(own))
            }
            Failure::Line | Failure::Slow { .. } | Failure::Final => own,
        };
        let spent = if let Failure::Slow { spent } = failure { spent } else { Duration::ZERO };
        let waited = self.waited.saturating_add(spent).saturating_add(wait);
        if waited > self.patience {
            return None;
        }
        self.waited = waited;
        Some(wait)
    }
}

/// The first wait before listening again; doubled after each.
const FIRST_RECONNECT: Duration = Duration::from_secs(1);
/// The longest wait before listening again.
const LAST_RECONNECT: Duration = Duration::from_secs(30);

/// The waits between tries to listen to events, which never end.
#[derive(Debug, Default)]
pub struct Reconnects {
    made: u32,
}

impl Reconnects {
    /// How long to wait before the next try; never less than the server asked for.
    pub fn next(&mut self, retry_after: Option<Duration>, entropy: &dyn Entropy) -> Duration {
        let wait = FIRST_RECONNECT.saturating_mul(2_u32.saturating_pow(self.made)).min(LAST_RECONNECT);
        self.made = self.made.saturating_add(1);
        let own = jittered(wait, entropy);
        retry_after.map_or(own, |asked| asked.max(own))
    }
}

/// Between the half and the whole of `wait`, so that many clients do not come back at once.
fn jittered(wait: Duration, entropy: &dyn Entropy) -> Duration {
    let mut byte = [0_u8; 1];
    entropy.fill(&mut byte);
    let [byte] = byte;
    wait / 2 + wait / 2 * u32::from(byte) / 255
}

/// Reads a `Retry-After` header in seconds (RFC 9110 section 10.2.3). Its other form, a date, is
/// not read: the clocks of two machines need not agree.
pub fn retry_after(header: &str) -> Option<Duration> {
    header.trim().parse().ok().map(Duration::from_secs)
}

/// Waits, so that tests need no real time.
pub trait Waiter: Send + Sync {
    /// Ends after `time`.
    fn wait(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// Waits by the machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealWaiter;

impl Waiter for RealWaiter {
    #[expect(clippy::disallowed_methods, reason = "this is where waiting happens; tests put another waiter")]
    fn wait(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entropy::SeededEntropy;

    fn waits(repeatable: Repeatable, failure: Failure) -> Vec<Duration> {
        let entropy = SeededEntropy::new(1);
        let mut tries = Tries::of(repeatable, OF_A_SCREEN);
        std::iter::from_fn(|| tries.next(failure, &entropy)).collect()
    }

    #[test]
    fn a_broken_line_is_tried_a_few_times_with_growing_waits() {
        let waits = waits(Repeatable::Yes, Failure::Line);
        assert_eq!(waits.len(), 3);
        for (n, wait) in waits.iter().enumerate() {
            let full = FIRST_WAIT * 2_u32.pow(u32::try_from(n).unwrap());
            assert!(*wait >= full / 2 && *wait <= full, "{wait:?} of {full:?}");
        }
    }

    #[test]
    fn a_change_without_key_is_not_repeated_after_a_broken_line() {
        assert!(waits(Repeatable::No, Failure::Line).is_empty());
        assert!(waits(Repeatable::No, Failure::Unavailable { retry_after: None }).is_empty());
    }

    #[test]
    fn what_a_busy_server_asks_for_is_obeyed() {
        let two = Some(Duration::from_secs(2));
        let waits = waits(Repeatable::No, Failure::TooMany { retry_after: two });
        assert_eq!(waits, vec![Duration::from_secs(2); 4]);
    }

    #[test]
    fn a_command_waits_until_a_database_is_replaced() {
        let mut tries = Tries::of(Repeatable::Yes, OF_A_COMMAND);
        let entropy = SeededEntropy::new(1);
        let away = Failure::Unavailable { retry_after: Some(Duration::from_secs(3)) };
        let waits: Vec<_> = std::iter::from_fn(|| tries.next(away, &entropy)).collect();
        assert_eq!(waits, vec![Duration::from_secs(3); 20]);
        let mut tries = Tries::of(Repeatable::Yes, OF_A_COMMAND);
        let waits: Vec<_> = std::iter::from_fn(|| tries.next(Failure::Line, &entropy)).collect();
        assert_eq!(waits.len(), 3, "where nobody is at all, it is told soon");
    }

    #[test]
    fn more_than_there_is_patience_for_is_not_waited() {
        let minute = Some(Duration::from_mins(1));
        assert!(waits(Repeatable::Yes, Failure::TooMany { retry_after: minute }).is_empty());
        let four = Some(Duration::from_secs(4));
        assert_eq!(waits(Repeatable::Yes, Failure::Unavailable { retry_after: four }).len(), 2);
    }

    #[test]
    fn a_silent_server_is_asked_twice_at_most() {
        let spent = Duration::from_secs(6);
        assert_eq!(waits(Repeatable::Yes, Failure::Slow { spent }).len(), 1);
    }

    #[test]
    fn listening_is_tried_for_ever_with_waits_that_grow_to_half_a_minute() {
        let (mut tries, entropy) = (Reconnects::default(), SeededEntropy::new(1));
        for full in [1, 2, 4, 8, 16, 30, 30].into_iter().chain([30; 60]).map(Duration::from_secs) {
            let wait = tries.next(None, &entropy);
            assert!(wait >= full / 2 && wait <= full, "{wait:?} of {full:?}");
        }
        let minutes = Duration::from_mins(5);
        assert_eq!(tries.next(Some(minutes), &entropy), minutes);
        assert!(tries.next(Some(Duration::from_secs(1)), &entropy) >= LAST_RECONNECT / 2);
    }

    #[test]
    fn a_refusal_is_final() {
        assert!(waits(Repeatable::Yes, Failure::Final).is_empty());
    }

    #[test]
    fn retry_after_is_read_in_seconds_only() {
        assert_eq!(retry_after(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Wed, 21 Oct 2026 07:28:00 GMT"), None);
    }
}

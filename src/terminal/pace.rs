//! How soon the next frame may follow: a held key never gets ahead of a slow line.
//!
//! A program can't see how much of what it wrote is still on its way. The terminal's own queue
//! says nothing over SSH, since sshd takes in megabytes before it lets the program wait, and a query
//! that the terminal would answer is not sent (DESIGN section 5, terminal contract). So over SSH the
//! line is taken for one of 256 kbit/s: a frame is written when such a line would have carried the
//! ones before, and the last one always is. A single key never waits, nor does an arrow that is
//! held; a held page shows fewer of the pages that pass by, on any line.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Microseconds for a byte at 32 KiB a second.
const MICROS_A_BYTE: i64 = 30;

/// What may still be on its way when the next frame is written: about the time between two repeats
/// of a key.
const AHEAD: SignedDuration = SignedDuration::from_millis(30);

/// No frame waits for longer, whatever the clock says.
const LONGEST: Duration = Duration::from_millis(250);

/// Where the terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// On this machine.
    Near,
    /// At the other end of a line that may be slow.
    Far,
}

/// When what was written will have arrived.
#[derive(Debug, Clone, Copy)]
pub struct LinePace {
    /// None: the terminal is near.
    arrived_at: Option<Timestamp>,
}

impl LinePace {
    /// For a terminal that is so far away.
    pub fn new(line: Line) -> Self {
        Self { arrived_at: (line == Line::Far).then_some(Timestamp::MIN) }
    }

    /// Takes note of `bytes` written at `now`.
    pub fn wrote(&mut self, bytes: usize, now: Timestamp) {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        let took = SignedDuration::from_micros(bytes.saturating_mul(MICROS_A_BYTE));
        self.arrived_at = self.arrived_at.map(|at| at.max(now).checked_add(took).unwrap_or(now));
    }

    /// How long the next frame is to wait at `now`.
    pub fn wait(&self, now: Timestamp) -> Duration {
        let left = self.arrived_at.map(|at| at.duration_since(now) - AHEAD);
        left.and_then(|left| Duration::try_from(left).ok()).unwrap_or_default().min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    #[test]
    fn single_keys_and_held_arrows_never_wait() {
        let mut pace = LinePace::new(Line::Far);
        assert_eq!(pace.wait(at(0)), Duration::ZERO);
        pace.wrote(4096, at(0));
        assert_eq!(pace.wait(at(1000)), Duration::ZERO);
        for repeat in 0..60 {
            assert_eq!(pace.wait(at(1000 + repeat * 33)), Duration::ZERO);
            pace.wrote(700, at(1000 + repeat * 33));
        }
    }

    #[test]
    fn held_pages_never_get_further_ahead_than_a_frame_and_a_repeat() {
        let mut pace = LinePace::new(Line::Far);
        let (mut now, mut frames) = (0, 0);
        while now < 2000 {
            if pace.wait(at(now)).is_zero() {
                pace.wrote(2400, at(now));
                frames += 1;
            }
            assert!(pace.wait(at(now)) <= Duration::from_millis(72));
            now += 33;
        }
        assert!((20..=30).contains(&frames), "{frames}");
    }

    #[test]
    fn a_terminal_on_this_machine_is_never_kept_waiting() {
        let mut pace = LinePace::new(Line::Near);
        pace.wrote(1 << 20, at(0));
        assert_eq!(pace.wait(at(0)), Duration::ZERO);
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_stop_the_screen() {
        let mut pace = LinePace::new(Line::Far);
        pace.wrote(100, at(1_000_000));
        assert_eq!(pace.wait(at(0)), LONGEST);
    }
}

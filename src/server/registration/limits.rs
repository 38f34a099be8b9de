//! How often something may be tried, counted per key in windows of time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Keys remembered at most; beyond it the ended windows are forgotten, then all.
const MOST_KEYS: usize = 10_000;

/// Counts tries per key. It lives in memory: a restart of the server forgives.
#[derive(Debug)]
pub struct Limiter<K> {
    most: u32,
    window: SignedDuration,
    tries: Mutex<HashMap<K, Window>>,
}

#[derive(Debug)]
struct Window {
    ends_at: Timestamp,
    tries: u32,
}

impl<K: Eq + Hash> Limiter<K> {
    /// At most `most` tries within `window` of the first.
    pub fn new(most: u32, window: SignedDuration) -> Self {
        Self { most, window, tries: Mutex::new(HashMap::new()) }
    }

    /// Counts a try of `key` at `now`.
    ///
    /// # Errors
    /// How long to wait, when there were too many; the try is then not to be made.
    pub fn count(&self, key: K, now: Timestamp) -> Result<(), SignedDuration> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= MOST_KEYS {
            tries.retain(|_, window| window.ends_at > now);
        }
        if tries.len() >= MOST_KEYS {
            tries.clear();
        }
        let ends_at = now.saturating_add(self.window).unwrap_or(Timestamp::MAX);
        let window = tries.entry(key).or_insert(Window { ends_at, tries: 0 });
        if window.ends_at <= now {
            *window = Window { ends_at, tries: 0 };
        }
        if window.tries >= self.most {
            return Err(window.ends_at.duration_since(now));
        }
        window.tries += 1;
        Ok(())
    }

    /// Forgets the tries of `key`, after one that was right.
    pub fn forgive(&self, key: &K) {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn tries_beyond_the_most_wait_for_the_window_to_end() {
        let limiter = Limiter::new(2, SignedDuration::from_secs(60));
        assert_eq!(limiter.count("ann", at(0)), Ok(()));
        assert_eq!(limiter.count("ann", at(10)), Ok(()));
        assert_eq!(limiter.count("ann", at(20)), Err(SignedDuration::from_secs(40)));
        assert_eq!(limiter.count("bob", at(20)), Ok(()));
        assert_eq!(limiter.count("ann", at(60)), Ok(()));
    }

    #[test]
    fn a_right_try_forgives_the_wrong_ones() {
        let limiter = Limiter::new(1, SignedDuration::from_secs(60));
        assert_eq!(limiter.count("ann", at(0)), Ok(()));
        limiter.forgive(&"ann");
        assert_eq!(limiter.count("ann", at(1)), Ok(()));
    }

    #[test]
    fn memory_is_bounded() {
        let limiter = Limiter::new(1, SignedDuration::from_secs(60));
        for key in 0..(2 * MOST_KEYS) {
            assert_eq!(limiter.count(key, at(0)), Ok(()));
        }
        assert!(limiter.tries.lock().unwrap().len() <= MOST_KEYS);
    }
}

//! The best of a stream of scored texts, each held as one number.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicU64, Ordering};

use super::finder::Hit;

const SIGN: u32 = 1 << 31;

/// A text's rank: the score above, then that it is short, then that it comes early. The larger, the
/// better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(u128);

impl Rank {
    pub fn new(score: i64, length: usize, at: usize) -> Self {
        let score = i32::try_from(score).unwrap_or(if score < 0 { i32::MIN } else { i32::MAX });
        let [length, at] = [length, at].map(|number| u128::from(!u32::try_from(number).unwrap_or(u32::MAX)));
        Self(u128::from(score.cast_unsigned() ^ SIGN) << 64 | length << 32 | at)
    }

    fn low_word(self, shift: u32) -> u32 {
        u32::try_from(self.0 >> shift & u128::from(u32::MAX)).unwrap_or(0)
    }

    fn score(self) -> i64 {
        i64::from((self.low_word(64) ^ SIGN).cast_signed())
    }

    /// Without its place in the list.
    fn without_place(self) -> u64 {
        u64::try_from(self.0 >> 32).unwrap_or(u64::MAX)
    }

    fn hit(self) -> Hit {
        Hit { at: usize::try_from(!self.low_word(0)).unwrap_or(usize::MAX), score: self.score() }
    }
}

/// What all threads of a search know: no text below this rank is wanted any more.
#[derive(Debug, Default)]
pub(super) struct Floor(AtomicU64);

/// The best that one thread met.
pub(super) struct Best<'a> {
    limit: usize,
    /// The worst on top.
    held: BinaryHeap<Reverse<Rank>>,
    floor: &'a Floor,
}

impl<'a> Best<'a> {
    pub fn new(limit: usize, floor: &'a Floor) -> Self {
        Self { limit, held: BinaryHeap::new(), floor }
    }

    /// Below this score nothing is wanted.
    pub fn least_score(&self) -> i64 {
        if self.limit == 0 {
            return i64::MAX;
        }
        Rank(u128::from(self.floor.0.load(Ordering::Relaxed)) << 32).score()
    }

    pub fn wants(&self, rank: Rank) -> bool {
        let is_above_own = match self.held.peek() {
            Some(Reverse(worst)) if self.held.len() >= self.limit => rank > *worst,
            _ => self.limit > 0,
        };
        is_above_own && rank.without_place() >= self.floor.0.load(Ordering::Relaxed)
    }

    pub fn take(&mut self, rank: Rank) {
        if !self.wants(rank) {
            return;
        }
        if self.held.len() >= self.limit {
            self.held.pop();
        }
        self.held.push(Reverse(rank));
        if let Some(Reverse(worst)) = self.held.peek().filter(|_| self.held.len() >= self.limit) {
            self.floor.0.fetch_max(worst.without_place(), Ordering::Relaxed);
        }
    }

    /// The best of both, best first.
    pub fn merged(limit: usize, parts: impl IntoIterator<Item = Self>) -> Vec<Hit> {
        let mut ranks: Vec<Rank> =
            parts.into_iter().flat_map(|part| part.held).map(|Reverse(rank)| rank).collect();
        ranks.sort_unstable_by(|a, b| b.cmp(a));
        ranks.into_iter().take(limit).map(Rank::hit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn however_they_are_dealt_out_the_best_are_held_in_order(
            texts in prop::collection::vec((-3_i64..3, 0_usize..4), 0..60), limit in 0_usize..9, deal: u64
        ) {
            let floor = Floor::default();
            let mut parts = [Best::new(limit, &floor), Best::new(limit, &floor)];
            for (at, (score, length)) in texts.iter().enumerate() {
                let part = usize::from(deal >> (at % 64) & 1 == 1);
                parts[part].take(Rank::new(*score, *length, at));
            }
            let mut sorted: Vec<_> = texts.iter().enumerate().collect();
            sorted.sort_by_key(|(at, (score, length))| (Reverse(*score), *length, *at));
            let expected: Vec<Hit> = sorted.iter().take(limit).map(|(at, text)| Hit { at: *at, score: text.0 }).collect();
            prop_assert_eq!(Best::merged(limit, parts), expected);
        }
    }
}

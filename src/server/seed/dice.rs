//! Chance that repeats itself: the same seed and number give the same throws.

use jiff::Timestamp;
use rand::rngs::SmallRng;
use rand::{RngCore, SeedableRng};
use uuid::Uuid;

/// A source of repeatable chance.
#[derive(Debug)]
pub struct Dice(SmallRng);

impl Dice {
    /// The dice for thing number `n` of the sample `seed`; each thing has its own, so that it does
    /// not change when another is left out.
    pub fn new(seed: u64, n: u64) -> Self {
        Self(SmallRng::seed_from_u64(seed ^ n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// A number from 0 to `end - 1`; 0 for an `end` of 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.0.next_u64() % end).unwrap_or(0)
    }

    /// A number from 0 to `end - 1`, for spans of time.
    pub fn span(&mut self, end: i64) -> i64 {
        i64::try_from(self.0.next_u64() >> 1).unwrap_or(0) % end.max(1)
    }

    /// True in `percent` of a hundred throws.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `things`; none of none.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        things.get(self.below(things.len()))
    }

    /// Up to `most` different numbers below `end`.
    pub fn several(&mut self, most: usize, end: usize) -> Vec<usize> {
        let mut taken = Vec::with_capacity(most);
        for _ in 0..most.min(end) {
            let number = self.below(end);
            if !taken.contains(&number) {
                taken.push(number);
            }
        }
        taken
    }

    /// The place of a throw in `weights`: a weight of 3 comes three times as often as one of 1.
    pub fn weighted(&mut self, weights: &[usize]) -> usize {
        let mut throw = self.below(weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            if throw < *weight {
                return place;
            }
            throw -= weight;
        }
        0
    }

    /// A time-ordered id for a thing made at `at`.
    pub fn uuid(&mut self, at: Timestamp) -> Uuid {
        let mut random = [0_u8; 10];
        self.0.fill_bytes(&mut random);
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

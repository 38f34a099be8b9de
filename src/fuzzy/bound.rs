//! Which of 64 texts could still be among the best, by their planes alone.
//!
//! From the most that the query can be given, each thing a text lacks takes away a certain least:
//! counted for 64 texts at once, one bit of the counts in each word.

use super::features::{LONE, start_number, start_planes};
use super::index::Block;
use super::kernel::CONSECUTIVE;
use super::outlook::{AT_START, MOST_BONUS, NOT_FIRST, WHOLE_WORD};
use super::query::{Query, Word};

/// What lacking things costs is counted in this many points.
const UNIT: i64 = 4;
/// To have no first letter at the head of a word, beyond what not starting with it costs.
const NO_HEAD: i64 = NOT_FIRST;
/// A letter neither beside the one before nor at the head of a word: at best next but one.
const APART: i64 = 2 * CONSECUTIVE as i64;
const BITS: usize = 7;

/// The most that texts can score for a query.
pub(super) struct Bound<'a> {
    query: &'a Query,
    most: i64,
    /// What the text lacks that is what was typed.
    of_exact: u32,
}

/// Which of 64 texts could still be among the best.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// Those that might score so much.
    pub as_much: u64,
    /// Those of them that might score more, or be what was typed.
    pub more: u64,
}

impl<'a> Bound<'a> {
    pub fn new(query: &'a Query) -> Self {
        let most = query.words.iter().map(|word| word.most + MOST_BONUS).sum();
        let start = query.text.chars().next().map_or(0, start_number);
        let not_first = query.words.iter().filter(|word| word.start_number != start);
        let of_exact = not_first.map(|_| units(NOT_FIRST) + units(AT_START)).sum();
        Self { query, most, of_exact }
    }

    /// Which texts of a word of `block` might score `least`, and which more.
    pub fn reach(&self, block: &Block, word: usize, least: i64) -> Reach {
        let mut lacks = Counts::default();
        for query_word in &self.query.words {
            count_lacks(query_word, block, word, &mut lacks);
        }
        let [as_much, more] = [least, least.saturating_add(1)]
            .map(|least| lacks.at_most(units(self.most.saturating_sub(least)).max(self.of_exact)));
        Reach { as_much, more }
    }
}

/// `points` in whole units.
fn units(points: i64) -> u32 {
    u32::try_from(points.max(0) / UNIT).unwrap_or(u32::MAX)
}

fn count_lacks(query_word: &Word, block: &Block, word: usize, lacks: &mut Counts) {
    let lanes = |plane: usize| block.word(plane, word);
    let head = lanes(query_word.head_plane);
    let start = start_planes().enumerate().fold(u64::MAX, |start, (bit, plane)| {
        let wanted = query_word.start_number >> bit & 1 == 1;
        start & if wanted { lanes(plane) } else { !lanes(plane) }
    });
    let mut together = u64::MAX;
    for step in &query_word.steps {
        let pair = lanes(step.pair_plane);
        together &= pair;
        lacks.add(!(pair | lanes(step.head_plane)), APART);
    }
    let stands = head & together;
    lacks.add(!start, NOT_FIRST);
    lacks.add(!head, NO_HEAD);
    lacks.add(!stands, MOST_BONUS);
    lacks.add(stands & !start, AT_START);
    if query_word.is_lone {
        lacks.add(stands & !lanes(LONE), WHOLE_WORD);
    }
}

/// A number for each of 64 texts; from 128 on they are not told apart.
#[derive(Default)]
struct Counts {
    bits: [u64; BITS],
    beyond: u64,
}

impl Counts {
    /// Adds `points` where `lanes` says so.
    #[inline]
    fn add(&mut self, lanes: u64, points: i64) {
        let units = points / UNIT;
        for low in (0..BITS).filter(|bit| units >> bit & 1 == 1) {
            let mut carry = lanes;
            for bit in self.bits.iter_mut().skip(low) {
                (*bit, carry) = (*bit ^ carry, *bit & carry);
            }
            self.beyond |= carry;
        }
    }

    fn at_most(&self, limit: u32) -> u64 {
        if limit >> BITS != 0 {
            return u64::MAX;
        }
        let (mut less, mut same) = (0, !self.beyond);
        for (place, bit) in self.bits.iter().enumerate().rev() {
            if limit >> place & 1 == 1 {
                less |= same & !bit;
                same &= bit;
            } else {
                same &= !bit;
            }
        }
        less | same
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzzy::features::HUMPED;
    use crate::fuzzy::index::Index;
    use crate::fuzzy::score::{Fit, Scorer};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn counts_are_counted(adding in prop::collection::vec((any::<u64>(), 0_i64..15), 0..14), limit in 0_u32..140) {
            let mut counts = Counts::default();
            for (lanes, units) in &adding {
                counts.add(*lanes, units * UNIT);
            }
            for lane in 0..64 {
                let sum: i64 = adding.iter().filter(|(lanes, _)| lanes >> lane & 1 == 1).map(|(_, units)| units).sum();
                let is_within = counts.at_most(limit) >> lane & 1 == 1;
                prop_assert_eq!(is_within, sum <= i64::from(limit) || limit >= 128);
            }
        }

        #[test]
        fn no_text_scores_beyond_its_reach(
            texts in prop::collection::vec("[a-cA-C1 ./é-]{0,10}", 1..30), typed in "[a-c1.-]{1,4}( [a-c]{1,2})?"
        ) {
            let index = Index::new(&texts);
            let query = Query::new(&typed);
            let (block, bound) = (&index.blocks()[0], Bound::new(&query));
            let text = |at: usize| block.text(at, block.word(HUMPED, 0));
            for at in (0..block.len()).filter(|at| query.words.iter().all(|word| word.fits(text(*at)))) {
                let Fit::Scored(score) = Scorer::new().score(text(at), &query, |_| true) else { panic!() };
                let is_exact = text(at).key.eq_ignore_ascii_case(&query.text);
                let least = if is_exact { i64::MAX } else { score };
                let [reach, below] = [least, score - 1].map(|least| bound.reach(block, 0, least));
                prop_assert_eq!(reach.as_much >> at & 1, 1, "{} in {}", query.text, text(at).key);
                prop_assert_eq!(below.more >> at & 1, 1, "{} in {}", query.text, text(at).key);
                prop_assert!(!is_exact || reach.more >> at & 1 == 1);
            }
        }
    }
}

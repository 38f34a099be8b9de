//! One search through the list: by planes first, then by reading, on two threads where it is long.

use std::hint::black_box;
use std::panic::resume_unwind;
use std::slice::ChunksMut;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;

use super::best::{Best, Floor, Rank};
use super::bound::Bound;
use super::features::HUMPED;
use super::finder::Ranked;
use super::index::{BLOCK, Block, Index, LANES, WORDS};
use super::marks::Text;
use super::query::{Query, Word};
use super::score::{Fit, Scorer};
use super::slips::score_with_slips;

/// With fewer texts to read, a second thread would take longer to start than it saves.
const WORTH_A_THREAD: usize = 16_384;
/// One that fits by its planes alone is read only where it might be among the best.
const LESS_WORK_UNREAD: usize = 8;

/// With fewer texts of 64 to read, memory does not come by itself.
const SPARSE: u32 = 24;

static HAS_TWO_CORES: LazyLock<bool> =
    LazyLock::new(|| thread::available_parallelism().is_ok_and(|cores| cores.get() > 1));

/// What is looked for.
pub(super) struct Search<'a> {
    pub index: &'a Index,
    pub query: &'a Query,
    pub limit: usize,
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

/// What was found.
pub(super) struct Found {
    /// A bit for each text of the list, set where it fits.
    pub fits: Vec<u64>,
    pub ranked: Ranked,
}

impl Search<'_> {
    /// The texts that fit, among those that fit a `wider` query if one was remembered.
    pub fn run(&self, wider: Option<(&Query, &[u64])>) -> Option<Found> {
        let is_known =
            |word: &Word| wider.is_some_and(|(wider, _)| wider.words.iter().any(|w| w.text == word.text));
        let unread: Vec<&Word> =
            self.query.words.iter().filter(|word| !word.is_told_by_planes && !is_known(word)).collect();
        let bound = Bound::new(self.query);
        let fits = self.by_planes(wider.map(|(_, fits)| fits), |block, word| {
            let planes = self.query.words.iter().flat_map(|word| &word.planes);
            planes.fold(u64::MAX, |lanes, plane| lanes & block.word(*plane, word))
        });
        let weight = if unread.is_empty() { LESS_WORK_UNREAD } else { 1 };
        self.over_blocks(fits, weight, |reader, block, lanes| {
            let Reader { best, scorer } = reader;
            let hopeful = block.hopeful(*lanes, &bound, best);
            let due = if unread.is_empty() { hopeful } else { *lanes };
            if due.count_ones() < SPARSE {
                block.call_in(due);
            }
            for_each_bit(due & !hopeful, |lane| {
                let fits = unread.iter().all(|word| word.fits(block.text(lane)));
                *lanes &= !(u64::from(!fits) << lane);
            });
            for_each_bit(hopeful, |lane| {
                let text = block.text(lane);
                let rank = |score| block.rank(score, text.key.len(), lane);
                match scorer.score(text, self.query, |most| best.wants(rank(most))) {
                    Fit::Not => *lanes ^= 1 << lane,
                    Fit::Unwanted => {}
                    Fit::Scored(score) => best.take(rank(score)),
                }
            });
        })
    }

    /// The texts that fit where one slip in each word is forgiven.
    pub fn run_with_slips(&self) -> Option<Found> {
        let fits = self.by_planes(None, |block, word| {
            // A slip puts at most one letter into a word that the text lacks.
            self.query.words.iter().fold(u64::MAX, |lanes, query_word| {
                let (_, twice) = query_word.planes.iter().fold((0, 0), |(once, twice), plane| {
                    let lacking = !block.word(*plane, word);
                    (once | lacking, twice | once & lacking)
                });
                lanes & !twice
            })
        });
        self.over_blocks(fits, 1, |reader, block, lanes| {
            for_each_bit(*lanes, |lane| {
                let text = block.text(lane);
                match score_with_slips(&mut reader.scorer, text, self.query) {
                    Some(score) => reader.best.take(block.rank(score, text.key.len(), lane)),
                    None => *lanes ^= 1 << lane,
                }
            });
        })
    }

    /// The texts, of `among` if there is one, for which `lanes` of their word of a block says so.
    fn by_planes(&self, among: Option<&[u64]>, lanes: impl Fn(&Block, usize) -> u64) -> Vec<u64> {
        let mut fits = match among {
            Some(among) => among.to_vec(),
            None => all(self.index),
        };
        for (block, words) in self.index.blocks().iter().zip(fits.chunks_mut(WORDS)) {
            for (word, fits) in words.iter_mut().enumerate().filter(|(_, fits)| **fits != 0) {
                *fits &= lanes(block, word);
            }
        }
        fits
    }

    /// Calls `read` for each word of `fits` that has a bit, block by block from the front.
    fn over_blocks(
        &self,
        mut fits: Vec<u64>,
        weight: usize,
        read: impl Fn(&mut Reader, &Place, &mut u64) + Sync,
    ) -> Option<Found> {
        let (limit, floor) = (self.limit, Floor::default());
        let is_stopped = AtomicBool::new(false);
        let is_long = count(&fits) / weight >= WORTH_A_THREAD && *HAS_TWO_CORES;
        let units = Units(Mutex::new(fits.chunks_mut(WORDS).zip(self.index.blocks()).enumerate()));
        let work = || {
            let mut reader = Reader { best: Best::new(limit, &floor), scorer: Scorer::new() };
            let goes_on = || {
                if (self.stop)() {
                    is_stopped.store(true, Ordering::Relaxed);
                }
                !is_stopped.load(Ordering::Relaxed)
            };
            while let Some((number, (words, block))) = units.next().filter(|_| goes_on()) {
                let words = words.iter_mut().enumerate().filter(|(_, lanes)| **lanes != 0);
                for (word, lanes) in words.take_while(|_| goes_on()) {
                    let humped = block.word(HUMPED, word);
                    read(&mut reader, &Place { block, first: number * BLOCK, word, humped }, lanes);
                }
            }
            reader.best
        };
        let parts = thread::scope(|scope| {
            let second = is_long.then(|| scope.spawn(work));
            let own = work();
            [Some(own), second.map(|second| second.join().unwrap_or_else(|panic| resume_unwind(panic)))]
        });
        let hits = Best::merged(limit, parts.into_iter().flatten());
        let matched = count(&fits);
        (!is_stopped.into_inner()).then_some(Found { fits, ranked: Ranked { hits, matched } })
    }
}

/// Blocks yet to be read, with their bits.
struct Units<'a>(Mutex<Numbered<'a>>);
type Numbered<'a> = std::iter::Enumerate<std::iter::Zip<ChunksMut<'a, u64>, std::slice::Iter<'a, Block>>>;

impl<'a> Units<'a> {
    fn next(&self) -> Option<(usize, (&'a mut [u64], &'a Block))> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).next()
    }
}

/// What one thread holds.
struct Reader<'a> {
    best: Best<'a>,
    scorer: Scorer,
}

/// Which 64 texts are read.
struct Place<'a> {
    block: &'a Block,
    /// The place in the list of the first text of the block.
    first: usize,
    word: usize,
    /// Which of them have humps.
    humped: u64,
}

impl<'a> Place<'a> {
    fn text(&self, lane: usize) -> Text<'a> {
        self.block.text(self.word * LANES + lane, self.humped)
    }

    fn rank(&self, score: i64, length: usize, lane: usize) -> Rank {
        Rank::new(score, length, self.first + self.word * LANES + lane)
    }

    /// Those of `lanes` that might be among the best, by their planes and lengths.
    fn hopeful(&self, lanes: u64, bound: &Bound, best: &Best) -> u64 {
        let least = best.least_score();
        let reach = bound.reach(self.block, self.word, least);
        let mut hopeful = lanes & reach.more;
        for_each_bit(lanes & reach.as_much & !reach.more, |lane| {
            let length = self.block.length(self.word * LANES + lane);
            hopeful |= u64::from(best.wants(self.rank(least, length, lane))) << lane;
        });
        hopeful
    }

    /// Touches the texts of `lanes`, so that memory brings all of them at once: they are waited for once
    /// rather than each in turn.
    fn call_in(&self, lanes: u64) {
        let mut touched = 0;
        for_each_bit(lanes, |lane| touched ^= self.block.first_byte(self.word * LANES + lane));
        black_box(touched);
    }
}

fn for_each_bit(mut bits: u64, mut each: impl FnMut(usize)) {
    while bits != 0 {
        each(usize::try_from(bits.trailing_zeros()).unwrap_or(0));
        bits &= bits - 1;
    }
}

fn count(bits: &[u64]) -> usize {
    bits.iter().map(|word| usize::try_from(word.count_ones()).unwrap_or(0)).sum()
}

/// A bit for every text.
fn all(index: &Index) -> Vec<u64> {
    let mut bits = vec![u64::MAX; index.words()];
    if let Some(last) = bits.last_mut().filter(|_| !index.len().is_multiple_of(LANES)) {
        *last = (1 << (index.len() % LANES)) - 1;
    }
    bits
}

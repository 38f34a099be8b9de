//! What can be said of a word in a text before its letters are aligned: its bonus, and the most that
//! aligning could give.
//!
//! Letters side by side gain the most there is: at the start of a text, or of a word where the text
//! starts with another letter, nothing is left to align then.

use super::kernel::{AFTER_HARD, FIRST, GAP, MATCHED, UNBEGUN, gain_after};
use super::marks::{Marked, Places, Sight, Text};
use super::query::Word;

/// A word that begins with what was typed is what most people mean.
const AT_WORD_START: i64 = 24;
/// A word that is what was typed, all the more.
pub(super) const WHOLE_WORD: i64 = 16;
/// The text begins with what was typed.
pub(super) const AT_START: i64 = 12;
/// The most that the three give.
pub(super) const MOST_BONUS: i64 = AT_WORD_START + WHOLE_WORD + AT_START;
/// What the first letter loses where it is not at the very start.
pub(super) const NOT_FIRST: i64 = (FIRST - AFTER_HARD) as i64;

/// Longer words are looked at more roughly.
const LONGEST_MARKED: usize = 16;

/// What a word could be worth in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outlook {
    /// The score without the bonus, or one above it.
    pub most: i64,
    pub bonus: i64,
    /// Whether it is the score.
    pub is_certain: bool,
    /// Where the letters of the word stand, if that is known.
    pub marks: Option<u128>,
}

impl Outlook {
    /// The outlook of `word` in `text`, if it fits.
    pub fn new(text: Text, word: &Word) -> Option<Self> {
        let can_be_marked = word.is_ascii && word.letters <= LONGEST_MARKED;
        match text.sight() {
            Sight::Near(near) if can_be_marked => Self::by_marks(near, text.key, word),
            Sight::Far(far) if can_be_marked => Self::by_marks(far, text.key, word),
            _ => word.fits(text).then(|| Self::by_reading(text.key, word)),
        }
    }

    fn by_marks<M: Marked>(text: M, key: &str, word: &Word) -> Option<Self> {
        let (none, start) = (M::Places::NONE, M::Places::FIRST);
        let mut letters = [none; LONGEST_MARKED];
        let (mut after, mut last) = (M::Places::ALL, none);
        for (places, byte) in letters.iter_mut().zip(word.text.bytes()) {
            *places = text.places_of(byte);
            last = *places & after;
            after = last.above_lowest();
        }
        if last == none {
            return None;
        }
        let [first, further @ ..] = letters;
        // Humps are among them: they gain less than the heads of words, nowhere more.
        let heads = text.heads();
        let is_ascii = key.is_ascii();
        let (mut marks, mut before, mut run) = (first, first, first);
        let mut apart = Apart::default();
        for (places, step) in further.into_iter().zip(&word.steps) {
            let beside = before << 1 & places;
            apart.step(
                (beside != none).then_some(step.gain),
                gain_after_gap(before, places & heads, is_ascii),
            );
            run = run << 1 & places;
            marks = marks | places;
            before = places;
        }
        let runs = run >> word.steps.len();
        let starts = places_in((runs & heads).wide());
        let is_certain = runs & start == start
            || first & start == none && starts.clone().any(|at| byte_before(key, at) == Some(AFTER_HARD));
        let together = (runs != none).then(|| word.most - i64::from(FIRST - first_gain(runs & heads)));
        let apart = apart.most().map(|most| i64::from(UNBEGUN + MATCHED + first_gain(first & heads) + most));
        let most = together.max(apart).unwrap_or(word.most);
        Some(Self { most, bonus: bonus(key, word, starts), is_certain, marks: Some(marks.wide()) })
    }

    fn by_reading(key: &str, word: &Word) -> Self {
        let lost = if key.starts_with(word.first) { 0 } else { NOT_FIRST };
        let bonus = bonus(key, word, occurrences(key, &word.text));
        Self { most: word.most - lost, bonus, is_certain: begins_with(key, &word.text), marks: None }
    }
}

/// The most that the first letter gains, which stands at the heads of words at the `headed` places.
fn first_gain<P: Places>(headed: P) -> i32 {
    if headed & P::FIRST == P::FIRST {
        FIRST
    } else if headed == P::NONE {
        0
    } else {
        AFTER_HARD
    }
}

/// The most that the letters after the first give where not all stand side by side.
#[derive(Default)]
struct Apart {
    most: i32,
    /// The least that is lost by a gap.
    lost: Option<i32>,
}

impl Apart {
    fn step(&mut self, beside: Option<i32>, after_gap: i32) {
        let gain = beside.map_or(after_gap, |beside| beside.max(after_gap));
        self.most += MATCHED + gain;
        let lost = gain - after_gap;
        self.lost = Some(self.lost.map_or(lost, |least| least.min(lost)));
    }

    fn most(&self) -> Option<i32> {
        self.lost.map(|lost| self.most - lost)
    }
}

/// The most a letter gains after one at `before` and a gap, which costs by its length: at the head of a
/// word, the `headed` places, or elsewhere. In other than ASCII the length in letters is not known.
#[inline]
fn gain_after_gap<P: Places>(before: P, headed: P, is_ascii: bool) -> i32 {
    if headed == P::NONE {
        return -GAP;
    }
    if !is_ascii {
        return AFTER_HARD - GAP;
    }
    let most = AFTER_HARD - GAP;
    let reached = |(gap, gain)| if before << gap & headed == P::NONE { 0 } else { gain };
    (2..).zip((1..=most).rev()).map(reached).fold(0, i32::max)
}

/// What the letter at `at` gains by the one before it.
fn byte_before(key: &str, at: usize) -> Option<i32> {
    at.checked_sub(1).and_then(|before| key.as_bytes().get(before)).map(|byte| gain_after(*byte))
}

/// The bonus of `word`, which stands in `key` at all of `places` that could be the start of a word.
fn bonus(key: &str, word: &Word, places: impl Iterator<Item = usize>) -> i64 {
    let mut starts = places.filter(|at| starts_word(key, *at));
    let Some(first) = starts.next() else { return 0 };
    let is_whole = |at| ends_word(key, at + word.text.len());
    let at_start = if first == 0 { AT_START } else { 0 };
    let whole = if is_whole(first) || starts.any(is_whole) { WHOLE_WORD } else { 0 };
    AT_WORD_START + whole + at_start
}

fn places_in(mut bits: u128) -> impl Iterator<Item = usize> + Clone {
    std::iter::from_fn(move || {
        let place = usize::try_from(bits.trailing_zeros()).ok().filter(|_| bits != 0);
        bits &= bits.wrapping_sub(1);
        place
    })
}

/// Every place of `word` in `key`, those that overlap among them.
fn occurrences(key: &str, word: &str) -> impl Iterator<Item = usize> {
    key.char_indices()
        .map(|(at, _)| at)
        .filter(move |at| key.get(*at..).is_some_and(|tail| begins_with(tail, word)))
}

/// Whether `key` begins with `word`, humps or no humps.
fn begins_with(key: &str, word: &str) -> bool {
    key.as_bytes().get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
}

fn starts_word(key: &str, at: usize) -> bool {
    key.get(..at).is_some_and(|head| !head.ends_with(char::is_alphanumeric))
}

fn ends_word(key: &str, at: usize) -> bool {
    key.get(at..).is_some_and(|tail| !tail.starts_with(char::is_alphanumeric))
}

/// The byte at which `word` stands in `key` at the beginning of a word, as a whole word rather
/// than as the beginning of a longer one.
pub(super) fn word_start_of(key: &str, word: &str) -> Option<usize> {
    let mut starts = occurrences(key, word).filter(|at| starts_word(key, *at));
    let first = starts.next()?;
    let whole = std::iter::once(first).chain(starts).find(|at| ends_word(key, at + word.len()));
    Some(whole.unwrap_or(first))
}

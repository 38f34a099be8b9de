//! What can be said of a word in a text before its letters are aligned: its bonus, and the most that
//! aligning could give.
//!
//! Letters side by side gain the most there is: at the start of a text, or of a word where the text
//! starts with another letter, nothing is left to align then.

use super::kernel::{AFTER_HARD, FIRST, GAP, MATCHED, UNBEGUN, gain_after};
use super::marks::Text;
use super::query::Word;

/// A word that begins with what was typed is what most people mean.
const AT_WORD_START: i64 = 24;
/// A word that is what was typed, all the more.
const WHOLE_WORD: i64 = 16;
/// The text begins with what was typed.
pub(super) const AT_START: i64 = 12;
/// The most that the three give.
pub(super) const MOST_BONUS: i64 = AT_WORD_START + WHOLE_WORD + AT_START;
/// What the first letter loses where it is not at the very start.
pub(super) const NOT_FIRST: i64 = (FIRST - AFTER_HARD) as i64;

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
    /// The outlook of `word` in `text`, which it fits.
    pub fn new(text: Text, word: &Word) -> Self {
        if word.text.is_ascii() && text.can_be_marked() {
            Self::by_marks(text, word)
        } else {
            Self::by_reading(text.key, word)
        }
    }

    fn by_marks(text: Text, word: &Word) -> Self {
        let mut bytes = word.text.bytes();
        let first = bytes.next().map_or(0, |byte| text.places_of(byte));
        let heads = text.heads();
        let is_ascii = text.key.is_ascii();
        let (mut marks, mut before, mut run) = (first, first, first);
        let mut apart = Apart::default();
        for (byte, step) in bytes.zip(&word.steps) {
            let places = text.places_of(byte);
            let beside = before << 1 & places;
            apart.step((beside != 0).then_some(step.gain), gain_after_gap(before, places & heads, is_ascii));
            run = run << 1 & places;
            marks |= places;
            before = places;
        }
        let runs = run >> word.steps.len();
        let starts = places_in(runs & heads);
        let is_certain = runs & 1 == 1
            || first & 1 == 0 && starts.clone().any(|at| byte_before(text.key, at) == Some(AFTER_HARD));
        let together = (runs != 0).then(|| word.most - i64::from(FIRST - first_gain(runs, heads)));
        let apart = apart.most().map(|most| i64::from(UNBEGUN + MATCHED + first_gain(first, heads) + most));
        let most = together.max(apart).unwrap_or(word.most);
        Self { most, bonus: bonus(text.key, word, starts), is_certain, marks: Some(marks) }
    }

    fn by_reading(key: &str, word: &Word) -> Self {
        let lost = if key.starts_with(word.first) { 0 } else { NOT_FIRST };
        let bonus = bonus(key, word, occurrences(key, &word.text));
        Self { most: word.most - lost, bonus, is_certain: key.starts_with(&word.text), marks: None }
    }
}

fn first_gain(first: u128, heads: u128) -> i32 {
    match first & heads {
        0 => 0,
        headed if headed & 1 == 1 => FIRST,
        _ => AFTER_HARD,
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
fn gain_after_gap(before: u128, headed: u128, is_ascii: bool) -> i32 {
    if headed == 0 {
        return -GAP;
    }
    if !is_ascii {
        return AFTER_HARD - GAP;
    }
    let most = AFTER_HARD - GAP;
    let longer = (0..most).find(|longer| before << (2 + longer) & headed != 0);
    longer.map_or(0, |longer| most - longer)
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
        .filter(move |at| key.get(*at..).is_some_and(|tail| tail.starts_with(word)))
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

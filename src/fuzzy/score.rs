//! How well one text fits what was typed.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

use super::index::{Entry, bag};
use crate::domain::search_key::fold;

/// A word that begins with what was typed is what most people mean.
const AT_WORD_START: i64 = 24;
/// A word that is what was typed, all the more.
const WHOLE_WORD: i64 = 16;
/// The text begins with what was typed.
const AT_START: i64 = 12;
/// The text is what was typed.
const EXACT: i64 = 100;
/// Below every other score: one slip away.
const SLIP: i64 = 1;
/// Shorter words are too often one slip away from something.
const SHORTEST_WITH_SLIP: usize = 4;

/// What was typed, prepared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Query {
    pub text: String,
    pub words: Vec<String>,
    bag: u64,
}

impl Query {
    pub fn new(typed: &str) -> Self {
        let text = fold(typed);
        let words = text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        Self { bag: bag(&text), text, words }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether every text that fits this also fits `wider`.
    pub fn narrows(&self, wider: &Self) -> bool {
        let within = |word: &String| self.words.iter().any(|own| own.starts_with(word.as_str()));
        self.text.starts_with(&wider.text) && wider.words.iter().all(within)
    }

    pub fn may_slip(&self) -> bool {
        self.words.iter().any(|word| word.chars().count() >= SHORTEST_WITH_SLIP)
    }
}

/// The matcher keeps its score matrix from one text to the next without clearing every bonus in it,
/// so that the score of a text would depend on those scored before; without the cache it does not.
pub(super) fn matcher() -> SkimMatcherV2 {
    SkimMatcherV2::default().ignore_case().use_cache(false)
}

/// The score of `entry`, or `None` where it lacks a word.
pub(super) fn score(matcher: &SkimMatcherV2, entry: &Entry, query: &Query) -> Option<i64> {
    if query.bag & !entry.bag != 0 {
        return None;
    }
    let mut total = 0;
    for word in &query.words {
        if !is_subsequence(&entry.key, word) {
            return None;
        }
        total += matcher.fuzzy_match(&entry.key, word)? + bonus(&entry.key, word);
    }
    Some(total + if *entry.key == *query.text { EXACT } else { 0 })
}

/// The score of `entry` where one slip in each word is forgiven.
pub(super) fn score_with_slips(matcher: &SkimMatcherV2, entry: &Entry, query: &Query) -> Option<i64> {
    let mut total = 0;
    for word in &query.words {
        total += match matcher.fuzzy_match(&entry.key, word) {
            Some(score) => score + bonus(&entry.key, word),
            None if word.chars().count() < SHORTEST_WITH_SLIP => return None,
            None => entry.key.split(' ').any(|other| is_one_slip_away(word, other)).then_some(SLIP)?,
        };
    }
    Some(total)
}

fn bonus(key: &str, word: &str) -> i64 {
    let at_start = if key.starts_with(word) { AT_START } else { 0 };
    match word_start_of(key, word) {
        Some(at) if ends_word(key, at + word.len()) => AT_WORD_START + WHOLE_WORD + at_start,
        Some(_) => AT_WORD_START + at_start,
        None => 0,
    }
}

fn ends_word(key: &str, at: usize) -> bool {
    key.get(at..).is_some_and(|tail| !tail.starts_with(char::is_alphanumeric))
}

/// The byte at which `word` stands in `key` at the beginning of a word, as a whole word rather
/// than as the beginning of a longer one.
pub(super) fn word_start_of(key: &str, word: &str) -> Option<usize> {
    let at_start = |at: &usize| key.get(..*at).is_some_and(|head| !head.ends_with(char::is_alphanumeric));
    let mut starts = key.match_indices(word).map(|(at, _)| at).filter(at_start);
    let first = starts.next()?;
    let whole = std::iter::once(first).chain(starts).find(|at| ends_word(key, at + word.len()));
    Some(whole.unwrap_or(first))
}

fn is_subsequence(key: &str, word: &str) -> bool {
    let mut bytes = key.bytes();
    word.bytes().all(|wanted| bytes.any(|byte| byte == wanted))
}

/// Whether `typed` is one wrong, missing, extra or swapped letter away from how `word` begins.
fn is_one_slip_away(typed: &str, word: &str) -> bool {
    let length = typed.chars().count();
    [length.saturating_sub(1), length, length + 1].into_iter().any(|count| {
        let end = word.char_indices().nth(count).map_or(word.len(), |(at, _)| at);
        word.get(..end).is_some_and(|head| strsim::osa_distance(typed, head) == 1)
    })
}

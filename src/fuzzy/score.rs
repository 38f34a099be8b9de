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
    bags: Vec<u64>,
}

impl Query {
    pub fn new(typed: &str) -> Self {
        let text = fold(typed);
        let words: Vec<String> = text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let bags = words.iter().map(|word| bag(word)).collect();
        Self { bag: bag(&text), bags, text, words }
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

pub(super) fn matcher() -> SkimMatcherV2 {
    SkimMatcherV2::default().ignore_case()
}

/// The matcher's score of one word. It keeps its matrix of two rows from one text to the next and does
/// not clear every bonus of the second, so that from the third letter on a score would depend on the
/// texts scored before. A match of one letter shrinks the matrix to nothing, after which it grows anew
/// with every cell empty. (The matcher's own switch for that, `use_cache`, panics.)
fn match_word(matcher: &SkimMatcherV2, key: &str, word: &str) -> Option<i64> {
    if word.chars().nth(2).is_some() {
        matcher.fuzzy_match("a", "a");
    }
    matcher.fuzzy_match(key, word)
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
        total += match_word(matcher, &entry.key, word)? + bonus(&entry.key, word);
    }
    Some(total + if *entry.key == *query.text { EXACT } else { 0 })
}

/// The score of `entry` where one slip in each word is forgiven.
pub(super) fn score_with_slips(matcher: &SkimMatcherV2, entry: &Entry, query: &Query) -> Option<i64> {
    // A slip puts at most one letter into a word that the text lacks. Where nothing fits, the whole
    // list is gone through at every key: this keeps that from being the slowest of all keys.
    if query.bags.iter().any(|bag| (bag & !entry.bag).count_ones() > 1) {
        return None;
    }
    let mut total = 0;
    for word in &query.words {
        total += match match_word(matcher, &entry.key, word) {
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

/// Whether `typed` is one wrong, missing, extra or swapped letter away from how `word` begins. The
/// slip is where the two part.
fn is_one_slip_away(typed: &str, word: &str) -> bool {
    let alike = typed.chars().zip(word.chars()).take_while(|(a, b)| a == b);
    let parting: usize = alike.map(|(c, _)| c.len_utf8()).sum();
    let (Some(typed), Some(word)) = (typed.get(parting..), word.get(parting..)) else { return false };
    let Some((typed_first, typed_rest)) = split_first(typed) else { return true };
    let extra = word.starts_with(typed_rest);
    let Some((word_first, word_rest)) = split_first(word) else { return extra };
    let wrong = word_rest.starts_with(typed_rest);
    let missing = word_rest.starts_with(typed);
    let swapped = match (typed_rest.strip_prefix(word_first), word_rest.strip_prefix(typed_first)) {
        (Some(typed), Some(word)) => word.starts_with(typed),
        _ => false,
    };
    extra || wrong || missing || swapped
}

fn split_first(text: &str) -> Option<(char, &str)> {
    let mut chars = text.chars();
    chars.next().map(|first| (first, chars.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By distance: to as many letters of the word as were typed, one fewer or one more.
    fn is_one_slip_away_by_distance(typed: &str, word: &str) -> bool {
        let word: Vec<char> = word.chars().collect();
        let length = typed.chars().count();
        (length.saturating_sub(1)..=length + 1).any(|count| {
            let head: String = word.iter().take(count).collect();
            strsim::osa_distance(typed, &head) == 1
        })
    }

    #[test]
    fn one_slip_and_no_two_are_forgiven() {
        for typed in ["saftey", "sfety", "saffety", "sabety", "safet", "xafety"] {
            assert!(is_one_slip_away(typed, "safety"), "{typed}");
        }
        for typed in ["sfaeyt", "sfty", "xafetx", "fire"] {
            assert!(!is_one_slip_away(typed, "safety"), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn a_score_does_not_depend_on_what_was_scored_before(
            asked in prop::collection::vec(("[a-c ]{0,9}", "[a-c]{1,4}"), 1..20)
        ) {
            let used = matcher();
            for (text, word) in asked {
                prop_assert_eq!(match_word(&used, &text, &word), matcher().fuzzy_match(&text, &word));
            }
        }

        #[test]
        fn a_slip_is_a_distance_of_one(typed in "[a-cé]{1,7}", word in "[a-cé]{0,8}") {
            let by_distance = is_one_slip_away_by_distance(&typed, &word);
            prop_assert_eq!(is_one_slip_away(&typed, &word), by_distance);
        }

        #[test]
        fn no_text_that_a_slip_would_find_is_passed_over(
            text in "[a-f]{0,7}( [a-f]{1,7}){0,2}", typed in "[a-f]{4,6}( [a-f]{4,6})?"
        ) {
            let entry = Entry { bag: bag(&text), key: text.clone().into_boxed_str() };
            let fits = |word: &str| {
                is_subsequence(&text, word)
                    || text.split(' ').any(|other| is_one_slip_away_by_distance(word, other))
            };
            let found = score_with_slips(&matcher(), &entry, &Query::new(&typed)).is_some();
            prop_assert_eq!(found, typed.split(' ').all(fits));
        }
    }
}

//! The ranking written down plainly, to compare with: every text is scored by the crate on a matcher
//! that was never used, and all are sorted. The tests and the comparison with other programs both
//! include this file.

use std::cmp::Reverse;

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Hit, Ranked};
use crate::domain::search_key::fold;

/// A list to rank.
pub(super) struct Plain {
    keys: Vec<String>,
}

impl Plain {
    pub fn new(texts: &[String]) -> Self {
        Self { keys: texts.iter().map(|text| with_humps(text)).collect() }
    }

    /// What [`super::Finder::rank`] gives where no slip is to be forgiven.
    pub fn rank(&self, typed: &str, limit: usize) -> Ranked {
        let typed = fold(typed);
        let keys = self.keys.iter().enumerate();
        let scored = keys.filter_map(|(at, key)| Some(Hit { at, score: score(key, &typed)? }));
        let mut hits: Vec<Hit> = scored.collect();
        hits.sort_by_key(|hit| (Reverse(hit.score), self.keys[hit.at].len(), hit.at));
        let matched = hits.len();
        hits.truncate(limit);
        Ranked { hits, matched }
    }
}

/// `text` folded, but for the capitals of ASCII that follow a small letter or a digit.
fn with_humps(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        let letters: Vec<char> = word.nfd().filter(|c| !is_combining_mark(*c)).collect();
        let pieces: Vec<String> = letters.iter().map(|c| fold(&c.to_string())).collect();
        let is_small = |at: usize| !letters[at].is_uppercase() && pieces[at].ends_with(char::is_alphanumeric);
        let is_hump = |at: usize| letters[at].is_uppercase() && at.checked_sub(1).is_some_and(is_small);
        let piece = |at: usize| match pieces[at].split_at_checked(1).filter(|_| is_hump(at)) {
            Some((first, rest)) => first.to_ascii_uppercase() + rest,
            None => pieces[at].clone(),
        };
        (0..letters.len()).map(piece).collect::<String>()
    });
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn score(key: &str, typed: &str) -> Option<i64> {
    let small = key.to_ascii_lowercase();
    let mut total = if small == typed { 100 } else { 0 };
    for word in typed.split(' ') {
        let matcher = SkimMatcherV2::default().ignore_case();
        total += matcher.fuzzy_match(key, word)? + bonus(&small, word);
    }
    Some(total)
}

fn bonus(key: &str, word: &str) -> i64 {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let places = key.char_indices().map(|(at, _)| at).filter(|at| key[*at..].starts_with(word));
    let starts = places.filter(|at| !is_word(key[..*at].chars().next_back()));
    let ends: Vec<bool> = starts.map(|at| !is_word(key[at + word.len()..].chars().next())).collect();
    match ends.as_slice() {
        [] => 0,
        ends => 24 + if ends.contains(&true) { 16 } else { 0 } + if key.starts_with(word) { 12 } else { 0 },
    }
}

//! The ranking admit stands for, written down plainly: SkimMatcherV2 on every folded text, a matcher
//! never used before for each, with the bonuses; all sorted.

use std::cmp::Reverse;

use admit::domain::search_key::fold;
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

use crate::engines::Answer;

/// The texts, folded once.
pub struct Plain {
    keys: Vec<String>,
}

impl Plain {
    pub fn new(titles: &[String]) -> Self {
        Self { keys: titles.iter().map(|title| fold(title)).collect() }
    }

    /// The best for `typed`, where something fits; slips are not looked for.
    pub fn rank(&self, typed: &str, limit: usize) -> Answer {
        let typed = fold(typed);
        let half = self.keys.len().div_ceil(2);
        let work = |(part, keys): (usize, &[String])| {
            let matcher = SkimMatcherV2::default().ignore_case();
            let scored = keys.iter().enumerate();
            let scored =
                scored.filter_map(|(at, key)| Some((score(&matcher, key, &typed)?, part * half + at)));
            scored.collect::<Vec<_>>()
        };
        let work = &work;
        let mut fits: Vec<(i64, usize)> = std::thread::scope(|scope| {
            let parts: Vec<_> =
                self.keys.chunks(half).enumerate().map(|part| scope.spawn(move || work(part))).collect();
            parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
        });
        fits.sort_by_key(|(score, at)| (Reverse(*score), self.keys[*at].len(), *at));
        let matched = fits.len();
        Answer { top: fits.into_iter().take(limit).map(|(_, at)| at).collect(), matched }
    }
}

fn score(matcher: &SkimMatcherV2, key: &str, typed: &str) -> Option<i64> {
    let mut total = if key == typed { 100 } else { 0 };
    for word in typed.split(' ').filter(|word| !word.is_empty()) {
        if !is_subsequence(key, word) {
            return None;
        }
        // A match of one letter empties the matcher's matrix, which otherwise keeps bonuses of the text
        // before.
        matcher.fuzzy_match("a", "a");
        total += matcher.fuzzy_match(key, word)? + bonus(key, word);
    }
    Some(total)
}

fn is_subsequence(key: &str, word: &str) -> bool {
    let mut bytes = key.bytes();
    word.bytes().all(|wanted| bytes.any(|byte| byte == wanted))
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

//! How well one text fits what was typed.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

use super::kernel::{LONGEST_TEXT, LONGEST_WORD, Row, Rows};
use super::marks::Text;
use super::outlook::Outlook;
use super::query::{Query, Word};

/// The text is what was typed.
const EXACT: i64 = 100;

pub(super) fn matcher() -> SkimMatcherV2 {
    SkimMatcherV2::default().ignore_case()
}

/// How a query fits a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// Not at all.
    Not,
    /// Too badly to be wanted.
    Unwanted,
    /// So well.
    Scored(i64),
}

/// Gives texts their scores; each thread has its own.
pub(super) struct Scorer {
    rows: Rows,
    /// Of the words of the query in the text at hand.
    outlooks: Vec<Outlook>,
}

impl Scorer {
    pub fn new() -> Self {
        Self { rows: [Row::default(); LONGEST_WORD], outlooks: Vec::new() }
    }

    /// The score of `text`, unless `is_wanted` says of one above it that it would not do.
    pub fn score(&mut self, text: Text, query: &Query, is_wanted: impl Fn(i64) -> bool) -> Fit {
        let mut outlooks = std::mem::take(&mut self.outlooks);
        outlooks.clear();
        outlooks.extend(query.words.iter().map_while(|word| Outlook::new(text, word)));
        let fit = if outlooks.len() < query.words.len() {
            Fit::Not
        } else {
            self.fit(text, query, &outlooks, is_wanted)
        };
        self.outlooks = outlooks;
        fit
    }

    fn fit(
        &mut self,
        text: Text,
        query: &Query,
        outlooks: &[Outlook],
        is_wanted: impl Fn(i64) -> bool,
    ) -> Fit {
        let exact = if text.key.eq_ignore_ascii_case(&query.text) { EXACT } else { 0 };
        let most: i64 = outlooks.iter().map(|outlook| outlook.most + outlook.bonus).sum();
        let mut score = most + exact;
        for (word, outlook) in query.words.iter().zip(outlooks).filter(|(_, outlook)| !outlook.is_certain) {
            // A word falls short of its outlook, and the text with it.
            if !is_wanted(score) {
                return Fit::Unwanted;
            }
            let Some(aligned) = self.aligned(text, word, outlook) else { return Fit::Not };
            score += aligned - outlook.most;
        }
        Fit::Scored(score)
    }

    /// The score of one word in `text`, if it fits.
    pub fn score_word(&mut self, text: Text, word: &Word) -> Option<i64> {
        let outlook = Outlook::new(text, word)?;
        Some(
            outlook.bonus
                + if outlook.is_certain { outlook.most } else { self.aligned(text, word, &outlook)? },
        )
    }

    fn aligned(&mut self, text: Text, word: &Word, outlook: &Outlook) -> Option<i64> {
        match &word.pattern {
            Some(pattern) if text.key.len() <= LONGEST_TEXT => {
                pattern.score(text.key, outlook.marks, &mut self.rows).map(i64::from)
            }
            // The crate keeps its matrix from one text to the next and does not clear all of it: a score
            // would depend on the texts before. A new matcher has nothing to remember.
            _ => matcher().fuzzy_match(text.key, &word.text),
        }
    }
}

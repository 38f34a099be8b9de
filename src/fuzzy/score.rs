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

    /// The score of `text`, which every word of `query` fits; `None` where `is_wanted` says of one above
    /// it that it would not do.
    pub fn score(&mut self, text: Text, query: &Query, is_wanted: impl Fn(i64) -> bool) -> Option<i64> {
        let mut most = if text.key == query.text { EXACT } else { 0 };
        let mut outlooks = std::mem::take(&mut self.outlooks);
        outlooks.clear();
        for word in &query.words {
            let outlook = Outlook::new(text, word);
            most += outlook.most + outlook.bonus;
            outlooks.push(outlook);
        }
        let mut score = is_wanted(most).then_some(most);
        for (word, outlook) in query.words.iter().zip(&outlooks).filter(|(_, outlook)| !outlook.is_certain) {
            // A word falls short of its outlook, and the text with it.
            let Some(above) = score.filter(|above| is_wanted(*above)) else { break };
            score = self.aligned(text, word, outlook).map(|aligned| above - outlook.most + aligned);
        }
        self.outlooks = outlooks;
        score
    }

    /// The score of one word in `text`, which it fits.
    pub fn score_word(&mut self, text: Text, word: &Word) -> Option<i64> {
        let outlook = Outlook::new(text, word);
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

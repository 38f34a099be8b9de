//! A list, prepared for being searched many times.

use crate::domain::search_key::fold;

/// A list of texts, folded once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    entries: Vec<Entry>,
}

/// One text as it is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub key: Box<str>,
    pub bag: u64,
}

impl Index {
    /// Prepares `texts`; a hit names its place in them.
    pub fn new<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        let entry = |text: T| {
            let key = fold(text.as_ref()).into_boxed_str();
            Entry { bag: bag(&key), key }
        };
        Self { entries: texts.into_iter().map(entry).collect() }
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn get(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at)
    }
}

/// Which characters occur, as 64 bits: one each for a–z and 0–9, the rest share the others. A
/// text that lacks a bit of the query can't hold the query.
pub(super) fn bag(folded: &str) -> u64 {
    let bit = |c: char| match c {
        'a'..='z' => u32::from(c) - u32::from('a'),
        '0'..='9' => 26 + u32::from(c) - u32::from('0'),
        other => 36 + u32::from(other) % 28,
    };
    folded.chars().filter(|c| *c != ' ').fold(0, |bits, c| bits | (1 << bit(c)))
}

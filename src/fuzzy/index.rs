//! A list, prepared for being searched many times: its texts folded, end to end, and what is known of
//! them without reading.

use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::features::{PLANES, features_of, transpose};
use super::fold::fold_onto;
use super::marks::{FAR, Text};

/// How many texts a block holds: what one thread takes up at a time.
pub(super) const BLOCK: usize = 4096;
/// Texts that one bit each of a word stands for.
pub(super) const LANES: usize = 64;
/// Words of a full block.
pub(super) const WORDS: usize = BLOCK / LANES;

/// A list of texts, folded once. Beside the folded text it keeps 18 bytes for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    blocks: Vec<Block>,
    len: usize,
}

/// Some thousand texts that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The folded texts, one right after the other, and as much as is read at a time.
    text: Box<str>,
    ends: Ends,
    /// The planes, each with one bit for each text, in words of 64.
    planes: Box<[u64]>,
}

/// Where the texts of a block end.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ends {
    /// Two bytes for each, counted from where the first of its 64 starts.
    Close { starts: Box<[u32]>, ends: Box<[u16]> },
    /// Where 64 texts have too many bytes for that.
    Far(Box<[u32]>),
}

impl Index {
    /// Prepares `texts`; a hit names its place in them. Long lists are folded by two threads while
    /// `texts` are still being taken.
    pub fn new<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        let mut texts = texts.into_iter();
        let Some(first) = Raw::take(&mut texts) else { return Self::default() };
        let second = if first.ends.len() < BLOCK { None } else { Raw::take(&mut texts) };
        let blocks = match second {
            None => vec![first.fold()],
            Some(second) => fold_all([first, second].into_iter().chain(raws(texts))),
        };
        let len = blocks.iter().map(Block::len).sum();
        Self { blocks, len }
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes it takes up: the folded texts, and what is kept of each beside it.
    pub fn size(&self) -> usize {
        let of = |block: &Block| block.text.len() + block.ends.size() + 8 * block.planes.len();
        self.blocks.iter().map(of).sum()
    }

    /// Its blocks; all but the last are full.
    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// How many words it takes to have a bit for each text.
    pub(super) fn words(&self) -> usize {
        self.len.div_ceil(LANES)
    }
}

impl Block {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bits of 64 of its texts in one plane.
    pub fn word(&self, plane: usize, word: usize) -> u64 {
        let words = self.len().div_ceil(LANES);
        self.planes.get(plane * words + word).copied().unwrap_or(0)
    }

    /// The folded text at `at` of this block, `humped` being the word of it in that plane.
    #[inline]
    pub fn text(&self, at: usize, humped: u64) -> Text<'_> {
        let (start, end) = self.between(at);
        let has_humps = humped >> (at % LANES) & 1 == 1;
        Text::within(&self.text, start, end, has_humps).unwrap_or_default()
    }

    /// Its first byte.
    pub fn first_byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(self.between(at).0).copied().unwrap_or(0)
    }

    /// How many bytes that is.
    pub fn length(&self, at: usize) -> usize {
        let (start, end) = self.between(at);
        end.saturating_sub(start)
    }

    #[inline]
    fn between(&self, at: usize) -> (usize, usize) {
        match &self.ends {
            Ends::Close { starts, ends } => {
                let start = starts.get(at / LANES).copied().map_or(0, place);
                let before = if at.is_multiple_of(LANES) { None } else { ends.get(at - 1) };
                let [before, end] = [before, ends.get(at)].map(|end| end.map_or(0, |end| usize::from(*end)));
                (start + before, start + end)
            }
            Ends::Far(ends) => {
                let end = |at: usize| ends.get(at).copied().map_or(0, place);
                (at.checked_sub(1).map_or(0, end), end(at))
            }
        }
    }
}

impl Ends {
    fn new(ends: Vec<u32>) -> Self {
        let starts = std::iter::once(0).chain(ends.iter().skip(LANES - 1).step_by(LANES).copied());
        let starts: Box<[u32]> = starts.take(ends.len().div_ceil(LANES)).collect();
        let close = ends
            .chunks(LANES)
            .zip(&starts)
            .flat_map(|(ends, start)| ends.iter().map(move |end| u16::try_from(end.saturating_sub(*start))));
        match close.collect() {
            Ok(ends) => Self::Close { starts, ends },
            Err(_) => Self::Far(ends.into_boxed_slice()),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Close { ends, .. } => ends.len(),
            Self::Far(ends) => ends.len(),
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Close { starts, ends } => 4 * starts.len() + 2 * ends.len(),
            Self::Far(ends) => 4 * ends.len(),
        }
    }
}

fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Texts on their way into a block.
struct Raw {
    text: String,
    ends: Vec<usize>,
}

impl Raw {
    fn take<T: AsRef<str>>(texts: &mut impl Iterator<Item = T>) -> Option<Self> {
        let mut raw = Self { text: String::new(), ends: Vec::new() };
        for text in texts.take(BLOCK) {
            raw.text.push_str(text.as_ref());
            raw.ends.push(raw.text.len());
        }
        (!raw.ends.is_empty()).then_some(raw)
    }

    fn fold(&self) -> Block {
        let words = self.ends.len().div_ceil(LANES);
        let mut text = String::with_capacity(self.text.len() + FAR);
        let mut ends = Vec::with_capacity(self.ends.len());
        let mut planes = vec![0; PLANES * words];
        let mut start = 0;
        for (word, chunk) in self.ends.chunks(LANES).enumerate() {
            let mut low = [0_u64; LANES];
            let mut high = [0_u64; LANES];
            for ((end, low), high) in chunk.iter().zip(&mut low).zip(&mut high) {
                let from = text.len();
                fold_onto(self.text.get(start..*end).unwrap_or_default(), &mut text);
                start = *end;
                // Only a text of gigabytes does not fit: it is cut off here and never found.
                ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
                let features = features_of(text.get(from..).unwrap_or_default());
                [*low, *high] = halves(features);
            }
            transpose(&mut low);
            transpose(&mut high);
            let own = planes.iter_mut().skip(word).step_by(words);
            own.zip(low.iter().chain(&high)).for_each(|(place, bits)| *place = *bits);
        }
        text.extend(std::iter::repeat_n('\0', FAR));
        Block { text: text.into_boxed_str(), ends: Ends::new(ends), planes: planes.into_boxed_slice() }
    }
}

fn halves(features: u128) -> [u64; 2] {
    let low = features & u128::from(u64::MAX);
    [low, features >> 64].map(|half| u64::try_from(half).unwrap_or(0))
}

fn raws<T: AsRef<str>>(mut texts: impl Iterator<Item = T>) -> impl Iterator<Item = Raw> {
    std::iter::from_fn(move || Raw::take(&mut texts))
}

/// Folds the blocks of `raws` on this thread and another, at most a few of them waiting.
fn fold_all(raws: impl Iterator<Item = Raw>) -> Vec<Block> {
    let folded = Mutex::new(Vec::new());
    let keep = |(number, raw): (usize, Raw)| {
        let block = raw.fold();
        folded.lock().unwrap_or_else(PoisonError::into_inner).push((number, block));
    };
    thread::scope(|scope| {
        let (sender, receiver): (SyncSender<(usize, Raw)>, Receiver<_>) = mpsc::sync_channel(2);
        scope.spawn(|| receiver.into_iter().for_each(keep));
        for numbered in raws.enumerate() {
            if let Err(TrySendError::Full(own) | TrySendError::Disconnected(own)) = sender.try_send(numbered)
            {
                keep(own);
            }
        }
        drop(sender);
    });
    let mut folded = folded.into_inner().unwrap_or_else(PoisonError::into_inner);
    folded.sort_unstable_by_key(|(number, _)| *number);
    folded.into_iter().map(|(_, block)| block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzzy::features::HUMPED;
    use proptest::prelude::*;

    fn folded(text: &str) -> String {
        let mut folded = String::new();
        fold_onto(text, &mut folded);
        folded
    }

    fn texts(index: &Index) -> Vec<String> {
        let text = |block: &Block, at: usize| block.text(at, block.word(HUMPED, at / LANES)).key.to_owned();
        let of = |block: &Block| (0..block.len()).map(|at| text(block, at)).collect::<Vec<_>>();
        index.blocks().iter().flat_map(of).collect()
    }

    #[test]
    fn a_long_list_keeps_its_order() {
        let list: Vec<String> = (0..3 * BLOCK + 5).map(|n| format!("Título {n}aBc")).collect();
        let folded: Vec<String> = list.iter().map(|text| folded(text)).collect();
        let index = Index::new(&list);
        assert_eq!((texts(&index), index.len()), (folded, list.len()));
    }

    #[test]
    fn texts_of_any_length_are_kept() {
        for length in [1_000, 1_023, 1_024, 5_000] {
            let list: Vec<String> =
                ('a'..='z').cycle().take(BLOCK + 70).map(|c| c.to_string().repeat(length)).collect();
            assert_eq!(texts(&Index::new(&list)), list);
        }
    }

    proptest! {
        #[test]
        fn the_planes_hold_the_features_of_each_text(list in prop::collection::vec("[a-dA-D É-]{0,6}", 0..150)) {
            let index = Index::new(&list);
            let folded: Vec<String> = list.iter().map(|text| folded(text)).collect();
            prop_assert_eq!(texts(&index), folded.clone());
            for (at, text) in folded.iter().enumerate() {
                for plane in 0..PLANES {
                    let bit = index.blocks()[0].word(plane, at / LANES) >> (at % LANES) & 1;
                    prop_assert_eq!(u128::from(bit), features_of(text) >> plane & 1);
                }
            }
        }
    }
}

//! What was typed, prepared.

use super::features::{has_own_plane, head_plane_of, pair_plane_of, plane_of, start_number};
use super::kernel::{CONSECUTIVE, FIRST, MATCHED, Pattern, UNBEGUN, gain_after};
use super::marks::{Marked, Places, Sight, Text};
use crate::domain::search_key::fold;

/// Shorter words are too often one slip away from something.
const SHORTEST_WITH_SLIP: usize = 4;

/// What was typed, folded, and its words.
#[derive(Clone, Debug)]
pub(super) struct Query {
    pub text: String,
    pub words: Vec<Word>,
}

/// One of its words.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub text: String,
    pub letters: usize,
    pub is_ascii: bool,
    pub first: char,
    /// For the kernel, unless it is too long.
    pub pattern: Option<Pattern>,
    /// The most the matcher can give it.
    pub most: i64,
    /// The planes a text that fits is in.
    pub planes: Vec<usize>,
    /// Whether every text in these planes fits.
    pub is_told_by_planes: bool,
    /// Whether it is a single letter or digit.
    pub is_lone: bool,
    pub head_plane: usize,
    pub start_number: u32,
    /// From each letter to the next.
    pub steps: Vec<Step>,
}

/// From one letter to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// The plane of the texts in which they stand side by side.
    pub pair_plane: usize,
    /// The plane of those in which the second begins a word.
    pub head_plane: usize,
    /// What the second gains in its place where they stand side by side.
    pub gain: i32,
}

impl Query {
    pub fn new(typed: &str) -> Self {
        let text = fold(typed);
        let words = text.split(' ').filter_map(Word::new).collect();
        Self { text, words }
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether every text that fits this also fits `wider`.
    pub fn narrows(&self, wider: &Self) -> bool {
        let within = |word: &Word| self.words.iter().any(|own| own.text.starts_with(&word.text));
        self.text.starts_with(&wider.text) && wider.words.iter().all(within)
    }

    pub fn may_slip(&self) -> bool {
        self.words.iter().any(Word::may_slip)
    }
}

impl Word {
    fn new(text: &str) -> Option<Self> {
        let letters: Vec<char> = text.chars().collect();
        let first = *letters.first()?;
        let mut planes: Vec<usize> = letters.iter().map(|c| plane_of(*c)).collect();
        planes.sort_unstable();
        planes.dedup();
        let pairs = || letters.iter().zip(letters.iter().skip(1));
        let step = |(first, second): (&char, &char)| Step {
            pair_plane: pair_plane_of(*first, *second),
            head_plane: head_plane_of(*second),
            gain: u8::try_from(*first).map_or(0, gain_after).max(CONSECUTIVE),
        };
        let steps: Vec<Step> = pairs().map(step).collect();
        let further: i32 = steps.iter().map(|step| MATCHED + step.gain).sum();
        Some(Self {
            letters: letters.len(),
            is_ascii: text.is_ascii(),
            first,
            pattern: Pattern::new(&letters),
            most: i64::from(UNBEGUN + MATCHED + FIRST + further),
            planes,
            is_told_by_planes: letters.len() == 1 && has_own_plane(first),
            is_lone: letters.len() == 1 && first.is_alphanumeric(),
            head_plane: head_plane_of(first),
            start_number: start_number(first),
            steps,
            text: text.to_owned(),
        })
    }

    pub fn may_slip(&self) -> bool {
        self.letters >= SHORTEST_WITH_SLIP
    }

    /// Whether its letters occur in `text` in this order.
    pub fn fits(&self, text: Text) -> bool {
        match text.sight() {
            Sight::Near(near) if self.is_ascii => self.fits_marked(near),
            Sight::Far(far) if self.is_ascii => self.fits_marked(far),
            _ => {
                let mut chars = text.key.chars();
                self.text.chars().all(|wanted| chars.any(|c| c.to_ascii_lowercase() == wanted))
            }
        }
    }

    /// It goes on to the last letter: where to stop can't be foreseen, and a wrong guess costs more.
    fn fits_marked<M: Marked>(&self, text: M) -> bool {
        let mut after = M::Places::ALL;
        let mut last = M::Places::NONE;
        for byte in self.text.bytes() {
            last = text.places_of(byte) & after;
            after = last.above_lowest();
        }
        last != M::Places::NONE
    }
}

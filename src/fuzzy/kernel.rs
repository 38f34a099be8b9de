//! SkimMatcherV2's score of one word, without its matrices.
//!
//! The same recurrence, `M` for a letter that is matched here and `P` for one matched further left,
//! but by column and only at the columns that hold a letter of the word. It gives what the crate gives
//! on a matcher that was never used, down to the cells that it reads before writing them.

/// Most letters of a word that fit; longer ones are left to the crate.
pub(super) const LONGEST_WORD: usize = 64;
/// Most bytes of a text; in longer ones a gap can cost as much as the crate's "never".
pub(super) const LONGEST_TEXT: usize = 16_384;

/// A letter that is matched.
pub(super) const MATCHED: i32 = 16;
/// What a letter gains right after the one before, at least.
pub(super) const CONSECUTIVE: i32 = 4;
/// What a letter gains after a blank, a slash or a bracket.
pub(super) const AFTER_HARD: i32 = 8;
/// What a letter gains after other punctuation.
const AFTER_SOFT: i32 = 7;
/// What a hump gains: 6, and it is not in the case that was typed, which costs 2.
const HUMP: i32 = 6 - 2;
/// What the very first letter of the text gains.
pub(super) const FIRST: i32 = 2 * AFTER_HARD;
/// What it costs to have matched nothing yet.
pub(super) const UNBEGUN: i32 = -1;
/// What the first letter of a gap costs; each further one costs 1.
pub(super) const GAP: i32 = 4;
const NEVER: i32 = i16::MIN as i32;

/// A word, prepared.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    letters: Vec<char>,
    /// For each ASCII character, the places in the word where it stands, whatever its case.
    places: Box<[u64; 128]>,
}

/// One letter of the word, as it was matched last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    column: i32,
    matched: i32,
    passed: i32,
}

impl Row {
    /// `M` and `P` of this letter at `column`, which is not left of its last match.
    fn at(self, column: i32) -> (i32, i32) {
        if column == self.column { (self.matched, self.passed) } else { (NEVER, self.passed_at(column)) }
    }

    /// `P` right of the last match.
    fn passed_at(self, column: i32) -> i32 {
        (self.matched - GAP).max(self.passed - 1) - (column - self.column - 1)
    }
}

/// Room for the letters of a word.
pub(super) type Rows = [Row; LONGEST_WORD];

impl Pattern {
    /// `letters` as a pattern, if there are not too many.
    pub fn new(letters: &[char]) -> Option<Self> {
        let mut places = Box::new([0; 128]);
        for (at, letter) in letters.iter().enumerate() {
            for c in [letter.to_ascii_lowercase(), letter.to_ascii_uppercase()] {
                if let Some(place) = usize::try_from(u32::from(c)).ok().and_then(|c| places.get_mut(c)) {
                    *place |= 1 << at;
                }
            }
        }
        (letters.len() <= LONGEST_WORD).then(|| Self { letters: letters.to_vec(), places })
    }

    fn places_of(&self, c: char) -> u64 {
        match usize::try_from(u32::from(c)).ok().and_then(|c| self.places.get(c)) {
            Some(places) => *places,
            None => self.letters.iter().rev().fold(0, |bits, letter| bits << 1 | u64::from(*letter == c)),
        }
    }

    /// The score of this word in `text`, if its letters are there in this order. `marks`: the bytes
    /// where one of them stands, if that is known.
    pub fn score(&self, text: &str, marks: Option<u128>, rows: &mut Rows) -> Option<i32> {
        let mut run = Run { rows, count: self.letters.len(), begun: 0, best: i32::MIN };
        match marks.filter(|_| text.is_ascii()) {
            Some(marks) => self.over_marks(text.as_bytes(), marks, &mut run),
            None => self.over_letters(text, &mut run),
        }
        (run.begun == run.count).then_some(run.best)
    }

    fn over_marks(&self, text: &[u8], mut marks: u128, run: &mut Run) {
        let mut column = 0;
        while marks != 0 {
            let skipped = marks.trailing_zeros();
            marks = marks >> skipped >> 1;
            column += skipped.cast_signed() + 1;
            let at = usize::try_from(column).unwrap_or(0);
            let byte = text.get(at - 1).copied().unwrap_or(0);
            let before = at.checked_sub(2).and_then(|at| text.get(at));
            let places = self.places.get(usize::from(byte)).copied().unwrap_or(0);
            run.step(column, places, before.map_or(FIRST, |before| gain_after(*before) + gain_by_case(byte)));
        }
    }

    fn over_letters(&self, text: &str, run: &mut Run) {
        let mut gain = FIRST;
        for (column, c) in (1..).zip(text.chars()) {
            let by_case = u8::try_from(c).map_or(0, gain_by_case);
            run.step(column, self.places_of(c), gain + by_case);
            gain = u8::try_from(c).map_or(0, gain_after);
        }
    }
}

/// What a letter gains in its place after `before`.
pub(super) const fn gain_after(before: u8) -> i32 {
    match before {
        0 | b' ' | b'/' | b'\\' | b'|' | b'(' | b')' | b'[' | b']' | b'{' | b'}' => AFTER_HARD,
        b'!'..=b'\'' | b'*'..=b'.' | b':'..=b'@' | b'^'..=b'`' | b'~' => AFTER_SOFT,
        _ => 0,
    }
}

/// What a letter gains in its place by being a capital, which only humps are in a folded text; they come
/// after a letter or a digit, where they gain nothing else.
const fn gain_by_case(byte: u8) -> i32 {
    if byte.is_ascii_uppercase() { HUMP } else { 0 }
}

struct Run<'a> {
    rows: &'a mut Rows,
    count: usize,
    /// Letters that were met in their order so far: only these can be matched.
    begun: usize,
    best: i32,
}

impl Run<'_> {
    #[inline]
    fn step(&mut self, column: i32, places: u64, gain: i32) {
        if places == 0 {
            return;
        }
        let begins = self.begun < self.count && places >> self.begun & 1 == 1;
        if begins {
            let own = self.first(column);
            if let Some(row) = self.rows.get_mut(self.begun) {
                *row = own;
            }
            self.begun += 1;
        }
        let mut due = if self.begun < LONGEST_WORD { places & ((1 << self.begun) - 1) } else { places };
        // From the last letter on: a letter looks at the one before it as it was a column ago.
        while due != 0 {
            let place = due.ilog2();
            due ^= 1 << place;
            self.match_letter(usize::try_from(place).unwrap_or(0), column, gain, begins);
        }
    }

    /// Where the next letter is met first, the crate reads for `P` what the letter two before left in
    /// the same cell of its two rows; and where that is the last letter, for the result as well.
    fn first(&mut self, column: i32) -> Row {
        let passed = match self.begun.checked_sub(2).and_then(|at| self.rows.get(at)) {
            Some(two_before) => {
                let (matched, passed) = two_before.at(column - 1);
                if self.begun + 1 == self.count {
                    self.best = self.best.max(matched);
                }
                (matched - GAP).max(passed - 1)
            }
            None if self.begun == 0 => NEVER - 1,
            None => UNBEGUN - 1,
        };
        Row { column, matched: NEVER, passed }
    }

    #[inline]
    fn match_letter(&mut self, place: usize, column: i32, gain: i32, begins: bool) {
        let before = match place.checked_sub(1).and_then(|at| self.rows.get(at)) {
            Some(before) => before.at(column - 1),
            None => (NEVER, UNBEGUN),
        };
        let is_first = begins && place + 1 == self.begun;
        let Some(row) = self.rows.get_mut(place) else { return };
        let matched = MATCHED + (before.0 + gain.max(CONSECUTIVE)).max(before.1 + gain);
        let passed = if is_first { row.passed } else { row.passed_at(column) };
        *row = Row { column, matched, passed };
        if place + 1 == self.count {
            self.best = self.best.max(matched);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzzy::fold::fold_onto;
    use fuzzy_matcher::FuzzyMatcher;
    use fuzzy_matcher::skim::SkimMatcherV2;
    use proptest::prelude::*;

    fn own(text: &str, word: &str) -> Option<i64> {
        let letters: Vec<char> = word.chars().collect();
        let (pattern, rows) = (Pattern::new(&letters).unwrap(), &mut [Row::default(); LONGEST_WORD]);
        let holds = |byte: u8| word.contains(char::from(byte.to_ascii_lowercase()));
        let marks =
            text.bytes().zip(0..).fold(0, |bits, (byte, at)| bits | u128::from(holds(byte)) << (at % 128));
        let score = pattern.score(text, None, rows);
        if text.len() <= 128 && word.is_ascii() {
            assert_eq!(pattern.score(text, Some(marks), rows), score);
        }
        score.map(i64::from)
    }

    fn crates(text: &str, word: &str) -> Option<i64> {
        SkimMatcherV2::default().ignore_case().fuzzy_match(text, word)
    }

    #[test]
    fn a_title_scores_as_the_crate_scores_it() {
        for word in ["m", "man", "mhb", "handling", "ng", "s", "zz", "-b", "manual handling (basics)"] {
            let text = "manual handling (basics) - ny/ab";
            assert_eq!(own(text, word), crates(text, word), "{word}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn every_score_is_the_crates(text in "[a-cA-C1 ./é\u{0}-]{0,14}", word in "[a-c1.é]{1,6}") {
            let mut key = String::new();
            fold_onto(&text, &mut key);
            prop_assert_eq!(own(&key, &word), crates(&key, &word), "{}", key);
        }

        #[test]
        fn so_it_is_over_gaps_that_cost_more_than_letters_give(
            parts in prop::collection::vec(("[abAB]{1,2}", prop_oneof![0_usize..3, 20_usize..200]), 1..8),
            word in "[ab]{1,6}"
        ) {
            let parts: Vec<String> = parts.iter().map(|(part, gap)| format!("{part}{}", "x".repeat(*gap))).collect();
            let mut key = String::new();
            fold_onto(&parts.concat(), &mut key);
            prop_assert_eq!(own(&key, &word), crates(&key, &word), "{}", key);
        }
    }
}

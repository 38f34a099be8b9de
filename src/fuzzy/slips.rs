//! Words with one wrong, missing, extra or swapped letter, which are looked for when nothing else fits.

use super::marks::Text;
use super::query::{Query, Word};
use super::score::Scorer;

/// Below every other score: one slip away.
const SLIP: i64 = 1;

/// The score of `text` where one slip in each word is forgiven.
pub(super) fn score_with_slips(scorer: &mut Scorer, text: Text, query: &Query) -> Option<i64> {
    query.words.iter().try_fold(0, |total, word| Some(total + score_of(scorer, text, word)?))
}

fn score_of(scorer: &mut Scorer, text: Text, word: &Word) -> Option<i64> {
    if word.fits(text) {
        return scorer.score_word(text, word);
    }
    let is_close = |other: &str| may_be_close(&word.text, other) && is_one_slip_away(&word.text, other);
    let has_close = || text.without_humps().split(' ').any(is_close);
    (word.may_slip() && has_close()).then_some(SLIP)
}

/// Whether the first two letters allow it: one of them stands where it was typed, or beside.
fn may_be_close(typed: &str, word: &str) -> bool {
    match (typed.as_bytes(), word.as_bytes()) {
        ([a, b, ..], [c, d, ..]) if [a, b, c, d].iter().all(|byte| byte.is_ascii()) => {
            a == c || b == d || a == d || b == c
        }
        _ => true,
    }
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
        for typed in ["saftey", "sfety", "saffety", "sabety", "safet", "xafety", "asfety", "afety", "xsafety"]
        {
            assert!(may_be_close(typed, "safety") && is_one_slip_away(typed, "safety"), "{typed}");
        }
        for typed in ["sfaeyt", "sfty", "xafetx", "fire"] {
            assert!(!is_one_slip_away(typed, "safety"), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn a_slip_is_a_distance_of_one(typed in "[a-cé]{1,7}", word in "[a-cé]{0,8}") {
            let by_distance = is_one_slip_away_by_distance(&typed, &word);
            prop_assert_eq!(is_one_slip_away(&typed, &word), by_distance);
            prop_assert!(may_be_close(&typed, &word) || !by_distance);
        }

        #[test]
        fn a_text_is_found_where_each_word_fits_or_is_one_slip_away(
            text in "[a-f][a-fA-F]{0,6}( [a-f][A-F]?[a-f]{0,6}){0,2}", typed in "[a-f]{4,6}( [a-f]{4,6})?"
        ) {
            let query = Query::new(&typed);
            let fits = |word: &Word| {
                word.fits(Text::new(&text))
                    || text.to_lowercase().split(' ').any(|other| is_one_slip_away_by_distance(&word.text, other))
            };
            let found = score_with_slips(&mut Scorer::new(), Text::new(&text), &query).is_some();
            prop_assert_eq!(found, query.words.iter().all(fits));
        }
    }
}

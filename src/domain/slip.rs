//! Words one slip of the fingers apart: one letter wrong, missing, too many, or two swapped.

use std::collections::BTreeSet;

/// Shorter words are too often one slip away from something.
const SHORTEST_TYPED: usize = 4;
/// The lengths of words that may be meant, in letters.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=40;

/// Whether a slip is looked for in `typed`, a folded word.
pub fn may_slip(typed: &str) -> bool {
    let letters = typed.chars().count();
    (SHORTEST_TYPED..=*LENGTHS.end()).contains(&letters) && typed.chars().all(char::is_alphabetic)
}

/// The words of a folded name that may be meant by a word with a slip.
pub fn words(name_key: &str) -> impl Iterator<Item = &str> {
    name_key.split(' ').filter(|word| LENGTHS.contains(&word.chars().count()))
}

/// `word`, and what it is without any one of its letters. Two words one slip apart have one of these
/// in common, by which one is found from the other.
pub fn forms(word: &str) -> BTreeSet<String> {
    let without = |(at, letter): (usize, char)| {
        let (head, tail) = word.split_at(at);
        format!("{head}{}", tail.get(letter.len_utf8()..).unwrap_or_default())
    };
    word.char_indices().map(without).chain([word.to_owned()]).collect()
}

/// Whether `typed` is `word` with one slip.
pub fn is_one_slip(typed: &str, word: &str) -> bool {
    strsim::osa_distance(typed, word) == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_slip_and_no_two_are_forgiven() {
        for typed in ["smiht", "smth", "smitth", "smigh", "mith", "smithe"] {
            assert!(is_one_slip(typed, "smith"), "{typed}");
        }
        for typed in ["smith", "msiht", "sith's", "smythe"] {
            assert!(!is_one_slip(typed, "smith"), "{typed}");
        }
    }

    #[test]
    fn only_longer_words_of_letters_may_hold_a_slip() {
        assert!(may_slip("smiht") && may_slip("олга"));
        assert!(!may_slip("ann") && !may_slip("a.lee") && !may_slip("lee2") && !may_slip(&"a".repeat(41)));
    }

    proptest! {
        #[test]
        fn words_one_slip_apart_have_a_form_in_common(typed in "[a-cé]{1,6}", word in "[a-cé]{1,6}") {
            if is_one_slip(&typed, &word) {
                prop_assert!(!forms(&typed).is_disjoint(&forms(&word)));
            }
        }
    }
}

//! Folding onto the end of a longer text. Accents and case do not count, but a hump stays: a capital right
//! after a small letter or a digit, where a word begins within a word, as in "PowerPoint".

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::search_key::{fold_char, fold_words};

/// Appends what [`fold`](crate::domain::search_key::fold) makes of `text`, but with its humps, which
/// become the only capitals there are.
pub(super) fn fold_onto(text: &str, folded: &mut String) {
    fold_words(text, folded, |word, folded| {
        if word.is_ascii() {
            fold_ascii_onto(word, folded);
        } else {
            let mut humps = Humps::default();
            word.chars().for_each(|c| humps.fold_onto(c, folded));
        }
    });
}

/// The same for one word of plain ASCII, quickly.
fn fold_ascii_onto(word: &str, folded: &mut String) {
    let from = folded.len();
    folded.push_str(word);
    if let Some(added) = folded.get_mut(from..) {
        added.make_ascii_lowercase();
    }
    let pairs = word.bytes().zip(word.bytes().skip(1));
    for (at, (before, own)) in (from + 1..).zip(pairs) {
        if own.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            raise(folded, at);
        }
    }
}

/// Folds a word character by character.
#[derive(Default)]
pub(super) struct Humps {
    /// Whether a capital that comes next is one.
    is_due: bool,
}

impl Humps {
    /// Appends what `c` folds into.
    pub fn fold_onto(&mut self, c: char, folded: &mut String) {
        for c in std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c)) {
            let at = folded.len();
            fold_char(c, folded);
            if self.is_due && c.is_uppercase() {
                raise(folded, at);
            }
            // Asked of what it folds into: for the matcher, nothing else is a letter.
            self.is_due = !c.is_uppercase() && folded.ends_with(char::is_alphanumeric);
        }
    }
}

/// Makes the letter at `at` a capital, if it is one of ASCII: to the matcher no others are.
fn raise(folded: &mut str, at: usize) {
    if let Some(letter) = folded.get_mut(at..=at) {
        letter.make_ascii_uppercase();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::search_key::fold;
    use proptest::prelude::*;

    fn folded(text: &str) -> String {
        let mut folded = String::new();
        fold_onto(text, &mut folded);
        folded
    }

    #[test]
    fn a_capital_after_a_small_letter_or_a_digit_stays() {
        for (text, expected) in [
            ("JavaScript and PowerPoint", "javaScript and powerPoint"),
            ("eLearning on an iPhone", "eLearning on an iPhone"),
            ("HTML, ISO 9001 and iOS", "html, iso 9001 and iOs"),
            ("McDonald O'Neill X-Ray", "mcDonald o'neill x-ray"),
            ("Web3API in 3D", "web3Api in 3D"),
            ("CaféBar ÉCOLE élanÉcole", "cafeBar ecole elanEcole"),
            ("Ærø æÆrø ÆON straßeNord", "aero aeAero aeon strasseNord"),
            ("ОхранаТруда AБB 中Web ›York", "охранатруда aбb 中Web ›york"),
            ("e\u{301}A \u{301}A a\u{2BC}A a’A", "eA a a'a a'a"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn but_for_its_humps_it_folds_as_everywhere_else(
            ascii in "[ -~\t\n\r\u{b}\u{c}]{0,20}", any in "\\PC{0,12}", marked in "[aBß É\u{301}\u{2BC}]{0,8}"
        ) {
            for text in [ascii, any, marked] {
                let mut folded = String::from("beforE");
                fold_onto(&text, &mut folded);
                prop_assert!(folded.starts_with("beforE"));
                prop_assert_eq!(folded[6..].to_ascii_lowercase(), fold(&text));
            }
        }

        #[test]
        fn words_of_ascii_fold_as_all_others(word in "[!-~]{0,12}") {
            let (mut humps, mut slowly) = (Humps::default(), String::new());
            word.chars().for_each(|c| humps.fold_onto(c, &mut slowly));
            prop_assert_eq!(folded(&word), slowly);
        }
    }
}

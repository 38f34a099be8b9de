//! Folding onto the end of a longer text, quickly where the text is plain ASCII.

use crate::domain::search_key::fold;

/// Appends what [`fold`] makes of `text`.
pub(super) fn fold_onto(text: &str, folded: &mut String) {
    if !text.is_ascii() {
        folded.push_str(&fold(text));
        return;
    }
    for (number, word) in text.split_whitespace().enumerate() {
        if number > 0 {
            folded.push(' ');
        }
        let from = folded.len();
        folded.push_str(word);
        if let Some(added) = folded.get_mut(from..) {
            added.make_ascii_lowercase();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_folds_as_everywhere_else(ascii in "[ -~\t\n\r\u{b}\u{c}]{0,20}", any in "\\PC{0,12}") {
            for text in [ascii, any] {
                let mut folded = String::from("before");
                fold_onto(&text, &mut folded);
                prop_assert_eq!(folded, format!("before{}", fold(&text)));
            }
        }
    }
}

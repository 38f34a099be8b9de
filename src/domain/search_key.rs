//! One folding of text, for search and for order: accents and case do not count.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` decomposed, without combining marks, in lower case, with letters that do not decompose
/// written as people type them (`ß` as `ss`, `ø` as `o`), and white space as single blanks.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_words(text, &mut folded, fold_word);
    folded
}

/// Appends the words of `text` to `folded`, each as `fold_word` does, with a blank between.
pub fn fold_words(text: &str, folded: &mut String, fold_word: impl Fn(&str, &mut String)) {
    let start = folded.len();
    for word in text.split_whitespace() {
        let end = folded.len();
        if end > start {
            folded.push(' ');
        }
        let from = folded.len();
        fold_word(word, folded);
        // A word of combining marks alone leaves nothing, not a blank either.
        if folded.len() == from {
            folded.truncate(end);
        }
    }
}

/// The beginning of what [`fold`] makes of `text`, in at most `most` bytes.
pub fn fold_within(text: &str, most: usize) -> String {
    let mut folded = fold(text);
    folded.truncate(folded.floor_char_boundary(most));
    folded
}

/// Longest name by which is sorted and searched, in bytes, and longest address by which is searched: an entry
/// of an index holds no longer ones together with all else, and nobody is told from somebody else any later.
const LONGEST: usize = 320;

/// What a person sorts by: the folded name.
pub fn name_key(first_name: &str, last_name: &str) -> String {
    fold_within(&format!("{first_name} {last_name}"), LONGEST)
}

/// What a person is searched by: the folded name and address.
pub fn search_text(first_name: &str, last_name: &str, email: &str) -> String {
    format!("{} {}", name_key(first_name, last_name), fold_within(email, LONGEST))
}

fn fold_word(word: &str, folded: &mut String) {
    for c in word.nfd().filter(|c| !is_combining_mark(*c)) {
        fold_char(c, folded);
    }
}

/// Folds one decomposed character onto the end of `folded`.
pub fn fold_char(c: char, folded: &mut String) {
    if c.is_ascii() {
        folded.push(c.to_ascii_lowercase());
    } else if let Some(plain) = spelled_out(c) {
        folded.push_str(plain);
    } else {
        folded.extend(c.to_lowercase().filter(|c| !is_combining_mark(*c)));
    }
}

/// Letters that have no decomposition.
fn spelled_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ħ' | 'Ħ' => "h",
        'ı' => "i",
        'ŋ' | 'Ŋ' => "n",
        'ſ' => "s",
        'ς' => "σ",
        // As word processors write them, and nobody types them.
        '\u{2018}' | '\u{2019}' | '\u{02BC}' => "'",
        '\u{2010}'..='\u{2015}' => "-",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accents_case_and_spacing_do_not_count() {
        for (text, folded) in [
            ("José  García", "jose garcia"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("Łódź", "lodz"),
            ("Søren Ærø", "soren aero"),
            ("İstanbul", "istanbul"),
            ("  Ann\u{3000}Lee ", "ann lee"),
            ("Ann \u{301} Lee \u{301}", "ann lee"),
            ("Ольга", "ольга"),
            ("O\u{2019}Brien\u{2011}Smith", "o'brien-smith"),
            ("李 小龍", "李 小龍"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn no_character_folds_further_the_second_time() {
        for c in '\u{0}'..=char::MAX {
            let once = fold(&c.to_string());
            assert_eq!(fold(&once), once, "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC*") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}

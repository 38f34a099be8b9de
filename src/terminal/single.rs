//! Characters that are a cell each, whatever stands beside them: nearly all of every screen, and text
//! of them needs no look at graphemes.

/// Whether each character of `text` is a grapheme and a cell of its own, and harmless.
pub fn is_single(text: &str) -> bool {
    // Most texts are ASCII, and bytes are looked at sooner than characters.
    text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || text.chars().all(is_single_char)
}

/// Letters and signs of Europe, punctuation, arrows, lines, blocks, discs and braille, without
/// those that combine, are wide or are not seen.
pub fn is_single_char(c: char) -> bool {
    matches!(c,
        ' '..='~' | '\u{A0}'..='\u{AC}' | '\u{AE}'..='\u{2FF}' | '\u{370}'..='\u{482}'
        | '\u{48A}'..='\u{52F}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}'
        | '\u{2190}'..='\u{22FF}' | '\u{2500}'..='\u{25FC}' | '\u{2713}'..='\u{2718}'
        | '\u{2800}'..='\u{28FF}')
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation;
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::domain::safe_text::is_unsafe;

    fn singles() -> impl Iterator<Item = char> {
        (' '..=char::MAX).filter(|c| is_single_char(*c))
    }

    #[test]
    fn a_single_character_is_one_cell_and_harmless() {
        for c in singles() {
            assert_eq!((c.to_string().width(), is_unsafe(c)), (1, false), "{:?}", c.escape_unicode());
        }
    }

    #[test]
    fn single_characters_never_join_with_each_other() {
        let all: String = singles().collect();
        for text in [all.clone(), all.chars().rev().collect(), singles().flat_map(|c| [c, c]).collect()] {
            assert!(is_single(&text));
            assert_eq!(text.graphemes(true).count(), text.chars().count());
            assert_eq!(text.width(), text.chars().count());
        }
    }

    #[test]
    fn what_combines_is_wide_or_is_not_seen_is_not_single() {
        for text in ["e\u{301}", "李", "\u{200b}", "\t", "\u{ad}", "☕", "\u{1b}"] {
            assert!(!is_single(text), "{text:?}");
        }
    }
}

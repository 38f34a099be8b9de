//! Pictures for terminals that show ASCII only: letters lose their accents, the rest is a sign.

use ratatui::buffer::Buffer;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::search_key::fold_char;

/// Replaces whatever is not ASCII, each column by one character, so that nothing moves.
pub fn make_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let plain = plain(cell.symbol());
            cell.set_char(plain);
        }
    }
}

/// What a grapheme looks most like.
fn plain(grapheme: &str) -> char {
    let Some(first) = grapheme.nfd().find(|c| !is_combining_mark(*c)) else { return '?' };
    match first {
        '›' | '→' | '▌' => '>',
        '…' => '.',
        '–' | '—' | '‐' | '‑' | '·' | '─' => '-',
        '‘' | '’' => '\'',
        '“' | '”' => '"',
        '×' => 'x',
        '\u{a0}' => ' ',
        c => {
            let mut folded = String::new();
            fold_char(c, &mut folded);
            let letter = folded.chars().next().filter(char::is_ascii).unwrap_or('?');
            if c.is_uppercase() { letter.to_ascii_uppercase() } else { letter }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Style;

    fn ascii(text: &str) -> String {
        let mut buffer = Buffer::empty(ratatui::layout::Rect::new(0, 0, 24, 1));
        buffer.set_string(0, 0, text, Style::new());
        make_ascii(&mut buffer);
        buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn letters_lose_their_accents_and_keep_their_case() {
        assert_eq!(ascii("Zoë Ångström Łódź Straße"), "Zoe Angstrom Lodz Strase");
        assert_eq!(ascii("Operations › York × …"), "Operations > York x .");
    }

    #[test]
    fn what_has_no_letter_is_a_sign_and_keeps_its_columns() {
        assert_eq!(ascii("李小 a Ж"), "? ?  a ?");
    }
}

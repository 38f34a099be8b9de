//! Text measured in cells, cut on the borders of graphemes.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::terminal::single::is_single;

/// How many cells `text` takes.
pub fn width(text: &str) -> usize {
    if is_single(text) {
        return text.chars().count();
    }
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The beginning of `text` that fits into `cells`.
pub fn head(text: &str, cells: usize) -> &str {
    if is_single(text) {
        let end = text.char_indices().nth(cells).map_or(text.len(), |(at, _)| at);
        return text.get(..end).unwrap_or(text);
    }
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > cells {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}

/// `text`, or its beginning and `ellipsis`, in at most `cells`.
pub fn fit(text: &str, cells: usize, ellipsis: &str) -> String {
    cut(text, cells, ellipsis).0.into_owned()
}

/// `text` cut to `cells` and filled up with spaces to exactly that.
pub fn left(text: &str, cells: usize, ellipsis: &str) -> String {
    let (cut, used) = cut(text, cells, ellipsis);
    let blanks = cells.saturating_sub(used);
    let mut filled = String::with_capacity(cut.len() + blanks);
    filled.push_str(&cut);
    filled.extend(std::iter::repeat_n(' ', blanks));
    filled
}

/// `text` cut to `cells`, at the right of exactly that many.
pub fn right(text: &str, cells: usize, ellipsis: &str) -> String {
    let (cut, used) = cut(text, cells, ellipsis);
    let mut filled = " ".repeat(cells.saturating_sub(used));
    filled.push_str(&cut);
    filled
}

/// As [`fit`], and how many cells that takes.
fn cut<'a>(text: &'a str, cells: usize, ellipsis: &str) -> (Cow<'a, str>, usize) {
    let whole = width(text);
    if whole <= cells {
        return (Cow::Borrowed(text), whole);
    }
    let mark = head(ellipsis, cells);
    let cut = format!("{}{mark}", head(text, cells.saturating_sub(width(mark))).trim_end());
    let used = width(&cut);
    (Cow::Owned(cut), used)
}

/// A number with its thousands apart by a space that does not break: `1 204`.
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// `one` or `many`, after the number: `1 user`, `2 users`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// The lines of `text`, broken between words so that each fits into `cells`.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word = word;
        while !word.is_empty() {
            let Some(line) = lines.last_mut() else { break };
            let gap = usize::from(!line.is_empty());
            if width(line) + gap + width(word) <= cells {
                line.extend(std::iter::repeat_n(' ', gap));
                line.push_str(word);
                break;
            }
            if !line.is_empty() {
                lines.push(String::new());
                continue;
            }
            let part = head(word, cells);
            if part.is_empty() {
                return lines;
            }
            line.push_str(part);
            word = word.get(part.len()..).unwrap_or_default();
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_are_never_cut_in_half() {
        assert_eq!(fit("李小龍", 4, "…"), "李…");
        assert_eq!(left("李小龍", 4, "…"), "李… ");
        assert_eq!(head("e\u{301}a", 1), "e\u{301}");
    }

    #[test]
    fn a_cut_fits_any_width() {
        for cells in 0..12 {
            assert!(width(&fit("Zoë Åsa 李 عمر and more", cells, "…")) <= cells);
            assert_eq!(width(&left("Zoë 李", cells, "...")), cells);
            assert_eq!(width(&right("Zoë 李", cells, "...")), cells);
        }
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([number(7), number(1204), number(1_000_000)], ["7", "1 204", "1 000 000"]);
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("the mail server said no", 10), ["the mail", "server", "said no"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("李", 1), [""]);
    }
}

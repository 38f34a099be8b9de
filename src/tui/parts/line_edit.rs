//! One line of text that is edited, with the keys of readline.

use std::collections::VecDeque;

use tui_input::{Input, InputRequest};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::text;
use crate::domain::safe_text::is_unsafe;
use crate::terminal::key::{Key, KeyCode};

/// Longest text that a line takes, in characters; a pasted book is cut, not choked on.
const LONGEST: usize = 10_000;

/// So many edits can be undone; each keeps the text as it was, which may be a long one.
const UNDOABLE: usize = 200;

/// One line of text that is edited.
#[derive(Clone, Debug, Default)]
pub struct LineEdit {
    input: Input,
    former: VecDeque<(String, usize)>,
    is_proposal: bool,
}

impl PartialEq for LineEdit {
    fn eq(&self, other: &Self) -> bool {
        let shown = |line: &Self| (line.input.cursor(), line.is_proposal());
        self.value() == other.value() && shown(self) == shown(other)
    }
}

impl LineEdit {
    /// A line that holds `text`, the cursor at its end.
    pub fn new(text: &str) -> Self {
        Self { input: Input::new(single_line(text)), ..Self::default() }
    }

    /// A line that holds a proposal: the first character typed, or a paste, takes its place, as it
    /// would that of a selection; any other key that means something here makes the text one's own.
    pub fn proposal(text: &str) -> Self {
        Self { is_proposal: true, ..Self::new(text) }
    }

    /// Whether the text was proposed and nobody has touched it.
    pub fn is_proposal(&self) -> bool {
        self.is_proposal && !self.is_empty()
    }

    /// The text.
    pub fn value(&self) -> &str {
        self.input.value()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.value().is_empty()
    }

    /// Takes a key; whether it meant something here.
    pub fn key(&mut self, key: Key) -> bool {
        if key == Key::ctrl('_') {
            return self.undo();
        }
        let Some(request) = request(key) else { return false };
        if matches!(request, InputRequest::InsertChar(_)) && self.value().chars().count() >= LONGEST {
            return true;
        }
        let before = (self.value().to_owned(), self.input.cursor());
        if self.touched() && matches!(request, InputRequest::InsertChar(_) | InputRequest::Yank) {
            self.input.reset();
        }
        if self.input.handle(request).is_some_and(|changed| changed.value) {
            self.remember(before);
        }
        true
    }

    /// Puts a pasted text at the cursor: line breaks become blanks, control characters go.
    pub fn paste(&mut self, text: &str) {
        self.remember((self.value().to_owned(), self.input.cursor()));
        if self.touched() {
            self.input.reset();
        }
        let room = LONGEST.saturating_sub(self.value().chars().count());
        let pasted: String = single_line(text).chars().take(room).collect();
        let (cursor, added) = (self.input.cursor(), pasted.chars().count());
        let (head, tail): (String, String) =
            (self.value().chars().take(cursor).collect(), self.value().chars().skip(cursor).collect());
        self.input = Input::new(format!("{head}{pasted}{tail}")).with_cursor(cursor + added);
    }

    /// Makes the text one's own; whether it was a proposal before.
    fn touched(&mut self) -> bool {
        std::mem::take(&mut self.is_proposal)
    }

    fn remember(&mut self, before: (String, usize)) {
        if self.former.len() == UNDOABLE {
            self.former.pop_front();
        }
        self.former.push_back(before);
    }

    fn undo(&mut self) -> bool {
        if let Some((text, cursor)) = self.former.pop_back() {
            self.input = Input::new(text).with_cursor(cursor);
        }
        true
    }

    /// The column of the cursor, in cells from the beginning of the text.
    pub fn cursor(&self) -> usize {
        let before: String = self.value().chars().take(self.input.cursor()).map(drawn).collect();
        text::width(&before)
    }

    /// What of the text is seen in `cells`, the cursor always among it, and the cursor's column.
    pub fn window(&self, cells: usize) -> (String, usize) {
        let cells = cells.max(2);
        let drawn: String = self.value().chars().map(drawn).collect();
        let column = self.cursor();
        // The cursor needs a cell of its own behind the text.
        let skip = (column + 1).saturating_sub(cells);
        let mut hidden = 0;
        let from = UnicodeSegmentation::grapheme_indices(drawn.as_str(), true).find_map(|(at, grapheme)| {
            let is_shown = hidden >= skip;
            hidden += if is_shown { 0 } else { grapheme.width() };
            is_shown.then_some(at)
        });
        let shown = from.and_then(|at| drawn.get(at..)).unwrap_or_default();
        (text::head(shown, cells).to_owned(), column.saturating_sub(hidden))
    }
}

fn request(key: Key) -> Option<InputRequest> {
    Some(match (key.code, key.ctrl, key.alt) {
        (KeyCode::Char(c), false, false) => InputRequest::InsertChar(c),
        (KeyCode::Char('a'), true, false) | (KeyCode::Home, ..) => InputRequest::GoToStart,
        (KeyCode::Char('e'), true, false) | (KeyCode::End, ..) => InputRequest::GoToEnd,
        (KeyCode::Char('b'), false, true) | (KeyCode::Left, true, _) => InputRequest::GoToPrevWord,
        (KeyCode::Char('f'), false, true) | (KeyCode::Right, true, _) => InputRequest::GoToNextWord,
        (KeyCode::Char('b'), true, false) | (KeyCode::Left, ..) => InputRequest::GoToPrevChar,
        (KeyCode::Char('f'), true, false) | (KeyCode::Right, ..) => InputRequest::GoToNextChar,
        (KeyCode::Backspace, false, true) | (KeyCode::Char('w'), true, false) => InputRequest::DeletePrevWord,
        (KeyCode::Char('d'), false, true) => InputRequest::DeleteNextWord,
        (KeyCode::Backspace, ..) => InputRequest::DeletePrevChar,
        (KeyCode::Delete, ..) | (KeyCode::Char('d'), true, false) => InputRequest::DeleteNextChar,
        (KeyCode::Char('u'), true, false) => InputRequest::DeleteLine,
        (KeyCode::Char('k'), true, false) => InputRequest::DeleteTillEnd,
        (KeyCode::Char('y'), true, false) => InputRequest::Yank,
        _ => return None,
    })
}

/// A character as it is drawn: one that hides or reorders its neighbours is seen as a box, so that
/// it can be found and deleted.
fn drawn(c: char) -> char {
    if is_unsafe(c) { char::REPLACEMENT_CHARACTER } else { c }
}

fn single_line(text: &str) -> String {
    let plain = |c: char| if c == '\n' || c == '\r' || c == '\t' { ' ' } else { c };
    text.trim_matches(['\n', '\r']).chars().map(plain).filter(|c| !c.is_control()).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::key::parse_keys;
    use proptest::prelude::*;

    fn typed(keys: &str) -> LineEdit {
        let mut line = LineEdit::default();
        for key in parse_keys(keys) {
            assert!(line.key(key), "{key}");
        }
        line
    }

    #[test]
    fn readline_keys_edit() {
        assert_eq!(typed("ann lee<c-a>X").value(), "Xann lee");
        assert_eq!(typed("ann lee<c-w>X").value(), "ann X");
        assert_eq!(typed("ann lee<a-b><c-k>").value(), "ann ");
        assert_eq!(typed("ann<c-u>").value(), "");
        assert_eq!(typed("ann<left><backspace>").value(), "an");
        assert_eq!(typed("ab<c-_>").value(), "a");
    }

    #[test]
    fn the_last_edits_are_undone_and_no_more_are_kept() {
        let mut line = typed(&"x".repeat(UNDOABLE + 30));
        for _ in 0..UNDOABLE + 5 {
            line.key(Key::ctrl('_'));
        }
        assert_eq!(line.value(), "x".repeat(30));
    }

    #[test]
    fn a_paste_is_one_line_and_bounded() {
        let mut line = typed("ac<left>");
        line.paste("\u{1b}b\r\n1\t2\n");
        assert_eq!(line.value(), "ab  1 2c");
        line.paste(&"x".repeat(20_000));
        assert_eq!(line.value().chars().count(), LONGEST);
    }

    #[test]
    fn a_proposal_gives_way_to_what_is_typed_or_pasted_and_is_kept_by_other_keys() {
        let after = |keys: &str| {
            let mut line = LineEdit::proposal("Zoe");
            for key in parse_keys(keys) {
                line.key(key);
            }
            (line.value().to_owned(), line.is_proposal())
        };
        let own = |text: &str| (text.to_owned(), false);
        assert_eq!(after("<tab>"), ("Zoe".to_owned(), true));
        assert_eq!(after("Zoë"), own("Zoë"));
        assert_eq!(after("<end>y"), own("Zoey"));
        assert_eq!(after("<backspace>ë"), own("Zoë"));
        assert_eq!(after("Al<c-_><c-_>"), own("Zoe"));
        let mut line = LineEdit::proposal("Zoe");
        line.paste("Al");
        assert_eq!(line.value(), "Al");
    }

    #[test]
    fn the_cursor_is_always_in_the_window() {
        let mut line = LineEdit::new("0123456789");
        assert_eq!(line.window(4), ("789".to_owned(), 3));
        line.key(Key::plain(KeyCode::Home));
        assert_eq!(line.window(4), ("0123".to_owned(), 0));
        assert_eq!(LineEdit::new("李小龍").window(20).1, 6);
        assert_eq!(LineEdit::new("李小龍").window(4), ("龍".to_owned(), 2));
    }

    #[test]
    fn what_hides_or_reorders_is_seen() {
        assert_eq!(LineEdit::new("a\u{202e}b\u{200b}").window(20), ("a\u{fffd}b\u{fffd}".to_owned(), 4));
    }

    proptest! {
        #[test]
        fn the_window_holds_the_cursor_at_any_width(
            text in "\\PC{0,30}", moves in 0_usize..30, cells in 2_usize..40
        ) {
            let mut line = LineEdit::new(&text);
            for _ in 0..moves {
                line.key(Key::plain(KeyCode::Left));
            }
            let (shown, column) = line.window(cells);
            prop_assert!(text::width(&shown) <= cells && column < cells, "{shown:?} {column}");
        }
    }
}

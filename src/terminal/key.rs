//! What a person can press or paste, whatever bytes a terminal sends for it.

pub use super::key_text::{UnknownKey, parse_keys};

/// A key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyCode {
    /// A character, as typed: an upper-case letter is the upper-case character without `shift`.
    Char(char),
    /// A function key, from 1.
    F(u8),
    /// Return, or the keypad's Enter.
    Enter,
    /// Tab.
    Tab,
    /// Shift-Tab; the flag `shift` stays unset.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Escape.
    Esc,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
}

/// One key press with its modifiers.
///
/// Terminals can't tell everything apart: Ctrl-I is Tab, Ctrl-M and Ctrl-J are Enter, Ctrl-H is
/// Backspace and Ctrl-[ is Esc, and they arrive as those.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// The key.
    pub code: KeyCode,
    /// Control was held.
    pub ctrl: bool,
    /// Alt (Meta) was held.
    pub alt: bool,
    /// Shift was held with a key that is no character.
    pub shift: bool,
}

impl Key {
    /// `code` without modifiers.
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A typed character.
    pub const fn char(c: char) -> Self {
        Self::plain(KeyCode::Char(c))
    }

    /// Control and a character; letters are lower case.
    pub const fn ctrl(c: char) -> Self {
        Self { ctrl: true, ..Self::char(c.to_ascii_lowercase()) }
    }

    /// Alt and a character.
    pub const fn alt(c: char) -> Self {
        Self { alt: true, ..Self::char(c) }
    }

    /// The character that this key writes into a text field, if it writes one.
    pub const fn text(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

/// What came from the person at the terminal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Input {
    /// A key press.
    Key(Key),
    /// Pasted text: no control characters but `\n` (every kind of line break) and `\t`.
    Paste(String),
    /// What the person has to know of a paste.
    OfPaste(PasteNews),
}

/// What there is to know of a paste.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PasteNews {
    /// The one before was longer than is kept: what came after this, its last line, was dropped.
    Cut(String),
    /// One was begun, and for a while nothing more of it came: keys are taken for its rest, but for Ctrl-C.
    Waits,
    /// The one that did not come to its end was given up, with all of it.
    GivenUp,
}

impl From<Key> for Input {
    fn from(key: Key) -> Self {
        Self::Key(key)
    }
}

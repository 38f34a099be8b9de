//! One line of text that is edited.

use crate::terminal::key::{Key, KeyCode};

/// One line of text that is edited.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineEdit {
    text: String,
}

impl LineEdit {
    /// A line that holds `text`, the cursor at its end.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned() }
    }

    /// The text.
    pub fn value(&self) -> &str {
        &self.text
    }

    /// Takes a key; whether it meant something here.
    pub fn key(&mut self, key: Key) -> bool {
        match key.code {
            KeyCode::Char(c) if !key.ctrl && !key.alt => self.text.push(c),
            KeyCode::Backspace => {
                self.text.pop();
            }
            _ => return false,
        }
        true
    }

    /// Puts a pasted text at the cursor.
    pub fn paste(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The column of the cursor, in cells from the beginning of the text.
    pub fn cursor(&self) -> usize {
        unicode_width::UnicodeWidthStr::width(self.text.as_str())
    }
}

//! What the program says of pastes that did not go as they should.

use super::App;
use crate::terminal::key::PasteNews;
use crate::tui::context::Tone;

/// Characters of a pasted line that are told.
const LONGEST_NAMED: usize = 40;

impl App {
    /// Says what happened to a paste, and what to do about it.
    pub(super) fn tell_of_paste(&mut self, news: &PasteNews) {
        match news {
            PasteNews::Cut(last) => {
                let last: String = last.chars().take(LONGEST_NAMED).collect();
                self.say(Tone::Error, format!("too long a paste: paste again what comes after {last}"));
            }
            PasteNews::Waits => self.say(Tone::Note, "waiting for the rest of a paste; Ctrl-C gives it up"),
            PasteNews::GivenUp => self.say(Tone::Note, "the paste is given up; nothing of it was taken"),
        }
    }
}

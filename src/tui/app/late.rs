//! Questions that answers of the server lead to: they come up by themselves, and not in the way of anything.

use std::collections::VecDeque;

use super::App;
use crate::tui::popups::Popup;

/// Popups that wait.
#[derive(Debug, Default)]
pub(super) struct Late {
    /// The screen that wants each, from the bottom.
    pub popups: VecDeque<(usize, Popup)>,
    /// Whether an answer is being handed round: what is wished for now comes by itself.
    pub is_answering: bool,
}

impl Late {
    /// All but the lowest `screens` are left, and what they would have asked.
    pub fn left(&mut self, screens: usize) {
        self.popups.retain(|(at, _)| *at < screens);
    }

    /// The screen at `at` is closed, and those above it are one lower.
    pub fn dropped(&mut self, at: usize) {
        self.popups.retain(|(of, _)| *of != at);
        for (of, _) in &mut self.popups {
            *of -= usize::from(*of > at);
        }
    }

    /// The next of the screen at `at`.
    fn next(&mut self, at: usize) -> Option<Popup> {
        let waits = self.popups.iter().position(|(of, _)| *of == at)?;
        self.popups.remove(waits).map(|(_, popup)| popup)
    }
}

impl App {
    /// Lets what waits be asked: not over another question, nor under fingers that type.
    pub(super) fn ask_what_waits(&mut self) {
        let is_typing = self.screens.last().is_some_and(|top| top.screen().is_typing());
        if !self.popups.is_empty() || self.chord.is_some() || is_typing {
            return;
        }
        match self.late.next(self.screens.len().saturating_sub(1)) {
            Some(popup) => self.put(popup),
            None => self.with_top(|screen, context| screen.screen_mut().free(context)),
        }
    }
}

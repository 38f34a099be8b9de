//! What answers of the server lead to: it comes up by itself, and not in the way of anything.

use std::collections::VecDeque;

use super::App;
use crate::tui::context::{Tone, Wish};
use crate::tui::popups::Popup;

/// Popups and screens that wait.
#[derive(Debug, Default)]
pub(super) struct Late {
    /// The screen that wants each, from the bottom.
    wishes: VecDeque<(usize, Wish)>,
    /// Whether an answer is being handed round: what is wished for now comes by itself.
    pub is_answering: bool,
}

impl Late {
    /// Lets what the screen at `at` wishes wait.
    pub fn wait(&mut self, at: usize, wish: Wish) {
        self.wishes.push_back((at, wish));
    }

    /// All but the lowest `screens` are left: what they would have asked.
    pub fn left(&mut self, screens: usize) -> Vec<Wish> {
        let all = std::mem::take(&mut self.wishes);
        let (stay, left): (VecDeque<_>, VecDeque<_>) = all.into_iter().partition(|(at, _)| *at < screens);
        self.wishes = stay;
        left.into_iter().map(|(_, wish)| wish).collect()
    }

    /// The screen at `at` is closed, and those above it are one lower: what it would have asked.
    pub fn dropped(&mut self, at: usize) -> Vec<Wish> {
        let all = std::mem::take(&mut self.wishes);
        let (left, mut stay): (VecDeque<_>, VecDeque<_>) = all.into_iter().partition(|(of, _)| *of == at);
        for (of, _) in &mut stay {
            *of -= usize::from(*of > at);
        }
        self.wishes = stay;
        left.into_iter().map(|(_, wish)| wish).collect()
    }

    /// The next of the screen at `at`.
    fn next(&mut self, at: usize) -> Option<Wish> {
        let waits = self.wishes.iter().position(|(of, _)| *of == at)?;
        self.wishes.remove(waits).map(|(_, wish)| wish)
    }
}

impl App {
    /// Lets what waits come up: not over another question, nor under fingers that type.
    pub(super) fn ask_what_waits(&mut self) {
        let is_typing = self.screens.last().is_some_and(|top| top.screen().is_typing());
        if !self.popups.is_empty() || self.chord.is_some() || is_typing {
            return;
        }
        let at = self.screens.len().saturating_sub(1);
        if let Some(wish) = self.late.next(at) {
            self.grant(vec![wish], at);
        }
    }

    /// Forgets what the screen at `at` would have asked, as that closes below others.
    pub(super) fn drop_unasked(&mut self, at: usize) {
        let unasked = self.late.dropped(at);
        self.forget_wishes(unasked);
    }

    /// Forgets what the screens that are left would have asked.
    pub(super) fn leave_unasked(&mut self, screens: usize) {
        let unasked = self.late.left(screens);
        self.forget_wishes(unasked);
    }

    /// What is not done for a question that could not be asked is said; so is the end of a job that could not be
    /// shown.
    fn forget_wishes(&mut self, wishes: Vec<Wish>) {
        for wish in wishes {
            match wish {
                Wish::Ask(_, about) => {
                    if let Some(told) = about.left_unasked() {
                        self.say(Tone::Error, told);
                    }
                }
                Wish::Popup(Popup::Batch(batch)) => {
                    if let Some(job) = batch.job() {
                        self.watch(job);
                    }
                }
                _ => {}
            }
        }
    }
}

//! From keys to actions: chords, typing, the way through popup, screen and program.

use jiff::SignedDuration;

use super::App;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::context::Tone;
use crate::tui::effect::Effect;
use crate::tui::keymap::{Action, Binding, GLOBAL, Global, action_of};
use crate::tui::popups::PopupOutcome;

/// Within this time a second Ctrl-C quits.
const TWICE: SignedDuration = SignedDuration::from_secs(2);

impl App {
    pub(super) fn key(&mut self, key: Key) {
        self.messages.key(self.now);
        match global(key) {
            Some(global @ (Global::Cancel | Global::Suspend | Global::Repaint)) => {
                self.chord = None;
                self.act_globally(global);
            }
            _ if !self.popups.is_empty() => self.key_of_popup(key),
            _ => self.key_of_screen(key),
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.chord = None;
        if let Some(at) = self.popups.len().checked_sub(1) {
            self.with_popup(at, |popup, context| {
                popup.overlay_mut().paste(text, context);
                None::<()>
            });
        } else {
            self.with_top(|screen, context| screen.screen_mut().paste(text, context));
        }
    }

    fn key_of_popup(&mut self, key: Key) {
        let at = self.popups.len() - 1;
        let outcome = self.with_popup(at, |popup, context| popup.overlay_mut().key(key, context));
        if let Some(outcome) = outcome {
            self.finish(outcome);
        }
    }

    fn key_of_screen(&mut self, key: Key) {
        let Some(top) = self.screens.last() else { return };
        let own: &[Binding] = top.screen().keys();
        if top.screen().is_typing() && is_text(key) {
            self.chord = None;
            self.with_top(|screen, context| screen.screen_mut().key(key, context));
            return;
        }
        let tables = [own, GLOBAL];
        let mut bindings = own.iter().chain(GLOBAL);
        if let Some(first) = self.chord.take()
            && let Some(binding) = bindings.clone().find(|binding| binding.is_chord(first, key))
        {
            self.act(binding.action);
        } else if let Some(action) = action_of(key, &tables) {
            self.act(action);
        } else if bindings.any(|binding| binding.begins_with(key)) {
            self.chord = Some(key);
        } else {
            self.with_top(|screen, context| screen.screen_mut().key(key, context));
        }
    }

    /// Cancels what is on top; a second time within [`TWICE`] it quits.
    pub(super) fn cancel(&mut self) {
        let is_second = self.cancelled_at.is_some_and(|at| self.now.duration_since(at) <= TWICE);
        if is_second {
            self.effects.push(Effect::Quit);
            return;
        }
        self.cancelled_at = Some(self.now);
        let mut goes_on = false;
        if let Some(at) = self.popups.len().checked_sub(1) {
            let outcome = self.with_popup(at, |popup, context| Some(popup.overlay().cancelled(context)));
            goes_on = matches!(outcome, Some(PopupOutcome::BatchLeft(_)));
            self.finish(outcome.unwrap_or(PopupOutcome::Dismissed));
        } else {
            self.with_top(|screen, context| {
                screen.screen_mut().act(Action::Global(Global::Cancel), context);
            });
        }
        let what = if goes_on { "the job goes on at the server" } else { "cancelled" };
        self.say(Tone::Note, format!("{what}; Ctrl-C once more quits"));
    }
}

fn global(key: Key) -> Option<Global> {
    match action_of(key, &[GLOBAL]) {
        Some(Action::Global(global)) => Some(global),
        _ => None,
    }
}

/// Whether the key is a character to type.
fn is_text(key: Key) -> bool {
    matches!(key.code, KeyCode::Char(_)) && !key.ctrl && !key.alt
}

//! The lists to pick from: their news, their ranking, and the keys that wait for it.

use super::App;
use crate::fuzzy::Ranked;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::catalogue::ListNews;
use crate::tui::effect::Ticket;
use crate::tui::msg::Msg;

impl App {
    /// Takes a key or a paste. While lines are being ranked, a key that may mean one of them waits, and
    /// so does all that is typed after it: somebody who types faster than that gets what they typed.
    pub(super) fn typed(&mut self, msg: Msg) {
        let ends_waiting = matches!(&msg, Msg::Key(key) if is_cancel(*key));
        if ends_waiting {
            self.held.clear();
        }
        let waits = self.is_ranking() && !edits(&msg);
        if !ends_waiting && (waits || !self.held.is_empty()) {
            self.held.push_back(msg);
            return;
        }
        self.take_typed(msg);
    }

    fn take_typed(&mut self, msg: Msg) {
        match msg {
            Msg::Key(key) => self.key(key),
            Msg::Paste(text) => self.paste(&text),
            _ => {}
        }
    }

    /// Goes on with what waited, as far as it need wait no longer.
    fn release(&mut self) {
        while let Some(msg) = self.held.front() {
            if self.is_ranking() && !edits(msg) {
                return;
            }
            if let Some(msg) = self.held.pop_front() {
                self.take_typed(msg);
            }
        }
    }

    fn is_ranking(&self) -> bool {
        match self.popups.last() {
            Some(asking) => asking.popup.overlay().is_ranking(),
            None => self.screens.last().is_some_and(|top| top.screen().is_ranking()),
        }
    }

    pub(super) fn list_news(&mut self, ticket: Ticket, news: ListNews) {
        if !matches!(news, ListNews::Kept(_) | ListNews::Arriving(_)) {
            let error = if let ListNews::Failed(error) = &news { Some(error) } else { None };
            self.link.replied(ticket, error, self.now);
        }
        let effects = self.catalogue.heard(ticket, news, &mut self.mint);
        self.effects.extend(effects);
        self.listed();
    }

    /// Tells whatever shows a list that it may be another one.
    pub(super) fn listed(&mut self) {
        for at in 0..self.popups.len() {
            self.with_popup(at, |popup, context| {
                popup.overlay_mut().listed(context);
                None::<()>
            });
        }
        for at in 0..self.screens.len() {
            self.with_screen(at, |screen, context| screen.screen_mut().listed(context));
        }
        self.release();
    }

    pub(super) fn ranked(&mut self, ticket: Ticket, ranked: &Ranked) {
        for at in 0..self.popups.len() {
            self.with_popup(at, |popup, context| {
                popup.overlay_mut().ranked(ticket, ranked, context);
                None::<()>
            });
        }
        for at in 0..self.screens.len() {
            self.with_screen(at, |screen, context| screen.screen_mut().ranked(ticket, ranked, context));
        }
        self.release();
    }
}

/// Whether something only changes what is typed, so that it need not wait for the lines before.
fn edits(msg: &Msg) -> bool {
    match msg {
        Msg::Key(key) => match key.code {
            KeyCode::Char(_) => !key.alt && (!key.ctrl || matches!(key.code, KeyCode::Char('u' | 'w' | 'h'))),
            KeyCode::Backspace | KeyCode::Delete => true,
            _ => false,
        },
        Msg::Paste(_) => true,
        _ => false,
    }
}

fn is_cancel(key: Key) -> bool {
    key.ctrl && key.code == KeyCode::Char('c')
}

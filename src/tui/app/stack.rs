//! The screens that lie on each other, and the ways between them.

use super::App;
use crate::tui::context::Tone;
use crate::tui::screens::{AnyScreen, Route};

impl App {
    /// Leaves all screens for that of `route`, unless something would be lost with one.
    pub(super) fn go(&mut self, route: Route) {
        if self.asks_before(1) {
            self.going = Some(route);
        } else {
            self.open(route);
        }
    }

    /// Goes to the invite form, unless something would be lost with a screen that lies on it.
    pub(super) fn invite(&mut self) {
        if self.asks_before(self.form().map_or(self.screens.len(), |at| at + 1)) {
            self.going = Some(Route::Invite(None));
        } else {
            self.open(Route::Invite(None));
        }
    }

    /// Where the invite form lies, if it is open.
    fn form(&self) -> Option<usize> {
        let is_form = |screen: &AnyScreen| matches!(screen, AnyScreen::Invite(form) if !form.is_replacement);
        self.screens.iter().rposition(is_form)
    }

    /// Leaves the screen on top, unless something would be lost with it.
    pub(super) fn back(&mut self) {
        if !self.asks_before(self.screens.len().saturating_sub(1)) {
            self.close();
        }
    }

    /// Lets a screen ask that must not be left without; those at `lowest` and above would be.
    fn asks_before(&mut self, lowest: usize) -> bool {
        let is_unsaved =
            |at: &usize| self.screens.get(*at).is_some_and(|screen| screen.screen().is_unsaved());
        let Some(at) = (lowest..self.screens.len()).rev().find(is_unsaved) else { return false };
        self.leave_all_but(at + 1);
        self.with_top(|screen, context| screen.screen_mut().ask_to_leave(context));
        true
    }

    /// Goes to a screen. The table of users is always the lowest; going to it closes the others.
    pub(super) fn open(&mut self, route: Route) {
        self.popups.clear();
        self.changes.left(self.screens.len());
        if matches!(route, Route::Invite(_) | Route::Replace(_)) && !self.place.workspace.may.people {
            let refusal = self.place.workspace.may.refusal.clone();
            self.say(Tone::Error, refusal.unwrap_or_else(|| "you may not invite people here".into()));
            return;
        }
        if let Some(top) = self.screens.last_mut() {
            top.screen_mut().covered();
        }
        if let Route::UsersOf(narrow) = route {
            self.leave_all_but(1);
            self.with_screen(0, |screen, context| {
                if let AnyScreen::Users(users) = screen {
                    users.narrow_to(narrow, context);
                }
            });
            self.with_top(|screen, context| screen.screen_mut().entered(context));
            return;
        }
        match route {
            // These are places, of which there is one each.
            Route::Users | Route::Activity | Route::SetUp(_) if self.screens.len() > 1 => {
                self.leave_all_but(1);
                if route != Route::Users {
                    self.screens.push(AnyScreen::open(route));
                }
            }
            Route::Users if !self.screens.is_empty() => self.leave_all_but(1),
            // There is one draft: of two forms that hold it, each would undo what is done in the other.
            Route::Invite(None) => match self.form() {
                Some(at) => self.leave_all_but(at + 1),
                None => self.screens.push(AnyScreen::open(Route::Invite(self.draft.clone()))),
            },
            route => self.screens.push(AnyScreen::open(route)),
        }
        self.with_top(|screen, context| screen.screen_mut().entered(context));
    }

    pub(super) fn leave_all_but(&mut self, screens: usize) {
        for left in self.screens.split_off(screens.min(self.screens.len())) {
            self.watch_all(&left.screen().followed());
        }
        self.changes.left(screens);
        self.leave_unasked(screens);
    }

    /// Closes the screen at `at`, on which others lie: they stay.
    pub(super) fn drop_from_below(&mut self, at: usize) {
        if at > 0 {
            let left = self.screens.remove(at);
            self.watch_all(&left.screen().followed());
            self.changes.dropped(at);
            self.drop_unasked(at);
        }
    }

    pub(super) fn close(&mut self) {
        if self.screens.len() > 1 {
            self.leave_all_but(self.screens.len() - 1);
            self.with_top(|screen, context| screen.screen_mut().entered(context));
        }
    }
}

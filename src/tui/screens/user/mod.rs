//! One user: details, invitation and mails, courses, record.

mod sections;
mod state;
mod update;
mod view;

use ratatui::layout::Rect;

use super::Screen;
use crate::api::events::Event;
use crate::api::jobs::Job;
use crate::domain::safe_text::SafeText;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::Key;
use crate::tui::about::About;
use crate::tui::context::{Context, Look};
use crate::tui::effect::{Reply, Ticket};
use crate::tui::keymap::{self, Binding, Global};
use crate::tui::manage;
use crate::tui::popups::PopupOutcome;

pub use state::State;

/// What can be done on the user page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Chooses what to copy.
    Copy,
    /// Opens the edit form.
    Edit,
    /// Offers what can be done.
    Actions,
    /// Takes the last change back.
    Undo,
    /// One line down.
    Down,
    /// One line up.
    Up,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// To the beginning.
    First,
    /// To the end.
    Last,
}

/// The keys of the user page.
pub static KEYS: &[Binding] = &[
    user("e", Action::Edit, "edit roles, unit, groups, expiry", "edit"),
    user("x", Action::Actions, "resend, cancel, enrol, delete and more", "actions"),
    user("z", Action::Undo, "take the last change back", ""),
    user("y", Action::Copy, "copy link, email, row or JSON", "copy"),
    user("j <down> <c-n>", Action::Down, "scroll down", "scroll"),
    user("k <up> <c-p>", Action::Up, "scroll up", ""),
    user("<pagedown> <c-f> <c-d> <space>", Action::PageDown, "a page down", ""),
    user("<pageup> <c-b> <c-u>", Action::PageUp, "a page up", ""),
    user("gg <home>", Action::First, "to the beginning", ""),
    user("G <end>", Action::Last, "to the end", ""),
    Binding {
        keys: "<esc> h <left>",
        action: keymap::Action::Global(Global::Back),
        label: "back to the users",
        hint: "back",
    },
];

const fn user(keys: &'static str, action: Action, label: &'static str, hint: &'static str) -> Binding {
    Binding { keys, action: keymap::Action::User(action), label, hint }
}

impl Screen for State {
    fn title(&self) -> SafeText {
        self.name()
    }

    fn keys(&self) -> &'static [Binding] {
        KEYS
    }

    fn is_typing(&self) -> bool {
        false
    }

    fn entered(&mut self, context: &mut Context<'_>) {
        self.is_covered = false;
        self.touched = context.now;
        self.ask(context);
    }

    fn covered(&mut self) {
        self.is_covered = true;
        self.live = None;
        self.heard = None;
    }

    fn act(&mut self, action: keymap::Action, context: &mut Context<'_>) {
        match action {
            keymap::Action::User(action) => self.do_action(action, context),
            keymap::Action::Global(Global::Refresh) => self.ask(context),
            _ => {}
        }
    }

    fn key(&mut self, _key: Key, _context: &mut Context<'_>) {}

    fn paste(&mut self, _text: &str, _context: &mut Context<'_>) {}

    fn replied(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) {
        if self.manage.replied(ticket, reply, context).is_some() {
            self.ask(context);
        }
        self.answered(ticket, reply, context);
    }

    fn rang(&mut self, ticket: Ticket, context: &mut Context<'_>) {
        self.manage.rang(ticket, context);
        self.woken(ticket, context);
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) {
        self.hear(event, context);
    }

    fn returned(&mut self, outcome: &PopupOutcome, context: &mut Context<'_>) {
        if manage::returned(outcome).is_some() {
            self.ask(context);
        }
        self.chosen(outcome, context);
    }

    fn decided(&mut self, about: About, outcome: &PopupOutcome, context: &mut Context<'_>) {
        self.manage.decided(about, outcome, context);
    }

    fn followed(&self) -> Vec<Job> {
        self.manage.followed()
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        view::draw(self, canvas, area, look);
    }
}

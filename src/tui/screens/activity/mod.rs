//! Activity: jobs, changes that can be taken back, and the record of the workspace.

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

/// What can be done in Activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The next line.
    Down,
    /// The line before.
    Up,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// To the first line.
    First,
    /// To the last line.
    Last,
    /// The next list.
    Next,
    /// The list before.
    Previous,
    /// Opens what the line is about.
    Open,
    /// Takes the change back.
    Undo,
    /// Chooses an operator.
    Operator,
    /// Chooses a kind of entry.
    Kind,
}

/// The keys of Activity.
pub static KEYS: &[Binding] = &[
    activity("<tab> l <right>", Action::Next, "next list: changes, jobs, record", "next list"),
    activity("<s-tab> h <left>", Action::Previous, "list before", ""),
    activity("<enter>", Action::Open, "open the user, the job or the change", "open"),
    activity("z", Action::Undo, "take the change back", "take back"),
    activity("o", Action::Operator, "record: only of one operator", "operator"),
    activity("f", Action::Kind, "record: only of one kind", "kind"),
    activity("j <down> <c-n>", Action::Down, "next line", ""),
    activity("k <up> <c-p>", Action::Up, "previous line", ""),
    activity("<pagedown> <c-f> <space>", Action::PageDown, "a page down", ""),
    activity("<pageup> <c-b>", Action::PageUp, "a page up", ""),
    activity("gg <home>", Action::First, "first line", ""),
    activity("G <end>", Action::Last, "last line", ""),
];

const fn activity(keys: &'static str, action: Action, label: &'static str, hint: &'static str) -> Binding {
    Binding { keys, action: keymap::Action::Activity(action), label, hint }
}

impl Screen for State {
    fn title(&self) -> SafeText {
        "Activity".into()
    }

    fn keys(&self) -> &'static [Binding] {
        KEYS
    }

    fn is_typing(&self) -> bool {
        false
    }

    fn entered(&mut self, context: &mut Context<'_>) {
        self.is_covered = false;
        self.ask(context);
    }

    fn covered(&mut self) {
        self.is_covered = true;
    }

    fn act(&mut self, action: keymap::Action, context: &mut Context<'_>) {
        match action {
            keymap::Action::Activity(action) => self.do_action(action, context),
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

    fn event(&mut self, _event: &Event, context: &mut Context<'_>) {
        self.hear(context);
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

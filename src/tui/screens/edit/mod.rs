//! The edit form: what is to become of a user, beside what is, saved on the version it was made on.

mod change;
mod save;
mod state;
mod update;
mod view;

use ratatui::layout::Rect;

use super::Screen;
use crate::domain::safe_text::SafeText;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::Key;
use crate::tui::context::{Context, Look};
use crate::tui::effect::{Reply, Ticket};
use crate::tui::keymap::{self, Binding, Global};
use crate::tui::popups::PopupOutcome;

pub use state::State;

/// What can be done in the edit form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The next field.
    Down,
    /// The field before.
    Up,
    /// Changes the field.
    Change,
    /// Makes the field what it was.
    Reset,
    /// Takes theirs or mine, where both changed.
    Choose,
    /// Shows what would happen, and saves.
    Save,
    /// Makes the field empty.
    Empty,
    /// Leaves, after a question when something is changed.
    Leave,
}

/// The keys of the edit form.
pub static KEYS: &[Binding] = &[
    edit("<enter>", Action::Change, "change the field", "change"),
    edit("<c-s> s", Action::Save, "save, after a look at what it does", "save"),
    edit("<backspace>", Action::Reset, "make the field what it was", "reset"),
    edit("<delete> x", Action::Empty, "make the field empty", "empty"),
    edit("<space>", Action::Choose, "theirs or mine, where both changed", ""),
    edit("j <down> <tab> <c-n>", Action::Down, "next field", ""),
    edit("k <up> <s-tab> <c-p>", Action::Up, "previous field", ""),
    edit("<esc> q h <left>", Action::Leave, "leave; asks when something is changed", "leave"),
];

const fn edit(keys: &'static str, action: Action, label: &'static str, hint: &'static str) -> Binding {
    Binding { keys, action: keymap::Action::Edit(action), label, hint }
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
        self.load(context);
    }

    fn act(&mut self, action: keymap::Action, context: &mut Context<'_>) {
        match action {
            keymap::Action::Edit(action) => self.do_action(action, context),
            keymap::Action::Global(Global::Refresh) => self.reload(context),
            _ => {}
        }
    }

    fn key(&mut self, _key: Key, _context: &mut Context<'_>) {}

    fn paste(&mut self, _text: &str, _context: &mut Context<'_>) {}

    fn replied(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) {
        self.answered(ticket, reply, context);
    }

    fn rang(&mut self, _ticket: Ticket, _context: &mut Context<'_>) {}

    fn returned(&mut self, outcome: &PopupOutcome, context: &mut Context<'_>) {
        self.chosen(outcome, context);
    }

    fn is_unsaved(&self) -> bool {
        !self.changed().is_empty()
    }

    fn ask_to_leave(&mut self, context: &mut Context<'_>) {
        self.leave(context);
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        view::draw(self, canvas, area, look);
    }
}

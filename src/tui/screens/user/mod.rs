//! One user: details, invitation and mails, courses, record.

use ratatui::layout::Rect;

use super::Screen;
use crate::domain::ids::UserId;
use crate::domain::safe_text::SafeText;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::Key;
use crate::tui::context::{Context, Look};
use crate::tui::effect::{Reply, Ticket};
use crate::tui::keymap::{self, Binding};
use crate::tui::popups::PopupOutcome;

/// What can be done on the user page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Chooses what to copy.
    Copy,
    /// One line down.
    Down,
    /// One line up.
    Up,
}

/// The keys of the user page.
pub static KEYS: &[Binding] = &[
    user("y", Action::Copy, "copy link, email or JSON", "copy"),
    user("j <down>", Action::Down, "scroll down", ""),
    user("k <up>", Action::Up, "scroll up", ""),
];

const fn user(keys: &'static str, action: Action, label: &'static str, hint: &'static str) -> Binding {
    Binding { keys, action: keymap::Action::User(action), label, hint }
}

/// The page of one user.
#[derive(Debug)]
pub struct State {
    id: UserId,
}

impl State {
    /// The page of the user `id`.
    pub fn new(id: UserId) -> Self {
        Self { id }
    }
}

impl Screen for State {
    fn title(&self) -> SafeText {
        format!("User {}", self.id).into()
    }
    fn keys(&self) -> &'static [Binding] {
        KEYS
    }
    fn is_typing(&self) -> bool {
        false
    }
    fn entered(&mut self, _context: &mut Context<'_>) {}
    fn act(&mut self, _action: keymap::Action, _context: &mut Context<'_>) {}
    fn key(&mut self, _key: Key, _context: &mut Context<'_>) {}
    fn paste(&mut self, _text: &str, _context: &mut Context<'_>) {}
    fn replied(&mut self, _ticket: Ticket, _reply: &Reply, _context: &mut Context<'_>) {}
    fn rang(&mut self, _ticket: Ticket, _context: &mut Context<'_>) {}
    fn returned(&mut self, _outcome: &PopupOutcome, _context: &mut Context<'_>) {}
    fn view(&self, _canvas: &mut Canvas, _area: Rect, _look: &Look<'_>) {}
}

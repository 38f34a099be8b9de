//! The invite form.

use ratatui::layout::Rect;

use super::Screen;
use crate::domain::safe_text::SafeText;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::Key;
use crate::tui::context::{Context, Look};
use crate::tui::draft::Draft;
use crate::tui::effect::{Reply, Ticket};
use crate::tui::keymap::{self, Binding};
use crate::tui::popups::PopupOutcome;

/// What can be done in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Sends and starts the next.
    Send,
}

/// The form.
#[derive(Debug, Default)]
pub struct State {}

impl State {
    /// A form: empty, or filled with what was kept.
    pub fn new(_draft: Option<Box<Draft>>) -> Self {
        Self {}
    }
}

impl Screen for State {
    fn title(&self) -> SafeText {
        "Invite user".into()
    }
    fn keys(&self) -> &'static [Binding] {
        &[]
    }
    fn is_typing(&self) -> bool {
        true
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

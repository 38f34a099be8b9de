//! The table of users: the home of the program.

pub mod keys;

use ratatui::layout::Rect;

use super::{Route, Screen};
use crate::domain::safe_text::SafeText;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::Key;
use crate::tui::context::{Context, Look, Wish};
use crate::tui::effect::{Reply, Ticket};
use crate::tui::keymap::{self, Binding};
use crate::tui::popups::PopupOutcome;

/// What can be done in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Opens the invite form.
    Invite,
    /// Opens the selected user.
    Open,
    /// Types a search.
    Search,
    /// Keeps the search and goes back to the table.
    KeepSearch,
    /// Chooses a filter.
    Filter,
    /// Takes the last filter away.
    ClearFilter,
    /// Ends what is under way: a jump to the end, a search.
    Clear,
    /// Chooses the order.
    Sort,
    /// Chooses what to copy.
    Copy,
    /// One down.
    Down,
    /// One up.
    Up,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// Half a page down.
    HalfDown,
    /// Half a page up.
    HalfUp,
    /// To the first.
    First,
    /// To the last.
    Last,
}

/// The table.
#[derive(Debug, Default)]
pub struct State {}

impl Screen for State {
    fn title(&self) -> SafeText {
        "Users".into()
    }
    fn keys(&self) -> &'static [Binding] {
        keys::TABLE
    }
    fn is_typing(&self) -> bool {
        false
    }
    fn entered(&mut self, _context: &mut Context<'_>) {}
    fn act(&mut self, action: keymap::Action, context: &mut Context<'_>) {
        if action == keymap::Action::Users(Action::Invite) {
            context.wishes.push(Wish::Open(Route::Invite(None)));
        }
    }
    fn key(&mut self, _key: Key, _context: &mut Context<'_>) {}
    fn paste(&mut self, _text: &str, _context: &mut Context<'_>) {}
    fn replied(&mut self, _ticket: Ticket, _reply: &Reply, _context: &mut Context<'_>) {}
    fn rang(&mut self, _ticket: Ticket, _context: &mut Context<'_>) {}
    fn returned(&mut self, _outcome: &PopupOutcome, _context: &mut Context<'_>) {}
    fn view(&self, _canvas: &mut Canvas, _area: Rect, _look: &Look<'_>) {}
}

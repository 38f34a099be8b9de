//! Advanced search: the full list of units, groups or courses.

use ratatui::layout::Rect;

use super::{Overlay, PopupOutcome};
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::context::{Context, Look};
use crate::tui::keymap::Binding;

/// The full list of units, groups or courses.
#[derive(Clone, Debug, PartialEq)]
pub struct Browser {}

impl Overlay for Browser {
    fn keys(&self) -> &'static [Binding] {
        &[]
    }

    fn is_typing(&self) -> bool {
        true
    }

    fn key(&mut self, key: Key, _context: &mut Context<'_>) -> Option<PopupOutcome> {
        (key == Key::plain(KeyCode::Esc)).then_some(PopupOutcome::Dismissed)
    }

    fn view(&self, _canvas: &mut Canvas, _area: Rect, _look: &Look<'_>) {}
}

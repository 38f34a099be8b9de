//! A list of units, groups or courses that is narrowed by typing.

use ratatui::layout::Rect;

use super::{Overlay, Pick, PopupOutcome, Question};
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::context::{Context, Look};
use crate::tui::keymap::Binding;

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickerKind {
    /// Units.
    Units,
    /// Groups.
    Groups,
    /// Courses.
    Courses,
}

/// A list of units, groups or courses that is narrowed by typing.
#[derive(Clone, Debug, PartialEq)]
pub struct Picker {
    question: Question,
    kind: PickerKind,
    chosen: Vec<Pick>,
}

impl Picker {
    /// A picker for one item of `kind`, or several; `chosen` are picked already.
    pub fn new(question: Question, kind: PickerKind, _several: bool, chosen: Vec<Pick>) -> Self {
        Self { question, kind, chosen }
    }
}

impl Overlay for Picker {
    fn keys(&self) -> &'static [Binding] {
        &[]
    }

    fn is_typing(&self) -> bool {
        true
    }

    fn key(&mut self, key: Key, _context: &mut Context<'_>) -> Option<PopupOutcome> {
        match key.code {
            KeyCode::Esc => Some(PopupOutcome::Dismissed),
            KeyCode::Enter => Some(PopupOutcome::Picked(self.question, self.chosen.clone())),
            _ => None,
        }
    }

    fn view(&self, _canvas: &mut Canvas, _area: Rect, _look: &Look<'_>) {
        let _ = self.kind;
    }
}

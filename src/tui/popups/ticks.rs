//! What is ticked in a list to pick from, and what becomes of it when the list is left: the same in the picker and
//! in Advanced search.

use ratatui::text::Line;

use super::leaving::{Leaving, Left};
use super::{Pick, PopupOutcome, Question};
use crate::tui::theme::Theme;

/// What is ticked in a list to pick from.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticks {
    question: Question,
    several: bool,
    ticked: Vec<Pick>,
    before: Vec<Pick>,
    leaving: Leaving,
}

impl Ticks {
    /// One can be taken, or several ticked; `ticked` are so already. They belong to a field, and stay however the
    /// list is left.
    pub fn new(question: Question, several: bool, ticked: Vec<Pick>) -> Self {
        let before = ticked.clone();
        Self { question, several, ticked, before, leaving: Leaving::default() }
    }

    /// The same, where something is begun with what is ticked.
    #[must_use]
    pub fn beginning(self) -> Self {
        Self { leaving: Leaving::beginning(), ..self }
    }

    /// Whether several can be ticked.
    pub fn takes_several(&self) -> bool {
        self.several
    }

    /// What is ticked.
    pub fn ticked(&self) -> &[Pick] {
        &self.ticked
    }

    /// Takes `pick`, or ticks it, or takes its tick away.
    pub fn take(&mut self, pick: Pick) -> Option<PopupOutcome> {
        if !self.several {
            return Some(PopupOutcome::Picked(self.question, vec![pick]));
        }
        match self.ticked.iter().position(|ticked| *ticked == pick) {
            Some(at) => drop(self.ticked.remove(at)),
            None => self.ticked.push(pick),
        }
        None
    }

    /// Takes all that is ticked; who ticks nothing means `here`.
    pub fn done(&mut self, here: Option<Pick>) -> PopupOutcome {
        if self.ticked.is_empty() && self.before.is_empty() {
            self.ticked.extend(here);
        }
        self.picked()
    }

    fn picked(&self) -> PopupOutcome {
        PopupOutcome::Picked(self.question, self.ticked.clone())
    }

    /// Leaves the list, unless that would drop what is ticked.
    pub fn leave(&mut self) -> Option<PopupOutcome> {
        match self.leaving.leave(self.several && self.ticked != self.before) {
            Left::Taken => Some(self.picked()),
            Left::NotYet => None,
            Left::Dropped => Some(PopupOutcome::Dismissed),
        }
    }

    /// Another key than that which leaves was pressed.
    pub fn stay(&mut self) {
        self.leaving.stay();
    }

    /// The line of the `usual` keys; once leaving was tried, what leaving again would do.
    pub fn hint(&self, usual: &str, cells: usize, theme: Theme) -> Line<'static> {
        self.leaving.hint(usual, ("Tab", self.ticked.len()), (cells, theme))
    }
}

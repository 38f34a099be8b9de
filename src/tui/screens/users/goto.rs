//! Going to a text in the order of the list: the rows follow each letter.

use super::filter::is_text;
use super::rows::Rows;
use super::state::{Landing, Phase, State};
use super::window::Question;
use crate::tui::context::{Context, Tone};
use crate::tui::parts::line_edit::LineEdit;

/// Nothing that one could go to is longer, in characters.
const LONGEST: usize = 100;

/// A text to go to while it is typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Goto {
    /// The text.
    pub line: LineEdit,
    /// The rows from where one goes.
    back: Rows,
}

impl State {
    /// Lets a text be typed, where the list is in the order of one.
    pub(super) fn ask_place(&mut self, context: &mut Context<'_>) {
        if !is_text(self.order.by.by) {
            let words = "' goes to a text in the order of name, email, unit or groups; s sorts";
            context.say(Tone::Note, words);
        } else if self.range.is_some() {
            say_range(context);
        } else if let Some(rows) = self.rows.clone() {
            self.goto = Some(Goto { line: LineEdit::default(), back: rows });
        }
    }

    /// Changes the text and goes there; without one, back.
    pub(super) fn type_place(
        &mut self,
        change: impl FnOnce(&mut LineEdit) -> bool,
        context: &mut Context<'_>,
    ) {
        let Some(goto) = &mut self.goto else { return };
        let before = goto.line.value().to_owned();
        if !change(&mut goto.line) || goto.line.value() == before {
            return;
        }
        let text: String = goto.line.value().trim_start().chars().take(LONGEST).collect();
        if text.is_empty() {
            let back = goto.back.clone();
            self.go_back(back, context);
        } else {
            self.go(Question::From(text), Landing::First, context);
        }
    }

    /// Stays at the place that was gone to.
    pub(super) fn keep_place(&mut self) {
        self.goto = None;
    }

    /// Goes back to where one was.
    pub(super) fn leave_place(&mut self, context: &mut Context<'_>) {
        if let Some(Goto { back, .. }) = self.goto.take() {
            self.go_back(back, context);
        }
    }

    fn go_back(&mut self, mut rows: Rows, context: &mut Context<'_>) {
        if let Some(ticket) = self.phase.ticket() {
            context.cancel(ticket);
        }
        self.phase = Phase::Settled;
        // What changed meanwhile was followed elsewhere.
        rows.age();
        self.rows = Some(rows);
        self.ask_on(context);
    }
}

/// Says why a range does not reach further than one scrolls.
pub fn say_range(context: &mut Context<'_>) {
    let words = "a range reaches as far as one scrolls; v ends it, * marks all that match";
    context.say(Tone::Note, words);
}

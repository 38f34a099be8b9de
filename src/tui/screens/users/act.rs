//! Marks, and what is done to the marked users or the selected one.

use std::collections::BTreeSet;

use super::Action;
use super::filter::Filter;
use super::selection::Selection;
use super::state::State;
use crate::tui::context::{Context, Tone};
use crate::tui::manage::{Happened, Whom};
use crate::tui::screens::Narrow;

impl State {
    /// Does what concerns marks and changes; whether `action` was one of those.
    pub(super) fn do_to_users(&mut self, action: Action, context: &mut Context<'_>) -> bool {
        match action {
            Action::Mark => self.mark(context),
            Action::Range => self.toggle_range(context),
            Action::MarkAll => self.mark_all(context),
            Action::Edit => {
                if let Some(user) = self.selected().cloned() {
                    self.manage.edit(&user, context);
                }
            }
            Action::Actions => {
                if let Some(whom) = self.whom() {
                    self.manage.offer(whom, context);
                }
            }
            Action::Undo => self.manage.ask_last_change(context),
            _ => return false,
        }
        true
    }

    /// The marked users; where nobody is, the selected one.
    fn whom(&self) -> Option<Whom> {
        if self.selection.is_empty() {
            return self.selected().map(|user| Whom::One(Box::new(user.clone())));
        }
        // An estimate is not told as a count; the dry run counts.
        let count = self.marked().filter(|marked| !marked.is_estimate).map(|marked| marked.number);
        Some(Whom::Many { target: self.selection.target(), count })
    }

    fn mark(&mut self, context: &mut Context<'_>) {
        self.range = None;
        if let Some(id) = self.selected_id() {
            self.selection.toggle(id);
            self.do_action(Action::Down, context);
        }
    }

    fn toggle_range(&mut self, context: &mut Context<'_>) {
        if self.range.take().is_some() {
            return;
        }
        if matches!(self.selection, Selection::Matching { .. }) {
            context.say(Tone::Note, "all that match are marked; Esc takes that away first");
            return;
        }
        let Some(id) = self.selected_id() else { return };
        self.range = Some(self.selection.begin_range(id));
        self.stretch();
        context.say(Tone::Note, "a range: move to its other end; v ends it, Esc clears");
    }

    /// Lets the range follow the selected row.
    pub(super) fn stretch(&mut self) {
        if let (Some(range), Some(rows)) = (&self.range, &self.rows) {
            self.selection.stretch(range, rows);
        }
    }

    fn mark_all(&mut self, context: &mut Context<'_>) {
        self.range = None;
        if matches!(self.selection, Selection::Matching { .. }) {
            self.selection = Selection::Nobody;
            return;
        }
        let filter = Box::new(self.filter.clone());
        self.selection = Selection::Matching { filter, except: BTreeSet::new() };
        // What is acted on is counted now, not as of the last look.
        self.count_anew(context);
    }

    /// A filter that changed makes another set of "all that match".
    pub(super) fn forget_all_marked(&mut self, context: &mut Context<'_>) {
        if let Selection::Matching { filter, .. } = &self.selection
            && **filter != self.filter
        {
            self.selection = Selection::Nobody;
            context.say(Tone::Note, "the filter changed: all that match are no longer marked");
        }
    }

    /// Takes range and marks away; whether there were any.
    pub(super) fn clear_marks(&mut self) -> bool {
        let had = self.range.take().is_some() || !self.selection.is_empty();
        self.selection = Selection::Nobody;
        had
    }

    pub(super) fn happened(&mut self, happened: Option<Happened>, context: &mut Context<'_>) {
        match happened {
            Some(Happened::BatchOver(failed)) => self.selection = Selection::of(failed),
            Some(Happened::BatchLeft) => self.selection = Selection::Nobody,
            Some(Happened::Changed) => {}
            None => return,
        }
        self.range = None;
        self.ask_again(context);
    }
}

impl State {
    /// Shows only the users of a unit or a group.
    pub fn narrow_to(&mut self, narrow: Narrow, context: &mut Context<'_>) {
        self.search = None;
        self.filter = match narrow {
            Narrow::Unit(unit) => Filter { unit: Some(unit), ..Filter::default() },
            Narrow::Group(group) => Filter { group: Some(group), ..Filter::default() },
        };
        self.ask_first(context);
    }
}

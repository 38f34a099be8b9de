//! Advanced search: the full list of units (as a tree), groups or courses, over the whole screen.

mod view;

use std::sync::Arc;

use ratatui::layout::Rect;
use uuid::Uuid;

use super::counts::Counts;
use super::pick_list::PickList;
use super::ticks::Ticks;
use super::{Overlay, Pick, PopupOutcome, Question};
use crate::api::events::Event;
use crate::fuzzy::Ranked;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::catalogue::{Entry, Kind, List};
use crate::tui::context::{Context, Look};
use crate::tui::effect::{Reply, Ticket};
use crate::tui::parts::line_edit::LineEdit;

/// Lines above and below the list.
const AROUND: u16 = 5;

/// The full list of units, groups or courses.
#[derive(Clone, Debug, PartialEq)]
pub struct Browser {
    ticks: Ticks,
    edit: LineEdit,
    list: PickList,
    /// Units whose branches are folded away.
    folded: Vec<Uuid>,
    /// The lines of the tree that are left, once some are folded away.
    left: Option<Vec<usize>>,
    counts: Counts,
    /// The row that is pointed at.
    at: usize,
    rows: usize,
}

impl Browser {
    /// The full list of `kind`, to choose one or several; `chosen` are chosen already.
    pub fn new(question: Question, kind: Kind, several: bool, chosen: Vec<Pick>) -> Self {
        Self::of(kind, Ticks::new(question, several, chosen))
    }

    /// The full list of `kind`, with what is ticked in it already.
    pub(super) fn of(kind: Kind, ticks: Ticks) -> Self {
        let (edit, list) = (LineEdit::default(), PickList::new(kind));
        let (folded, left, counts) = (Vec::new(), None, Counts::default());
        Self { ticks, edit, list, folded, left, counts, at: 0, rows: 1 }
    }

    /// The same, narrowed by what was `typed` already.
    pub fn narrowed(mut self, typed: &str) -> Self {
        self.edit = LineEdit::new(typed);
        self
    }

    fn is_tree(&self) -> bool {
        self.list.kind == Kind::Units && self.list.is_unsearched()
    }

    /// The line of the list that stands in `row`.
    fn line_in(&self, row: usize) -> Option<usize> {
        match self.left.as_ref().filter(|_| self.is_tree()) {
            Some(left) => left.get(row).copied(),
            None => self.list.line_in(row),
        }
    }

    fn row_count(&self) -> usize {
        self.left.as_ref().filter(|_| self.is_tree()).map_or(self.list.len(), Vec::len)
    }

    fn entry_in(&self, row: usize) -> Option<Entry> {
        self.list.list()?.entry(self.line_in(row)?)
    }

    /// The unit in `row`: its list, its line there, its id.
    fn unit_in(&self, row: usize) -> Option<(&List, usize, Uuid)> {
        let (list, line) = (self.list.list()?, self.line_in(row)?);
        Some((list, line, list.id(line)?))
    }

    fn is_folded(&self, id: Uuid) -> bool {
        self.folded.contains(&id)
    }

    /// Finds out anew which lines are left, and goes on pointing at the same one, or at the one above
    /// that it went into.
    fn lay_out(&mut self, line: Option<usize>) {
        let Some(list) = self.list.list().filter(|_| self.is_tree() && !self.folded.is_empty()) else {
            self.left = None;
            self.at = line.unwrap_or(self.at).min(self.row_count().saturating_sub(1));
            return;
        };
        let mut hidden_below: Option<u8> = None;
        let mut left = Vec::new();
        for at in 0..list.len() {
            let level = list.level(at);
            if hidden_below.is_some_and(|above| level > above) {
                continue;
            }
            hidden_below = list.id(at).filter(|id| self.is_folded(*id)).map(|_| level);
            left.push(at);
        }
        let row = line.map(|line| left.partition_point(|other| *other <= line).saturating_sub(1));
        self.at = row.unwrap_or(self.at).min(left.len().saturating_sub(1));
        self.left = Some(left);
    }

    fn step(&mut self, by: isize) {
        self.at = self.at.saturating_add_signed(by).min(self.row_count().saturating_sub(1));
    }

    /// Folds the branch pointed at, or goes to the unit above it.
    fn fold(&mut self) {
        let Some((list, line, id)) = self.unit_in(self.at) else { return };
        let (has_branches, above) = (list.has_branches(line), list.parent(line));
        if has_branches && !self.is_folded(id) {
            self.folded.push(id);
            self.lay_out(Some(line));
        } else if above.is_some() {
            self.lay_out(above);
        }
    }

    fn unfold(&mut self) {
        let Some((_, line, id)) = self.unit_in(self.at) else { return };
        self.folded.retain(|folded| *folded != id);
        self.lay_out(Some(line));
    }

    /// Another list, or other lines of it, may be shown: what was pointed at still is, where it is
    /// there.
    fn follow(&mut self, was: Option<Uuid>) {
        if self.is_tree() {
            let line = was.and_then(|id| self.list.list()?.place_of(id));
            self.lay_out(line);
        } else {
            self.left = None;
            self.at = self.list.at();
        }
    }

    /// Asks how many users those have that are drawn.
    fn count_drawn(&mut self, context: &mut Context<'_>) {
        let top = (self.at + 1).saturating_sub(self.rows);
        let drawn = (top..top + self.rows).map_while(|row| self.list.list()?.id(self.line_in(row)?));
        let drawn: Vec<Uuid> = drawn.collect();
        self.counts.want(drawn.into_iter(), context);
    }

    fn id_here(&self) -> Option<Uuid> {
        self.unit_in(self.at).map(|(_, _, id)| id)
    }

    fn take(&mut self) -> Option<PopupOutcome> {
        let pick = self.entry_in(self.at)?.pick;
        self.ticks.take(pick)
    }

    fn typed(&mut self, context: &mut Context<'_>) {
        self.list.narrow(self.edit.value(), context);
        if !self.list.is_ranking() {
            self.at = 0;
            self.follow(None);
        }
    }

    fn refresh(&mut self, context: &mut Context<'_>) {
        let (was, shown) = (self.id_here(), self.list.list().map(Arc::as_ptr));
        // The row of a list that is no tree is the list's own to keep.
        if !self.is_tree() {
            self.list.point_at(self.at);
        }
        self.list.refresh(context);
        // Nothing is asked for again only because it was not answered.
        if self.list.list().map(Arc::as_ptr) != shown {
            self.follow(was);
            self.count_drawn(context);
        }
    }
}

impl Overlay for Browser {
    fn opened(&mut self, context: &mut Context<'_>) {
        self.rows = usize::from(context.size.height.saturating_sub(AROUND + 3)).max(1);
        self.typed(context);
        if self.list.is_unsearched() {
            let chosen = self.ticks.ticked().first().and_then(|pick| self.list.list()?.place_of(pick.id()));
            self.at = chosen.unwrap_or(0);
        }
        self.count_drawn(context);
    }

    fn key(&mut self, key: Key, context: &mut Context<'_>) -> Option<PopupOutcome> {
        let page = isize::try_from(self.rows).unwrap_or(1);
        if key.code != KeyCode::Esc {
            self.ticks.stay();
        }
        match (key.code, key.ctrl) {
            (KeyCode::Up, _) | (KeyCode::Char('p'), true) => self.step(-1),
            (KeyCode::Down, _) | (KeyCode::Char('n'), true) => self.step(1),
            (KeyCode::PageUp, _) => self.step(-page),
            (KeyCode::PageDown, _) => self.step(page),
            (KeyCode::Left, false) if self.is_tree() => self.fold(),
            (KeyCode::Right, false) if self.is_tree() => self.unfold(),
            (KeyCode::Tab, _) if self.ticks.takes_several() => return Some(self.ticks.done(None)),
            (KeyCode::Enter | KeyCode::Tab, _) => return self.take(),
            (KeyCode::Esc, _) if self.edit.is_empty() => return self.ticks.leave(),
            (KeyCode::Esc, _) => {
                self.edit = LineEdit::default();
                self.typed(context);
            }
            _ if self.edit.key(key) => self.typed(context),
            _ => {}
        }
        self.count_drawn(context);
        None
    }

    fn paste(&mut self, pasted: &str, context: &mut Context<'_>) {
        self.edit.paste(pasted);
        self.typed(context);
    }

    fn replied(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) {
        self.counts.replied(ticket, reply);
        self.refresh(context);
    }

    fn rang(&mut self, ticket: Ticket, context: &mut Context<'_>) {
        self.counts.rang(ticket, self.list.kind, context);
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) {
        if !matches!(event, Event::Job { .. }) {
            self.counts.forget();
            self.count_drawn(context);
        }
    }

    fn listed(&mut self, context: &mut Context<'_>) {
        context.renew(self.list.kind);
        self.refresh(context);
    }

    fn ranked(&mut self, ticket: Ticket, ranked: &Ranked, context: &mut Context<'_>) {
        self.list.point_at(self.at);
        if self.list.ranked(ticket, ranked) {
            self.follow(None);
            self.count_drawn(context);
        }
    }

    fn is_ranking(&self) -> bool {
        self.list.is_ranking()
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        self.draw(canvas, area, look);
    }
}

//! A field that is filled from a list: chips for what was chosen, and the popup while typing.

use crate::fuzzy::Ranked;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::catalogue::Kind;
use crate::tui::context::Context;
use crate::tui::effect::Ticket;
use crate::tui::parts::line_edit::LineEdit;
use crate::tui::popups::Pick;
use crate::tui::popups::pick_list::PickList;
use crate::tui::popups::picker::moved;

/// A field that is filled from a list.
#[derive(Clone, Debug, PartialEq)]
pub struct PickField {
    /// What is typed to narrow the list.
    pub edit: LineEdit,
    /// The list.
    pub list: PickList,
    /// Whether the popup is open.
    pub is_open: bool,
    /// What was chosen.
    pub picks: Vec<Pick>,
    /// Whether what is typed is to be taken as soon as the list is here: somebody types faster
    /// than the line.
    is_awaited: bool,
    /// The chip that the cursor is on.
    pub chip: Option<usize>,
    several: bool,
}

/// What a key did to the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// Something in the field changed, or nothing did.
    Done,
    /// The chip at this place is to go: one of the field's own, or one after them.
    Remove(usize),
}

impl PickField {
    /// A field for one of `kind`, or several.
    pub fn new(kind: Kind, several: bool, picks: Vec<Pick>) -> Self {
        let (edit, list) = (LineEdit::default(), PickList::new(kind));
        Self { edit, list, is_open: false, picks, is_awaited: false, chip: None, several }
    }

    /// Which list.
    pub fn kind(&self) -> Kind {
        self.list.kind
    }

    /// Whether several can be chosen.
    pub fn takes_several(&self) -> bool {
        self.several
    }

    /// Takes a key; `chips` counts all that are shown, those after the field's own included.
    pub fn key(&mut self, key: Key, chips: usize, context: &mut Context<'_>) -> Pressed {
        if self.is_open && moved(&mut self.list, key) {
            return Pressed::Done;
        }
        let is_plain = self.edit.is_empty();
        match key.code {
            KeyCode::Left if is_plain && chips > 0 => {
                self.chip = Some(self.chip.map_or(chips - 1, |at| at.saturating_sub(1)));
            }
            KeyCode::Right if is_plain => self.chip = self.chip.map(|at| at + 1).filter(|at| *at < chips),
            KeyCode::Backspace | KeyCode::Delete if is_plain => match self.chip.filter(|at| *at < chips) {
                Some(at) => return Pressed::Remove(at),
                None => self.chip = chips.checked_sub(1),
            },
            KeyCode::Char(' ') if is_plain => {}
            _ if self.edit.key(key) => {
                self.chip = None;
                self.typed(context);
            }
            _ => {}
        }
        Pressed::Done
    }

    /// Puts a pasted text into the search.
    pub fn paste(&mut self, text: &str, context: &mut Context<'_>) {
        self.edit.paste(text);
        self.typed(context);
    }

    fn typed(&mut self, context: &mut Context<'_>) {
        self.show(context);
        self.is_open = !self.edit.is_empty();
    }

    /// Opens the popup, whatever was typed.
    pub fn open(&mut self, context: &mut Context<'_>) {
        self.show(context);
        self.is_open = true;
    }

    fn show(&mut self, context: &mut Context<'_>) {
        self.is_awaited = false;
        self.list.narrow(self.edit.value(), context);
    }

    /// Takes the line that the popup points at; whether there was one. Before the list is here,
    /// it is taken later.
    pub fn take(&mut self, context: &Context<'_>) -> bool {
        self.is_awaited = !self.list.is_here(context) && !self.edit.is_empty();
        let Some(pick) = self.list.here().map(|entry| entry.pick).filter(|_| !self.is_awaited) else {
            return false;
        };
        if !self.several {
            self.picks = vec![pick];
        } else if !self.picks.contains(&pick) {
            self.picks.push(pick);
        }
        self.close();
        true
    }

    /// Takes the line that the popup points at, or unticks it; whether there was one.
    pub fn toggle(&mut self, context: &Context<'_>) -> bool {
        let pick = self.list.here().map(|entry| entry.pick);
        let ticked = self.picks.iter().position(|chosen| self.several && Some(chosen) == pick.as_ref());
        let Some(at) = ticked else { return self.take(context) };
        self.picks.remove(at);
        self.close();
        true
    }

    /// The list may be here now, or another one: what was to be taken is taken. Whether something was.
    pub fn arrived(&mut self, context: &mut Context<'_>) -> bool {
        if self.is_open {
            context.renew(self.kind());
        }
        if self.is_open || self.is_awaited {
            self.list.refresh(context);
        }
        self.take_awaited(context)
    }

    /// The list was ranked, or another one: what was to be taken is taken. Whether something was.
    pub fn ranked(&mut self, ticket: Ticket, ranked: &Ranked, context: &Context<'_>) -> bool {
        self.list.ranked(ticket, ranked) && self.take_awaited(context)
    }

    fn take_awaited(&mut self, context: &Context<'_>) -> bool {
        self.is_awaited && self.list.is_here(context) && self.take(context)
    }

    /// Closes the popup and forgets what was typed.
    pub fn close(&mut self) {
        self.edit = LineEdit::default();
        self.is_open = false;
        self.chip = None;
    }

    /// Takes a chip of its own away.
    pub fn remove(&mut self, at: usize) {
        if at < self.picks.len() {
            self.picks.remove(at);
        }
        self.chip = self.picks.len().checked_sub(1).map(|last| at.min(last));
    }
}

//! What happens to the program, one variant for each kind of source.

use jiff::Timestamp;
use ratatui::layout::Size;

use super::catalogue::ListNews;
use super::effect::{Reply, Ticket};
use super::table::Table;
use crate::api::events::Event;
use crate::fuzzy::Ranked;
use crate::terminal::key::{Key, PasteNews};

/// What happens to the program.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// A text was pasted.
    Paste(String),
    /// Something is to be said of a paste.
    OfPaste(PasteNews),
    /// The terminal has another size, or its first.
    Resized(Size),
    /// The workspace API answered.
    Replied(Ticket, Reply),
    /// A list that was asked for is on its way, or here.
    List(Ticket, ListNews),
    /// A list was ranked.
    Ranked(Ticket, Ranked),
    /// Something changed in the workspace.
    Event(Event),
    /// Whether changes are heard of has changed.
    Live(LiveState),
    /// The time asked for by `Effect::After` is over.
    Rang(Ticket),
    /// A text went to the terminal's clipboard, or why it could not.
    Copied(Result<(), String>),
    /// The draft of the form could not be kept, and why.
    DraftNotKept(String),
    /// How the table of users is wanted by now, other programs included; or why it could not be kept.
    TableKept(Result<Table, String>),
    /// The present; sent before every other message.
    Tick(Timestamp),
    /// The terminal is gone or the program is told to end: keep the draft, then quit.
    HungUp,
}

/// Whether the program hears of changes as they happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveState {
    /// Yes.
    Connected,
    /// No; it is tried again and again.
    Lost,
}

//! What `update` asks the world to do, and what comes back: plain, comparable data.

use std::sync::Arc;
use std::time::Duration;

use super::catalogue::List;
use super::draft::Draft;
use super::table::TableChange;
use crate::client::WantedList;

pub use super::call::{Asked, Call, Reply, perform};

/// Names one asking, so that an answer that came too late is known as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

impl Ticket {
    /// The bit that marks a call that nobody waits for.
    pub(super) const QUIET: u64 = 1 << 63;

    /// Whether nobody waits for the answer: a refresh in the background.
    pub fn is_quiet(self) -> bool {
        self.0 & Self::QUIET != 0
    }
}

/// What is to be ranked.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// The list.
    pub list: Arc<List>,
    /// For what was typed.
    pub typed: String,
    /// How many of the best are wanted.
    pub limit: usize,
}

/// What the program is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask the workspace API; the answer comes as `Msg::Replied`.
    Call(Ticket, Call),
    /// Fetch a whole list, the kept one first where none is here; news come as `Msg::List`.
    FetchList(Ticket, WantedList),
    /// Rank a list beside the loop; the answer comes as `Msg::Ranked`.
    Rank(Ticket, Ranking),
    /// Forget what was remembered of lists that were ranked: they are there no longer.
    ForgetRanking,
    /// Drop a call or a ranking whose answer nobody wants any more.
    Cancel(Ticket),
    /// Send `Msg::Rang` with this ticket after a while.
    After(Duration, Ticket),
    /// Put a text on the clipboard of the operator's terminal.
    Copy(String),
    /// Keep the draft of the form on disk.
    SaveDraft(Box<Draft>),
    /// Forget the kept draft.
    DropDraft,
    /// Keep what the operator changed about the table of users.
    ChangeTable(TableChange),
    /// Give the terminal back until the program is brought to the front again.
    Suspend,
    /// Draw everything anew.
    Repaint,
    /// End the program.
    Quit,
}

//! What the program needs of the world.

use std::io;
use std::sync::Arc;

use super::Lists;
use crate::domain::clock::Clock;
use crate::domain::entropy::Entropy;
use crate::terminal::capabilities::Capabilities;
use crate::tui::context::Place;
use crate::tui::draft::Draft;
use crate::tui::table::{Table, TableChange};

/// Where an unfinished form is kept.
pub trait Drafts: Send {
    /// What was kept.
    fn load(&self) -> Option<Box<Draft>>;

    /// Keeps `draft` in the place of the one before.
    fn save(&mut self, draft: &Draft) -> io::Result<()>;

    /// Forgets it.
    fn forget(&mut self) -> io::Result<()>;
}

/// Where it is kept how the operator wants the table of users.
pub trait Tables: Send {
    /// What was kept; the default where nothing was.
    ///
    /// # Errors
    /// Why it can't be read.
    fn load(&self) -> Result<Table, String>;

    /// Keeps `change`; how the table is wanted by now, if it is kept at all: other programs may change it, too.
    ///
    /// # Errors
    /// Why it can't be kept.
    fn change(&mut self, change: &TableChange) -> io::Result<Option<Table>>;
}

/// What the program needs of the world.
pub struct World<A> {
    /// Answers its calls.
    pub api: Arc<A>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes idempotency keys.
    pub entropy: Arc<dyn Entropy>,
    /// Keeps its draft.
    pub drafts: Box<dyn Drafts>,
    /// What the operator is to be told of it first.
    pub warning: Option<String>,
    /// Keeps columns and views of its table.
    pub tables: Box<dyn Tables>,
    /// Keeps the lists that it picks from.
    pub lists: Arc<dyn Lists>,
    /// Where it is.
    pub place: Place,
    /// What the terminal can show.
    pub capabilities: Capabilities,
}

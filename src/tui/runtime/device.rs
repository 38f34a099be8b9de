//! The terminal, as the loop uses it.

use std::io;

use tokio::sync::mpsc::Receiver;

use crate::terminal::guard::Guard;
use crate::terminal::reader::TerminalEvent;
use crate::terminal::screen::Screen;

/// The terminal, as the loop uses it.
pub struct Device<W> {
    /// What it reports.
    pub events: Receiver<TerminalEvent>,
    /// Where frames go.
    pub screen: Screen<W>,
    /// Gives it back for a while.
    pub hold: Box<dyn Hold>,
}

/// The hold on the terminal.
pub trait Hold {
    /// Gives the terminal back and stops the program (Ctrl-Z).
    fn suspend(&mut self) -> io::Result<()>;

    /// Takes it again; its size now, if it says.
    fn resume(&mut self) -> io::Result<Option<(u16, u16)>>;
}

impl Hold for Guard {
    fn suspend(&mut self) -> io::Result<()> {
        Guard::suspend(self).map(drop)
    }

    fn resume(&mut self) -> io::Result<Option<(u16, u16)>> {
        Guard::resume(self)?;
        Ok(self.session().size())
    }
}

//! The terminal device: which descriptors it is, its size, and its raw mode.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, OwnedFd};

use rustix::termios::{OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcgetwinsize, tcsetattr};

/// Columns and rows when the terminal doesn't say.
pub const FALLBACK_SIZE: (u16, u16) = (80, 24);

/// No frame is wider or higher than this, whatever a terminal claims.
const SIZE_MAX: u16 = 1000;

/// The terminal, for reading keys and writing frames.
#[derive(Debug)]
pub struct Tty {
    input: OwnedFd,
    output: File,
}

impl Tty {
    /// The terminal of standard input and output; where one of them is redirected, the
    /// controlling terminal takes its place. An error when there is none.
    pub fn open() -> io::Result<Self> {
        let input = terminal_or_controlling(&io::stdin())?;
        let output = terminal_or_controlling(&io::stdout())?;
        Ok(Self::new(input, output.into()))
    }

    /// A terminal of which the descriptors are known.
    pub fn new(input: OwnedFd, output: File) -> Self {
        Self { input, output }
    }

    /// The descriptor that keys come from.
    pub fn input(&self) -> io::Result<OwnedFd> {
        self.input.try_clone()
    }

    /// The descriptor that frames go to; writes to it are not buffered.
    pub fn output(&self) -> io::Result<File> {
        self.output.try_clone()
    }

    /// Columns and rows, or the fallback.
    pub fn size(&self) -> (u16, u16) {
        size_of(&self.output).unwrap_or(FALLBACK_SIZE)
    }
}

fn terminal_or_controlling(standard: &(impl AsFd + IsTerminal)) -> io::Result<OwnedFd> {
    if standard.is_terminal() {
        return standard.as_fd().try_clone_to_owned();
    }
    Ok(OpenOptions::new().read(true).write(true).open("/dev/tty")?.into())
}

/// Columns and rows of a terminal; none when it doesn't know them.
pub fn size_of(terminal: impl AsFd) -> Option<(u16, u16)> {
    let size = tcgetwinsize(terminal).ok()?;
    clamp_size(size.ws_col, size.ws_row)
}

/// A size within reason; none when it has no cell at all.
pub fn clamp_size(width: u16, height: u16) -> Option<(u16, u16)> {
    (width > 0 && height > 0).then(|| (width.min(SIZE_MAX), height.min(SIZE_MAX)))
}

/// The settings of a terminal, to be given back to it.
pub fn settings(terminal: impl AsFd) -> io::Result<Termios> {
    Ok(tcgetattr(terminal)?)
}

/// Makes every byte arrive at once and as it is, without echo and without signals.
pub fn make_raw(terminal: impl AsFd, saved: &Termios) -> io::Result<()> {
    let mut raw = saved.clone();
    raw.make_raw();
    apply(terminal, &raw)
}

/// Gives a terminal its settings, at once: waiting for its output could last forever on a line
/// that is stopped or dead.
pub fn apply(terminal: impl AsFd, settings: &Termios) -> io::Result<()> {
    Ok(rustix::io::retry_on_intr(|| tcsetattr(terminal.as_fd(), OptionalActions::Now, settings))?)
}

/// Drops what was typed and not read.
pub fn discard_input(terminal: impl AsFd) -> io::Result<()> {
    Ok(tcflush(terminal, QueueSelector::IFlush)?)
}

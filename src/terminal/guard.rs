//! Entering the terminal, and giving it back on every way out.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group};
use rustix::termios::Termios;

use super::modes;
use super::tty::{self, Tty};

/// How long giving the terminal back waits for a terminal that takes no bytes.
const WRITE_PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };

const ACTIVE: u8 = 0;
const SUSPENDED: u8 = 1;
const RELEASED: u8 = 2;

/// Whether the program could be suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspension {
    /// It was; call [`Guard::resume`] when the continue signal is reported.
    Stopped,
    /// No shell could continue the program (it is the first one of its session): nothing was done.
    NotPossible,
}

/// Holds the terminal in raw mode and on the alternate screen, and gives it back when dropped.
#[derive(Debug)]
pub struct Guard {
    session: Session,
}

impl Guard {
    /// Takes the terminal, and makes every later panic give it back before it is reported.
    pub fn enter(tty: &Tty) -> io::Result<Self> {
        let output = tty.output()?;
        // Made now: a panic is no time to put sequences together.
        modes::leave();
        let saved = tty::settings(&output)?;
        let session = Session(Arc::new(Shared { output, saved, state: AtomicU8::new(SUSPENDED) }));
        if let Err(error) = session.take() {
            session.release(Unread::Keep);
            return Err(error);
        }
        let on_panic = session.clone();
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            on_panic.release(Unread::Discard);
            report(panic);
        }));
        Ok(Self { session })
    }

    /// What may write frames, and give the terminal back, from elsewhere.
    pub fn session(&self) -> Session {
        self.session.clone()
    }

    /// Gives the terminal back; doing it again does nothing.
    pub fn restore(&self) {
        self.session.release(Unread::Keep);
    }

    /// Ctrl-Z: gives the terminal back and stops the whole process group, so that a wrapper such
    /// as `cargo run` stops too. The stop may come a moment after the return; frames written
    /// until then are dropped.
    pub fn suspend(&self) -> io::Result<Suspension> {
        if getsid(None)? == getpgrp() {
            return Ok(Suspension::NotPossible);
        }
        self.session.give_back(SUSPENDED, Unread::Keep);
        kill_current_process_group(Signal::STOP)?;
        Ok(Suspension::Stopped)
    }

    /// Takes the terminal again after the program was continued. The screen is to be painted
    /// anew, and its size asked for. Does nothing once the terminal was given back for good.
    pub fn resume(&self) -> io::Result<()> {
        self.session.take()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.restore();
    }
}

/// Whether bytes that were typed and not read are left for the shell. After a panic they are not:
/// the rest of a pasted list would be run as commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unread {
    Keep,
    Discard,
}

/// The terminal as entered, shared by the guard, the panic hook, the signals and the screen.
///
/// As a writer it passes bytes on, one `write` each; it drops them while suspended, and fails
/// once the terminal was given back, so that a program that goes on drawing after a panic
/// elsewhere ends and never writes over the shell.
#[derive(Debug, Clone)]
pub struct Session(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    output: File,
    saved: Termios,
    state: AtomicU8,
}

impl Session {
    /// Gives the terminal back for good; doing it again does nothing.
    pub fn restore(&self) {
        self.release(Unread::Keep);
    }

    /// Columns and rows now, none when the terminal doesn't say.
    pub fn size(&self) -> Option<(u16, u16)> {
        tty::size_of(&self.0.output)
    }

    fn take(&self) -> io::Result<()> {
        if self.0.state.load(Ordering::SeqCst) == RELEASED {
            return Ok(());
        }
        tty::make_raw(&self.0.output, &self.0.saved)?;
        self.0.state.store(ACTIVE, Ordering::SeqCst);
        (&self.0.output).write_all(modes::enter())
    }

    fn release(&self, unread: Unread) {
        self.give_back(RELEASED, unread);
    }

    fn give_back(&self, state: u8, unread: Unread) {
        if self.0.state.swap(state, Ordering::SeqCst) != ACTIVE {
            return;
        }
        // Nothing can be done about errors here: the terminal may be gone, and this may be a panic.
        let output = self.0.output.as_fd();
        let mut ready = [PollFd::new(&output, PollFlags::OUT)];
        if poll(&mut ready, Some(&WRITE_PATIENCE)).is_ok_and(|count| count > 0) {
            let _ = (&self.0.output).write_all(modes::leave());
        }
        if unread == Unread::Discard {
            let _ = tty::discard_input(output);
        }
        let _ = tty::apply(output, &self.0.saved);
    }
}

impl Write for Session {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.state.load(Ordering::SeqCst) {
            ACTIVE => match (&self.0.output).write(bytes) {
                // Another program may have made the shared terminal non-blocking.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    poll(&mut [PollFd::new(&self.0.output, PollFlags::OUT)], None)?;
                    Err(io::ErrorKind::Interrupted.into())
                }
                written => written,
            },
            SUSPENDED => Ok(bytes.len()),
            _ => Err(io::Error::new(io::ErrorKind::BrokenPipe, "the terminal was given back")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! The thread that reads the terminal: bytes to events, until the terminal or the program ends.
//!
//! crossterm's reader spins at 100 % CPU when its terminal closes while a hang-up handler is
//! installed, and takes a split escape sequence for several keys; this one does neither.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, OwnedFd};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::sync::mpsc::Sender;

use super::input::Decoder;
use super::key::Input;

/// Events that may wait for the program; more stay in the terminal's own buffer.
pub const EVENT_CAPACITY: usize = 1024;

/// How long a bracketed paste, which comes in pieces over a slow line, pauses before that is told.
const PASTE_PAUSE: Duration = Duration::from_secs(2);

/// How long is waited for more bytes.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the rest of a sequence, where so far a lone `ESC` came.
    pub escape: Duration,
    /// For the rest of a paste, before it is told that it has not come to its end.
    pub paste: Duration,
}

impl Patience {
    /// The usual, with so long for the rest of a sequence.
    pub fn of_escape(escape: Duration) -> Self {
        Self { escape, paste: PASTE_PAUSE }
    }
}

/// What the terminal reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalEvent {
    /// A key or a paste.
    Input(Input),
    /// The size is now so many columns and rows, at least 1 each.
    Resized(u16, u16),
    /// The terminal is gone: save, and end.
    Hangup,
    /// Asked to end by a signal: save, and end.
    Terminate,
    /// Running again after a stop: take the terminal again, and paint all.
    Continued,
}

/// The reading thread; dropping this ends it.
#[derive(Debug)]
pub struct Reader {
    _wake: PipeWriter,
}

impl Reader {
    /// Starts reading `input` into `events`. When `input` ends, `Hangup` is sent and the thread ends.
    pub fn start(input: OwnedFd, events: Sender<TerminalEvent>, patience: Patience) -> io::Result<Self> {
        let (woken, wake) = io::pipe()?;
        let mut reading = Reading { input, woken, events, patience, decoder: Decoder::default() };
        thread::Builder::new().name("terminal input".to_owned()).spawn(move || reading.run())?;
        Ok(Self { _wake: wake })
    }
}

struct Reading {
    input: OwnedFd,
    woken: PipeReader,
    events: Sender<TerminalEvent>,
    patience: Patience,
    decoder: Decoder,
}

/// What waiting for the terminal came to.
enum Wait {
    Bytes(usize),
    Pause,
    /// The terminal is gone.
    End,
    /// The program doesn't want to know any more.
    Unwanted,
}

impl Reading {
    fn run(&mut self) {
        let mut buffer = vec![0; 64 * 1024];
        let mut inputs = Vec::new();
        loop {
            match self.wait(&mut buffer) {
                Wait::Bytes(count) => {
                    self.decoder.feed(buffer.get(..count).unwrap_or_default(), &mut inputs);
                }
                Wait::Pause => self.decoder.flush(&mut inputs),
                Wait::End => {
                    self.decoder.end(&mut inputs);
                    let _ =
                        self.send(&mut inputs) && self.events.blocking_send(TerminalEvent::Hangup).is_ok();
                    return;
                }
                Wait::Unwanted => return,
            }
            if !self.send(&mut inputs) {
                return;
            }
        }
    }

    fn wait(&self, buffer: &mut [u8]) -> Wait {
        let pause = self.decoder.is_waiting().then(|| {
            let Patience { escape, paste } = self.patience;
            let pause = if self.decoder.is_pasting() { paste } else { escape };
            Timespec::try_from(pause).unwrap_or(Timespec { tv_sec: 1, tv_nsec: 0 })
        });
        loop {
            let input = self.input.as_fd();
            let mut ready = [PollFd::new(&input, PollFlags::IN), PollFd::new(&self.woken, PollFlags::IN)];
            match poll(&mut ready, pause.as_ref()) {
                Ok(0) => return Wait::Pause,
                Ok(_) => {}
                Err(Errno::INTR | Errno::AGAIN) => continue,
                Err(_) => return Wait::End,
            }
            let [input, woken] = ready.map(|descriptor| descriptor.revents());
            if !woken.is_empty() {
                return Wait::Unwanted;
            }
            if input.contains(PollFlags::NVAL) {
                return Wait::End;
            }
            // A closed terminal is readable too, and reading says so after its last bytes.
            match rustix::io::read(&self.input, &mut *buffer) {
                Ok(0) => return Wait::End,
                Ok(count) => return Wait::Bytes(count),
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => return Wait::End,
            }
        }
    }

    /// Sends what was read; whether somebody still wants it.
    fn send(&self, inputs: &mut Vec<Input>) -> bool {
        inputs.drain(..).all(|input| self.events.blocking_send(TerminalEvent::Input(input)).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use tokio::sync::mpsc;

    use super::*;
    use crate::terminal::key::{Key, KeyCode, PasteNews};

    const DELAY: Duration = Duration::from_millis(5);

    fn key(code: KeyCode) -> TerminalEvent {
        TerminalEvent::Input(Input::Key(Key::plain(code)))
    }

    #[test]
    fn keys_arrive_and_the_end_of_the_input_is_a_hangup() {
        let (input, mut terminal) = io::pipe().unwrap();
        let (events, mut received) = mpsc::channel(4);
        let _reader =
            Reader::start(input.into(), events, Patience::of_escape(Duration::from_mins(1))).unwrap();
        terminal.write_all(b"\x1b").unwrap();
        terminal.write_all(b"[A\x1b").unwrap();
        drop(terminal);
        assert_eq!(received.blocking_recv(), Some(key(KeyCode::Up)));
        assert_eq!(received.blocking_recv(), Some(key(KeyCode::Esc)));
        assert_eq!(received.blocking_recv(), Some(TerminalEvent::Hangup));
        assert_eq!(received.blocking_recv(), None);
    }

    #[test]
    fn a_lone_escape_is_a_key_after_the_delay() {
        let (input, mut terminal) = io::pipe().unwrap();
        let (events, mut received) = mpsc::channel(4);
        let _reader = Reader::start(input.into(), events, Patience::of_escape(DELAY)).unwrap();
        terminal.write_all(b"\x1b").unwrap();
        assert_eq!(received.blocking_recv(), Some(key(KeyCode::Esc)));
    }

    #[test]
    fn a_paste_that_pauses_is_said_to_and_goes_on() {
        let (input, mut terminal) = io::pipe().unwrap();
        let (events, mut received) = mpsc::channel(4);
        let patience = Patience { escape: Duration::from_mins(1), paste: DELAY };
        let _reader = Reader::start(input.into(), events, patience).unwrap();
        terminal.write_all(b"\x1b[200~ann").unwrap();
        assert_eq!(received.blocking_recv(), Some(TerminalEvent::Input(Input::OfPaste(PasteNews::Waits))));
        terminal.write_all(b"qd\x1b[201~").unwrap();
        let whole = TerminalEvent::Input(Input::Paste("annqd".to_owned()));
        assert_eq!(received.blocking_recv(), Some(whole));
    }

    #[test]
    fn what_came_of_a_paste_before_the_terminal_closed_is_not_lost() {
        let (input, mut terminal) = io::pipe().unwrap();
        let (events, mut received) = mpsc::channel(4);
        terminal.write_all(b"\x1b[200~ann@example.org").unwrap();
        drop(terminal);
        let _reader =
            Reader::start(input.into(), events, Patience::of_escape(Duration::from_mins(1))).unwrap();
        let came = TerminalEvent::Input(Input::Paste("ann@example.org".to_owned()));
        assert_eq!(received.blocking_recv(), Some(came));
        assert_eq!(received.blocking_recv(), Some(TerminalEvent::Hangup));
    }

    #[test]
    fn dropping_the_reader_ends_its_thread() {
        let (input, _terminal) = io::pipe().unwrap();
        let (events, mut received) = mpsc::channel(4);
        drop(Reader::start(input.into(), events, Patience::of_escape(DELAY)).unwrap());
        assert_eq!(received.blocking_recv(), None);
    }
}

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

/// How long a bracketed paste may pause. A paste over a slow line comes in pieces, and what comes
/// after a pause that was taken for its end would be keys.
const PASTE_PAUSE: Duration = Duration::from_secs(2);

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
    /// Starts reading `input` into `events`. `escape_delay` is how long a lone `ESC` waits for
    /// the rest of a sequence. When `input` ends, `Hangup` is sent and the thread ends.
    pub fn start(input: OwnedFd, events: Sender<TerminalEvent>, escape_delay: Duration) -> io::Result<Self> {
        let (woken, wake) = io::pipe()?;
        let mut reading = Reading { input, woken, events, escape_delay, decoder: Decoder::default() };
        thread::Builder::new().name("terminal input".to_owned()).spawn(move || reading.run())?;
        Ok(Self { _wake: wake })
    }
}

struct Reading {
    input: OwnedFd,
    woken: PipeReader,
    events: Sender<TerminalEvent>,
    escape_delay: Duration,
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
                    self.decoder.flush(&mut inputs);
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
            let pause = if self.decoder.is_pasting() { PASTE_PAUSE } else { self.escape_delay };
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
    use crate::terminal::key::{Key, KeyCode};

    const DELAY: Duration = Duration::from_millis(5);

    fn key(code: KeyCode) -> TerminalEvent {
        TerminalEvent::Input(Input::Key(Key::plain(code)))
    }

    #[test]
    fn keys_arrive_and_the_end_of_the_input_is_a_hangup() {
        let (input, mut terminal) = io::pipe().unwrap();
        let (events, mut received) = mpsc::channel(4);
        let _reader = Reader::start(input.into(), events, Duration::from_mins(1)).unwrap();
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
        let _reader = Reader::start(input.into(), events, DELAY).unwrap();
        terminal.write_all(b"\x1b").unwrap();
        assert_eq!(received.blocking_recv(), Some(key(KeyCode::Esc)));
    }

    #[test]
    fn dropping_the_reader_ends_its_thread() {
        let (input, _terminal) = io::pipe().unwrap();
        let (events, mut received) = mpsc::channel(4);
        drop(Reader::start(input.into(), events, DELAY).unwrap());
        assert_eq!(received.blocking_recv(), None);
    }
}

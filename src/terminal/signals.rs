//! Signals as terminal events, and the end of a program that doesn't end when asked.

use std::io;
use std::time::Duration;

use rustix::process::Signal as Number;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;

use super::guard::Session;
use super::key::{Input, Key};
use super::reader::TerminalEvent;

/// What a program stopped by a signal exits with: 128 and the signal's number.
const EXIT_BASE: i32 = 128;

/// Watches the signals that concern the terminal, from within a runtime of several threads.
///
/// After a hang-up or a request to end, the program has `grace` to drop the receiver of `events`;
/// then the terminal is given back and the process ends, whatever it is stuck in.
pub fn watch(session: Session, events: Sender<TerminalEvent>, grace: Duration) -> io::Result<JoinHandle<()>> {
    let watched = Watched {
        resized: signal(SignalKind::window_change())?,
        continued: listen(Number::CONT)?,
        stop_wanted: listen(Number::TSTP)?,
        hung_up: signal(SignalKind::hangup())?,
        terminated: signal(SignalKind::terminate())?,
        interrupted: signal(SignalKind::interrupt())?,
        quit: signal(SignalKind::quit())?,
    };
    Ok(tokio::spawn(watched.run(session, events, grace)))
}

fn listen(number: Number) -> io::Result<Signal> {
    signal(SignalKind::from_raw(number.as_raw()))
}

struct Watched {
    resized: Signal,
    continued: Signal,
    stop_wanted: Signal,
    hung_up: Signal,
    terminated: Signal,
    interrupted: Signal,
    quit: Signal,
}

impl Watched {
    async fn run(mut self, session: Session, events: Sender<TerminalEvent>, grace: Duration) {
        loop {
            let (event, number) = tokio::select! {
                () = events.closed() => return,
                Some(()) = self.resized.recv() => match session.size() {
                    Some((width, height)) => (TerminalEvent::Resized(width, height), None),
                    None => continue,
                },
                Some(()) = self.continued.recv() => (TerminalEvent::Continued, None),
                // Ctrl-Z comes as a key in raw mode; the signal from elsewhere is the same wish.
                Some(()) = self.stop_wanted.recv() => (TerminalEvent::Input(Input::Key(Key::ctrl('z'))), None),
                Some(()) = self.hung_up.recv() => (TerminalEvent::Hangup, Some(Number::HUP)),
                Some(()) = self.terminated.recv() => (TerminalEvent::Terminate, Some(Number::TERM)),
                Some(()) = self.interrupted.recv() => (TerminalEvent::Terminate, Some(Number::INT)),
                Some(()) = self.quit.recv() => (TerminalEvent::Terminate, Some(Number::QUIT)),
                else => return,
            };
            if let Some(number) = number {
                return end(event, number, &session, &events, grace).await;
            }
            if events.send(event).await.is_err() {
                return;
            }
        }
    }
}

/// Reports `event`, and ends the process if it doesn't end by itself.
async fn end(
    event: TerminalEvent,
    number: Number,
    session: &Session,
    events: &Sender<TerminalEvent>,
    grace: Duration,
) {
    let ended = async {
        if events.send(event).await.is_ok() {
            events.closed().await;
        }
    };
    if tokio::time::timeout(grace, ended).await.is_err() {
        session.restore();
        std::process::exit(EXIT_BASE + number.as_raw());
    }
}

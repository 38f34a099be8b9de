//! The terminal on a real pty: entered, given back on every way out, suspended, closed.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::time::Duration;

use admit::terminal::guard::{Guard, Suspension};
use admit::terminal::key::{Input, Key};
use admit::terminal::modes::{enter, leave};
use admit::terminal::output::ColourDepth;
use admit::terminal::reader::{Patience, Reader, TerminalEvent};
use admit::terminal::screen::Screen;
use admit::terminal::signals;
use admit::terminal::tty::Tty;
use portable_pty::{CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

struct Pty {
    master: Option<Box<dyn MasterPty + Send>>,
    slave: Box<dyn SlavePty + Send>,
    tty: Tty,
    probe: File,
    unread: RefCell<Vec<u8>>,
}

impl Pty {
    fn master(&self) -> &dyn MasterPty {
        &**self.master.as_ref().unwrap()
    }
}

fn pty() -> Pty {
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let name = pair.master.tty_name().unwrap();
    let open = || OpenOptions::new().read(true).write(true).open(&name).unwrap();
    Pty {
        tty: Tty::new(open().into(), open()),
        probe: open(),
        unread: RefCell::default(),
        slave: pair.slave,
        master: Some(pair.master),
    }
}

fn settings(terminal: &File) -> String {
    format!("{:?}", rustix::termios::tcgetattr(terminal).unwrap())
}

/// What the terminal got, up to and with `end`.
fn read_until(pty: &Pty, end: &[u8]) -> Vec<u8> {
    let mut reader = pty.master().try_clone_reader().unwrap();
    let mut bytes = pty.unread.take();
    let mut buffer = [0; 4096];
    loop {
        if let Some(at) = bytes.windows(end.len()).position(|part| part == end) {
            pty.unread.replace(bytes.split_off(at + end.len()));
            return bytes;
        }
        let count = reader.read(&mut buffer).unwrap();
        assert!(count > 0, "the terminal closed after {}", bytes.escape_ascii());
        bytes.extend(&buffer[..count]);
    }
}

#[test]
fn the_terminal_is_given_back_as_it_was_and_only_once() {
    let pty = pty();
    let before = settings(&pty.probe);
    let guard = Guard::enter(&pty.tty).unwrap();
    assert_ne!(settings(&pty.probe), before);
    assert_eq!(pty.tty.size(), (80, 24));
    let mut session = guard.session();
    session.write_all(b"frame").unwrap();
    guard.restore();
    assert_eq!(settings(&pty.probe), before);
    assert_eq!(session.write_all(b"late").unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    guard.resume().unwrap();
    drop(guard);
    (&pty.probe).write_all(b"end").unwrap();
    let expected = [enter(), b"frame", leave(), b"end"].concat();
    assert_eq!(read_until(&pty, b"end"), expected);
}

#[test]
fn a_closed_terminal_is_a_hangup_and_giving_it_back_fails_quietly() {
    let mut pty = pty();
    let guard = Guard::enter(&pty.tty).unwrap();
    let (events, mut received) = tokio::sync::mpsc::channel(8);
    let _reader =
        Reader::start(pty.tty.input().unwrap(), events, Patience::of_escape(Duration::from_mins(1))).unwrap();
    let mut writer = pty.master().take_writer().unwrap();
    writer.write_all(b"\x1b[").unwrap();
    writer.write_all(b"Aj").unwrap();
    let up = "<up>".parse::<Key>().unwrap();
    for key in [up, Key::char('j')] {
        assert_eq!(received.blocking_recv(), Some(TerminalEvent::Input(Input::Key(key))));
    }
    drop(writer);
    drop(pty.master.take());
    let last = std::iter::from_fn(|| received.blocking_recv()).last();
    assert_eq!(last, Some(TerminalEvent::Hangup));
    let mut screen = Screen::new(guard.session(), ColourDepth::Sixteen, 80, 24);
    assert!(screen.draw(screen.canvas()).is_err());
    drop(guard);
}

/// The least that a program does with this layer: keys and signals in, frames out. It is started
/// on a pty as this test binary again, running one of its own ignored tests.
fn program(obeys: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let tty = Tty::open().unwrap();
        let guard = Guard::enter(&tty).unwrap();
        let (events, mut received) = tokio::sync::mpsc::channel(8);
        let _reader = Reader::start(
            tty.input().unwrap(),
            events.clone(),
            Patience::of_escape(Duration::from_millis(100)),
        )
        .unwrap();
        signals::watch(guard.session(), events, Duration::from_millis(50)).unwrap();
        let (width, height) = tty.size();
        let mut screen = Screen::new(guard.session(), ColourDepth::Sixteen, width, height);
        loop {
            let mut canvas = screen.canvas();
            canvas.render("ready", canvas.area());
            screen.draw(canvas).unwrap();
            match received.recv().await {
                Some(TerminalEvent::Input(Input::Key(key))) if key == Key::ctrl('z') => {
                    assert_eq!(guard.suspend().unwrap(), Suspension::Stopped);
                }
                Some(TerminalEvent::Input(Input::Key(key))) if key == Key::char('p') => {
                    let task = tokio::spawn(async { panic!("a panic that was asked for") });
                    assert!(task.await.is_err());
                    screen.invalidate();
                }
                Some(TerminalEvent::Continued) => {
                    guard.resume().unwrap();
                    screen.invalidate();
                }
                Some(TerminalEvent::Resized(width, height)) => screen.resize(width, height),
                Some(TerminalEvent::Input(_)) => return,
                Some(TerminalEvent::Hangup | TerminalEvent::Terminate) | None if obeys => return,
                _ => {}
            }
        }
    });
}

#[test]
#[ignore = "the program that other tests start on a pty"]
fn program_that_obeys() {
    program(true);
}

#[test]
#[ignore = "the program that other tests start on a pty"]
fn program_that_is_stuck() {
    program(false);
}

fn start(pty: &Pty, command: CommandBuilder) -> Box<dyn portable_pty::Child + Send + Sync> {
    pty.slave.spawn_command(command).unwrap()
}

fn this_binary(program: &str) -> Vec<String> {
    let binary = std::env::current_exe().unwrap().display().to_string();
    ["--exact", program, "--ignored", "--nocapture"].iter().fold(vec![binary], |mut all, word| {
        all.push((*word).to_owned());
        all
    })
}

fn running(pty: &Pty, program: &str) -> Box<dyn portable_pty::Child + Send + Sync> {
    let words = this_binary(program);
    let mut command = CommandBuilder::new(&words[0]);
    command.args(&words[1..]);
    let child = start(pty, command);
    read_until(pty, b"ready\x1b[?2026l");
    child
}

fn send_signal(child: &dyn portable_pty::Child, signal: Signal) {
    let id = Pid::from_raw(i32::try_from(child.process_id().unwrap()).unwrap()).unwrap();
    kill_process(id, signal).unwrap();
}

#[test]
fn every_signal_to_end_gives_the_terminal_back() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT] {
        for (program, code) in [("program_that_obeys", 0), ("program_that_is_stuck", 128 + signal.as_raw())] {
            let pty = pty();
            let before = settings(&pty.probe);
            let mut child = running(&pty, program);
            assert_ne!(settings(&pty.probe), before);
            send_signal(&*child, signal);
            assert_eq!(
                i32::try_from(child.wait().unwrap().exit_code()).unwrap(),
                code,
                "{program}, {signal:?}"
            );
            assert_eq!(settings(&pty.probe), before);
            read_until(&pty, leave());
        }
    }
}

#[test]
fn a_program_whose_terminal_closes_ends() {
    for program in ["program_that_obeys", "program_that_is_stuck"] {
        let mut pty = pty();
        let mut child = running(&pty, program);
        drop(pty.master.take());
        child.wait().unwrap();
    }
}

#[test]
fn a_resize_paints_all_at_the_new_size() {
    let pty = pty();
    let mut child = running(&pty, "program_that_obeys");
    pty.master().resize(PtySize { rows: 10, cols: 20, pixel_width: 0, pixel_height: 0 }).unwrap();
    let bytes = read_until(&pty, b"ready\x1b[?2026l");
    assert!(contains(&bytes, b"\x1b[2J"));
    pty.master().take_writer().unwrap().write_all(b"q").unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_suspended_program_gives_the_terminal_back_and_takes_it_again() {
    let pty = pty();
    let mut shell = CommandBuilder::new("sh");
    let program = this_binary("program_that_obeys").join("' '");
    shell.args(["-c", &format!("set -m; '{program}'; stty -a; echo stopped; fg; echo over")]);
    let mut shell = start(&pty, shell);
    read_until(&pty, b"ready\x1b[?2026l");
    let mut keys = pty.master().take_writer().unwrap();
    keys.write_all(b"\x1a").unwrap();
    let bytes = read_until(&pty, b"stopped\r\n");
    assert!(contains(&bytes, leave()));
    assert!(contains(&bytes, b" icanon") && contains(&bytes, b" echo "), "{}", bytes.escape_ascii());
    let bytes = read_until(&pty, b"ready\x1b[?2026l");
    assert!(contains(&bytes, enter()) && contains(&bytes, b"\x1b[2J"));
    keys.write_all(b"q").unwrap();
    assert!(contains(&read_until(&pty, b"over\r\n"), leave()));
    assert!(shell.wait().unwrap().success());
}

// In a process of its own: the hook gives back every terminal that the process holds.
#[test]
fn a_panic_anywhere_gives_the_terminal_back_before_it_is_reported_and_nothing_is_drawn_after() {
    let pty = pty();
    let before = settings(&pty.probe);
    let mut child = running(&pty, "program_that_obeys");
    pty.master().take_writer().unwrap().write_all(b"p").unwrap();
    assert!(!child.wait().unwrap().success());
    assert_eq!(settings(&pty.probe), before);
    assert!(!contains(&read_until(&pty, leave()), b"asked for"));
    read_until(&pty, b"a panic that was asked for");
    assert!(!contains(&read_until(&pty, b"the terminal was given back"), b"ready"));
}

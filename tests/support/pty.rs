//! The real program in a pseudo-terminal, with an emulator that shows what a person would see.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on is to stop there")]
#![expect(clippy::disallowed_methods, reason = "a real program is waited for in real time")]

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long a screen is waited for before the test fails; never waited out when all is well.
const PATIENCE: Duration = Duration::from_mins(1);

struct Shown {
    emulator: vt100::Parser,
    closed: bool,
}

/// A program in a terminal.
pub struct Pty {
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    shown: Arc<(Mutex<Shown>, Condvar)>,
}

impl Pty {
    /// Starts `binary` with `arguments` in a terminal of `columns` × `rows`, in an environment
    /// that holds nothing but `environment` and what every terminal sets.
    pub fn start(
        binary: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
        (columns, rows): (u16, u16),
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(binary);
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let emulator = vt100::Parser::new(cells(rows), cells(columns), 0);
        let shown = Shown { emulator, closed: false };
        let shown = Arc::new((Mutex::new(shown), Condvar::new()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let theirs = Arc::clone(&shown);
        thread::spawn(move || {
            let mut chunk = [0; 4096];
            loop {
                let count = reader.read(&mut chunk).unwrap_or(0);
                let mut shown = theirs.0.lock().unwrap();
                shown.emulator.process(&chunk[..count]);
                shown.closed = count == 0;
                theirs.1.notify_all();
                if count == 0 {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self { master: Some(pair.master), writer: Some(writer), child, shown }
    }

    /// Types `text`; `\r` is Enter, `\t` Tab, `\x1b` Esc.
    pub fn type_text(&mut self, text: &str) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(text.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Waits until the screen shows `text`; gives the screen.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_until(&format!("{text:?}"), |screen| screen.contains(text))
    }

    /// Waits until the screen is as `test` wants it; `wanted` says how, should it never be.
    pub fn wait_until(&self, wanted: &str, test: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        let mut shown = self.shown.0.lock().unwrap();
        loop {
            let screen = shown.emulator.screen().contents();
            if test(&screen) {
                return screen;
            }
            assert!(!shown.closed, "the program ended before it showed {wanted}; last:\n{screen}");
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "never saw {wanted}; the screen shows:\n{screen}");
            shown = self.shown.1.wait_timeout(shown, left).unwrap().0;
        }
    }

    /// Gives the terminal another size.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.shown.0.lock().unwrap().emulator.screen_mut().set_size(cells(rows), cells(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().unwrap().resize(size).unwrap();
    }

    /// What the screen shows now.
    pub fn screen(&self) -> String {
        self.shown.0.lock().unwrap().emulator.screen().contents()
    }

    /// Whether the terminal is as the program found it: main screen, cursor, no mode left on.
    pub fn is_restored(&self) -> bool {
        let shown = self.shown.0.lock().unwrap();
        let screen = shown.emulator.screen();
        !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
    }

    /// The process.
    pub fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Lets the line break, as a dropped connection does: the program is told that the terminal is
    /// gone, and nothing it writes arrives.
    pub fn hang_up(&mut self) {
        self.writer = None;
        self.master = None;
        Command::new("kill").args(["-HUP", &self.process().to_string()]).status().unwrap();
    }

    /// Waits for the end of the program; its exit code.
    pub fn wait(&mut self) -> u32 {
        self.child.wait().unwrap().exit_code()
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        drop(self.child.kill());
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

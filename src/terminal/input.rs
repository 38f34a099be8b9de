//! Bytes from a terminal to keys and pastes: a pure state machine, one byte at a time.
//!
//! Because nothing is decided by how the bytes were cut into reads, a sequence split anywhere is
//! the same key as unsplit. Time enters only through [`Decoder::flush`], which the owner of the
//! bytes calls when a held sequence was not continued in time.

use super::key::{Input, Key, KeyCode};
use super::key_table;
use super::paste::{Bracketed, Kept, is_burst, is_text};

/// Parameters longer than this belong to no key; the sequence is swallowed without keeping them.
const PARAMS_MAX: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Ground,
    /// Inside a UTF-8 character; the number of bytes it has.
    Utf8(usize),
    Escape,
    Csi,
    /// After `ESC [ [`, the Linux console's function keys.
    LinuxFunction,
    Ss3,
    /// Inside OSC, DCS, SOS, PM or APC, up to its terminator.
    ControlString,
    /// An `ESC` inside a control string: `\` ends it.
    ControlStringEscape,
    /// The bytes still to come of an old mouse report, `ESC [ M` and three.
    OldMouse(u8),
    /// Inside a bracketed paste.
    Paste,
}

/// Turns bytes into [`Input`].
///
/// Terminals without bracketed paste send a paste as if typed, and its line breaks would submit
/// a form. So a chunk that arrives at once, has more than eight characters, nothing but text,
/// tabs and line breaks, and text *after* a line break, is a paste; what follows without a pause
/// belongs to it. A line typed ahead, ending in Enter, or any escape sequence, stays keys.
#[derive(Debug, Default)]
pub struct Decoder {
    state: State,
    /// What the state collects: parameters, or the bytes of a character.
    held: Vec<u8>,
    /// The character being collected was preceded by `ESC`.
    alt: bool,
    /// The timer ran out inside a sequence that no person types; its end is still awaited, so
    /// that a late last byte isn't taken for a letter.
    overdue: bool,
    /// A bracketed paste.
    paste: Bracketed,
    /// An unbracketed paste, open until a pause.
    burst: Kept,
}

impl Decoder {
    /// Decodes `bytes`, one read from the terminal, appending what they say to `out`.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Input>) {
        if bytes.is_empty() {
            return;
        }
        self.overdue = false;
        if self.state == State::Ground && is_text(bytes) && (!self.burst.is_empty() || is_burst(bytes)) {
            self.burst.add(bytes);
            return;
        }
        self.end_burst(out);
        if self.state == State::Paste && self.paste.is_given_up_by(bytes) {
            self.paste.give_up(out);
            self.reset();
            return;
        }
        for byte in bytes {
            self.take(*byte, out);
        }
    }

    /// Whether something is held of which [`flush`](Self::flush) makes something, where no more bytes come: a lone
    /// or partial escape sequence, an open paste.
    pub fn is_waiting(&self) -> bool {
        let is_partial = match self.state {
            State::Ground => false,
            State::Paste => !self.paste.is_silent(),
            _ => !self.overdue,
        };
        is_partial || !self.burst.is_empty()
    }

    /// Whether a bracketed paste is open: it deserves a longer pause than an escape sequence.
    pub fn is_pasting(&self) -> bool {
        self.state == State::Paste
    }

    /// There are no more bytes: what is left of a paste is all there is.
    pub fn end(&mut self, out: &mut Vec<Input>) {
        if self.is_pasting() {
            self.paste.end(out);
            self.reset();
        }
        self.flush(out);
    }

    /// The timer ran out: a lone `ESC` is the key Esc, an unbracketed paste ends, that a bracketed one does not is
    /// told, other partial sequences are dropped.
    pub fn flush(&mut self, out: &mut Vec<Input>) {
        self.end_burst(out);
        let bare = self.held.is_empty();
        match self.state {
            State::Escape => self.emit(Key::plain(KeyCode::Esc), out),
            State::Csi if bare => self.emit(Key::alt('['), out),
            State::Ss3 if bare => self.emit(Key::alt('O'), out),
            State::ControlString => {
                if let [introducer] = *self.held {
                    self.emit(Key::alt(char::from(introducer)), out);
                }
            }
            State::Utf8(_) => self.emit_char(char::REPLACEMENT_CHARACTER, out),
            State::Paste => return self.paste.pause(out),
            State::Csi | State::LinuxFunction => {
                self.overdue = true;
                return;
            }
            State::Ground | State::Ss3 | State::ControlStringEscape | State::OldMouse(_) => {}
        }
        self.reset();
    }

    fn take(&mut self, byte: u8, out: &mut Vec<Input>) {
        match self.state {
            State::Ground => self.ground(byte, out),
            State::Utf8(length) => self.utf8(byte, length, out),
            State::Escape => self.escape(byte, out),
            State::Csi => self.csi(byte, out),
            State::LinuxFunction => self.finish(key_table::linux_function(byte), out),
            State::Ss3 => self.ss3(byte, out),
            State::ControlString => self.control_string(byte),
            State::ControlStringEscape => {
                self.reset();
                if byte != b'\\' {
                    self.state = State::Escape;
                    self.take(byte, out);
                }
            }
            State::OldMouse(left) if left > 1 => self.state = State::OldMouse(left - 1),
            State::OldMouse(_) => self.reset(),
            State::Paste => {
                if self.paste.take(byte) {
                    self.paste.end(out);
                    self.reset();
                }
            }
        }
    }

    fn ground(&mut self, byte: u8, out: &mut Vec<Input>) {
        match byte {
            0x1b => self.state = State::Escape,
            0x00..=0x1f | 0x7f => self.finish(key_table::control(byte), out),
            0x20..=0x7e => self.emit_char(char::from(byte), out),
            _ => match utf8_length(byte) {
                Some(length) => {
                    self.held.push(byte);
                    self.state = State::Utf8(length);
                }
                None => self.emit_char(char::REPLACEMENT_CHARACTER, out),
            },
        }
    }

    fn utf8(&mut self, byte: u8, length: usize, out: &mut Vec<Input>) {
        if byte & 0xc0 != 0x80 {
            self.emit_char(char::REPLACEMENT_CHARACTER, out);
            self.take(byte, out);
            return;
        }
        self.held.push(byte);
        if self.held.len() == length {
            let decoded = std::str::from_utf8(&self.held).ok().and_then(|text| text.chars().next());
            self.emit_char(decoded.unwrap_or(char::REPLACEMENT_CHARACTER), out);
        }
    }

    fn escape(&mut self, byte: u8, out: &mut Vec<Input>) {
        match byte {
            b'[' => self.state = State::Csi,
            b'O' => self.state = State::Ss3,
            b']' | b'P' | b'X' | b'^' | b'_' => {
                self.held.push(byte);
                self.state = State::ControlString;
            }
            // Twice Esc, or Esc and then a key, arriving together: never one key with Alt, because
            // a slow line joins what was pressed apart.
            0x1b => {
                self.emit(Key::plain(KeyCode::Esc), out);
                self.state = State::Escape;
            }
            _ => {
                self.reset();
                self.alt = true;
                self.ground(byte, out);
            }
        }
    }

    fn csi(&mut self, byte: u8, out: &mut Vec<Input>) {
        match byte {
            b'[' if self.held.is_empty() => self.state = State::LinuxFunction,
            b'M' if self.held.is_empty() => self.state = State::OldMouse(3),
            b'$' if self.held.iter().all(u8::is_ascii_digit) && !self.held.is_empty() => {
                self.finish(key_table::csi(&self.held, byte), out);
            }
            0x20..=0x3f => {
                if self.held.len() < PARAMS_MAX {
                    self.held.push(byte);
                }
            }
            b'~' if self.held == b"200" => {
                self.held.clear();
                self.state = State::Paste;
            }
            0x40..=0x7e => self.finish(key_table::csi(&self.held, byte), out),
            _ => self.abandon(byte, out),
        }
    }

    fn ss3(&mut self, byte: u8, out: &mut Vec<Input>) {
        match byte {
            b'0'..=b'9' if self.held.len() < PARAMS_MAX => self.held.push(byte),
            0x20..=0x7e => self.finish(key_table::ss3(&self.held, byte), out),
            _ => self.abandon(byte, out),
        }
    }

    fn control_string(&mut self, byte: u8) {
        match byte {
            0x07 | 0x18 | 0x1a => self.reset(),
            0x1b => self.state = State::ControlStringEscape,
            _ if self.held.len() < 2 => self.held.push(byte),
            _ => {}
        }
    }

    fn end_burst(&mut self, out: &mut Vec<Input>) {
        if !self.burst.is_empty() {
            self.burst.end(out);
        }
    }

    /// Drops a sequence that `byte` can't be part of, and takes `byte` for itself.
    fn abandon(&mut self, byte: u8, out: &mut Vec<Input>) {
        self.reset();
        self.take(byte, out);
    }

    fn finish(&mut self, key: Option<Key>, out: &mut Vec<Input>) {
        match key {
            Some(key) => self.emit(key, out),
            None => self.reset(),
        }
    }

    fn emit_char(&mut self, c: char, out: &mut Vec<Input>) {
        if c.is_control() {
            self.reset();
        } else {
            self.emit(Key::char(c), out);
        }
    }

    fn emit(&mut self, key: Key, out: &mut Vec<Input>) {
        out.push(Input::Key(Key { alt: key.alt || self.alt, ..key }));
        self.reset();
    }

    fn reset(&mut self) {
        self.state = State::Ground;
        self.alt = false;
        self.overdue = false;
        self.held.clear();
    }
}

fn utf8_length(first: u8) -> Option<usize> {
    match first {
        0xc2..=0xdf => Some(2),
        0xe0..=0xef => Some(3),
        0xf0..=0xf4 => Some(4),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

//! Bytes from a terminal to keys and pastes: a pure state machine, one byte at a time.
//!
//! Because nothing is decided by how the bytes were cut into reads, a sequence split anywhere is
//! the same key as unsplit. Time enters only through [`Decoder::flush`], which the owner of the
//! bytes calls when a held sequence was not continued in time.

use super::key::{Input, Key, KeyCode};
use super::key_table;

/// Bytes of one paste that are kept; the rest is read and dropped, and that is told.
pub const PASTE_LIMIT: usize = 256 * 1024;

/// A chunk must have more characters than this to be taken for an unbracketed paste.
const BURST_MIN: usize = 8;

/// Parameters longer than this belong to no key; the sequence is swallowed without keeping them.
const PARAMS_MAX: usize = 64;

const PASTE_END: &[u8] = b"\x1b[201~";

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
    /// Inside a bracketed paste; how much of the terminator was seen.
    Paste(usize),
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
    /// What the state collects: parameters, the bytes of a character, or pasted text.
    held: Vec<u8>,
    /// The character being collected was preceded by `ESC`.
    alt: bool,
    /// The timer ran out inside a sequence that no person types; its end is still awaited, so
    /// that a late last byte isn't taken for a letter.
    overdue: bool,
    /// An unbracketed paste, open until a pause.
    burst: Vec<u8>,
    /// More was pasted than is kept.
    is_cut: bool,
}

impl Decoder {
    /// Decodes `bytes`, one read from the terminal, appending what they say to `out`.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Input>) {
        if bytes.is_empty() {
            return;
        }
        self.overdue = false;
        if self.state == State::Ground && is_text(bytes) && (!self.burst.is_empty() || is_burst(bytes)) {
            let room = PASTE_LIMIT.saturating_sub(self.burst.len());
            self.burst.extend(bytes.iter().take(room));
            self.is_cut |= bytes.len() > room;
            return;
        }
        self.end_burst(out);
        for byte in bytes {
            self.take(*byte, out);
        }
    }

    /// Whether something is held that only more bytes or [`flush`](Self::flush) will turn into
    /// input: a lone or partial escape sequence, an open paste.
    pub fn is_waiting(&self) -> bool {
        !self.burst.is_empty() || (self.state != State::Ground && !self.overdue)
    }

    /// Whether a bracketed paste is open: it deserves a longer pause than an escape sequence,
    /// because what it holds was never typed and its rest would be.
    pub fn is_pasting(&self) -> bool {
        matches!(self.state, State::Paste(_))
    }

    /// The timer ran out: a lone `ESC` is the key Esc, an open paste ends, other partial
    /// sequences are dropped.
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
            State::Paste(_) => self.end_paste(out),
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
            State::Paste(matched) => self.paste(byte, matched, out),
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
                self.state = State::Paste(0);
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

    fn paste(&mut self, byte: u8, matched: usize, out: &mut Vec<Input>) {
        if PASTE_END.get(matched) == Some(&byte) {
            self.state = State::Paste(matched + 1);
            if matched + 1 == PASTE_END.len() {
                self.end_paste(out);
            }
            return;
        }
        let kept = PASTE_END.iter().take(matched).copied();
        let room = PASTE_LIMIT.saturating_sub(self.held.len());
        self.held.extend(kept.take(room));
        self.is_cut |= matched > room;
        if byte == 0x1b {
            self.state = State::Paste(1);
            return;
        }
        self.state = State::Paste(0);
        if self.held.len() < PASTE_LIMIT {
            self.held.push(byte);
        } else {
            self.is_cut = true;
        }
    }

    fn end_paste(&mut self, out: &mut Vec<Input>) {
        let bytes = std::mem::take(&mut self.held);
        self.emit_paste(&bytes, out);
        self.reset();
    }

    fn end_burst(&mut self, out: &mut Vec<Input>) {
        if !self.burst.is_empty() {
            let bytes = std::mem::take(&mut self.burst);
            self.emit_paste(&bytes, out);
        }
    }

    fn emit_paste(&mut self, bytes: &[u8], out: &mut Vec<Input>) {
        let mut text = pasted(bytes);
        let is_cut = std::mem::take(&mut self.is_cut);
        // The half of an address may be somebody else's.
        if is_cut && let Some(end) = text.rfind('\n') {
            text.truncate(end + 1);
        }
        let last = is_cut.then(|| text.lines().next_back().unwrap_or_default().to_owned());
        out.push(Input::Paste(text));
        out.extend(last.map(Input::PasteCut));
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

fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| !byte.is_ascii_control() || is_break(*byte) || *byte == b'\t')
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Whether a chunk of text is longer, and has more after a line break, than a person types
/// between two reads.
fn is_burst(text: &[u8]) -> bool {
    let characters = text.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    let after_break = text.iter().skip_while(|byte| !is_break(**byte)).any(|byte| !is_break(*byte));
    characters > BURST_MIN && after_break
}

/// Pasted bytes as text: every line break is `\n`, tabs stay, other control characters go.
fn pasted(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::terminal::key::parse_keys;

    fn decode(chunks: &[&[u8]]) -> Vec<Input> {
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        for chunk in chunks {
            decoder.feed(chunk, &mut out);
        }
        if decoder.is_waiting() {
            decoder.flush(&mut out);
        }
        out
    }

    fn keys(script: &str) -> Vec<Input> {
        parse_keys(script).into_iter().map(Input::Key).collect()
    }

    /// Byte sequences and the keys they are, with none that stands for a paste.
    const SEQUENCES: &[(&[u8], &str)] = &[
        (b"\x1b[A", "<up>"),
        (b"\x1bOB", "<down>"),
        (b"\x1b[1;5C", "<c-right>"),
        (b"\x1b[1;2D", "<s-left>"),
        (b"\x1b[1;3A", "<a-up>"),
        (b"\x1bO5A", "<c-up>"),
        (b"\x1bOd", "<c-left>"),
        (b"\x1b[b", "<s-down>"),
        (b"\x1b[H", "<home>"),
        (b"\x1bOH", "<home>"),
        (b"\x1b[1~", "<home>"),
        (b"\x1b[7~", "<home>"),
        (b"\x1b[F", "<end>"),
        (b"\x1bOF", "<end>"),
        (b"\x1b[4~", "<end>"),
        (b"\x1b[8~", "<end>"),
        (b"\x1b[1;5F", "<c-end>"),
        (b"\x1b[2~", "<insert>"),
        (b"\x1b[3~", "<delete>"),
        (b"\x1b[3;5~", "<c-delete>"),
        (b"\x1b[3$", "<s-delete>"),
        (b"\x1b[5^", "<c-pgup>"),
        (b"\x1b[5~", "<pgup>"),
        (b"\x1b[6~", "<pgdn>"),
        (b"\x1bOP", "<f1>"),
        (b"\x1b[11~", "<f1>"),
        (b"\x1b[[A", "<f1>"),
        (b"\x1b[[E", "<f5>"),
        (b"\x1b[1;2R", "<s-f3>"),
        (b"\x1b[15~", "<f5>"),
        (b"\x1b[17~", "<f6>"),
        (b"\x1b[21~", "<f10>"),
        (b"\x1b[24~", "<f12>"),
        (b"\x1b[Z", "<s-tab>"),
        (b"\x1b[27;5;105~", "<c-i>"),
        (b"\x1b[115;5u", "<c-s>"),
        (b"\x1b[13;1:3u", ""),
        (b"\x1bx", "<a-x>"),
        (b"\x1b\xc3\xa9", "<a-é>"),
        (b"\x1b\r", "<a-enter>"),
        (b"\x1b\x7f", "<a-backspace>"),
        (b"\x01", "<c-a>"),
        (b"\x1f", "<c-_>"),
        (b"\x7f", "<backspace>"),
        (b"\x08", "<backspace>"),
        (b"\t", "<tab>"),
        (b"\r", "<enter>"),
        (b"\n", "<enter>"),
        (b"\0", ""),
        ("é李👍".as_bytes(), "é李👍"),
        (b"\xff", "\u{FFFD}"),
        (b"\xe2\x82x", "\u{FFFD}x"),
        (b"\xc2\x9b", ""),
        (b"\x1bOM", "<enter>"),
        (b"\x1bOp", "0"),
        // answers and reports, swallowed whole
        (b"\x1b[?62;22c", ""),
        (b"\x1b[12;40R", ""),
        (b"\x1b[?2026;2$y", ""),
        (b"\x1b[I", ""),
        (b"\x1b[<0;10;20M", ""),
        (b"\x1b[M !!", ""),
        (b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", ""),
        (b"\x1b]52;c;QUJD\x07", ""),
        (b"\x1bP>|tmux 3.4\x1b\\", ""),
        (b"\x1b[201~", ""),
        // cut off by another key
        (b"\x1b[1;\x1b[A", "<up>"),
        (b"\x1b\x1b[A", "<esc><up>"),
    ];

    #[test]
    fn sequences_of_the_common_terminals_are_their_keys() {
        for (bytes, script) in SEQUENCES {
            assert_eq!(decode(&[bytes]), keys(script), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_lone_escape_waits_and_is_esc_when_the_timer_runs_out() {
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        decoder.feed(b"\x1b", &mut out);
        assert!(decoder.is_waiting() && out.is_empty());
        decoder.flush(&mut out);
        assert!(!decoder.is_waiting());
        assert_eq!(out, keys("<esc>"));
    }

    #[test]
    fn escapes_in_a_row_are_as_many_keys() {
        assert_eq!(decode(&[b"\x1b\x1b\x1b"]), keys("<esc><esc><esc>"));
    }

    #[test]
    fn alt_with_a_letter_that_opens_a_sequence_is_that_key_when_nothing_follows() {
        for (bytes, key) in [(b"\x1b[", '['), (b"\x1bO", 'O'), (b"\x1b]", ']'), (b"\x1bP", 'P')] {
            assert_eq!(decode(&[bytes]), vec![Input::Key(Key::alt(key))]);
        }
    }

    #[test]
    fn a_last_byte_after_the_timer_is_still_no_letter() {
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        decoder.feed(b"\x1b[1;5", &mut out);
        decoder.flush(&mut out);
        assert!(!decoder.is_waiting() && out.is_empty());
        decoder.feed(b"A", &mut out);
        assert_eq!(out, keys("<c-up>"));
    }

    #[test]
    fn an_unfinished_answer_does_not_swallow_what_is_typed_later() {
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        decoder.feed(b"\x1b]11;rgb:", &mut out);
        decoder.flush(&mut out);
        decoder.feed(b"j", &mut out);
        assert_eq!(out, keys("j"));
    }

    #[test]
    fn a_bracketed_paste_is_one_input_without_controls() {
        let bytes = b"\x1b[200~a\r\nb\rc\td\x07\x1b[31m\x1b[201~x";
        assert_eq!(
            decode(&[bytes]),
            vec![Input::Paste("a\nb\nc\td[31m".to_owned()), Input::Key(Key::char('x'))]
        );
    }

    #[test]
    fn an_oversized_paste_is_cut_and_read_to_its_end() {
        let mut bytes = b"\x1b[200~".to_vec();
        bytes.resize(bytes.len() + 2 * PASTE_LIMIT, b'a');
        bytes.extend(b"\x1b[201~j");
        let kept = "a".repeat(PASTE_LIMIT);
        let cut = Input::PasteCut(kept.clone());
        assert_eq!(decode(&[&bytes]), vec![Input::Paste(kept), cut, Input::Key(Key::char('j'))]);
    }

    #[test]
    fn an_oversized_paste_of_lines_ends_with_a_whole_one_which_is_told() {
        let line = "ann.lee@example.org\r";
        let lines = line.repeat(PASTE_LIMIT / line.len() + 9);
        let whole = line.replace('\r', "\n").repeat(PASTE_LIMIT / line.len());
        let told = vec![Input::Paste(whole), Input::PasteCut("ann.lee@example.org".to_owned())];
        assert_eq!(decode(&[format!("\x1b[200~{lines}\x1b[201~").as_bytes()]), told);
        assert_eq!(decode(&[lines.as_bytes()]), told, "without brackets");
        assert_eq!(decode(&[b"\x1b[200~a\rb\x1b[201~"]), vec![Input::Paste("a\nb".to_owned())]);
    }

    #[test]
    fn a_paste_that_never_ends_is_ended_by_the_timer() {
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        decoder.feed(b"\x1b[200~ann@example.org\x1b[2", &mut out);
        assert!(decoder.is_waiting() && decoder.is_pasting());
        decoder.flush(&mut out);
        assert_eq!(out, vec![Input::Paste("ann@example.org".to_owned())]);
        assert!(!decoder.is_waiting());
    }

    #[test]
    fn lines_that_arrive_at_once_are_a_paste_even_in_several_reads() {
        let pasted = Input::Paste("ann@example.org\nbo@example.org\n".to_owned());
        assert_eq!(decode(&[b"ann@example.org\rbo@example.org\r"]), vec![pasted.clone()]);
        assert_eq!(decode(&[b"ann@example.org\rbo", b"@exa", b"mple.org\r"]), vec![pasted.clone()]);
        assert_eq!(
            decode(&[b"ann@example.org\rbo@example.org\r", b"\x1b[A"]),
            vec![pasted, Input::Key(Key::plain(KeyCode::Up))]
        );
    }

    #[test]
    fn typing_ahead_stays_keys() {
        assert_eq!(decode(&[b"abc\r"]), keys("abc<enter>"));
        assert_eq!(decode(&[b"abc\rdef\r"]), keys("abc<enter>def<enter>"));
        assert_eq!(decode(&[b"ann@example.org\tAnn\tLee\r"]), keys("ann@example.org<tab>Ann<tab>Lee<enter>"));
        assert_eq!(decode(&[b"jjjj\rjjjj\x1b[B\x1b[B"]), keys("jjjj<enter>jjjj<down><down>"));
    }

    proptest! {
        #[test]
        fn a_sequence_split_anywhere_is_the_same_keys(
            picks in prop::collection::vec(0..SEQUENCES.len(), 1..12),
            paste in prop::option::of("[a-z\r\n]{0,40}"),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            // Esc first, so that no chunk is text alone and none is taken for an unbracketed paste
            let mut bytes = Vec::new();
            for pick in picks {
                bytes.extend(b"\x1b[A");
                bytes.extend(SEQUENCES[pick].0);
            }
            if let Some(paste) = paste {
                bytes.extend(b"\x1b[200~");
                bytes.extend(paste.bytes());
                bytes.extend(b"\x1b[201~");
            }
            let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
            at.extend([0, bytes.len()]);
            at.sort_unstable();
            let chunks: Vec<&[u8]> = at.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(decode(&chunks), decode(&[&bytes]));
        }

        #[test]
        fn no_bytes_panic_and_no_control_character_gets_through(
            chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..12),
        ) {
            let chunks: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
            for input in decode(&chunks) {
                match input {
                    Input::Key(Key { code: KeyCode::Char(c), .. }) => prop_assert!(!c.is_control()),
                    Input::Key(_) => {}
                    Input::Paste(text) | Input::PasteCut(text) => {
                        prop_assert!(text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')));
                    }
                }
            }
        }
    }
}

//! Pastes: where they end, how much of them is kept, what text they are, and which are not marked as such.

use super::key::{Input, PasteNews};

/// Bytes of one paste that are kept; the rest is read and dropped, and that is told.
pub const PASTE_LIMIT: usize = 256 * 1024;

/// A chunk must have more characters than this to be taken for an unbracketed paste.
const BURST_MIN: usize = 8;

const PASTE_END: &[u8] = b"\x1b[201~";

const CTRL_C: u8 = 0x03;

/// What is kept of a paste.
#[derive(Debug, Default)]
pub struct Kept {
    bytes: Vec<u8>,
    /// More was pasted than is kept.
    is_cut: bool,
}

impl Kept {
    /// Whether nothing was pasted.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Adds `bytes`, as far as there is room.
    pub fn add(&mut self, bytes: &[u8]) {
        let room = PASTE_LIMIT.saturating_sub(self.bytes.len());
        self.bytes.extend(bytes.iter().take(room));
        self.is_cut |= bytes.len() > room;
    }

    /// Appends the paste to `out`, and begins anew.
    pub fn end(&mut self, out: &mut Vec<Input>) {
        let Self { bytes, is_cut } = std::mem::take(self);
        let mut text = text_of(&bytes);
        // The half of an address may be somebody else's.
        if is_cut && let Some(end) = text.rfind('\n') {
            text.truncate(end + 1);
        }
        let last = is_cut.then(|| text.lines().next_back().unwrap_or_default().to_owned());
        out.push(Input::Paste(text));
        out.extend(last.map(|last| Input::OfPaste(PasteNews::Cut(last))));
    }
}

/// A paste between the terminal's marks.
///
/// However long it pauses, only the mark ends it: its rest, taken for keys, would be commands. Where the mark was
/// lost, Ctrl-C gives the paste up. That this is pressed and not pasted is told by its coming alone and after a
/// pause; and what is pressed after a paste arrives after it, so that nothing of a paste given up comes late.
#[derive(Debug, Default)]
pub struct Bracketed {
    kept: Kept,
    /// How much of the mark of its end was seen.
    matched: usize,
    /// Nothing came for a while, or nothing but Ctrl-C.
    is_silent: bool,
    /// It was told that its end is waited for.
    is_told: bool,
}

impl Bracketed {
    /// Takes the next byte; whether it was the last.
    pub fn take(&mut self, byte: u8) -> bool {
        if PASTE_END.get(self.matched) == Some(&byte) {
            self.matched += 1;
            return self.matched == PASTE_END.len();
        }
        // What began like the end was none.
        self.kept.add(PASTE_END.get(..self.matched).unwrap_or_default());
        self.matched = usize::from(byte == 0x1b);
        if self.matched == 0 {
            self.kept.add(&[byte]);
        }
        false
    }

    /// Nothing more came for a while: that is told once.
    pub fn pause(&mut self, out: &mut Vec<Input>) {
        self.is_silent = true;
        if !std::mem::replace(&mut self.is_told, true) {
            out.push(Input::OfPaste(PasteNews::Waits));
        }
    }

    /// Whether nothing came for a while.
    pub fn is_silent(&self) -> bool {
        self.is_silent
    }

    /// Whether `bytes`, which come next and at once, give the paste up.
    pub fn is_given_up_by(&mut self, bytes: &[u8]) -> bool {
        let is_ctrl_c = bytes.iter().all(|byte| *byte == CTRL_C);
        let is_given_up = is_ctrl_c && self.is_silent;
        // Who types into what seems to be deaf presses it again at once.
        self.is_silent = is_ctrl_c && self.is_told;
        is_given_up
    }

    /// Forgets the paste.
    pub fn give_up(&mut self, out: &mut Vec<Input>) {
        *self = Self::default();
        out.push(Input::OfPaste(PasteNews::GivenUp));
    }

    /// Appends the paste to `out`, and begins anew.
    pub fn end(&mut self, out: &mut Vec<Input>) {
        std::mem::take(self).kept.end(out);
    }
}

/// Whether `bytes` are nothing but text, tabs and line breaks.
pub fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| !byte.is_ascii_control() || is_break(*byte) || *byte == b'\t')
}

/// Whether a chunk of text is longer, and has more after a line break, than a person types
/// between two reads.
pub fn is_burst(text: &[u8]) -> bool {
    let characters = text.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    let after_break = text.iter().skip_while(|byte| !is_break(**byte)).any(|byte| !is_break(*byte));
    characters > BURST_MIN && after_break
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Pasted bytes as text: every line break is `\n`, tabs stay, other control characters go.
fn text_of(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

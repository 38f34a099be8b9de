//! What is asked of the terminal on entry, and taken back on leaving.

use std::sync::LazyLock;

use crossterm::Command;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    PopKeyboardEnhancementFlags,
};
use crossterm::style::{Attribute, SetAttribute};
use crossterm::terminal::{EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};

static ENTER: LazyLock<String> = LazyLock::new(|| {
    let mut text = String::new();
    say(&mut text, &EnterAlternateScreen);
    say(&mut text, &EnableBracketedPaste);
    say(&mut text, &SetAttribute(Attribute::Reset));
    say(&mut text, &Hide);
    text
});

static LEAVE: LazyLock<String> = LazyLock::new(|| {
    let mut text = String::new();
    take_back(&mut text);
    // A frame that was cut off may have left margins; what this does to the cursor is undone with
    // the alternate screen.
    text.push_str("\x1b[r");
    // The keyboard is popped only here, where the entry can't be another program's.
    say(&mut text, &PopKeyboardEnhancementFlags);
    say(&mut text, &LeaveAlternateScreen);
    take_back(&mut text);
    text
});

/// Alternate screen, bracketed paste, default look, no cursor until a frame places it. Nothing
/// else: when the line drops, nobody can take back what was switched on.
pub fn enter() -> &'static [u8] {
    ENTER.as_bytes()
}

/// Switches off whatever could be on, then leaves the alternate screen, then switches off again,
/// because some terminals bring modes back with the main screen.
pub fn leave() -> &'static [u8] {
    LEAVE.as_bytes()
}

fn take_back(text: &mut String) {
    say(text, &EndSynchronizedUpdate);
    say(text, &DisableBracketedPaste);
    say(text, &DisableMouseCapture);
    say(text, &DisableFocusChange);
    say(text, &SetAttribute(Attribute::Reset));
    say(text, &Show);
}

fn say(text: &mut String, command: &impl Command) {
    // Writing to a string can't fail.
    let _ = command.write_ansi(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entering_asks_for_two_modes_and_no_answer() {
        assert_eq!(enter(), b"\x1b[?1049h\x1b[?2004h\x1b[0m\x1b[?25l");
    }

    #[test]
    fn leaving_switches_off_before_and_after() {
        let text = String::from_utf8_lossy(leave());
        let (before, after) = text.split_once("\x1b[?1049l").unwrap();
        for mode in ["?2026l", "?2004l", "?1000l", "?1002l", "?1003l", "?1006l", "?1004l", "?25h", "[0m"] {
            assert!(before.contains(mode) && after.contains(mode), "{mode}");
        }
        assert!(before.contains("\x1b[r") && !after.contains("\x1b[r"), "the main screen keeps its cursor");
    }
}

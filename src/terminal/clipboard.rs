//! Text to the clipboard of the person's own terminal, by OSC 52.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The longest base64 text that common terminals take.
pub const LIMIT: usize = 74_994;

/// The text is longer than a terminal takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("too long for the terminal's clipboard")]
pub struct TooLong;

/// The bytes that ask the terminal to put `text` on its clipboard. There is no answer: say "sent
/// to your terminal", never "copied".
///
/// In tmux the request goes plain and through a pass-through, because by default each version
/// blocks one of the two.
pub fn osc52(text: &str, in_tmux: bool) -> Result<Vec<u8>, TooLong> {
    let encoded = STANDARD.encode(text);
    if encoded.len() > LIMIT {
        return Err(TooLong);
    }
    let mut bytes = format!("\x1b]52;c;{encoded}\x07").into_bytes();
    if in_tmux {
        bytes.extend(format!("\x1bPtmux;\x1b\x1b]52;c;{encoded}\x07\x1b\\").into_bytes());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_encoded_so_that_it_cannot_end_the_sequence() {
        assert_eq!(osc52("a\x07é", false).unwrap(), b"\x1b]52;c;YQfDqQ==\x07");
    }

    #[test]
    fn tmux_gets_it_plain_and_passed_through() {
        assert_eq!(osc52("hi", true).unwrap(), b"\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\");
    }

    #[test]
    fn a_text_no_terminal_takes_is_refused() {
        assert!(osc52(&"x".repeat(LIMIT / 4 * 3), false).is_ok());
        assert_eq!(osc52(&"x".repeat(LIMIT / 4 * 3 + 1), false), Err(TooLong));
    }
}

//! First and last names: what is taken, and what is refused.

use unicode_normalization::UnicodeNormalization;

use super::safe_text::is_unsafe;

/// Longest name, in characters.
pub const MAX_CHARS: usize = 100;

/// Why a name is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing was typed.
    #[error("type the name")]
    Empty,
    /// Longer than so many characters.
    #[error("use at most {0} characters")]
    TooLong(usize),
    /// It holds a control character or one that hides or reorders text (DESIGN R3).
    #[error("take out the invisible character U+{:04X}", u32::from(*.0))]
    UnsafeCharacter(char),
}

impl NameError {
    /// The name for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::TooLong(_) => "too_long",
            Self::UnsafeCharacter(_) => "unsafe_character",
        }
    }
}

/// The name as it is kept: composed (NFC), trimmed, with single blanks inside.
pub fn check_name(text: &str) -> Result<String, NameError> {
    check_length(text, MAX_CHARS)
}

/// The same for a name of up to `most` characters.
pub(super) fn check_length(text: &str, most: usize) -> Result<String, NameError> {
    let text = text.trim();
    if let Some(c) = text.chars().find(|c| is_unsafe(*c)) {
        return Err(NameError::UnsafeCharacter(c));
    }
    let words: Vec<String> = text.split_whitespace().map(|word| word.nfc().collect()).collect();
    let name = words.join(" ");
    match name.chars().count() {
        0 => Err(NameError::Empty),
        chars if chars <= most => Ok(name),
        _ => Err(NameError::TooLong(most)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_kept_trimmed_and_composed() {
        assert_eq!(check_name("  Ann   Marie "), Ok("Ann Marie".to_owned()));
        assert_eq!(check_name("Jose\u{301}"), Ok("José".to_owned()));
        assert_eq!(check_name("李"), Ok("李".to_owned()));
    }

    #[test]
    fn r3_no_control_character_in_any_name() {
        assert_eq!(check_name("An\u{1b}[2Jn"), Err(NameError::UnsafeCharacter('\u{1b}')));
        assert_eq!(check_name("Ann\u{202e}eeL"), Err(NameError::UnsafeCharacter('\u{202e}')));
        assert_eq!(check_name("Ann\nLee"), Err(NameError::UnsafeCharacter('\n')));
    }

    #[test]
    fn empty_and_endless_names_are_refused() {
        assert_eq!(check_name(" \t "), Err(NameError::Empty));
        assert_eq!(check_name(&"x".repeat(101)), Err(NameError::TooLong(100)));
        assert!(check_name(&"x".repeat(100)).is_ok());
    }

    proptest! {
        #[test]
        fn what_is_taken_is_safe_and_taken_again_as_it_is(text in any::<String>()) {
            if let Ok(name) = check_name(&text) {
                prop_assert!(!name.chars().any(is_unsafe));
                prop_assert_eq!(check_name(&name), Ok(name.clone()));
            }
        }
    }
}

//! Names of units, groups, courses and auto-enrolments: what is taken, and what is refused.

use super::person_name::{NameError, check_length};
use super::search_key::fold;

/// Longest name, in characters.
pub const MAX_CHARS: usize = 200;

/// The name as it is kept: composed (NFC), trimmed, with single blanks inside. One that folds to
/// nothing can't be found or told from its neighbours, and counts as none.
pub fn check_catalogue_name(text: &str) -> Result<String, NameError> {
    let name = check_length(text, MAX_CHARS)?;
    if fold(&name).is_empty() { Err(NameError::Empty) } else { Ok(name) }
}

/// The same where there may be none: a course's subject.
pub fn check_some_name(text: &str) -> Result<String, NameError> {
    if text.trim().is_empty() { Ok(String::new()) } else { check_catalogue_name(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_kept_trimmed_and_composed() {
        assert_eq!(check_catalogue_name("  Cafe\u{301}   team "), Ok("Café team".to_owned()));
        assert_eq!(check_some_name("  "), Ok(String::new()));
    }

    #[test]
    fn what_could_not_be_told_apart_or_read_is_refused() {
        assert_eq!(check_catalogue_name(" \t"), Err(NameError::Empty));
        assert_eq!(check_catalogue_name("\u{301}"), Err(NameError::Empty));
        assert_eq!(check_catalogue_name(&"x".repeat(201)), Err(NameError::TooLong(200)));
        assert!(check_catalogue_name(&"x".repeat(200)).is_ok());
        assert_eq!(check_catalogue_name("a\u{1}b"), Err(NameError::UnsafeCharacter('\u{1}')));
        assert_eq!(check_some_name("a\u{202e}b"), Err(NameError::UnsafeCharacter('\u{202e}')));
    }

    proptest! {
        #[test]
        fn what_is_taken_is_taken_again_as_it_is(text in any::<String>()) {
            if let Ok(name) = check_catalogue_name(&text) {
                prop_assert_eq!(check_catalogue_name(&name), Ok(name.clone()));
            }
        }
    }
}

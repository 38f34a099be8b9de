//! What a password must have (DESIGN R11).

/// Longest password that is taken, in bytes: hashing more would only cost the server time.
pub const MAX_BYTES: usize = 1024;

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Shorter than both rules allow.
    #[error(
        "use at least 12 characters, or 8 with a lower-case letter, an upper-case letter, a digit and another sign"
    )]
    TooSimple,
    /// Longer than [`MAX_BYTES`].
    #[error("use at most 1024 bytes")]
    TooLong,
}

/// At least 12 characters, or 8 with lower, upper, digit and special.
pub fn check_password(password: &str) -> Result<(), WeakPassword> {
    if password.len() > MAX_BYTES {
        return Err(WeakPassword::TooLong);
    }
    let length = password.chars().count();
    let has = |test: fn(char) -> bool| password.chars().any(test);
    let mixed = has(char::is_lowercase)
        && has(char::is_uppercase)
        && has(char::is_numeric)
        && has(|c| !c.is_alphanumeric() && !c.is_whitespace());
    if length >= 12 || (length >= 8 && mixed) { Ok(()) } else { Err(WeakPassword::TooSimple) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r11_twelve_characters_or_eight_mixed() {
        for good in ["correct horse", "Aa1!aaaa", "ÄÖÜäöü12345678"] {
            assert_eq!(check_password(good), Ok(()), "{good}");
        }
        for weak in ["", "short", "elevenchars", "Aa1aaaaa", "aa1!aaaa", "AA1!AAAA", "Aa!aaaaa"] {
            assert_eq!(check_password(weak), Err(WeakPassword::TooSimple), "{weak}");
        }
        assert_eq!(check_password(&"x".repeat(1025)), Err(WeakPassword::TooLong));
    }
}

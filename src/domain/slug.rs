//! A workspace's name in addresses and on the command line.

/// Longest slug.
const MAX_CHARS: usize = 63;

/// What a slug may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use 1 to 63 lower case letters, digits and hyphens, beginning and ending with a letter or digit")]
pub struct WrongSlug;

/// `text`, where it is a slug. What reads as an id is none: a workspace is found by either.
pub fn check_slug(text: &str) -> Result<&str, WrongSlug> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_edged = text.starts_with('-') || text.ends_with('-');
    let is_id = uuid::Uuid::parse_str(text).is_ok();
    let is_slug = (1..=MAX_CHARS).contains(&text.len()) && text.chars().all(fits) && !is_edged && !is_id;
    if is_slug { Ok(text) } else { Err(WrongSlug) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_digits_and_hyphens_make_a_slug() {
        for good in ["academy", "a", "north-2", &"x".repeat(63)] {
            assert_eq!(check_slug(good), Ok(good));
        }
        let id = "018f3a52-1111-7000-8000-000000000001";
        for bad in ["", "Academy", "a b", "-a", "a-", "ä", "a/b", &"x".repeat(64), id] {
            assert_eq!(check_slug(bad), Err(WrongSlug), "{bad}");
        }
    }
}

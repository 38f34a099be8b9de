//! Text from outside, made harmless once, at the API's edge.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use unicode_normalization::char::is_combining_mark;

/// Combining marks kept on one base character; more would climb over neighbouring rows.
const MARKS_PER_BASE: usize = 4;

/// Text that holds no control, bidi-override or zero-width character, so that no terminal, log
/// or mail can be steered by it. Every free text of an answer is of this type; deserialising
/// cleans. Control characters become visible ones (`ESC` is shown as `␛`), line breaks a space;
/// characters that only redirect or hide text are dropped.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(transparent)]
pub struct SafeText(String);

impl SafeText {
    /// Cleans `text`.
    pub fn new(text: &str) -> Self {
        Self(clean(text).into_owned())
    }

    /// `text` as it would be cleaned; nothing is copied where it is clean already.
    pub fn cleaned(text: &str) -> Cow<'_, str> {
        clean(text)
    }

    /// The clean text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The clean text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Whether a character may not stand in any name or address (DESIGN R3): it is a control
/// character, or one that hides or reorders its neighbours.
pub fn is_unsafe(c: char) -> bool {
    c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Zero-width and bidi-control characters, interlinear annotation and tag characters.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| !is_unsafe(c) && !is_combining_mark(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    for c in text.chars() {
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        match c {
            '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            '\u{7F}' => out.push('\u{2421}'),
            c if u32::from(c) < 0x20 => {
                out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            c if c.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            c if is_invisible(c) || marks > MARKS_PER_BASE => {}
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl From<&str> for SafeText {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for SafeText {
    fn from(text: String) -> Self {
        match clean(&text) {
            Cow::Borrowed(_) => Self(text),
            Cow::Owned(cleaned) => Self(cleaned),
        }
    }
}

impl AsRef<str> for SafeText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for SafeText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_become_visible() {
        assert_eq!(SafeText::new("\u{1b}[2J\u{7}a\u{9b}m").as_str(), "␛[2J␇a\u{FFFD}m");
    }

    #[test]
    fn bidi_overrides_and_zero_width_characters_are_dropped() {
        assert_eq!(SafeText::new("a\u{202e}b\u{200b}c\u{feff}d\u{200d}e").as_str(), "abcde");
    }

    #[test]
    fn line_breaks_become_spaces_and_letters_of_all_scripts_stay() {
        assert_eq!(SafeText::new("Zoë\nÅsa 李 عمر").as_str(), "Zoë Åsa 李 عمر");
    }

    #[test]
    fn stacked_marks_are_capped() {
        let zalgo = format!("a{}", "\u{301}".repeat(40));
        assert_eq!(SafeText::new(&zalgo).as_str().chars().count(), 1 + MARKS_PER_BASE);
    }
}

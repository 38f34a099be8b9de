//! Keys as text: for footers and help ("Ctrl-S"), and as written in scripts (`<c-s>`).

use std::fmt;
use std::str::FromStr;

use super::key::{Key, KeyCode};

/// The names of keys: the first of a code is the one shown.
const NAMES: [(&str, KeyCode); 23] = [
    ("Enter", KeyCode::Enter),
    ("ret", KeyCode::Enter),
    ("Tab", KeyCode::Tab),
    ("BackTab", KeyCode::BackTab),
    ("Backspace", KeyCode::Backspace),
    ("bs", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("del", KeyCode::Delete),
    ("Insert", KeyCode::Insert),
    ("Esc", KeyCode::Esc),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PgUp", KeyCode::PageUp),
    ("PageUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("PageDown", KeyCode::PageDown),
    ("Space", KeyCode::Char(' ')),
    ("lt", KeyCode::Char('<')),
    ("gt", KeyCode::Char('>')),
];

/// A text that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no key is called \"{0}\"")]
pub struct UnknownKey(pub String);

/// As shown to people: `Ctrl-S`, `Alt-b`, `Shift-Tab`, `Space`, `PgUp`, `F1`, `?`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.alt {
            f.write_str("Alt-")?;
        }
        if self.shift || self.code == KeyCode::BackTab {
            f.write_str("Shift-")?;
        }
        match self.code {
            KeyCode::BackTab => f.write_str("Tab"),
            KeyCode::F(number) => write!(f, "F{number}"),
            KeyCode::Char(c) if c != ' ' => {
                write!(f, "{}", if self.ctrl { c.to_ascii_uppercase() } else { c })
            }
            code => f.write_str(NAMES.iter().find(|(_, known)| *known == code).map_or("", |(name, _)| name)),
        }
    }
}

/// Reads `i`, `<enter>`, `<c-s>`, `<a-b>`, `<s-tab>`, `<f1>`, `<space>`, and what `Display` shows.
impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let inner = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
        let mut key = Key::plain(KeyCode::Esc);
        let mut rest = inner;
        while let Some((modifier, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty()) {
            match modifier.to_ascii_lowercase().as_str() {
                "c" | "ctrl" => key.ctrl = true,
                "a" | "alt" => key.alt = true,
                "s" | "shift" => key.shift = true,
                _ => break,
            }
            rest = after;
        }
        key.code = named(rest).ok_or_else(|| UnknownKey(text.to_owned()))?;
        Ok(canonical(key))
    }
}

/// The keys of a script such as `jj<enter>`; a `<…>` that names no key is typed as it stands.
pub fn parse_keys(script: &str) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut rest = script;
    while let Some(first) = rest.chars().next() {
        let named = rest.find('>').filter(|end| first == '<' && *end > 1).and_then(|end| {
            let (name, after) = rest.split_at_checked(end + 1)?;
            Some((name.parse().ok()?, after))
        });
        let (key, after) =
            named.unwrap_or_else(|| (Key::char(first), rest.get(first.len_utf8()..).unwrap_or_default()));
        keys.push(key);
        rest = after;
    }
    keys
}

fn named(name: &str) -> Option<KeyCode> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return Some(KeyCode::Char(c));
    }
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return Some(*code);
    }
    let number: u8 = name.strip_prefix(['f', 'F'])?.parse().ok()?;
    (1..=24).contains(&number).then_some(KeyCode::F(number))
}

/// The one form in which the decoder gives a key that can be written in several.
fn canonical(key: Key) -> Key {
    match key.code {
        KeyCode::Tab if key.shift => Key { code: KeyCode::BackTab, shift: false, ..key },
        KeyCode::Char(c) if key.ctrl => Key { code: KeyCode::Char(c.to_ascii_lowercase()), ..key },
        KeyCode::Char(c) if key.shift => {
            Key { code: KeyCode::Char(c.to_ascii_uppercase()), shift: false, ..key }
        }
        _ => key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_shown_as_people_say_them() {
        for (key, shown) in [
            (Key::ctrl('s'), "Ctrl-S"),
            (Key::alt('b'), "Alt-b"),
            (Key::plain(KeyCode::Enter), "Enter"),
            (Key::plain(KeyCode::BackTab), "Shift-Tab"),
            (Key::char(' '), "Space"),
            (Key::char('?'), "?"),
            (Key::char('<'), "<"),
            (Key::char('-'), "-"),
            (Key::plain(KeyCode::F(12)), "F12"),
            (Key::plain(KeyCode::PageUp), "PgUp"),
        ] {
            assert_eq!(key.to_string(), shown);
            assert_eq!(shown.parse(), Ok(key), "{shown}");
        }
    }

    #[test]
    fn scripts_name_keys_in_angle_brackets() {
        assert_eq!(
            parse_keys("jJ<enter><c-s><a-b><s-tab><space><lt><f2><c-->"),
            vec![
                Key::char('j'),
                Key::char('J'),
                Key::plain(KeyCode::Enter),
                Key::ctrl('s'),
                Key::alt('b'),
                Key::plain(KeyCode::BackTab),
                Key::char(' '),
                Key::char('<'),
                Key::plain(KeyCode::F(2)),
                Key::ctrl('-'),
            ]
        );
    }

    #[test]
    fn brackets_that_name_no_key_are_typed() {
        let typed: String =
            parse_keys("Ann <ann@example.org> <>").iter().filter_map(|key| key.text()).collect();
        assert_eq!(typed, "Ann <ann@example.org> <>");
        assert_eq!("<nokey>".parse::<Key>(), Err(UnknownKey("<nokey>".to_owned())));
    }
}

//! Which key a control byte or a finished escape sequence stands for.

use super::key::{Key, KeyCode};

/// The key of a C0 control byte or DEL, none for NUL and what no key sends alone.
pub fn control(byte: u8) -> Option<Key> {
    Some(match byte {
        b'\r' | b'\n' => Key::plain(KeyCode::Enter),
        b'\t' => Key::plain(KeyCode::Tab),
        0x08 | 0x7f => Key::plain(KeyCode::Backspace),
        0x1b => Key::plain(KeyCode::Esc),
        0x01..=0x1a => Key::ctrl(char::from(byte | 0x60)),
        0x1c..=0x1f => Key::ctrl(char::from(byte | 0x40)),
        _ => return None,
    })
}

/// The key of `ESC O …`: application-mode arrows, F1 to F4, the keypad. `params` are the digits
/// that some terminals put before the last byte for modifiers.
pub fn ss3(params: &[u8], last: u8) -> Option<Key> {
    let modifiers = number(params).unwrap_or(1);
    let code = match last {
        b'M' => KeyCode::Enter,
        b'I' => KeyCode::Tab,
        b'X' => KeyCode::Char('='),
        b'a'..=b'd' => return Some(Key { ctrl: true, ..Key::plain(letter(last.to_ascii_uppercase())?) }),
        b'j'..=b'y' => KeyCode::Char(char::from(last - 0x40)),
        _ => letter(last)?,
    };
    Some(modified(code, modifiers))
}

/// The key of the Linux console's `ESC [ [ A` to `E`: F1 to F5.
pub fn linux_function(last: u8) -> Option<Key> {
    matches!(last, b'A'..=b'E').then(|| Key::plain(KeyCode::F(last - b'A' + 1)))
}

/// The key of `ESC [ params last`; none for answers, reports and what is unknown.
pub fn csi(params: &[u8], last: u8) -> Option<Key> {
    let mut fields = params.split(|byte| *byte == b';');
    let first = fields.next().unwrap_or_default();
    let second = fields.next().unwrap_or_default();
    if second.split(|byte| *byte == b':').nth(1) == Some(b"3") {
        return None; // a key release of the kitty protocol
    }
    let modifiers = if second.is_empty() { 1 } else { number(second)? };
    match last {
        b'~' if first == b"27" => from_code(number(fields.next()?)?, modifiers),
        b'~' => Some(modified(numbered(number(first)?)?, modifiers)),
        b'^' => Some(modified(numbered(number(first)?)?, 5)),
        b'$' => Some(modified(numbered(number(first)?)?, 2)),
        b'@' => Some(modified(numbered(number(first)?)?, 6)),
        b'u' => from_code(number(first)?, modifiers),
        b'a'..=b'd' if params.is_empty() => Some(modified(letter(last.to_ascii_uppercase())?, 2)),
        b'Z' => Some(modified(KeyCode::Tab, modifiers.max(2))),
        // a cursor position report ends like F3; only F3 has a 1 and a real modifier
        b'R' if !params.is_empty() && (first != b"1" || !(2..=16).contains(&modifiers)) => None,
        _ if matches!(first, b"" | b"1") => Some(modified(letter(last)?, modifiers)),
        _ => None,
    }
}

fn letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'H' => KeyCode::Home,
        b'F' => KeyCode::End,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        _ => return None,
    })
}

fn numbered(number: u32) -> Option<KeyCode> {
    let function = |base: u32| u8::try_from(number - base).ok().map(KeyCode::F);
    match number {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        11..=15 => function(10),
        17..=21 => function(11),
        23..=26 => function(12),
        28..=29 => function(13),
        31..=34 => function(14),
        _ => None,
    }
}

/// The key of a code point with modifiers (xterm's modifyOtherKeys, kitty's `CSI u`), modes that
/// a crashed program may have left on.
fn from_code(code: u32, modifiers: u32) -> Option<Key> {
    let code = match code {
        13 | 57414 => KeyCode::Enter,
        9 => KeyCode::Tab,
        27 => KeyCode::Esc,
        8 | 127 => KeyCode::Backspace,
        0xE000..=0xF8FF => return None,
        _ => KeyCode::Char(char::from_u32(code).filter(|c| !c.is_control())?),
    };
    Some(modified(code, modifiers))
}

fn modified(code: KeyCode, modifiers: u32) -> Key {
    let bits = modifiers.saturating_sub(1);
    let mut key = Key { code, shift: bits & 1 != 0, alt: bits & 2 != 0, ctrl: bits & 4 != 0 };
    match code {
        KeyCode::Tab if key.shift => key = Key { code: KeyCode::BackTab, shift: false, ..key },
        KeyCode::Char(c) if key.ctrl => {
            key = Key { code: KeyCode::Char(c.to_ascii_lowercase()), shift: false, ..key };
        }
        KeyCode::Char(c) if key.shift => {
            key = Key { code: KeyCode::Char(c.to_uppercase().next().unwrap_or(c)), shift: false, ..key };
        }
        _ => {}
    }
    key
}

/// The number of a field, before any `:` of sub-parameters.
fn number(field: &[u8]) -> Option<u32> {
    let digits = field.split(|byte| *byte == b':').next()?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

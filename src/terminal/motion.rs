//! The shortest bytes that bring the cursor from one place to another.

use super::shortest::{keep_shorter, push_number};

/// Where the terminal's cursor is, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Nothing is known.
    Unknown,
    /// The row is known, the column isn't: after the last column, or after a glyph of uncertain
    /// width.
    Row(u16),
    /// Column and row, from 0.
    At(u16, u16),
}

/// Appends the shortest motion from `from` to column `x`, row `y`. All of them mean the same
/// whether or not the terminal turns a line feed into a new line.
pub fn move_cursor(from: Place, x: u16, y: u16, out: &mut Vec<u8>) {
    if from == Place::At(x, y) {
        return;
    }
    if let Place::At(column, row) = from
        && row == y
        && x >= 9
        && (1..=9).contains(&x.saturating_sub(column))
    {
        // The common one, of four bytes at most; a column of two digits alone takes five.
        sequence(u32::from(x - column), b'C', out);
        return;
    }
    let start = out.len();
    absolute(x, y, out);
    let (column, row) = match from {
        Place::At(column, row) => (Some(column), row),
        Place::Row(row) => (None, row),
        Place::Unknown => return,
    };
    let mut middle = out.len();
    let mut offer = |motion: &dyn Fn(&mut Vec<u8>)| {
        motion(out);
        keep_shorter(out, start, middle);
        middle = out.len();
    };
    if row == y {
        offer(&|out| sequence(u32::from(x) + 1, b'G', out));
    }
    if y >= row && y - row <= 3 {
        offer(&|out| {
            out.push(b'\r');
            out.extend(std::iter::repeat_n(b'\n', usize::from(y - row)));
            sequence(u32::from(x), b'C', out);
        });
    }
    if let Some(column) = column {
        offer(&|out| relative((column, row), (x, y), out));
    }
}

/// Up or down, then left or right.
fn relative((column, row): (u16, u16), (x, y): (u16, u16), out: &mut Vec<u8>) {
    sequence(u32::from(y.saturating_sub(row)), b'B', out);
    sequence(u32::from(row.saturating_sub(y)), b'A', out);
    sequence(u32::from(x.saturating_sub(column)), b'C', out);
    let back = column.saturating_sub(x);
    if back <= 3 {
        out.extend(std::iter::repeat_n(0x08, usize::from(back)));
    } else {
        sequence(u32::from(back), b'D', out);
    }
}

/// The absolute motion; coordinates of 1 may be left out.
fn absolute(x: u16, y: u16, out: &mut Vec<u8>) {
    out.extend(b"\x1b[");
    if y > 0 {
        push_number(u32::from(y) + 1, out);
    }
    if x > 0 {
        out.push(b';');
        push_number(u32::from(x) + 1, out);
    }
    out.push(b'H');
}

/// `CSI count last`; nothing for a count of 0, and a count of 1 is left out.
fn sequence(count: u32, last: u8, out: &mut Vec<u8>) {
    if count == 0 {
        return;
    }
    out.extend(b"\x1b[");
    if count > 1 {
        push_number(count, out);
    }
    out.push(last);
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use super::*;

    fn motion(from: Place, x: u16, y: u16) -> String {
        let mut out = Vec::new();
        move_cursor(from, x, y, &mut out);
        out.escape_ascii().to_string().replace("\\x1b", "")
    }

    #[test]
    fn the_shortest_motion_is_taken() {
        assert_eq!(motion(Place::Unknown, 0, 0), "[H");
        assert_eq!(motion(Place::Unknown, 9, 0), "[;10H");
        assert_eq!(motion(Place::Unknown, 0, 4), "[5H");
        assert_eq!(motion(Place::At(4, 4), 4, 4), "");
        assert_eq!(motion(Place::At(4, 4), 9, 4), "[5C");
        assert_eq!(motion(Place::At(4, 4), 2, 4), "\\x08\\x08");
        assert_eq!(motion(Place::At(60, 4), 0, 4), "\\r");
        assert_eq!(motion(Place::At(60, 4), 0, 5), "\\r\\n");
        assert_eq!(motion(Place::At(60, 14), 2, 15), "\\r\\n[2C");
        assert_eq!(motion(Place::At(60, 4), 60, 3), "[A");
        assert_eq!(motion(Place::Row(4), 30, 4), "[31G");
        assert_eq!(motion(Place::Row(4), 30, 20), "[21;31H");
    }

    #[test]
    fn every_motion_arrives() {
        let places = [(0, 0), (1, 0), (7, 0), (39, 0), (0, 5), (3, 4), (38, 6), (39, 9), (0, 9)];
        for (from_x, from_y) in places {
            for (x, y) in places {
                let mut terminal =
                    vt100::Parser::new(NonZero::new(10).unwrap(), NonZero::new(40).unwrap(), 0);
                let mut bytes = Vec::new();
                move_cursor(Place::Unknown, from_x, from_y, &mut bytes);
                move_cursor(Place::At(from_x, from_y), x, y, &mut bytes);
                terminal.process(&bytes);
                assert_eq!(terminal.screen().cursor_position(), (y, x), "{}", bytes.escape_ascii());
            }
        }
    }
}

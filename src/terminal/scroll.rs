//! Rows that only moved: the block of a frame that the terminal can shift by itself.
//!
//! A table that scrolls by one row is, for the terminal, one command and one new row. The block is
//! shifted by deleting (up) or inserting (down) lines at the top of a scroll region:
//! `CSI t;b r  CSI t H  CSI n M|L  CSI r`.
//!
//! - Why not `CSI S` and `CSI T`: the Linux console has neither, old screen and tmux lack one.
//!   Deleting and inserting lines is VT102, and the same in xterm, VTE, tmux, screen, mosh, the
//!   Linux console and the Windows console.
//! - Why not line feeds and `ESC M` at the margins: they mean the same, but take a byte for each
//!   row, and another place to go to for each direction.
//! - Why margins at all, where deleting above and inserting below would do: in between, what
//!   stands below the block would jump by a row, seen where updates are not synchronized.
//! - Only whole rows move: margins at the left and right are for few terminals. What stands beside
//!   a table moves with it and is then written over; the encoder shifts only where that is
//!   shorter.
//! - The rows that come in have the background of the pen, so that it is the default one here.
//! - Resetting the margins puts the cursor at the first column of the first row.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ratatui::buffer::Cell;

use super::frames::{Frames, is_same_cell};
use super::glyph::is_same_text;

/// A block of whole rows that moves by some rows; the rows that come in are blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scroll {
    top: usize,
    bottom: usize,
    by: usize,
    up: bool,
}

/// Where what a row shows after the shift comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// This row of the frame before.
    Row(u16),
    /// Nowhere: it is blank.
    Blank,
}

impl Scroll {
    /// The shift that leaves the fewest cells of the next frame to be written, if one helps at all.
    pub fn between(frames: &Frames) -> Option<Self> {
        let (by, up) = shift(frames)?;
        let height = frames.height();
        // Downwards is upwards in a mirror.
        let at = |y: usize| if up { y } else { height - 1 - y };
        let stay: Vec<i64> = (0..height).map(|y| cost(frames, Some(at(y)), at(y))).collect();
        let moved = |y: usize| (y + by < height).then(|| cost(frames, Some(at(y + by)), at(y)));
        let kept: Vec<i64> = stay.iter().zip((0..height).map_while(moved)).map(|(a, b)| a - b).collect();
        let fresh: Vec<i64> =
            (0..height).zip(&stay).map(|(y, stay)| stay - cost(frames, None, at(y))).collect();
        let (top, end) = best_block(&kept, &fresh, by)?;
        let (top, bottom) = (at(top), at(end + by));
        Some(Self { top: top.min(bottom), bottom: top.max(bottom), by, up })
    }

    /// Where row `y` comes from.
    pub fn origin(&self, y: u16) -> Origin {
        let row = usize::from(y);
        if !(self.top..=self.bottom).contains(&row) {
            return Origin::Row(y);
        }
        let from = if self.up { row.checked_add(self.by) } else { row.checked_sub(self.by) };
        from.filter(|from| (self.top..=self.bottom).contains(from))
            .and_then(|from| u16::try_from(from).ok())
            .map_or(Origin::Blank, Origin::Row)
    }

    /// Appends the command. The cursor ends in the first column of the first row.
    pub fn write(&self, out: &mut Vec<u8>) {
        let (top, bottom) = (self.top + 1, self.bottom + 1);
        let count = if self.by > 1 { self.by.to_string() } else { String::new() };
        let last = if self.up { 'M' } else { 'L' };
        // Setting the margins has put the cursor into the first row already.
        let go = if top > 1 { format!("\x1b[{top}H") } else { String::new() };
        out.extend(format!("\x1b[{top};{bottom}r{go}\x1b[{count}{last}\x1b[r").bytes());
    }
}

/// By how many rows most of what changed has moved, and whether upwards. At least two rows must agree
/// on it.
fn shift(frames: &Frames) -> Option<(usize, bool)> {
    let changed = |y: &usize| frames.is_changed(*y);
    let first = (0..frames.height()).find(changed)?;
    let last = (first..frames.height()).rfind(changed)?;
    if last - first < 2 {
        return None;
    }
    let mut votes: BTreeMap<(usize, bool), usize> = BTreeMap::new();
    for y in (first..=last).filter(changed) {
        let next = frames.next(y)?;
        let was_at = |from: &usize| frames.previous(*from).is_some_and(|row| has_words_of(row, next));
        if was_at(&y) {
            continue;
        }
        let mut places = (first..=last).filter(was_at);
        // Rows that look the same tell nothing.
        if let (Some(from), None) = (places.next(), places.next()) {
            *votes.entry((from.abs_diff(y), from > y)).or_default() += 1;
        }
    }
    let best = votes.into_iter().max_by_key(|(shift, votes)| (*votes, Reverse(*shift)))?;
    (best.1 >= 2).then_some(best.0)
}

/// How many cells of row `y` of the next frame differ from row `from` of the one before, or from a
/// blank row.
fn cost(frames: &Frames, from: Option<usize>, y: usize) -> i64 {
    let Some(new) = frames.next(y) else { return 0 };
    let differing = match from.and_then(|from| frames.previous(from)) {
        Some(_) if from == Some(y) && !frames.is_changed(y) => 0,
        Some(old) => old.iter().zip(new).filter(|(old, new)| !is_same_cell(old, new)).count(),
        None => new.iter().filter(|cell| **cell != Cell::EMPTY).count(),
    };
    i64::try_from(differing).unwrap_or(i64::MAX)
}

/// Whether the same stands in the left halves of two rows, whatever it looks like: the selected row
/// is no other one, and what stands beside a table doesn't scroll with it.
fn has_words_of(row: &[Cell], other: &[Cell]) -> bool {
    let mut pairs = row.iter().zip(other).take(row.len().div_ceil(2));
    pairs.all(|(cell, other)| is_same_text(cell.symbol(), other.symbol()))
}

/// The first and the last row of the block that is kept and moves up by `by` rows, chosen so that
/// the most is gained: `kept` by each row that moved into its place, `fresh` by each of the `by`
/// rows below, which come in blank.
fn best_block(kept: &[i64], fresh: &[i64], by: usize) -> Option<(usize, usize)> {
    let mut best: Option<(i64, usize, usize)> = None;
    let (mut sum, mut top) = (0, 0);
    for (end, gain) in kept.iter().enumerate() {
        if sum <= 0 {
            (sum, top) = (0, end);
        }
        sum += gain;
        let entering: i64 = fresh.iter().skip(end + 1).take(by).sum();
        if best.is_none_or(|(most, ..)| sum + entering > most) {
            best = Some((sum + entering, top, end));
        }
    }
    best.filter(|(gain, ..)| *gain > 0).map(|(_, top, end)| (top, end))
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;
    use crate::terminal::canvas::Canvas;

    fn frame(lines: &[&str]) -> Canvas {
        let height = u16::try_from(lines.len()).unwrap();
        let mut canvas = Canvas::new(12, height);
        for (y, line) in (0..height).zip(lines) {
            canvas.render(*line, Rect::new(0, y, 12, 1));
        }
        canvas
    }

    fn written(previous: &[&str], next: &[&str]) -> Option<String> {
        let scroll = Scroll::between(&Frames::new(&frame(previous), &frame(next)))?;
        let mut out = Vec::new();
        scroll.write(&mut out);
        Some(String::from_utf8(out).unwrap().replace('\x1b', ""))
    }

    const BEFORE: [&str; 7] = ["head", "ann", "bob", "cleo", "dai", "ewa", "foot"];

    #[test]
    fn head_and_foot_stay_where_they_are() {
        let up = ["head", "bob", "cleo", "dai", "ewa", "finn", "foot"];
        assert_eq!(written(&BEFORE, &up).as_deref(), Some("[2;6r[2H[M[r"));
        let down = ["head", "zoe", "ann", "bob", "cleo", "dai", "foot"];
        assert_eq!(written(&BEFORE, &down).as_deref(), Some("[2;6r[2H[L[r"));
    }

    #[test]
    fn a_block_at_the_top_moves_by_several_rows() {
        let up = ["cleo", "dai", "ewa", "x", "y", "z", "foot"];
        assert_eq!(written(&BEFORE, &up).as_deref(), Some("[1;6r[3M[r"));
    }

    #[test]
    fn what_did_not_move_is_not_scrolled() {
        assert_eq!(written(&BEFORE, &BEFORE), None);
        assert_eq!(written(&BEFORE, &["head", "a", "b", "c", "d", "e", "foot"]), None);
        assert_eq!(written(&BEFORE, &["head", "bob", "ann", "cleo", "dai", "ewa", "foot"]), None);
    }

    #[test]
    fn every_row_comes_from_where_the_terminal_moved_it() {
        let scroll = Scroll { top: 1, bottom: 4, by: 2, up: false };
        let origins: Vec<_> = (0..6).map(|y| scroll.origin(y)).collect();
        let row = Origin::Row;
        assert_eq!(origins, [row(0), Origin::Blank, Origin::Blank, row(1), row(2), row(5)]);
    }
}

//! The bytes of one frame, and the shortest way to change a row.

use super::glyph::Glyph;
use super::motion::{Place, move_cursor};
use super::pen::Pen;

const ERASE_TO_END: &[u8] = b"\x1b[K";

/// The bytes so far, and what the terminal will be in after them.
#[derive(Debug, Clone)]
pub struct Writer {
    pub out: Vec<u8>,
    pub place: Place,
    pen: Pen,
    /// How many columns further right than assumed the cursor may be.
    drift: u16,
    /// The column after the last glyph written.
    run_end: u16,
}

impl Writer {
    pub const EMPTY: Self =
        Self { out: Vec::new(), place: Place::Unknown, pen: Pen::DEFAULT, drift: 0, run_end: 0 };

    /// Turns row `y` from `old` into `new`, in place or by erasing its rest first, whichever is
    /// shorter; `scratch` is room for the comparison.
    pub fn row(&mut self, y: u16, old: &[Glyph], new: &[Glyph], scratch: &mut Self) {
        let Some(first) = old.iter().zip(new).position(|(old, new)| old != new) else { return };
        scratch.out.clear();
        scratch.clone_state(self);
        scratch.erased_row(y, first, new);
        let start = self.out.len();
        self.changes(y, 0, old, new);
        if scratch.out.len() < self.out.len() - start {
            self.out.truncate(start);
            self.out.extend(&scratch.out);
            self.clone_state(scratch);
        }
    }

    fn clone_state(&mut self, other: &Self) {
        self.place = other.place;
        self.pen = other.pen;
        self.drift = other.drift;
        self.run_end = other.run_end;
    }

    /// Erases from column `first` and writes what isn't blank.
    fn erased_row(&mut self, y: u16, first: usize, new: &[Glyph]) {
        self.go(column(first), y);
        self.change_pen_for_blank(Pen::DEFAULT);
        self.out.extend(ERASE_TO_END);
        let erased = vec![Glyph::ERASED; new.len()];
        self.changes(y, first, &erased, new);
    }

    /// Writes the columns from `first` on that differ.
    fn changes(&mut self, y: u16, first: usize, old: &[Glyph], new: &[Glyph]) {
        let blank_from = new.len() - new.iter().rev().take_while(|glyph| **glyph == Glyph::ERASED).count();
        let last_changed = old.iter().zip(new).rposition(|(old, new)| old != new).unwrap_or(0);
        for (x, (was, glyph)) in old.iter().zip(new).enumerate().skip(first) {
            if was == glyph || glyph.is_covered() {
                continue;
            }
            if !(glyph.uncertain && self.is_run(x, glyph, new)) {
                self.approach(x, y, new);
            }
            if x >= blank_from && last_changed - x >= ERASE_TO_END.len() {
                self.change_pen_for_blank(Pen::DEFAULT);
                self.out.extend(ERASE_TO_END);
                return;
            }
            self.put(x, y, glyph, new.len());
        }
    }

    /// Brings the cursor to column `x` of row `y`: by writing again what stands between when that
    /// is no longer than a motion.
    fn approach(&mut self, x: usize, y: u16, row: &[Glyph]) {
        if let Place::At(at, at_y) = self.place
            && at_y == y
            && usize::from(at) < x
            && let Some(between) = row.get(usize::from(at)..x)
            && between.len() <= 4
            && between.iter().all(|glyph| self.may_repeat(glyph))
        {
            let start = self.out.len();
            self.go(column(x), y);
            let repeated: usize = between.iter().map(|glyph| glyph.text.len()).sum();
            if repeated <= self.out.len() - start {
                self.out.truncate(start);
                self.out.extend(between.iter().flat_map(|glyph| glyph.text.bytes()));
            }
            return;
        }
        self.go(column(x), y);
    }

    /// Whether `glyph` only lengthens a run of the same one that was just written, a rule line or
    /// a bar: placing the cursor inside the run would cost more than the run.
    fn is_run(&self, x: usize, glyph: &Glyph, row: &[Glyph]) -> bool {
        self.drift > 0
            && x.checked_sub(usize::from(glyph.width))
                .and_then(|left| row.get(left))
                .is_some_and(|left| left == glyph && self.run_end == column(x))
    }

    fn may_repeat(&self, glyph: &Glyph) -> bool {
        !glyph.is_covered() && !glyph.uncertain && self.looks_right(glyph)
    }

    fn looks_right(&self, glyph: &Glyph) -> bool {
        self.pen == glyph.pen || (glyph.is_blank() && self.pen.serves_blank(glyph.pen))
    }

    /// Writes `glyph` at the cursor, which is at column `x` of row `y`.
    fn put(&mut self, x: usize, y: u16, glyph: &Glyph, width: usize) {
        if !self.looks_right(glyph) {
            self.change_pen(glyph.pen);
        }
        self.out.extend(glyph.text.bytes());
        let after = x + usize::from(glyph.width);
        self.run_end = column(after);
        self.drift = if glyph.uncertain { self.drift + glyph.width } else { 0 };
        self.place = if after + usize::from(self.drift) > width {
            Place::Unknown
        } else if after == width || glyph.uncertain {
            Place::Row(y)
        } else {
            Place::At(column(after), y)
        };
    }

    pub fn go(&mut self, x: u16, y: u16) {
        move_cursor(self.place, x, y, &mut self.out);
        self.place = Place::At(x, y);
        self.drift = 0;
    }

    pub fn change_pen(&mut self, to: Pen) {
        self.pen.change(to, &mut self.out);
        self.pen = to;
    }

    fn change_pen_for_blank(&mut self, to: Pen) {
        if !self.pen.serves_blank(to) {
            self.change_pen(to);
        }
    }
}

/// A column as the terminal counts; frames are never wider than `u16`.
fn column(x: usize) -> u16 {
    u16::try_from(x).unwrap_or(u16::MAX)
}

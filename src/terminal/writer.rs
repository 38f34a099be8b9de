//! The bytes of one frame, and the shortest way to change a row.

use std::ops::Range;

use super::glyph::Glyph;
use super::motion::{Place, move_cursor};
use super::pen::Pen;

const ERASE_TO_END: &[u8] = b"\x1b[K";

/// Columns that stay the same between two parts of a row that differ, from which on the parts are
/// written each by itself.
const APART: usize = 8;

/// A row to be written.
#[derive(Clone, Copy)]
struct Row<'a> {
    y: u16,
    /// What stands there, a glyph for each column.
    old: &'a [Glyph<'a>],
    /// What is to stand there.
    new: &'a [Glyph<'a>],
}

impl Row<'_> {
    fn differs(&self, x: usize) -> bool {
        self.old.get(x) != self.new.get(x)
    }

    fn changed_from(&self, first: usize) -> Option<usize> {
        (first..self.new.len()).find(|x| self.differs(*x))
    }

    fn last_changed(&self) -> usize {
        (0..self.new.len()).rfind(|x| self.differs(*x)).unwrap_or(0)
    }

    /// The column after the part that begins at `first`.
    fn part_end(&self, first: usize) -> usize {
        let mut end = first + 1;
        while let Some(next) = self.changed_from(end).filter(|next| next - end < APART) {
            end = next + 1;
        }
        end
    }

    /// From here on the row is to be blank.
    fn blank_from(&self) -> usize {
        self.new.len() - self.new.iter().rev().take_while(|glyph| **glyph == Glyph::ERASED).count()
    }
}

/// The bytes so far, and what the terminal will be in after them.
#[derive(Debug)]
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

    /// Turns row `y` from `old` into `new`: each part that differs by itself, or by erasing the rest
    /// of the row first, whichever is shorter.
    pub fn row(&mut self, y: u16, old: &[Glyph], new: &[Glyph]) {
        let row = Row { y, old, new };
        let Some(first) = row.changed_from(0) else { return };
        let mut erased = self.fork();
        erased.erase_first(first..new.len(), &row);
        let mut parts = self.fork();
        parts.parts(first, &row);
        self.join(if erased.out.len() < parts.out.len() { erased } else { parts });
    }

    /// The parts that differ, each in place or by erasing it first.
    fn parts(&mut self, first: usize, row: &Row) {
        let mut from = Some(first);
        while let Some(first) = from {
            let end = row.part_end(first);
            let mut in_place = self.fork();
            let mut is_done = in_place.changes(first..end, row);
            let mut erased = self.fork();
            let is_erased_done = erased.erase_first(first..end, row);
            if erased.out.len() < in_place.out.len() {
                (in_place, is_done) = (erased, is_erased_done);
            }
            self.join(in_place);
            from = row.changed_from(end).filter(|_| !is_done);
        }
    }

    /// The same place and look, with nothing written.
    fn fork(&self) -> Self {
        Self { out: Vec::new(), ..*self }
    }

    /// Takes over what a fork has written, and what it has come to.
    fn join(&mut self, fork: Self) {
        self.out.extend(fork.out);
        (self.place, self.pen) = (fork.place, fork.pen);
        (self.drift, self.run_end) = (fork.drift, fork.run_end);
    }

    /// Erases `columns`, and writes what isn't blank in them. Whether the rest of the row is done.
    fn erase_first(&mut self, columns: Range<usize>, row: &Row) -> bool {
        self.go(column(columns.start), row.y);
        self.change_pen_for_blank(Pen::DEFAULT);
        if columns.end == row.new.len() {
            self.out.extend(ERASE_TO_END);
        } else {
            self.out.extend(format!("\x1b[{}X", columns.len()).bytes());
        }
        let mut old = row.old.to_vec();
        if let Some(erased) = old.get_mut(columns.clone()) {
            erased.fill(Glyph::ERASED);
        }
        self.changes(columns, &Row { old: &old, ..*row })
    }

    /// Writes those of `columns` that differ. Whether all that follows them in the row is done too.
    fn changes(&mut self, columns: Range<usize>, row: &Row) -> bool {
        let blank_from = row.blank_from();
        let last_changed = row.last_changed();
        for (x, (was, glyph)) in row.old.iter().zip(row.new).enumerate().take(columns.end).skip(columns.start)
        {
            if was == glyph || glyph.is_covered() {
                continue;
            }
            if !(glyph.uncertain && self.is_run(x, glyph, row.new)) {
                self.approach(x, row.y, row.new);
            }
            if x >= blank_from && last_changed.saturating_sub(x) >= ERASE_TO_END.len() {
                self.change_pen_for_blank(Pen::DEFAULT);
                self.out.extend(ERASE_TO_END);
                return true;
            }
            self.put(x, row.y, glyph, row.new.len());
        }
        false
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

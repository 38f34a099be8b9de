//! The bytes of one frame, and the shortest way to change a row.

use std::ops::Range;

use super::glyph::Glyph;
use super::motion::{Place, move_cursor};
use super::pen::Pen;
use super::shortest::{keep_shorter, push_number};

const ERASE_TO_END: &[u8] = b"\x1b[K";

/// Columns that stay the same between two parts of a row that differ, from which on the parts are
/// written each by itself.
const APART: usize = 8;

/// Columns before one that differs that may be written again to get there.
pub const LOOK_BACK: usize = 4;

/// A row to be written.
#[derive(Clone, Copy)]
struct Row<'a> {
    y: u16,
    /// What stands there, a glyph for each column.
    old: &'a [Glyph<'a>],
    /// The columns from the first to before the second have been erased since.
    erased: (usize, usize),
    /// What is to stand there.
    new: &'a [Glyph<'a>],
    /// From here on it is to be blank.
    blank_from: usize,
    /// The last column that differs.
    last_changed: usize,
}

impl<'a> Row<'a> {
    fn new(y: u16, old: &'a [Glyph<'a>], new: &'a [Glyph<'a>]) -> Self {
        let blank_from = new.iter().rposition(|glyph| !glyph.is_erased()).map_or(0, |last| last + 1);
        let last_changed = old.iter().zip(new).rposition(|(old, new)| old != new).unwrap_or(0);
        Self { y, old, erased: (0, 0), new, blank_from, last_changed }
    }

    /// What stands in column `x`.
    fn old(&self, x: usize) -> Option<&Glyph<'a>> {
        let (from, to) = self.erased;
        if (from..to).contains(&x) { Some(&Glyph::ERASED) } else { self.old.get(x) }
    }

    fn changed_from(&self, first: usize) -> Option<usize> {
        let mut pairs = self.old.iter().zip(self.new).skip(first);
        pairs.position(|(old, new)| old != new).map(|at| first + at)
    }

    /// Whether something stands in `columns` where nothing is to stand: only then erasing helps.
    fn loses_ink(&self, columns: Range<usize>) -> bool {
        let mut pairs = self.old.iter().zip(self.new).take(columns.end).skip(columns.start);
        pairs.any(|(old, new)| new.is_erased() && !old.is_erased())
    }

    /// The column after the part that begins at `first`.
    fn part_end(&self, first: usize) -> usize {
        let mut end = first + 1;
        for (x, (old, new)) in self.old.iter().zip(self.new).enumerate().skip(end) {
            if x - end >= APART {
                break;
            }
            if old != new {
                end = x + 1;
            }
        }
        end
    }
}

/// What the terminal will be in after the bytes so far.
#[derive(Debug, Clone, Copy)]
struct State {
    place: Place,
    pen: Pen,
    /// How many columns further right than assumed the cursor may be.
    drift: u16,
    /// The column after the last glyph written.
    run_end: u16,
}

/// The bytes so far, and what they lead to.
#[derive(Debug)]
pub struct Writer {
    pub out: Vec<u8>,
    state: State,
}

impl Writer {
    /// Goes on after the bytes of `out`, which leave the cursor at `place` and the default look.
    pub fn new(out: Vec<u8>, place: Place) -> Self {
        Self { out, state: State { place, pen: Pen::DEFAULT, drift: 0, run_end: 0 } }
    }

    /// Turns row `y` from `old` into `new`: each part that differs by itself, or by erasing the rest
    /// of the row first, whichever is shorter. Before column `from` they are the same.
    pub fn row(&mut self, y: u16, from: usize, old: &[Glyph], new: &[Glyph]) {
        let row = Row::new(y, old, new);
        let Some(first) = row.changed_from(from) else { return };
        let end = row.part_end(first);
        if end == new.len() || !row.loses_ink(first..new.len()) {
            self.parts(first..end, &row);
            return;
        }
        self.shorter(
            |writer| writer.parts(first..end, &row),
            |writer| {
                writer.erase_first(first..new.len(), &row);
            },
        );
    }

    /// The parts that differ, from the `first` one on, each in place or by erasing it first.
    fn parts(&mut self, first: Range<usize>, row: &Row) {
        let mut part = first;
        loop {
            let end = part.end;
            let is_done = if row.loses_ink(part.clone()) {
                self.shorter(
                    |writer| writer.changes(part.clone(), row),
                    |writer| writer.erase_first(part.clone(), row),
                )
            } else {
                self.changes(part, row)
            };
            let Some(next) = row.changed_from(end).filter(|_| !is_done) else { return };
            part = next..row.part_end(next);
        }
    }

    /// Does what takes fewer bytes, and answers what that answers.
    fn shorter<T>(&mut self, first: impl FnOnce(&mut Self) -> T, second: impl FnOnce(&mut Self) -> T) -> T {
        let (start, before) = (self.out.len(), self.state);
        let by_first = first(self);
        let (middle, after) = (self.out.len(), self.state);
        self.state = before;
        let by_second = second(self);
        if keep_shorter(&mut self.out, start, middle) {
            return by_second;
        }
        self.state = after;
        by_first
    }

    /// Erases `columns`, and writes what isn't blank in them. Whether the rest of the row is done.
    fn erase_first(&mut self, columns: Range<usize>, row: &Row) -> bool {
        self.go(column(columns.start), row.y);
        self.change_pen_for_blank(Pen::DEFAULT);
        if columns.end == row.new.len() {
            self.out.extend(ERASE_TO_END);
        } else {
            self.out.extend(b"\x1b[");
            push_number(u32::from(column(columns.len())), &mut self.out);
            self.out.push(b'X');
        }
        let erased = (columns.start, columns.end);
        self.changes(columns, &Row { erased, ..*row })
    }

    /// Writes those of `columns` that differ. Whether all that follows them in the row is done too.
    fn changes(&mut self, columns: Range<usize>, row: &Row) -> bool {
        for x in columns {
            let (Some(was), Some(glyph)) = (row.old(x), row.new.get(x)) else { break };
            if was == glyph || glyph.is_covered() {
                continue;
            }
            if !(glyph.uncertain && self.is_run(x, glyph, row.new)) {
                self.approach(x, row.y, row.new);
            }
            if x >= row.blank_from && row.last_changed.saturating_sub(x) >= ERASE_TO_END.len() {
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
        if self.state.place == Place::At(column(x), y) {
            return;
        }
        if let Place::At(at, at_y) = self.state.place
            && at_y == y
            && usize::from(at) < x
            && let Some(between) = row.get(usize::from(at)..x)
            && between.len() <= LOOK_BACK
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
        self.state.drift > 0
            && x.checked_sub(usize::from(glyph.width))
                .and_then(|left| row.get(left))
                .is_some_and(|left| left == glyph && self.state.run_end == column(x))
    }

    fn may_repeat(&self, glyph: &Glyph) -> bool {
        !glyph.is_covered() && !glyph.uncertain && self.looks_right(glyph)
    }

    fn looks_right(&self, glyph: &Glyph) -> bool {
        let pen = self.state.pen;
        pen == glyph.pen || (glyph.is_blank() && pen.serves_blank(glyph.pen))
    }

    /// Writes `glyph` at the cursor, which is at column `x` of row `y`.
    fn put(&mut self, x: usize, y: u16, glyph: &Glyph, width: usize) {
        if !self.looks_right(glyph) {
            self.change_pen(glyph.pen);
        }
        match glyph.text.as_bytes() {
            [byte] => self.out.push(*byte),
            bytes => self.out.extend(bytes),
        }
        let after = x + usize::from(glyph.width);
        self.state.run_end = column(after);
        self.state.drift = if glyph.uncertain { self.state.drift + glyph.width } else { 0 };
        self.state.place = if after + usize::from(self.state.drift) > width {
            Place::Unknown
        } else if after == width || glyph.uncertain {
            Place::Row(y)
        } else {
            Place::At(column(after), y)
        };
    }

    pub fn go(&mut self, x: u16, y: u16) {
        move_cursor(self.state.place, x, y, &mut self.out);
        self.state.place = Place::At(x, y);
        self.state.drift = 0;
    }

    pub fn change_pen(&mut self, to: Pen) {
        self.state.pen.change(to, &mut self.out);
        self.state.pen = to;
    }

    fn change_pen_for_blank(&mut self, to: Pen) {
        if !self.state.pen.serves_blank(to) {
            self.change_pen(to);
        }
    }
}

/// A column as the terminal counts; frames are never wider than `u16`.
fn column(x: usize) -> u16 {
    u16::try_from(x).unwrap_or(u16::MAX)
}

//! Frames to bytes: the smallest change from the frame before to the next one.
//!
//! A pure function of two frames. ratatui's own backend would write every changed cell with a
//! motion and a full style change and leave blank ends of rows as spaces; over a slow line the
//! bytes are what one waits for.

use ratatui::layout::Position;

use super::canvas::Canvas;
use super::glyph::{Glyph, read_row};
use super::motion::{Place, move_cursor};
use super::pen::Pen;

/// Which colours may be written; modifiers such as reverse and bold always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColourDepth {
    /// No colours at all: `NO_COLOR`, or a terminal that has none.
    None,
    /// The terminal's own 16 colours, by their own numbers; others become the nearest of these.
    #[default]
    Sixteen,
    /// Every colour as it is.
    Full,
}

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";
const HIDE_CURSOR: &[u8] = b"\x1b[?25l";
const SHOW_CURSOR: &[u8] = b"\x1b[?25h";
const CLEAR: &[u8] = b"\x1b[m\x1b[H\x1b[2J";
const ERASE_TO_END: &[u8] = b"\x1b[K";

/// Writes frames as bytes; each frame is inside synchronized output, and begins and ends in the
/// default look.
#[derive(Debug)]
pub struct Encoder {
    depth: ColourDepth,
    frame: Vec<u8>,
}

impl Encoder {
    /// An encoder for a terminal with these colours.
    pub fn new(depth: ColourDepth) -> Self {
        Self { depth, frame: Vec::new() }
    }

    /// The bytes that turn `previous` into `next`: none at all when nothing changed, the cursor
    /// included. Without a previous frame, or after a change of size, all is painted anew.
    pub fn encode(&mut self, previous: Option<&Canvas>, next: &Canvas) -> &[u8] {
        self.frame.clear();
        let previous = previous.filter(|previous| previous.area() == next.area());
        let mut writer = Writer { out: std::mem::take(&mut self.frame), ..Writer::EMPTY };
        writer.out.extend(BEGIN);
        if let Some(previous) = previous {
            writer.place = placed(previous.cursor);
        } else {
            writer.out.extend(HIDE_CURSOR);
            writer.out.extend(CLEAR);
            writer.place = Place::At(0, 0);
        }
        self.rows(previous, next, &mut writer);
        writer.change_pen(Pen::DEFAULT);
        let shown = previous.is_some_and(|previous| previous.cursor.is_some());
        match next.cursor {
            Some(cursor) => {
                writer.go(cursor.x, cursor.y);
                if !shown {
                    writer.out.extend(SHOW_CURSOR);
                }
            }
            None if shown => writer.out.extend(HIDE_CURSOR),
            None => {}
        }
        self.frame = writer.out;
        if self.frame.len() == BEGIN.len() {
            self.frame.clear();
        } else {
            self.frame.extend(END);
        }
        &self.frame
    }

    fn rows(&self, previous: Option<&Canvas>, next: &Canvas, writer: &mut Writer) {
        let width = usize::from(next.area().width);
        let mut old = Vec::with_capacity(width);
        let mut new = Vec::with_capacity(width);
        let mut scratch = Writer::EMPTY;
        for y in 0..next.area().height {
            if previous.is_some_and(|previous| row_cells(previous, y) == row_cells(next, y)) {
                continue;
            }
            if let Some(previous) = previous {
                read_row(&previous.buffer, y, self.depth, &mut old);
            } else {
                old.clear();
                old.resize(width, Glyph::ERASED);
            }
            read_row(&next.buffer, y, self.depth, &mut new);
            writer.row(y, &old, &new, &mut scratch);
        }
    }
}

fn placed(cursor: Option<Position>) -> Place {
    cursor.map_or(Place::Unknown, |cursor| Place::At(cursor.x, cursor.y))
}

fn row_cells(canvas: &Canvas, y: u16) -> Option<&[ratatui::buffer::Cell]> {
    let width = usize::from(canvas.area().width);
    let start = usize::from(y) * width;
    canvas.buffer.content.get(start..start + width)
}

/// The bytes so far, and what the terminal will be in after them.
#[derive(Debug, Clone)]
struct Writer {
    out: Vec<u8>,
    place: Place,
    pen: Pen,
    /// How many columns further right than assumed the cursor may be.
    drift: u16,
    /// The column after the last glyph written.
    run_end: u16,
}

impl Writer {
    const EMPTY: Self =
        Self { out: Vec::new(), place: Place::Unknown, pen: Pen::DEFAULT, drift: 0, run_end: 0 };

    /// Turns row `y` from `old` into `new`, in place or by erasing its rest first, whichever is
    /// shorter; `scratch` is room for the comparison.
    fn row(&mut self, y: u16, old: &[Glyph], new: &[Glyph], scratch: &mut Self) {
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

    fn go(&mut self, x: u16, y: u16) {
        move_cursor(self.place, x, y, &mut self.out);
        self.place = Place::At(x, y);
        self.drift = 0;
    }

    fn change_pen(&mut self, to: Pen) {
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

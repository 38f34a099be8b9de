//! Frames to bytes: the smallest change from the frame before to the next one.
//!
//! A pure function of two frames. ratatui's own backend would write every changed cell with a
//! motion and a full style change and leave blank ends of rows as spaces; over a slow line the
//! bytes are what one waits for.

use ratatui::buffer::Cell;
use ratatui::layout::Position;

use super::canvas::Canvas;
use super::frames::{Frames, rows};
use super::glyph::{Glyph, read_row};
use super::motion::Place;
use super::pen::Pen;
use super::scroll::{Origin, Scroll};
use super::shortest::keep_shorter;
use super::writer::{LOOK_BACK, Writer};

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
const CLEAR: &[u8] = b"\x1b[m\x1b[r\x1b[H\x1b[2J";

/// Writes frames as bytes; each frame is inside synchronized output, and begins and ends in the
/// default look and without margins.
#[derive(Debug)]
pub struct Encoder {
    depth: ColourDepth,
    can_scroll: bool,
    frame: Vec<u8>,
}

impl Encoder {
    /// An encoder for a terminal with these colours, that can shift rows by itself.
    pub fn new(depth: ColourDepth) -> Self {
        Self { depth, can_scroll: true, frame: Vec::new() }
    }

    /// The same for a terminal that may not be able to: every row that changed is written.
    pub fn without_scrolling(self) -> Self {
        Self { can_scroll: false, ..self }
    }

    /// The bytes that turn `previous` into `next`: none at all when nothing changed, the cursor
    /// included. Without a previous frame, or after a change of size, all is painted anew.
    pub fn encode(&mut self, previous: Option<&Canvas>, next: &Canvas) -> &[u8] {
        let mut out = std::mem::take(&mut self.frame);
        out.clear();
        out.extend(BEGIN);
        self.frame = match previous.filter(|previous| previous.area() == next.area()) {
            Some(previous) => self.changes(previous, next, out),
            None => self.all(next, out),
        };
        if self.frame.len() == BEGIN.len() {
            return &[];
        }
        self.frame.extend(END);
        &self.frame
    }

    fn all(&self, next: &Canvas, mut out: Vec<u8>) -> Vec<u8> {
        out.extend(HIDE_CURSOR);
        out.extend(CLEAR);
        let mut writer = Writer::new(out, Place::At(0, 0));
        self.rows(|_| Before::Blank, next, &mut writer);
        finish(false, next.cursor, &mut writer);
        writer.out
    }

    /// In place, or after a shift of the rows that only moved, whichever is shorter.
    fn changes(&self, previous: &Canvas, next: &Canvas, out: Vec<u8>) -> Vec<u8> {
        let frames = Frames::new(previous, next);
        let start = out.len();
        let shown = previous.cursor.is_some();
        let place = previous.cursor.map_or(Place::Unknown, |cursor| Place::At(cursor.x, cursor.y));
        let before = |from: u16, y: u16| {
            let (from, y) = (usize::from(from), usize::from(y));
            let Some((row, first)) = frames.previous(from).zip(frames.change(from, y)) else {
                return Before::Same;
            };
            Before::Row { cells: row, first }
        };
        let mut writer = Writer::new(out, place);
        self.rows(|y| before(y, y), next, &mut writer);
        finish(shown, next.cursor, &mut writer);
        let mut out = writer.out;
        let Some(scroll) = Some(&frames).filter(|_| self.can_scroll).and_then(Scroll::between) else {
            return out;
        };
        let middle = out.len();
        scroll.write(&mut out);
        let mut shifted = Writer::new(out, Place::At(0, 0));
        let before = |y| match scroll.origin(y) {
            Origin::Row(from) => before(from, y),
            Origin::Blank => Before::Blank,
        };
        self.rows(before, next, &mut shifted);
        finish(shown, next.cursor, &mut shifted);
        keep_shorter(&mut shifted.out, start, middle);
        shifted.out
    }

    /// Writes what differs in each row from what stands there before.
    fn rows<'a>(&self, before: impl Fn(u16) -> Before<'a>, next: &Canvas, writer: &mut Writer) {
        let width = usize::from(next.area().width);
        let mut old = Vec::with_capacity(width);
        let mut new = Vec::with_capacity(width);
        for (y, row) in (0..).zip(rows(next)) {
            let first = match before(y) {
                Before::Same => continue,
                Before::Row { cells, first } => {
                    let first = first.saturating_sub(LOOK_BACK);
                    read_row(cells, first, self.depth, &mut old);
                    first
                }
                Before::Blank => {
                    old.clear();
                    old.resize(width, Glyph::ERASED);
                    0
                }
            };
            read_row(row, first, self.depth, &mut new);
            writer.row(y, first, &old, &new);
        }
    }
}

/// What stands in a row before it is written.
enum Before<'a> {
    /// What is to stand there.
    Same,
    /// These cells; they are to be compared from column `first` on.
    Row {
        cells: &'a [Cell],
        first: usize,
    },
    Blank,
}

/// Ends in the default look, with the cursor where it belongs; `shown` is whether it is visible.
fn finish(shown: bool, cursor: Option<Position>, writer: &mut Writer) {
    writer.change_pen(Pen::DEFAULT);
    match cursor {
        Some(cursor) => {
            writer.go(cursor.x, cursor.y);
            if !shown {
                writer.out.extend(SHOW_CURSOR);
            }
        }
        None if shown => writer.out.extend(HIDE_CURSOR),
        None => {}
    }
}

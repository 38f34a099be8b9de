//! The cells of a row as what a terminal is to show: harmless, measured, with their look.

use ratatui::buffer::Cell;
use unicode_width::UnicodeWidthStr;

use super::output::ColourDepth;
use super::pen::Pen;
use crate::domain::safe_text::is_unsafe;

/// What stands in one column.
#[derive(Debug, Clone, Copy)]
pub struct Glyph<'a> {
    /// The grapheme; empty in a column that a wide one to the left covers.
    pub text: &'a str,
    /// How it looks.
    pub pen: Pen,
    /// The columns it covers: 0 where [`text`](Self::text) is empty.
    pub width: u16,
    /// Terminals differ in the columns they give it, so that afterwards the cursor must be placed
    /// and not assumed: wide, combined, or of ambiguous width in East Asian locales.
    pub uncertain: bool,
}

impl PartialEq for Glyph<'_> {
    /// Width and certainty follow from the text.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        is_same_text(self.text, other.text) && self.pen == other.pen
    }
}

impl Glyph<'_> {
    /// A blank in the terminal's own colours: what erasing leaves.
    pub const ERASED: Glyph<'static> = Glyph { text: " ", pen: Pen::DEFAULT, width: 1, uncertain: false };

    /// Whether it is what erasing leaves.
    pub fn is_erased(&self) -> bool {
        self.is_blank() && self.pen == Pen::DEFAULT
    }

    /// Whether it shows nothing but its background.
    pub fn is_blank(&self) -> bool {
        self.text == " "
    }

    /// Whether it is the covered part of a wide glyph.
    pub fn is_covered(&self) -> bool {
        self.width == 0
    }
}

/// Whether two graphemes are the same. Nearly all are one byte, for which to call what compares
/// texts of any length is most of the work.
#[inline]
pub fn is_same_text(one: &str, other: &str) -> bool {
    match (one.as_bytes(), other.as_bytes()) {
        ([one], [other]) => one == other,
        (one, other) => one == other,
    }
}

/// Fills `row` with the glyphs of `cells`: exactly one for each column. Those before column `first`
/// are not looked at, and erased ones stand for them; there no wide grapheme is cut in two.
///
/// A cell that holds a control character, or one that hides or reorders others, is shown blank
/// whatever a widget wrote; so is a wide grapheme that has no room.
pub fn read_row<'a>(cells: &'a [Cell], first: usize, depth: ColourDepth, row: &mut Vec<Glyph<'a>>) {
    row.clear();
    row.resize(first, Glyph::ERASED);
    let mut left = cells.get(first..).unwrap_or_default().iter();
    while let Some(cell) = left.next() {
        let (text, width) = shown(cell.symbol(), left.len() + 1);
        let pen = Pen::of(cell, depth, text == " ");
        row.push(Glyph { text, pen, width, uncertain: is_uncertain(text, width) });
        for _ in 1..width {
            left.next();
            row.push(Glyph { text: "", pen, width: 0, uncertain: false });
        }
    }
}

fn shown(symbol: &str, room: usize) -> (&str, u16) {
    if let [b' '..=b'~'] = symbol.as_bytes() {
        return (symbol, 1);
    }
    let columns = symbol.width();
    let is_shown = (1..=room).contains(&columns) && !symbol.chars().any(is_unsafe);
    match u16::try_from(columns) {
        Ok(columns) if is_shown => (symbol, columns),
        _ => (" ", 1),
    }
}

fn is_uncertain(text: &str, columns: u16) -> bool {
    text.len() > 1
        && !text.is_ascii()
        && (columns > 1 || text.chars().nth(1).is_some() || text.width_cjk() > usize::from(columns))
}

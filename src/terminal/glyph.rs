//! The cells of a row as what a terminal is to show: harmless, measured, with their look.

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

use super::output::ColourDepth;
use super::pen::Pen;
use crate::domain::safe_text::is_unsafe;

/// What stands in one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl Glyph<'_> {
    /// A blank in the terminal's own colours: what erasing leaves.
    pub const ERASED: Glyph<'static> = Glyph { text: " ", pen: Pen::DEFAULT, width: 1, uncertain: false };

    /// Whether it shows nothing but its background.
    pub fn is_blank(&self) -> bool {
        self.text == " "
    }

    /// Whether it is the covered part of a wide glyph.
    pub fn is_covered(&self) -> bool {
        self.width == 0
    }
}

/// Fills `row` with the glyphs of row `y`: exactly one for each column.
///
/// A cell that holds a control character, or one that hides or reorders others, is shown blank
/// whatever a widget wrote; so is a wide grapheme that has no room.
pub fn read_row<'a>(buffer: &'a Buffer, y: u16, depth: ColourDepth, row: &mut Vec<Glyph<'a>>) {
    row.clear();
    let width = buffer.area.width;
    let mut x = 0;
    while x < width {
        let Some(cell) = buffer.cell((x, y)) else { return };
        let (text, columns) = shown(cell.symbol(), width - x);
        let pen = Pen::of(cell, depth, text == " ");
        row.push(Glyph { text, pen, width: columns, uncertain: is_uncertain(text, columns) });
        for _ in 1..columns {
            row.push(Glyph { text: "", pen, width: 0, uncertain: false });
        }
        x += columns;
    }
}

fn shown(symbol: &str, room: u16) -> (&str, u16) {
    if let [b' '..=b'~'] = symbol.as_bytes() {
        return (symbol, 1);
    }
    let columns = u16::try_from(symbol.width()).unwrap_or(u16::MAX);
    if columns == 0 || columns > room || symbol.chars().any(is_unsafe) { (" ", 1) } else { (symbol, columns) }
}

fn is_uncertain(text: &str, columns: u16) -> bool {
    !text.is_ascii()
        && (columns > 1 || text.chars().nth(1).is_some() || text.width_cjk() > usize::from(columns))
}

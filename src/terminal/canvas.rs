//! One frame as it is to be shown: cells and the place of the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{StatefulWidget, Widget};

/// A frame to draw on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canvas {
    /// The cells, beginning at column 0 of row 0.
    pub buffer: Buffer,
    /// Where the real cursor stands, for braille displays and input methods; hidden when `None`.
    pub cursor: Option<Position>,
}

impl Canvas {
    /// An empty frame of `width` × `height` cells.
    pub fn new(width: u16, height: u16) -> Self {
        Self { buffer: Buffer::empty(Rect::new(0, 0, width, height)), cursor: None }
    }

    /// All of the frame.
    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    /// Draws `widget` on the part of `area` that is inside the frame.
    pub fn render(&mut self, widget: impl Widget, area: Rect) {
        widget.render(area.intersection(self.area()), &mut self.buffer);
    }

    /// Draws `widget` with its state, as [`render`](Self::render).
    pub fn render_stateful<W: StatefulWidget>(&mut self, widget: W, area: Rect, state: &mut W::State) {
        widget.render(area.intersection(self.area()), &mut self.buffer, state);
    }

    /// Puts the cursor at a column and row; outside the frame it is hidden.
    pub fn set_cursor(&mut self, x: u16, y: u16) {
        let position = Position::new(x, y);
        self.cursor = self.area().contains(position).then_some(position);
    }

    /// The characters alone, a line per row without trailing blanks.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for y in 0..self.area().height {
            let mut row = String::new();
            let mut covered = 0;
            for x in 0..self.area().width {
                let symbol = self.buffer.cell((x, y)).map_or(" ", |cell| cell.symbol());
                if x >= covered {
                    row.push_str(symbol);
                    let width = unicode_width::UnicodeWidthStr::width(symbol).max(1);
                    covered = x.saturating_add(u16::try_from(width).unwrap_or(u16::MAX));
                }
            }
            text.push_str(row.trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widgets_and_the_cursor_stay_inside_the_frame() {
        let mut canvas = Canvas::new(6, 2);
        canvas.render("李ab", Rect::new(0, 0, 6, 2));
        canvas.render("outside", Rect::new(4, 1, 80, 24));
        canvas.render("far outside", Rect::new(40, 40, 80, 24));
        assert_eq!(canvas.text(), "李ab\n    ou\n");
        canvas.set_cursor(5, 1);
        assert_eq!(canvas.cursor, Some(Position::new(5, 1)));
        canvas.set_cursor(6, 1);
        assert_eq!(canvas.cursor, None);
    }
}

//! One frame: the cells, and where the cursor stands.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use ratatui::widgets::Widget;

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canvas {
    /// The cells.
    pub buffer: Buffer,
    /// Where the cursor stands; hidden when nowhere.
    pub cursor: Option<Position>,
}

impl Canvas {
    /// An empty frame.
    pub fn new(size: Size) -> Self {
        Self { buffer: Buffer::empty(Rect::new(0, 0, size.width, size.height)), cursor: None }
    }

    /// The whole frame.
    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    /// Draws a widget.
    pub fn render(&mut self, widget: impl Widget, area: Rect) {
        widget.render(area.intersection(self.buffer.area), &mut self.buffer);
    }

    /// Puts the cursor.
    pub fn set_cursor(&mut self, position: Position) {
        self.cursor = Some(position);
    }
}

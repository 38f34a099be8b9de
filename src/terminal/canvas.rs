//! One frame as it is to be shown: cells and the place of the cursor.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Alignment, Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{StatefulWidget, Widget};

use super::single::is_single;

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
        let area = Rect::new(0, 0, width, height);
        let cells = usize::from(width) * usize::from(height);
        // Cells made anew are a fifth of the work of cells that are cloned, as `Buffer::empty` does.
        let content = std::iter::repeat_with(|| Cell::EMPTY).take(cells).collect();
        Self { buffer: Buffer { area, content }, cursor: None }
    }

    /// All of the frame.
    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    /// Draws `widget` on the part of `area` that is inside the frame.
    pub fn render(&mut self, widget: impl Widget, area: Rect) {
        widget.render(area.intersection(self.area()), &mut self.buffer);
    }

    /// Draws `line` in the first row of `area`: what [`render`](Self::render) draws, with a quarter of
    /// the work, since nearly all of a screen is a cell for each character.
    pub fn line<'a>(&mut self, line: impl Into<Line<'a>>, area: Rect) {
        let line = line.into();
        let area = area.intersection(self.area());
        if !matches!(line.alignment, None | Some(Alignment::Left)) {
            self.render(line, area);
            return;
        }
        if area.is_empty() {
            return;
        }
        let mut left = Rect { height: 1, ..area };
        if line.style != Style::new() && line.spans.iter().any(|span| !span.content.is_empty()) {
            self.buffer.set_style(left, line.style);
        }
        for span in &line.spans {
            let cells = if is_single(&span.content) {
                self.singles(&span.content, left, span.style)
            } else {
                let cells = span.width();
                self.render(span, if cells > 0 { left } else { Rect::ZERO });
                cells
            };
            let cells = u16::try_from(cells).unwrap_or(u16::MAX).min(left.width);
            (left.x, left.width) = (left.x + cells, left.width - cells);
        }
    }

    /// Writes as much of a text of single characters as there is room for in `area`; how much that was.
    fn singles(&mut self, text: &str, area: Rect, style: Style) -> usize {
        let width = usize::from(self.area().width);
        let first = usize::from(area.y) * width + usize::from(area.x);
        let row = self.buffer.content.iter_mut().skip(first).take(usize::from(area.width));
        row.zip(text.chars())
            .map(|(cell, c)| {
                // A good half of a screen is blank, and was before.
                if c != ' ' || cell.symbol() != " " {
                    cell.set_char(c);
                }
                cell.set_style(style);
            })
            .count()
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
    use proptest::prelude::*;
    use ratatui::style::{Color, Modifier};
    use ratatui::text::Span;

    use super::*;

    fn spans() -> impl Strategy<Value = Vec<Span<'static>>> {
        let text = prop::sample::select(vec![
            "ann",
            "",
            " ",
            "a lee",
            "● on",
            "Łódź › Жук – Ω │▌ ≈",
            "李小龙",
            "Zoë",
            "\u{301}x",
            "tab\t.",
            "e\u{301}",
        ]);
        let style = prop::sample::select(vec![
            Style::new(),
            Style::new().fg(Color::Red),
            Style::new().bg(Color::Blue).add_modifier(Modifier::BOLD),
            Style::new().remove_modifier(Modifier::BOLD),
        ]);
        prop::collection::vec((text, style).prop_map(|(text, style)| Span::styled(text, style)), 0..6)
    }

    proptest! {
        #[test]
        fn a_line_is_drawn_as_ratatui_draws_it(
            below in spans(),
            spans in spans(),
            (x, y, width, height) in (0..14u16, 0..4u16, 0..14u16, 0..3u16),
            align in prop::sample::select(vec![None, Some(Alignment::Left), Some(Alignment::Right)]),
            dim in any::<bool>(),
        ) {
            let area = Rect::new(x, y, width, height);
            let style = if dim { Style::new().add_modifier(Modifier::DIM) } else { Style::new() };
            let line = Line { spans, style, alignment: align };
            let mut canvas = Canvas::new(12, 3);
            canvas.render(Line::from(below), Rect::new(0, 1, 12, 1));
            let mut other = canvas.clone();
            canvas.render(line.clone(), area);
            other.line(line, area);
            prop_assert_eq!(canvas, other);
        }
    }

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

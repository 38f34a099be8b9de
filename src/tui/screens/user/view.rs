//! Draws the user page: sections side by side where there is room, below each other elsewhere.

use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Clear;

use super::sections;
use super::state::State;
use crate::terminal::canvas::Canvas;
use crate::tui::context::Look;
use crate::tui::parts::text;

/// From this width on the sections stand side by side.
const WIDE: u16 = 90;
/// Columns free on both sides.
const MARGIN: u16 = 2;
/// Columns between two sections.
const GAP: u16 = 4;

/// The lines of the page: head above, then one or two columns.
struct Content {
    head: Vec<Line<'static>>,
    left: Vec<Line<'static>>,
    right: Vec<Line<'static>>,
}

impl Content {
    fn height(&self) -> usize {
        self.head.len() + self.left.len().max(self.right.len())
    }
}

fn split(width: u16) -> (u16, u16) {
    let inside = width.saturating_sub(2 * MARGIN);
    if width < WIDE {
        return (inside, 0);
    }
    let left = (inside - GAP) / 2;
    (left, inside - GAP - left)
}

fn content(state: &State, width: u16, look: &Look<'_>) -> Content {
    let (left, right) = split(width);
    let cells = usize::from(left);
    let head = sections::head(state, usize::from(width.saturating_sub(2 * MARGIN)), look);
    let mut first = sections::facts(state, cells, look);
    let courses = |cells| sections::courses(state, cells, look);
    let second = |cells| {
        let mut lines = sections::invitation(state, cells, look);
        lines.extend(sections::record(state, cells, look));
        lines
    };
    if right == 0 {
        let mut invitation = sections::invitation(state, cells, look);
        first.append(&mut invitation);
        first.extend(courses(cells));
        first.extend(sections::record(state, cells, look));
        return Content { head, left: first, right: Vec::new() };
    }
    first.extend(courses(cells));
    Content { head, left: first, right: second(usize::from(right)) }
}

/// How many lines the page has at `width`.
pub fn height(state: &State, width: u16, look: &Look<'_>) -> usize {
    content(state, width, look).height()
}

/// Draws the page.
pub fn draw(state: &State, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
    let content = content(state, area.width, look);
    let (left, right) = split(area.width);
    let rows = usize::from(area.height);
    let top = state.top.min(content.height().saturating_sub(rows));
    let column = |offset: u16, width: u16| Rect {
        x: area.x.saturating_add(MARGIN + offset),
        width: width.min(area.width.saturating_sub(MARGIN + offset)),
        height: 1,
        ..area
    };
    let head = content.head.len();
    let mut draw = |lines: Vec<Line<'static>>, first: usize, place: Rect| {
        for (at, line) in lines.into_iter().enumerate() {
            let Some(row) = (first + at).checked_sub(top).filter(|row| *row < rows) else { continue };
            let y = area.y.saturating_add(u16::try_from(row).unwrap_or(u16::MAX));
            canvas.render(line, Rect { y, ..place });
        }
    };
    draw(content.head, 0, column(0, area.width));
    draw(content.left, head, column(0, left));
    draw(content.right, head, column(left + GAP, right));
    let hidden = height(state, area.width, look).saturating_sub(top + rows);
    if let (1.., Some(y)) = (hidden, area.bottom().checked_sub(1)) {
        let words = format!("{} below ", text::counted(hidden as u64 + 1, "more line", "more lines"));
        let words = text::fit(&words, usize::from(area.width), look.theme.signs.ellipsis);
        let last = Rect { y, height: 1, ..area };
        canvas.render(Clear, last);
        canvas.render(Line::styled(words, look.theme.dim()).right_aligned(), last);
    }
    canvas.set_cursor(area.x.saturating_add(MARGIN), area.y);
}

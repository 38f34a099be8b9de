//! The frame that popups are drawn in: one box with a title, nothing shining through.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use crate::terminal::canvas::Canvas;
use crate::tui::context::Look;
use crate::tui::parts::text;

/// The middle of `area`, at most `width` by `height`, both with the frame.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(area.width);
    let height = height.min(area.height);
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 3, width, height }
}

/// Draws the frame around `area` and gives what is inside it, a column free on both sides. Where
/// there is hardly any room, all of it is inside.
pub fn draw(canvas: &mut Canvas, area: Rect, title: &str, look: &Look<'_>) -> Rect {
    let area = area.intersection(canvas.area());
    canvas.render(Clear, area);
    clear_left_halves(canvas, area);
    if area.width < 8 || area.height < 4 {
        return area;
    }
    let signs = look.theme.signs;
    let style = look.theme.dim();
    let [top_left, top_right, bottom_left, bottom_right] = signs.corners;
    let across = usize::from(area.width) - 2;
    let title = text::fit(title, across.saturating_sub(4), signs.ellipsis);
    let rest = across.saturating_sub(text::width(&title) + 3);
    canvas.render(
        Line::from(vec![
            Span::styled(format!("{top_left}{} ", signs.rule), style),
            Span::styled(title, look.theme.strong()),
            Span::styled(format!(" {}{top_right}", signs.rule.repeat(rest)), style),
        ]),
        Rect { height: 1, ..area },
    );
    let bottom = format!("{bottom_left}{}{bottom_right}", signs.rule.repeat(across));
    canvas.render(Line::styled(bottom, style), Rect { y: area.bottom() - 1, height: 1, ..area });
    for y in area.y + 1..area.bottom() - 1 {
        for x in [area.x, area.right() - 1] {
            canvas.render(Line::styled(signs.bar, style), Rect { x, y, width: 1, height: 1 });
        }
    }
    Rect { x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 2 }
}

/// Takes away wide characters whose right half the frame covers: a terminal would show them over it.
fn clear_left_halves(canvas: &mut Canvas, area: Rect) {
    let Some(x) = area.x.checked_sub(1) else { return };
    for y in area.y..area.bottom() {
        if let Some(cell) = canvas.buffer.cell_mut((x, y))
            && text::width(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
    }
}

//! Where the parts of the table of users lie: one pure function, for drawing and for scrolling.

use ratatui::layout::{Rect, Size};

/// From this width on a pane with the details of the selected user stands beside the table.
const WIDE: u16 = 100;

/// Where the parts lie; what does not fit is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Regions {
    /// The counts by status.
    pub counts: Rect,
    /// The search and the filters.
    pub search: Rect,
    /// The titles of the columns.
    pub head: Rect,
    /// A line below them.
    pub rule: Rect,
    /// The rows.
    pub table: Rect,
    /// The details of the selected user, below.
    pub strip: Rect,
    /// The details of the selected user, beside.
    pub pane: Rect,
}

/// The regions of `body`, the place of the screen between header and message line.
pub fn regions(body: Rect) -> Regions {
    let pane_width = match body.width {
        0..WIDE => 0,
        WIDE..120 => 32,
        120..160 => 38,
        160.. => 48,
    };
    let full = body.height;
    let pane_height = if pane_width == 0 { 0 } else { full.saturating_sub(2) };
    let is_tall = full >= 14;
    let mut y = body.y;
    let mut take = |rows: u16, width: u16| {
        let row = Rect { x: body.x, y, width, height: rows };
        y += rows;
        row
    };
    let left = body.width - pane_width;
    let counts = take(u16::from(full >= 5), body.width);
    let search = take(u16::from(full >= 3), body.width);
    let head = take(u16::from(full >= 4), left);
    let rule = take(u16::from(is_tall), left);
    let strip_rows = if pane_width > 0 || full < 9 { 0 } else { 1 + u16::from(is_tall) };
    let used = counts.height + search.height + head.height + rule.height + strip_rows;
    let table = take(full.saturating_sub(used), left);
    let strip = take(strip_rows, left);
    let pane =
        Rect { x: body.x + left, y: body.y + (full - pane_height), width: pane_width, height: pane_height };
    Regions { counts, search, head, rule, table, strip, pane }
}

/// How many rows the table shows in a terminal of `size`.
pub fn table_height(size: Size) -> usize {
    let body = Rect::new(0, 1, size.width, size.height.saturating_sub(3));
    usize::from(regions(body).table.height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_fill_the_body_and_nothing_more() {
        for width in 0..250 {
            for height in 0..120 {
                let body = Rect::new(0, 1, width, height);
                let r = regions(body);
                let parts = [r.counts, r.search, r.head, r.rule, r.table, r.strip];
                assert_eq!(parts.iter().map(|part| part.height).sum::<u16>(), height);
                assert!(
                    parts.iter().chain([&r.pane]).all(|part| part.is_empty() || body.union(*part) == body)
                );
            }
        }
    }

    #[test]
    fn a_pane_stands_beside_a_wide_table_and_a_strip_below_a_narrow_one() {
        let wide = regions(Rect::new(0, 1, 100, 30));
        assert_eq!((wide.pane.width, wide.strip.height), (32, 0));
        let narrow = regions(Rect::new(0, 1, 80, 21));
        assert_eq!((narrow.pane.width, narrow.strip.height, narrow.table.height), (0, 2, 15));
    }
}

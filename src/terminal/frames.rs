//! The frame before and the next one side by side, row by row.

use ratatui::buffer::Cell;

use super::canvas::Canvas;
use super::glyph::is_same_text;
use super::single::is_single;

/// Two frames of the same size.
pub struct Frames<'a> {
    previous: Vec<&'a [Cell]>,
    next: Vec<&'a [Cell]>,
    /// Where each row begins to differ: looking at every cell once is a good part of the work of a
    /// frame.
    changes: Vec<Option<usize>>,
}

impl<'a> Frames<'a> {
    /// The two of them.
    pub fn new(previous: &'a Canvas, next: &'a Canvas) -> Self {
        let (previous, next): (Vec<_>, Vec<_>) = (rows(previous).collect(), rows(next).collect());
        let changes = previous.iter().zip(&next).map(|(previous, next)| change(previous, next)).collect();
        Self { previous, next, changes }
    }

    /// How many rows there are.
    pub fn height(&self) -> usize {
        self.changes.len()
    }

    /// Row `y` of the frame before.
    pub fn previous(&self, y: usize) -> Option<&'a [Cell]> {
        self.previous.get(y).copied()
    }

    /// Row `y` of the next frame.
    pub fn next(&self, y: usize) -> Option<&'a [Cell]> {
        self.next.get(y).copied()
    }

    /// Whether row `y` of the next frame is another than in the frame before.
    pub fn is_changed(&self, y: usize) -> bool {
        self.change(y, y).is_some()
    }

    /// The column from which on row `y` of the next frame is to be compared with row `from` of the
    /// one before; none where they are the same.
    pub fn change(&self, from: usize, y: usize) -> Option<usize> {
        if from == y {
            return self.changes.get(y).copied().flatten();
        }
        change(self.previous(from)?, self.next(y)?)
    }
}

/// The rows of a frame.
pub fn rows(canvas: &Canvas) -> impl Iterator<Item = &[Cell]> {
    canvas.buffer.content.chunks(usize::from(canvas.area().width).max(1))
}

fn change(old: &[Cell], new: &[Cell]) -> Option<usize> {
    let first = old.iter().zip(new).position(|(old, new)| !is_same_cell(old, new))?;
    // What may be wide may cover what follows it.
    let covers = |cell: &Cell| cell.symbol().len() > 1 && !is_single(cell.symbol());
    Some(if new.iter().take(first).any(covers) { 0 } else { first })
}

/// Whether two cells show the same: what `==` says, without its call for each pair of texts.
pub fn is_same_cell(old: &Cell, new: &Cell) -> bool {
    is_same_text(old.symbol(), new.symbol())
        && old.modifier == new.modifier
        && old.fg == new.fg
        && old.bg == new.bg
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;

    fn change(old: &str, new: &str) -> Option<usize> {
        let [old, new] = [old, new].map(|text| {
            let mut canvas = Canvas::new(12, 1);
            canvas.render(text, Rect::new(0, 0, 12, 1));
            canvas
        });
        Frames::new(&old, &new).change(0, 0)
    }

    #[test]
    fn a_row_is_compared_from_where_it_begins_to_differ() {
        assert_eq!(change("Zoë › ann", "Zoë › ann"), None);
        assert_eq!(change("Zoë › ann", "Zoë › bob"), Some(6));
    }

    #[test]
    fn a_row_that_may_hold_a_wide_grapheme_before_that_is_compared_as_a_whole() {
        assert_eq!(change("李 ann", "李 bob"), Some(0));
        assert_eq!(change("e\u{301} ann", "e\u{301} bob"), Some(0));
        assert_eq!(change("ann 李", "bob 李"), Some(0));
        assert_eq!(change("a ann 李", "a bob 李"), Some(2));
    }
}

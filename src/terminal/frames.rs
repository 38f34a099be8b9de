//! The frame before and the next one side by side, row by row.

use ratatui::buffer::Cell;

use super::canvas::Canvas;

/// Two frames of the same size.
pub struct Frames<'a> {
    previous: Vec<&'a [Cell]>,
    next: Vec<&'a [Cell]>,
    /// Whether each row differs: looking at every cell once is a good part of the work of a frame.
    changed: Vec<bool>,
}

impl<'a> Frames<'a> {
    /// The two of them.
    pub fn new(previous: &'a Canvas, next: &'a Canvas) -> Self {
        let (previous, next) = (rows(previous), rows(next));
        let changed = previous.iter().zip(&next).map(|(previous, next)| previous != next).collect();
        Self { previous, next, changed }
    }

    /// How many rows there are.
    pub fn height(&self) -> usize {
        self.changed.len()
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
        self.changed.get(y).copied().unwrap_or(false)
    }

    /// Whether row `y` of the next frame is row `from` of the one before.
    pub fn is_same(&self, from: usize, y: usize) -> bool {
        if from == y { !self.is_changed(y) } else { self.previous(from) == self.next(y) }
    }
}

fn rows(canvas: &Canvas) -> Vec<&[Cell]> {
    canvas.buffer.content.chunks(usize::from(canvas.area().width).max(1)).collect()
}

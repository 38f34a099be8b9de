//! Which columns the table has, in which order and how wide; the table below follows at once.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Overlay, PopupOutcome, frame};
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::context::{Context, Look};
use crate::tui::parts::text;
use crate::tui::table::{Chosen, Column, TableChange};

/// The narrowest and the widest that a column is made.
const WIDTHS: (u16, u16) = (4, 60);

/// A line: a column, and whether it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    chosen: Chosen,
    is_on: bool,
}

/// The columns of the table, to be chosen, ordered and sized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    rows: Vec<Row>,
    at: usize,
}

impl Columns {
    /// The columns as they are; `shown` are those that the table shows by itself.
    pub fn new(chosen: Option<&[Chosen]>, shown: &[Column]) -> Self {
        let fitting = || shown.iter().map(|column| Chosen { column: *column, width: None }).collect();
        let on: Vec<Chosen> = chosen.map_or_else(fitting, <[_]>::to_vec);
        let off = Column::ALL.into_iter().filter(|column| on.iter().all(|own| own.column != *column));
        let off = off.map(|column| Row { chosen: Chosen { column, width: None }, is_on: false });
        let rows = on.iter().map(|chosen| Row { chosen: *chosen, is_on: true }).chain(off).collect();
        Self { rows, at: 0 }
    }

    fn toggle(&mut self) {
        if let Some(row) = self.rows.get_mut(self.at) {
            // The address tells people apart: it is never out of sight.
            row.is_on = !row.is_on || row.chosen.column == Column::Email;
        }
    }

    fn shift(&mut self, by: isize) {
        let to = self.at.saturating_add_signed(by).min(self.rows.len().saturating_sub(1));
        self.rows.swap(self.at, to);
        self.at = to;
    }

    fn size(&mut self, by: i16) {
        let Some(row) = self.rows.get_mut(self.at) else { return };
        let width = row.chosen.width.unwrap_or(16);
        row.chosen.width = Some(width.saturating_add_signed(by).clamp(WIDTHS.0, WIDTHS.1));
    }

    fn line(&self, at: usize, row: Row, look: &Look<'_>) -> Line<'static> {
        let theme = look.theme;
        let is_here = at == self.at;
        let tick = if row.is_on { theme.signs.tick } else { " " };
        let width = row.chosen.width.map_or_else(|| "auto".to_owned(), |width| width.to_string());
        Line::from(vec![
            Span::styled(if is_here { theme.signs.pointer } else { " " }, theme.focus()),
            Span::styled(
                format!("[{tick}] {}", text::left(row.chosen.column.label(), 14, "")),
                if is_here { theme.selected() } else { theme.text() },
            ),
            Span::styled(format!(" {width}"), theme.dim()),
        ])
    }
}

impl Overlay for Columns {
    fn key(&mut self, key: Key, context: &mut Context<'_>) -> Option<PopupOutcome> {
        let last = self.rows.len().saturating_sub(1);
        match key.code {
            _ if key.ctrl || key.alt => {}
            KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q') => return Some(PopupOutcome::Dismissed),
            KeyCode::Down | KeyCode::Char('j') => self.at = (self.at + 1).min(last),
            KeyCode::Up | KeyCode::Char('k') => self.at = self.at.saturating_sub(1),
            _ => {
                match key.code {
                    KeyCode::Char(' ') => self.toggle(),
                    KeyCode::Char('J') => self.shift(1),
                    KeyCode::Char('K') => self.shift(-1),
                    KeyCode::Right | KeyCode::Char('>' | 'l') => self.size(1),
                    KeyCode::Left | KeyCode::Char('<' | 'h') => self.size(-1),
                    KeyCode::Char('0') => {
                        if let Some(row) = self.rows.get_mut(self.at) {
                            row.chosen.width = None;
                        }
                    }
                    KeyCode::Char('r') => {
                        context.change_table(TableChange::Columns(None));
                        return Some(PopupOutcome::Dismissed);
                    }
                    _ => return None,
                }
                let on = self.rows.iter().filter(|row| row.is_on).map(|row| row.chosen).collect();
                context.change_table(TableChange::Columns(Some(on)));
            }
        }
        None
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        const HINTS: [&str; 2] = ["Space shows  J K move  < > width", "0 auto  r as it was  Esc closes"];
        let height = u16::try_from(self.rows.len() + 5).unwrap_or(u16::MAX);
        let inside = frame::draw(canvas, frame::centred(area, 38, height), "Columns", look);
        let room = usize::from(inside.height.saturating_sub(3)).max(1);
        let top = (self.at + 1).saturating_sub(room);
        for (y, (at, row)) in (inside.y..).zip(self.rows.iter().enumerate().skip(top).take(room)) {
            canvas.render(self.line(at, *row, look), Rect { y, height: 1, ..inside });
            if at == self.at {
                canvas.set_cursor(inside.x, y);
            }
        }
        for (y, hint) in (inside.bottom().saturating_sub(2)..inside.bottom()).zip(HINTS) {
            canvas.render(Line::styled(hint, look.theme.dim()), Rect { y, height: 1, ..inside });
        }
    }
}

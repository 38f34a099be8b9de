//! Every action by name; typing ranks them, Enter carries one out.

use std::sync::Arc;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Overlay, PopupOutcome, frame};
use crate::fuzzy::{Finder, Index, highlight};
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::context::{Context, Look};
use crate::tui::keymap::{Binding, spoken};
use crate::tui::parts::highlight::marked;
use crate::tui::parts::line_edit::LineEdit;
use crate::tui::parts::text;
use crate::tui::theme::Theme;

/// Cells of the keys at the right.
const KEYS: usize = 16;

/// Every action that can be carried out here.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    bindings: Vec<Binding>,
    query: LineEdit,
    /// The bindings that fit the query, the best first.
    found: Vec<usize>,
    at: usize,
}

impl Palette {
    /// A palette of `bindings`, in this order till something is typed.
    pub fn new(bindings: Vec<Binding>) -> Self {
        let found = (0..bindings.len()).collect();
        Self { bindings, query: LineEdit::default(), found, at: 0 }
    }

    /// The query changed.
    fn narrow(&mut self) {
        let index = Index::new(self.bindings.iter().map(|binding| binding.label));
        let ranked = Finder::new(Arc::new(index)).rank(self.query.value(), self.bindings.len());
        self.found = ranked.hits.iter().map(|hit| hit.at).collect();
        self.at = 0;
    }

    fn line(&self, binding: &Binding, here: bool, cells: usize, theme: Theme) -> Line<'static> {
        let ellipsis = theme.signs.ellipsis;
        let style = if here { theme.selected() } else { theme.text() };
        // What it is called comes before the keys that do it.
        let spare = cells.saturating_sub(text::width(binding.label) + 4).min(KEYS);
        let label = text::left(binding.label, cells.saturating_sub(spare + 4), ellipsis);
        let matched = highlight(&label, self.query.value());
        let mut spans = vec![
            Span::styled(if here { theme.signs.pointer } else { " " }, theme.focus()),
            Span::styled(" ", style),
        ];
        spans.extend(marked(&label, &matched, style, style.patch(theme.matched())));
        spans.push(Span::styled(" ", style));
        let keys = text::fit(&spoken(binding.keys), spare, ellipsis);
        spans.push(Span::styled(text::right(&keys, spare + 1, ""), theme.dim()));
        Line::from(spans)
    }

    fn chosen(&self) -> Option<&Binding> {
        self.bindings.get(*self.found.get(self.at)?)
    }
}

impl Overlay for Palette {
    fn key(&mut self, key: Key, _context: &mut Context<'_>) -> Option<PopupOutcome> {
        let last = self.found.len().saturating_sub(1);
        match key.code {
            KeyCode::Esc => return Some(PopupOutcome::Dismissed),
            KeyCode::Enter => {
                return self.chosen().map(|binding| PopupOutcome::Act(binding.action));
            }
            KeyCode::Char('n') if key.ctrl => self.at = (self.at + 1).min(last),
            KeyCode::Char('p') if key.ctrl => self.at = self.at.saturating_sub(1),
            KeyCode::Down | KeyCode::Tab => self.at = (self.at + 1).min(last),
            KeyCode::Up | KeyCode::BackTab => self.at = self.at.saturating_sub(1),
            _ if self.query.key(key) => self.narrow(),
            _ => {}
        }
        None
    }

    fn paste(&mut self, text: &str, _context: &mut Context<'_>) {
        self.query.paste(text);
        self.narrow();
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        let theme = look.theme;
        let wide = area.width.saturating_sub(2).min(64);
        let inside = frame::draw(canvas, frame::centred(area, wide, area.height.min(18)), "Commands", look);
        if inside.height < 2 {
            return;
        }
        let cells = usize::from(inside.width);
        let query = text::fit(self.query.value(), cells.saturating_sub(2), theme.signs.ellipsis);
        let prompt = if query.is_empty() { "type to narrow, Enter does it, Esc closes" } else { "" };
        let prompt = text::fit(prompt, cells.saturating_sub(2), theme.signs.ellipsis);
        let spans =
            vec![Span::styled(": ", theme.focus()), Span::raw(query), Span::styled(prompt, theme.dim())];
        canvas.render(Line::from(spans), Rect { height: 1, ..inside });
        let column = u16::try_from(self.query.cursor()).unwrap_or(u16::MAX).saturating_add(2);
        canvas.set_cursor(inside.x + column.min(inside.width.saturating_sub(1)), inside.y);
        let found: Vec<&Binding> = self.found.iter().filter_map(|at| self.bindings.get(*at)).collect();
        let room = usize::from(inside.height) - 1;
        let top = (self.at + 1).saturating_sub(room);
        for (y, (at, binding)) in (inside.y + 1..inside.bottom()).zip(found.iter().enumerate().skip(top)) {
            let line = self.line(binding, at == self.at, cells, theme);
            canvas.render(line, Rect { y, height: 1, ..inside });
        }
        if found.is_empty() {
            let none = text::fit("nothing is called so", cells, theme.signs.ellipsis);
            canvas.render(Line::styled(none, theme.dim()), Rect { y: inside.y + 1, height: 1, ..inside });
        }
    }
}

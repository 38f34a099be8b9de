//! The keys of a place, from the live tables; typing narrows them.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Overlay, PopupOutcome, frame};
use crate::domain::safe_text::SafeText;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::context::{Context, Look};
use crate::tui::keymap::{Binding, spoken};
use crate::tui::parts::line_edit::LineEdit;
use crate::tui::parts::text;

/// The keys of a place and those that work everywhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Help {
    place: SafeText,
    sections: Vec<(SafeText, &'static [Binding])>,
    query: LineEdit,
    top: usize,
}

/// A line of help.
enum Row<'a> {
    Heading(&'a SafeText),
    Key(&'a Binding),
}

impl Help {
    /// The help of `place`; each section is a heading and its keys.
    pub fn new(place: SafeText, sections: Vec<(SafeText, &'static [Binding])>) -> Self {
        Self { place, sections, query: LineEdit::default(), top: 0 }
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let query = self.query.value().to_lowercase();
        let fits = |binding: &&Binding| {
            let text = format!("{} {}", binding.label, spoken(binding.keys)).to_lowercase();
            !binding.keys.is_empty() && query.split_whitespace().all(|word| text.contains(word))
        };
        let mut rows = Vec::new();
        for (heading, bindings) in &self.sections {
            let found: Vec<_> = bindings.iter().filter(fits).collect();
            if !found.is_empty() {
                rows.push(Row::Heading(heading));
                rows.extend(found.into_iter().map(Row::Key));
            }
        }
        rows
    }

    fn scroll(&mut self, by: isize) {
        let last = self.rows().len().saturating_sub(1);
        self.top = self.top.saturating_add_signed(by).min(last);
    }
}

impl Overlay for Help {
    fn key(&mut self, key: Key, _context: &mut Context<'_>) -> Option<PopupOutcome> {
        match key.code {
            KeyCode::Esc | KeyCode::Enter | KeyCode::F(1) => return Some(PopupOutcome::Dismissed),
            KeyCode::Up => self.scroll(-1),
            KeyCode::Down => self.scroll(1),
            KeyCode::PageUp => self.scroll(-10),
            KeyCode::PageDown => self.scroll(10),
            _ if self.query.key(key) => self.top = 0,
            _ => {}
        }
        None
    }

    fn paste(&mut self, text: &str, _context: &mut Context<'_>) {
        self.query.paste(text);
        self.top = 0;
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        let theme = look.theme;
        let wide = area.width.saturating_sub(2).min(76);
        let title = format!("Keys: {}", self.place);
        let inside = frame::draw(canvas, frame::centred(area, wide, area.height), &title, look);
        if inside.height < 2 {
            return;
        }
        let cells = usize::from(inside.width);
        let query = self.query.value();
        let prompt = if query.is_empty() { "type to find a key, Esc closes" } else { "" };
        canvas.render(
            Line::from(vec![
                Span::styled("find ", theme.dim()),
                Span::raw(text::fit(query, cells.saturating_sub(6), theme.signs.ellipsis)),
                Span::styled(text::fit(prompt, cells.saturating_sub(6), theme.signs.ellipsis), theme.dim()),
            ]),
            Rect { height: 1, ..inside },
        );
        let column = u16::try_from(self.query.cursor()).unwrap_or(u16::MAX).saturating_add(5);
        canvas.set_cursor(inside.x + column.min(inside.width.saturating_sub(1)), inside.y);
        let rows = self.rows();
        let room = usize::from(inside.height) - 1;
        let top = self.top.min(rows.len().saturating_sub(room));
        for (y, row) in (inside.y + 1..inside.bottom()).zip(rows.iter().skip(top)) {
            let line = match row {
                Row::Heading(heading) => Line::styled(heading.as_str().to_owned(), theme.strong()),
                Row::Key(binding) => Line::from(vec![
                    Span::styled(
                        format!("  {}", text::left(&spoken(binding.keys), 18, theme.signs.ellipsis)),
                        theme.strong(),
                    ),
                    Span::raw(text::fit(binding.label, cells.saturating_sub(20), theme.signs.ellipsis)),
                ]),
            };
            canvas.render(line, Rect { y, height: 1, ..inside });
        }
        if rows.is_empty() {
            let none = text::fit("no key here is called so", cells, theme.signs.ellipsis);
            canvas.render(Line::styled(none, theme.dim()), Rect { y: inside.y + 1, height: 1, ..inside });
        }
    }
}

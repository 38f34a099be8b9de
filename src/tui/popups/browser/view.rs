//! Draws Advanced search: what is typed, the tree or list, the whole of the line that is pointed at.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use super::{AROUND, Browser};
use crate::terminal::canvas::Canvas;
use crate::tui::catalogue::{Entry, Kind};
use crate::tui::context::Look;
use crate::tui::parts::text;
use crate::tui::popups::Pick;

impl Browser {
    pub(super) fn draw(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        canvas.render(Clear, area);
        let (theme, cells) = (look.theme, usize::from(area.width.saturating_sub(2)));
        let row = |y: u16| Rect { x: area.x + 1, y, width: area.width.saturating_sub(2), height: 1 };
        let tally = self.list.tally(look);
        let room = cells.saturating_sub(text::width(&tally) + 12);
        let (typed, column) = self.edit.window(room);
        let search = Line::from(vec![
            Span::styled(text::left(&format!("All {}", self.list.kind.many()), 12, ""), theme.strong()),
            Span::raw(text::left(&typed, room, "")),
            Span::styled(tally, theme.dim()),
        ]);
        canvas.render(search, row(area.y));
        canvas.render(Line::styled(theme.signs.rule.repeat(cells), theme.dim()), row(area.y + 1));
        canvas.set_cursor(area.x + 13 + u16::try_from(column).unwrap_or(0), area.y);
        let lines = Rect { y: area.y + 2, height: area.height.saturating_sub(AROUND), ..row(area.y) };
        if let Some(words) = self.list.absence(look) {
            canvas.render(Line::styled(words, theme.dim()), Rect { height: lines.height.min(1), ..lines });
        }
        let top = (self.at + 1).saturating_sub(usize::from(lines.height));
        for (y, at) in (lines.y..lines.bottom()).zip(top..self.row_count()) {
            if let Some(entry) = self.entry_in(at) {
                canvas.render(self.line(at, &entry, cells, look), row(y));
            }
        }
        if area.height > AROUND {
            let rule = Line::styled(theme.signs.rule.repeat(cells), theme.dim());
            canvas.render(rule, row(area.bottom() - 3));
            canvas.render(
                Line::raw(text::fit(&self.preview(), cells, theme.signs.ellipsis)),
                row(area.bottom() - 2),
            );
            canvas.render(self.ticks.hint(self.hint(), cells, theme), row(area.bottom() - 1));
        }
    }

    fn line(&self, row: usize, entry: &Entry, cells: usize, look: &Look<'_>) -> Line<'static> {
        let theme = look.theme;
        let is_here = row == self.at;
        let ticked = self.ticks.takes_several().then(|| self.ticks.ticked().contains(&entry.pick));
        let Some((list, line, id)) = self.unit_in(row).filter(|_| self.is_tree()) else {
            let mut entry = entry.clone();
            if entry.note.is_empty() {
                entry.note = self.count_of(&entry).into();
            }
            return self.list.line(is_here, &entry, (cells, ticked), look);
        };
        let style = if is_here { theme.selected() } else { theme.text() };
        let fold = match (list.has_branches(line), self.is_folded(id)) {
            (true, true) => "+ ",
            (true, false) => "- ",
            (false, _) => "  ",
        };
        let tick = match ticked {
            Some(true) => format!("[{}] ", theme.signs.tick),
            Some(false) => "[ ] ".to_owned(),
            None => String::new(),
        };
        let indent = "  ".repeat(usize::from(list.level(line).saturating_sub(1)));
        let name = format!("{tick}{indent}{fold}{}", entry.pick.name());
        let users = self.count_of(entry);
        let room = cells.saturating_sub(text::width(&users) + 2);
        Line::from(vec![
            Span::styled(if is_here { theme.signs.pointer } else { " " }, theme.focus()),
            Span::styled(text::left(&name, room, theme.signs.ellipsis), style),
            Span::styled(format!(" {users}"), if is_here { style } else { theme.dim() }),
        ])
    }

    /// `12 users`, where it is known.
    fn count_of(&self, entry: &Entry) -> String {
        let count = self.counts.of(entry.pick.id());
        count.map_or_else(String::new, |count| match entry.pick {
            Pick::Course(_) => format!("{} enrolled", text::number(count)),
            Pick::Unit(_) | Pick::Group(_) => text::counted(count, "user", "users"),
        })
    }

    fn hint(&self) -> &'static str {
        match (self.ticks.takes_several(), self.list.kind) {
            (true, Kind::Units) => "Enter ticks  Tab done  \u{2190}\u{2192} fold  type to narrow  Esc back",
            (true, _) => "Enter ticks  Tab done  type to narrow  Esc back",
            (false, Kind::Units) => "Enter takes  \u{2190}\u{2192} fold  type to narrow  Esc back",
            (false, _) => "Enter takes  type to narrow  Esc back",
        }
    }

    fn preview(&self) -> String {
        let Some(entry) = self.entry_in(self.at) else { return String::new() };
        let count = self.count_of(&entry);
        let parts = [entry.pick.path().as_str(), entry.note.as_str(), &count];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ·  ")
    }
}

//! Advanced search: the full list of units (as a tree), groups or courses, over the whole screen.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;

use super::pick_list::PickList;
use super::{Overlay, Pick, PopupOutcome, Question};
use crate::domain::ids::UnitId;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::catalogue::{Entry, Kind};
use crate::tui::context::{Context, Look};
use crate::tui::effect::{Reply, Ticket};
use crate::tui::keymap::Binding;
use crate::tui::parts::line_edit::LineEdit;
use crate::tui::parts::text;

/// Lines above and below the list.
const AROUND: u16 = 5;

/// The full list of units, groups or courses.
#[derive(Clone, Debug, PartialEq)]
pub struct Browser {
    question: Question,
    several: bool,
    chosen: Vec<Pick>,
    edit: LineEdit,
    list: PickList,
    /// Units whose branches are folded away.
    folded: Vec<UnitId>,
    at: usize,
    rows: usize,
}

impl Browser {
    /// The full list of `kind`, to choose one or several; `chosen` are chosen already.
    pub fn new(question: Question, kind: Kind, several: bool, chosen: Vec<Pick>) -> Self {
        let (edit, list) = (LineEdit::default(), PickList::new(kind));
        Self { question, several, chosen, edit, list, folded: Vec::new(), at: 0, rows: 1 }
    }

    /// The same, narrowed by what was `typed` already.
    pub fn narrowed(mut self, typed: &str) -> Self {
        self.edit = LineEdit::new(typed);
        self
    }

    fn is_tree(&self) -> bool {
        self.list.kind == Kind::Units && self.edit.value().trim().is_empty()
    }

    /// The lines that are shown: what fits, less the branches folded away.
    fn shown(&self) -> Vec<&Entry> {
        if !self.is_tree() {
            return self.list.entries().collect();
        }
        let mut hidden_below: Option<u8> = None;
        let mut shown = Vec::new();
        for entry in self.list.entries() {
            if hidden_below.is_some_and(|level| entry.level > level) {
                continue;
            }
            hidden_below = unit(entry).filter(|id| self.folded.contains(id)).map(|_| entry.level);
            shown.push(entry);
        }
        shown
    }

    fn has_branches(&self, entry: &Entry) -> bool {
        self.list.entries().any(|other| other.parent.is_some() && other.parent == unit(entry))
    }

    fn step(&mut self, by: isize) {
        let last = self.shown().len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(by).min(last);
    }

    /// Folds the branch pointed at, or goes to the unit above it.
    fn fold(&mut self) {
        let Some(entry) = self.shown().get(self.at).map(|entry| (*entry).clone()) else { return };
        let Some(id) = unit(&entry) else { return };
        if self.has_branches(&entry) && !self.folded.contains(&id) {
            self.folded.push(id);
        } else if let Some(above) = self.shown().iter().position(|other| unit(other) == entry.parent) {
            self.at = above;
        }
    }

    fn unfold(&mut self) {
        let id = self.shown().get(self.at).and_then(|entry| unit(entry));
        self.folded.retain(|folded| Some(*folded) != id);
    }

    fn take(&mut self) -> Option<PopupOutcome> {
        let pick = self.shown().get(self.at)?.pick.clone();
        if !self.several {
            return Some(PopupOutcome::Picked(self.question, vec![pick]));
        }
        match self.chosen.iter().position(|chosen| *chosen == pick) {
            Some(at) => drop(self.chosen.remove(at)),
            None => self.chosen.push(pick),
        }
        None
    }

    fn finished(&self) -> PopupOutcome {
        if self.several {
            PopupOutcome::Picked(self.question, self.chosen.clone())
        } else {
            PopupOutcome::Dismissed
        }
    }

    fn typed(&mut self, context: &mut Context<'_>) {
        self.at = 0;
        context.fetch(self.list.kind);
        context.narrow(self.list.kind, self.edit.value());
        self.list.narrow(self.edit.value(), context.catalogue);
    }

    fn line(&self, at: usize, entry: &Entry, cells: usize, look: &Look<'_>) -> Line<'static> {
        let theme = look.theme;
        let ticked = self.several.then(|| self.chosen.contains(&entry.pick));
        if !self.is_tree() {
            let mut list = self.list.clone();
            list.point_at(self.at);
            return list.line(at, entry, (cells, ticked), look);
        }
        let is_here = at == self.at;
        let style = if is_here { theme.selected() } else { theme.text() };
        let fold = match (self.has_branches(entry), unit(entry).is_some_and(|id| self.folded.contains(&id))) {
            (true, true) => "+ ",
            (true, false) => "- ",
            (false, _) => "  ",
        };
        let tick = match ticked {
            Some(true) => format!("[{}] ", theme.signs.tick),
            Some(false) => "[ ] ".to_owned(),
            None => String::new(),
        };
        let indent = "  ".repeat(usize::from(entry.level.saturating_sub(1)));
        let users = text::counted(entry.count, "user", "users");
        let name = format!("{tick}{indent}{fold}{}", entry.pick.name());
        let room = cells.saturating_sub(text::width(&users) + 2);
        Line::from(vec![
            Span::styled(if is_here { theme.signs.pointer } else { " " }, theme.focus()),
            Span::styled(text::left(&name, room, theme.signs.ellipsis), style),
            Span::styled(format!(" {users}"), if is_here { style } else { theme.dim() }),
        ])
    }

    fn hint(&self) -> &'static str {
        match (self.several, self.list.kind) {
            (true, Kind::Units) => "Enter ticks  Tab done  \u{2190}\u{2192} fold  type to narrow  Esc back",
            (true, _) => "Enter ticks  Tab done  type to narrow  Esc back",
            (false, Kind::Units) => "Enter takes  \u{2190}\u{2192} fold  type to narrow  Esc back",
            (false, _) => "Enter takes  type to narrow  Esc back",
        }
    }

    fn preview(&self) -> String {
        let shown = self.shown();
        let Some(entry) = shown.get(self.at) else { return String::new() };
        let count = match entry.pick {
            Pick::Course(_) => format!("{} enrolled", text::number(entry.count)),
            _ => text::counted(entry.count, "user", "users"),
        };
        let note = entry.note.as_str();
        let parts = [entry.pick.path().as_str(), note, &count];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ·  ")
    }
}

fn unit(entry: &Entry) -> Option<UnitId> {
    match &entry.pick {
        Pick::Unit(unit) => Some(unit.id),
        Pick::Group(_) | Pick::Course(_) => None,
    }
}

impl Overlay for Browser {
    fn keys(&self) -> &'static [Binding] {
        &[]
    }

    fn is_typing(&self) -> bool {
        true
    }

    fn opened(&mut self, context: &mut Context<'_>) {
        self.rows = usize::from(context.size.height.saturating_sub(AROUND + 3)).max(1);
        self.typed(context);
        let chosen = self.chosen.first();
        self.at = self.shown().iter().position(|entry| Some(&entry.pick) == chosen).unwrap_or(0);
    }

    fn key(&mut self, key: Key, context: &mut Context<'_>) -> Option<PopupOutcome> {
        let page = isize::try_from(self.rows).unwrap_or(1);
        match (key.code, key.ctrl) {
            (KeyCode::Up, _) | (KeyCode::Char('p'), true) => self.step(-1),
            (KeyCode::Down, _) | (KeyCode::Char('n'), true) => self.step(1),
            (KeyCode::PageUp, _) => self.step(-page),
            (KeyCode::PageDown, _) => self.step(page),
            (KeyCode::Left, false) if self.is_tree() => self.fold(),
            (KeyCode::Right, false) if self.is_tree() => self.unfold(),
            (KeyCode::Tab, _) if self.several => return Some(self.finished()),
            (KeyCode::Enter | KeyCode::Tab, _) => return self.take(),
            (KeyCode::Esc, _) if self.edit.is_empty() => return Some(self.finished()),
            (KeyCode::Esc, _) => {
                self.edit = LineEdit::default();
                self.typed(context);
            }
            _ if self.edit.key(key) => self.typed(context),
            _ => {}
        }
        None
    }

    fn paste(&mut self, pasted: &str, context: &mut Context<'_>) {
        self.edit.paste(pasted);
        self.typed(context);
    }

    fn replied(&mut self, _: Ticket, _: &Reply, context: &mut Context<'_>) {
        self.list.refresh(context.catalogue);
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
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
        let shown = self.shown();
        let top = (self.at + 1).saturating_sub(usize::from(lines.height));
        for (y, (at, entry)) in (lines.y..lines.bottom()).zip(shown.iter().enumerate().skip(top)) {
            canvas.render(self.line(at, entry, cells, look), row(y));
        }
        if area.height > AROUND {
            let rule = Line::styled(theme.signs.rule.repeat(cells), theme.dim());
            canvas.render(rule, row(area.bottom() - 3));
            canvas.render(
                Line::raw(text::fit(&self.preview(), cells, theme.signs.ellipsis)),
                row(area.bottom() - 2),
            );
            let hint = text::fit(self.hint(), cells, theme.signs.ellipsis);
            canvas.render(Line::styled(hint, theme.dim()), row(area.bottom() - 1));
        }
    }
}

//! A short list to choose one line or several from.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::leaving::{Leaving, Left};
use super::{Overlay, PopupOutcome, Question, frame};
use crate::domain::safe_text::SafeText;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::context::{Context, Look};
use crate::tui::parts::text;

/// A line of a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The key that chooses it at once.
    pub key: Option<char>,
    /// What it says.
    pub label: SafeText,
    /// What is added to it, dim, at the right.
    pub note: SafeText,
    /// Whether it is chosen.
    pub on: bool,
}

impl Item {
    /// A line that `key` chooses.
    pub fn new(key: char, label: impl Into<SafeText>) -> Self {
        Self { key: Some(key), label: label.into(), note: SafeText::default(), on: false }
    }

    /// The line at place `at`, from 0, of a list that is numbered from 1: the digits choose the first nine, and no key
    /// those after them.
    pub fn numbered(at: usize, label: impl Into<SafeText>) -> Self {
        let key = u32::try_from(at + 1).ok().and_then(|digit| char::from_digit(digit, 10));
        Self { key, label: label.into(), note: SafeText::default(), on: false }
    }

    /// The same with `note` at the right.
    pub fn note(self, note: impl Into<SafeText>) -> Self {
        Self { note: note.into(), ..self }
    }

    /// The same, chosen or not.
    pub fn on(self, on: bool) -> Self {
        Self { on, ..self }
    }
}

/// A short list to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    question: Question,
    title: SafeText,
    items: Vec<Item>,
    several: bool,
    before: Vec<usize>,
    leaving: Leaving,
    at: usize,
}

impl Menu {
    /// One of `items`: Enter or its key chooses it.
    pub fn one(question: Question, title: impl Into<SafeText>, items: Vec<Item>) -> Self {
        let at = items.iter().position(|item| item.on).unwrap_or(0);
        let leaving = Leaving::default();
        Self { question, title: title.into(), items, several: false, before: Vec::new(), leaving, at }
    }

    /// Several of `items`: Space or a key toggles, Enter takes them, and so does leaving, if something was toggled.
    pub fn several(question: Question, title: impl Into<SafeText>, items: Vec<Item>) -> Self {
        let menu = Self::one(question, title, items);
        Self { several: true, before: menu.toggled(), ..menu }
    }

    /// The same, where something is begun with them.
    #[must_use]
    pub fn beginning(self) -> Self {
        Self { leaving: Leaving::beginning(), ..self }
    }

    fn toggled(&self) -> Vec<usize> {
        self.items.iter().enumerate().filter(|(_, item)| item.on).map(|(at, _)| at).collect()
    }

    fn choose(&mut self, at: usize) -> Option<PopupOutcome> {
        self.at = at;
        if self.several {
            if let Some(item) = self.items.get_mut(at) {
                item.on = !item.on;
            }
            return None;
        }
        Some(PopupOutcome::Chosen(self.question, vec![at]))
    }

    fn take(&mut self) -> Option<PopupOutcome> {
        if !self.several {
            return self.choose(self.at);
        }
        Some(PopupOutcome::Chosen(self.question, self.toggled()))
    }

    fn leave(&mut self) -> Option<PopupOutcome> {
        match self.leaving.leave(self.several && self.toggled() != self.before) {
            Left::Taken => self.take(),
            Left::NotYet => None,
            Left::Dropped => Some(PopupOutcome::Dismissed),
        }
    }

    fn widest(&self) -> usize {
        let item = |item: &Item| text::width(item.label.as_str()) + text::width(item.note.as_str()) + 12;
        let items = self.items.iter().map(item).max().unwrap_or(0);
        let hint = match (self.several, self.leaving.begins()) {
            (true, true) => 60,
            (true, false) => 44,
            (false, _) => 30,
        };
        items.max(text::width(self.title.as_str()) + 8).max(hint)
    }

    fn line(&self, at: usize, item: &Item, width: usize, look: &Look<'_>) -> Line<'static> {
        let theme = look.theme;
        let here = at == self.at;
        let mark = match (self.several, item.on) {
            (true, true) => format!("[{}] ", theme.signs.tick),
            (true, false) => "[ ] ".to_owned(),
            (false, true) => format!("{} ", theme.signs.tick),
            (false, false) => "  ".to_owned(),
        };
        let key = item.key.map_or_else(|| "  ".to_owned(), |key| format!("{key} "));
        // What it says comes before what is added to it.
        let room = width.saturating_sub(text::width(&mark) + text::width(&key) + 2);
        let spare = room.saturating_sub(text::width(item.label.as_str()));
        let note = text::fit(item.note.as_str(), spare, theme.signs.ellipsis);
        let room = room - text::width(&note);
        let style = if here { theme.selected() } else { theme.text() };
        Line::from(vec![
            Span::styled(if here { theme.signs.pointer } else { " " }, theme.focus()),
            Span::styled(key, theme.strong()),
            Span::styled(
                format!("{mark}{}", text::left(item.label.as_str(), room, theme.signs.ellipsis)),
                style,
            ),
            Span::styled(format!(" {note}"), theme.dim()),
        ])
    }
}

impl Overlay for Menu {
    fn key(&mut self, key: Key, _context: &mut Context<'_>) -> Option<PopupOutcome> {
        let last = self.items.len().saturating_sub(1);
        if !matches!(key.code, KeyCode::Esc | KeyCode::Char('q')) {
            self.leaving.stay();
        }
        match key.code {
            KeyCode::Char(c) if !key.ctrl && !key.alt => {
                if let Some(at) = self.items.iter().position(|item| item.key == Some(c)) {
                    return self.choose(at);
                }
                match c {
                    'j' => self.at = (self.at + 1).min(last),
                    'k' => self.at = self.at.saturating_sub(1),
                    'q' => return self.leave(),
                    ' ' => return self.choose(self.at),
                    _ => {}
                }
            }
            KeyCode::Char('n') if key.ctrl => self.at = (self.at + 1).min(last),
            KeyCode::Char('p') if key.ctrl => self.at = self.at.saturating_sub(1),
            KeyCode::Down | KeyCode::Tab => self.at = (self.at + 1).min(last),
            KeyCode::Up | KeyCode::BackTab => self.at = self.at.saturating_sub(1),
            KeyCode::Home => self.at = 0,
            KeyCode::End => self.at = last,
            KeyCode::Enter => return self.take(),
            KeyCode::Esc => return self.leave(),
            _ => {}
        }
        None
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        let width = u16::try_from(self.widest() + 4).unwrap_or(u16::MAX);
        let height = u16::try_from(self.items.len() + 4).unwrap_or(u16::MAX);
        let inside = frame::draw(canvas, frame::centred(area, width, height), self.title.as_str(), look);
        let rows = usize::from(inside.height.saturating_sub(2)).max(usize::from(inside.height > 0));
        let top = (self.at + 1).saturating_sub(rows);
        let shown = self.items.iter().enumerate().skip(top).take(rows);
        for (y, (at, item)) in (inside.y..).zip(shown) {
            canvas.render(
                self.line(at, item, usize::from(inside.width), look),
                Rect { y, height: 1, ..inside },
            );
            if at == self.at {
                canvas.set_cursor(inside.x, y);
            }
        }
        if inside.height > 2 {
            let hint = if self.several {
                "Space toggles  Enter takes  Esc closes"
            } else {
                "Enter takes  Esc closes"
            };
            let ticks = ("Enter", self.toggled().len());
            let hint = self.leaving.hint(hint, ticks, (usize::from(inside.width), look.theme));
            canvas.render(hint, Rect { y: inside.bottom() - 1, height: 1, ..inside });
        }
    }
}

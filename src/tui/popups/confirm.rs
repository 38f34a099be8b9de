//! A question with yes and no; no is the default.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Overlay, PopupOutcome, Question, frame};
use crate::domain::safe_text::SafeText;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::context::{Context, Look};
use crate::tui::parts::text;

/// A question with yes and no. Its text names the object and the count; the profile is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    question: Question,
    title: SafeText,
    body: SafeText,
    no: &'static str,
    yes: &'static str,
    on_yes: bool,
}

impl Confirm {
    /// Asks `body` under `title`; `yes` is the verb of the button that does it.
    pub fn new(
        question: Question,
        title: impl Into<SafeText>,
        body: impl Into<SafeText>,
        yes: &'static str,
    ) -> Self {
        Self { question, title: title.into(), body: body.into(), no: "Cancel", yes, on_yes: false }
    }

    /// `no` is the button that leaves all as it is, where "Cancel" would be what the question is about.
    #[must_use]
    pub fn or(self, no: &'static str) -> Self {
        Self { no, ..self }
    }

    /// Which question it is.
    pub fn question(&self) -> Question {
        self.question
    }
}

impl Overlay for Confirm {
    fn key(&mut self, key: Key, _context: &mut Context<'_>) -> Option<PopupOutcome> {
        match key.code {
            KeyCode::Char('n' | 'q') | KeyCode::Esc => Some(PopupOutcome::Dismissed),
            KeyCode::Enter if !self.on_yes => Some(PopupOutcome::Dismissed),
            KeyCode::Enter => Some(PopupOutcome::Confirmed(self.question)),
            KeyCode::Char(_) if key == Key::char('y') => Some(PopupOutcome::Confirmed(self.question)),
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Left | KeyCode::Right | KeyCode::Char('h' | 'l') => {
                self.on_yes = !self.on_yes;
                None
            }
            _ => None,
        }
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        let width = area.width.saturating_sub(4).min(60);
        let body = text::wrap(self.body.as_str(), usize::from(width.saturating_sub(4)));
        let height = u16::try_from(body.len()).unwrap_or(u16::MAX).saturating_add(5);
        let inside = frame::draw(canvas, frame::centred(area, width, height), self.title.as_str(), look);
        if inside.height < 3 {
            return;
        }
        let shown = body.into_iter().take(usize::from(inside.height) - 2);
        for (y, line) in (inside.y..).zip(shown) {
            canvas.render(Line::raw(line), Rect { y, height: 1, ..inside });
        }
        let place = format!("on {}", look.place.profile);
        canvas.render(
            Line::styled(place, look.theme.dim()),
            Rect { y: inside.bottom() - 2, height: 1, ..inside },
        );
        let (no, yes) = if self.on_yes {
            (look.theme.text(), look.theme.selected())
        } else {
            (look.theme.selected(), look.theme.text())
        };
        let buttons = Line::from(vec![
            Span::styled(format!("[ {} n ]", self.no), no),
            Span::raw("  "),
            Span::styled(format!("[ {} y ]", self.yes), yes),
        ]);
        let y = inside.bottom() - 1;
        canvas.render(buttons, Rect { y, height: 1, ..inside });
        let before_yes = u16::try_from(text::width(self.no) + 10).unwrap_or(u16::MAX);
        let x = inside.x.saturating_add(if self.on_yes { before_yes } else { 2 });
        canvas.set_cursor(x.min(inside.right() - 1), y);
    }
}

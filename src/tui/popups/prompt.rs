//! A question that is answered by typing a line.

use jiff::civil::Date;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{Overlay, PopupOutcome, Question, frame};
use crate::domain::expiry::{echo, read_day, read_expiry};
use crate::domain::safe_text::SafeText;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::context::{Context, Look};
use crate::tui::parts::line_edit::LineEdit;
use crate::tui::parts::text;

/// What is taken as an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// Anything, nothing too.
    Anything,
    /// Anything but nothing.
    Something,
    /// Exactly this, upper and lower case alike: what can't be undone by accident.
    Exactly(String),
    /// An expiry date as in the invite form; nothing takes it away. The day is today.
    Expiry(Date),
    /// A day that is filtered by, past or to come; nothing stands for any. The day is today.
    Day(Date),
}

impl Check {
    /// What is said of what was typed: whether it is taken, and why or as what.
    fn judge(&self, typed: &str) -> Result<String, String> {
        let typed = typed.trim();
        match self {
            Self::Something if typed.is_empty() => Err("type something, or Esc".to_owned()),
            Self::Something | Self::Anything => Ok(String::new()),
            Self::Exactly(wanted) if typed.eq_ignore_ascii_case(wanted) => Ok("Enter does it".to_owned()),
            Self::Exactly(wanted) => Err(format!("type {wanted}")),
            Self::Expiry(today) => match read_expiry(typed, *today) {
                Ok(Some(date)) => Ok(echo(date, *today)),
                Ok(None) => Ok("no expiry date".to_owned()),
                Err(error) => Err(error.to_string()),
            },
            Self::Day(_) if typed.is_empty() => Ok("any".to_owned()),
            Self::Day(today) => {
                read_day(typed, *today).map(|date| echo(date, *today)).map_err(|error| error.to_string())
            }
        }
    }

    /// Whether a date is asked for, of which another one takes the place as a whole.
    fn is_date(&self) -> bool {
        matches!(self, Self::Expiry(_) | Self::Day(_))
    }
}

/// A question that is answered by typing a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    question: Question,
    title: SafeText,
    body: SafeText,
    line: LineEdit,
    check: Check,
    /// Why the answer was not taken.
    is_refused: bool,
    /// Nothing was typed yet: a date that is typed takes the place of the one that stands there.
    is_fresh: bool,
    /// Why what stands there was refused, until it is changed.
    error: Option<SafeText>,
}

impl Prompt {
    /// Asks `body` under `title`; `value` stands there to begin with.
    pub fn new(
        question: Question,
        title: impl Into<SafeText>,
        body: impl Into<SafeText>,
        (value, check): (&str, Check),
    ) -> Self {
        Self {
            question,
            title: title.into(),
            body: body.into(),
            line: LineEdit::new(value),
            check,
            is_refused: false,
            is_fresh: true,
            error: None,
        }
    }

    fn take(&mut self, key: Key) -> Option<PopupOutcome> {
        match key.code {
            KeyCode::Esc => return Some(PopupOutcome::Dismissed),
            KeyCode::Enter if self.check.judge(self.line.value()).is_ok() => {
                return Some(PopupOutcome::Typed(self.question, self.line.value().trim().to_owned()));
            }
            KeyCode::Enter => self.is_refused = true,
            code => {
                let is_text = matches!(code, KeyCode::Char(_)) && !key.ctrl && !key.alt;
                if self.is_fresh && is_text && self.check.is_date() {
                    self.line = LineEdit::default();
                }
                self.line.key(key);
                self.error = None;
                self.is_refused = false;
            }
        }
        None
    }
}

impl Prompt {
    /// The same, with why the answer before was not taken.
    #[must_use]
    pub fn with_error(self, error: impl Into<SafeText>) -> Self {
        Self { error: Some(error.into()), ..self }
    }
}

impl Overlay for Prompt {
    fn key(&mut self, key: Key, _context: &mut Context<'_>) -> Option<PopupOutcome> {
        let outcome = self.take(key);
        self.is_fresh = false;
        outcome
    }

    fn paste(&mut self, text: &str, _context: &mut Context<'_>) {
        self.line.paste(text);
        self.is_refused = false;
        self.is_fresh = false;
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        let width = area.width.saturating_sub(4).min(64);
        let body = text::wrap(self.body.as_str(), usize::from(width.saturating_sub(4)));
        let height = u16::try_from(body.len()).unwrap_or(u16::MAX).saturating_add(6);
        let inside = frame::draw(canvas, frame::centred(area, width, height), self.title.as_str(), look);
        if inside.height < 3 {
            return;
        }
        let row = |y: u16| Rect { y, height: 1, ..inside };
        let shown = body.into_iter().take(usize::from(inside.height) - 3);
        for (y, line) in (inside.y..).zip(shown) {
            canvas.render(Line::raw(line), row(y));
        }
        let y = inside.bottom() - 3;
        let (typed, cursor) = self.line.window(usize::from(inside.width).saturating_sub(3));
        canvas.render(Line::styled(format!("> {typed}"), look.theme.focus()), row(y));
        let (words, style) = match self.check.judge(self.line.value()) {
            _ if self.error.is_some() => {
                let error = self.error.as_ref().map_or("", |error| error.as_str());
                (error.to_owned(), look.theme.error())
            }
            Err(words) if self.is_refused => (words, look.theme.error()),
            Ok(words) | Err(words) => (words, look.theme.dim()),
        };
        let words = text::fit(&words, usize::from(inside.width), look.theme.signs.ellipsis);
        canvas.render(Line::styled(words, style), row(y + 1));
        let hint = format!("Enter takes  Esc closes  on {}", look.place.profile);
        let hint = text::fit(&hint, usize::from(inside.width), look.theme.signs.ellipsis);
        canvas.render(Line::styled(hint, look.theme.dim()), row(y + 2));
        let column = u16::try_from(cursor).unwrap_or(u16::MAX).saturating_add(2);
        canvas.set_cursor(inside.x.saturating_add(column).min(inside.right().saturating_sub(1)), y);
    }
}

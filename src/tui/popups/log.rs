//! The messages so far, the latest first.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Overlay, PopupOutcome, frame};
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::context::{Context, Look};
use crate::tui::messages::Message;
use crate::tui::parts::text;

/// The messages so far.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageLog {
    messages: Vec<Message>,
    top: usize,
}

impl MessageLog {
    /// A list of `messages`, the latest first.
    pub fn new(messages: Vec<Message>) -> Self {
        Self { messages, top: 0 }
    }
}

impl Overlay for MessageLog {
    fn key(&mut self, key: Key, _context: &mut Context<'_>) -> Option<PopupOutcome> {
        let last = self.messages.len().saturating_sub(1);
        match key.code {
            _ if key.ctrl || key.alt => {}
            KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q') => return Some(PopupOutcome::Dismissed),
            KeyCode::Down | KeyCode::Char('j') => self.top = (self.top + 1).min(last),
            KeyCode::Up | KeyCode::Char('k') => self.top = self.top.saturating_sub(1),
            KeyCode::PageDown => self.top = (self.top + 10).min(last),
            KeyCode::PageUp => self.top = self.top.saturating_sub(10),
            _ => {}
        }
        None
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        let theme = look.theme;
        let wide = area.width.saturating_sub(2).min(100);
        let inside = frame::draw(canvas, frame::centred(area, wide, area.height), "Messages", look);
        if inside.height == 0 || inside.width < 12 {
            return;
        }
        canvas.set_cursor(inside.x, inside.y);
        let cells = usize::from(inside.width) - 10;
        let lines = self.messages.iter().skip(self.top).flat_map(|message| {
            let time = look.place.zone.to_datetime(message.at).strftime("%H:%M:%S  ").to_string();
            let texts = text::wrap(message.text.as_str(), cells).into_iter().enumerate();
            texts.map(move |(at, text)| {
                let time = if at == 0 { time.clone() } else { " ".repeat(10) };
                Line::from(vec![Span::styled(time, theme.dim()), Span::styled(text, message.style(theme))])
            })
        });
        for (y, line) in (inside.y..inside.bottom()).zip(lines) {
            canvas.render(line, Rect { y, height: 1, ..inside });
        }
        if self.messages.is_empty() {
            canvas.render(Line::styled("nothing was said yet", theme.dim()), Rect { height: 1, ..inside });
        }
    }
}

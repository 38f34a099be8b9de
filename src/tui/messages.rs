//! What the program said: one line at the bottom, all of it in a list.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::context::Tone;
use super::parts::text;
use super::theme::Theme;
use crate::domain::safe_text::SafeText;
use crate::terminal::canvas::Canvas;

/// How many are kept.
const KEPT: usize = 500;

/// A key takes the line away only when it was there for so long, so that nothing flashes by while
/// someone is typing.
const SHOWN_AT_LEAST: SignedDuration = SignedDuration::from_secs(2);

/// Something that the program said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// When.
    pub at: Timestamp,
    /// How grave.
    pub tone: Tone,
    /// What.
    pub text: SafeText,
}

impl Message {
    /// How it looks.
    pub fn style(&self, theme: Theme) -> Style {
        match self.tone {
            Tone::Done => theme.done(),
            Tone::Note => theme.text(),
            Tone::Error => theme.error(),
        }
    }

    /// The sign before it, so that its tone is not told by colour alone.
    fn sign(&self, theme: Theme) -> &'static str {
        match self.tone {
            Tone::Done => theme.signs.tick,
            Tone::Note => theme.signs.dot,
            Tone::Error => "!",
        }
    }
}

/// What the program said so far.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    log: VecDeque<Message>,
    is_shown: bool,
}

impl Messages {
    /// Says something.
    pub fn say(&mut self, at: Timestamp, tone: Tone, text: SafeText) {
        if self.log.len() == KEPT {
            self.log.pop_front();
        }
        self.log.push_back(Message { at, tone, text });
        self.is_shown = true;
    }

    /// A key was pressed.
    pub fn key(&mut self, now: Timestamp) {
        self.is_shown &= self.log.back().is_some_and(|last| now.duration_since(last.at) < SHOWN_AT_LEAST);
    }

    /// The messages, the latest first.
    pub fn latest_first(&self) -> Vec<Message> {
        self.log.iter().rev().cloned().collect()
    }

    /// Draws the line.
    pub fn view(&self, canvas: &mut Canvas, area: Rect, theme: Theme) {
        let Some(message) = self.log.back().filter(|_| self.is_shown) else { return };
        let room = usize::from(area.width).saturating_sub(4);
        let line = Line::from(vec![
            Span::styled(format!(" {} ", message.sign(theme)), message.style(theme)),
            Span::styled(text::fit(message.text.as_str(), room, theme.signs.ellipsis), message.style(theme)),
        ]);
        canvas.line(line, area);
    }
}

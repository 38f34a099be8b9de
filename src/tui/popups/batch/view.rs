//! Draws a batch: plan, progress bar, results.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Batch, Stage};
use crate::api::jobs::JobState;
use crate::terminal::canvas::Canvas;
use crate::tui::context::Look;
use crate::tui::parts::text;
use crate::tui::popups::frame;

/// Lines of the popup at most, with its frame.
const HIGHEST: u16 = 18;

impl Batch {
    pub(super) fn draw(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        let width = area.width.saturating_sub(4).min(72);
        let cells = usize::from(width.saturating_sub(4));
        let body: Vec<String> = self.body().iter().flat_map(|line| text::wrap(line, cells)).collect();
        let tail = self.tail(look);
        let rows = u16::try_from(body.len() + tail.len()).unwrap_or(u16::MAX);
        let height = rows.saturating_add(3).min(HIGHEST);
        let inside = frame::draw(canvas, frame::centred(area, width, height), &self.title(), look);
        let room = usize::from(inside.height).saturating_sub(tail.len());
        let top = self.top.min(body.len().saturating_sub(room));
        for (y, line) in (inside.y..).zip(body.iter().skip(top).take(room)) {
            canvas.render(Line::raw(line.clone()), Rect { y, height: 1, ..inside });
        }
        let first = inside.bottom().saturating_sub(u16::try_from(tail.len()).unwrap_or(0)).max(inside.y);
        let last = inside.bottom().saturating_sub(1);
        for (y, line) in (first..inside.bottom()).zip(tail) {
            canvas.render(line, Rect { y, height: 1, ..inside });
        }
        let column = if self.stage == Stage::Asking && self.needs_count() {
            let typed = u16::try_from(self.count.cursor()).unwrap_or(u16::MAX);
            (inside.x.saturating_add(2).saturating_add(typed), last.saturating_sub(1))
        } else {
            (inside.x, last)
        };
        canvas.set_cursor(column.0.min(inside.right().saturating_sub(1)), column.1);
    }

    /// What it does to how many, once the server said so.
    pub(super) fn name(&self) -> Option<String> {
        let job = self.job.as_ref()?;
        Some(format!("{}, {}", job.summary, text::counted(job.total, "user", "users")))
    }

    fn title(&self) -> String {
        match (self.stage, self.name()) {
            (_, Some(name)) => name,
            (Stage::Trying, None) => "What it would do".to_owned(),
            (_, None) => "Not done".to_owned(),
        }
    }

    fn body(&self) -> Vec<String> {
        if let Some(error) = &self.error {
            return vec![error.to_string()];
        }
        match self.stage {
            Stage::Trying => vec!["asking the server what would happen; nothing is changed".to_owned()],
            Stage::Doing if self.job.is_none() => vec!["asking the server".to_owned()],
            Stage::Doing => vec![self.how_far()],
            Stage::Asking | Stage::Over => self.lines(),
        }
    }

    fn how_far(&self) -> String {
        let Some(job) = &self.job else { return String::new() };
        let verb = if job.state == JobState::TakingBack { "taking back" } else { "at work" };
        let refused = match job.refused {
            0 => String::new(),
            refused => format!(", {} refused", text::number(refused)),
        };
        format!("{verb}: {} of {}{refused}", text::number(job.settled()), text::number(job.total))
    }

    /// What always stays in sight: bar, choices, what to press.
    fn tail(&self, look: &Look<'_>) -> Vec<Line<'static>> {
        let theme = look.theme;
        let mut lines = Vec::new();
        if matches!(self.stage, Stage::Trying | Stage::Doing) && self.job.is_some() {
            lines.push(self.bar(look));
        }
        if self.error.is_none() && self.stage == Stage::Asking {
            lines.extend(self.choices().into_iter().map(Line::raw));
            lines.push(Line::styled(format!("on {}", look.place.profile), theme.dim()));
        }
        let hint = match self.stage {
            _ if self.error.is_some() => "r tries again, for the same job   Esc closes",
            Stage::Trying => "Esc closes",
            Stage::Asking if !self.has_effect() => "nothing would change   Esc closes",
            Stage::Asking if self.needs_count() => {
                let done = self.job.as_ref().map_or(0, |job| job.done);
                let asked = format!("type {done} and press Enter to delete them; Esc closes");
                lines.push(Line::styled(format!("> {}", self.count.value()), theme.focus()));
                let style = if self.is_miscounted { theme.error() } else { theme.dim() };
                lines.push(Line::styled(asked, style));
                return lines;
            }
            Stage::Asking => {
                lines.push(Line::from(vec![
                    Span::styled("[ Cancel n ]", theme.selected()),
                    Span::raw("  "),
                    Span::styled("[ Do it y ]", theme.text()),
                ]));
                return lines;
            }
            Stage::Doing => "c cancels the job   Esc closes, the job goes on",
            Stage::Over if self.refused.is_empty() || self.wanted.is_none() => "Enter closes",
            Stage::Over => "Enter closes; the refused ones stay marked",
        };
        lines.push(Line::styled(hint, theme.dim()));
        lines
    }

    fn bar(&self, look: &Look<'_>) -> Line<'static> {
        const CELLS: u64 = 40;
        let [full, empty] = look.theme.signs.progress;
        let (settled, total) = self.job.as_ref().map_or((0, 0), |job| (job.settled(), job.total));
        let filled = (settled.min(total) * CELLS).checked_div(total).unwrap_or(CELLS);
        let percent = (settled.min(total) * 100).checked_div(total).unwrap_or(100);
        let cells = |n: u64| usize::try_from(n).unwrap_or(0);
        Line::from(vec![
            Span::styled(full.repeat(cells(filled)), look.theme.done()),
            Span::styled(empty.repeat(cells(CELLS - filled)), look.theme.dim()),
            Span::raw(format!(" {percent} %")),
        ])
    }
}

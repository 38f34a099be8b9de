//! Draws Activity.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::state::{State, Tab};
use crate::api::audit::WorkspaceAuditEntry;
use crate::api::changes::MadeChange;
use crate::api::jobs::{Job, JobState};
use crate::terminal::canvas::Canvas;
use crate::tui::context::Look;
use crate::tui::parts::ago::ago;
use crate::tui::parts::text;

/// Cells of the time.
const WHEN: usize = 12;

/// Draws the whole screen.
pub fn draw(state: &State, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
    let row = |y: u16| Rect { y, height: 1, ..area };
    canvas.render(tabs(state, look), row(area.y));
    let first = area.y.saturating_add(2).min(area.bottom());
    let height = usize::from(area.bottom().saturating_sub(first));
    let lines = lines(state, usize::from(area.width), look);
    if lines.is_empty() {
        let words = empty(state);
        canvas.render(Line::styled(format!("  {words}"), look.theme.dim()), row(first));
        canvas.set_cursor(area.x, first.min(area.bottom().saturating_sub(1)));
        return;
    }
    let top = (state.spot.at + 1).saturating_sub(height.max(1));
    for (y, (at, spans)) in (first..area.bottom()).zip(lines.into_iter().enumerate().skip(top)) {
        let is_here = at == state.spot.at;
        let pointer = if is_here { look.theme.signs.pointer } else { " " };
        let mut line = vec![Span::styled(format!("{pointer} "), look.theme.focus())];
        // In the selected row one style goes through all.
        let one = |span: Span<'static>| if is_here { span.style(look.theme.selected()) } else { span };
        line.extend(spans.into_iter().map(one));
        canvas.render(Line::from(line), row(y));
        if is_here {
            canvas.set_cursor(area.x, y);
        }
    }
}

fn tabs(state: &State, look: &Look<'_>) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    for tab in Tab::ALL {
        let style = if tab == state.tab { look.theme.selected() } else { look.theme.dim() };
        spans.push(Span::styled(format!(" {} ", tab.label()), style));
        spans.push(Span::raw(" "));
    }
    if state.tab == Tab::Record {
        let filters = [state.operator.clone(), state.kind.map(|kind| format!("kind: {kind}"))];
        for filter in filters.into_iter().flatten() {
            spans.push(Span::raw(format!("  {filter}")));
        }
    }
    Line::from(spans)
}

fn empty(state: &State) -> String {
    let error = match state.tab {
        Tab::Changes => state.changes.error(),
        Tab::Jobs => state.jobs.error(),
        Tab::Record => state.record.error(),
    };
    if let Some(error) = error {
        return format!("could not be loaded: {error}; Ctrl-R tries again");
    }
    let is_here = match state.tab {
        Tab::Changes => state.changes.items().is_some(),
        Tab::Jobs => state.jobs.items().is_some(),
        Tab::Record => state.record.items().is_some(),
    };
    match (is_here, state.tab) {
        (false, _) => "loading".to_owned(),
        (_, Tab::Changes) => "nothing was changed yet; what is changed can be taken back here".to_owned(),
        (_, Tab::Jobs) => "no job yet; marking users and x begins one".to_owned(),
        (_, Tab::Record) => "the record has no such entry".to_owned(),
    }
}

fn lines(state: &State, cells: usize, look: &Look<'_>) -> Vec<Vec<Span<'static>>> {
    let cells = cells.saturating_sub(3);
    match state.tab {
        Tab::Changes => {
            state.changes.items().unwrap_or_default().iter().map(|made| change(made, cells, look)).collect()
        }
        Tab::Jobs => state.jobs.items().unwrap_or_default().iter().map(|one| job(one, cells, look)).collect(),
        Tab::Record => {
            state.record.items().unwrap_or_default().iter().map(|entry| record(entry, cells, look)).collect()
        }
    }
}

/// A line of columns; the last takes what is left.
fn columns(parts: &[(String, usize, Style)], cells: usize, look: &Look<'_>) -> Vec<Span<'static>> {
    let mut left = cells;
    let mut spans = Vec::new();
    for (words, width, style) in parts {
        let width = (*width).min(left);
        spans.push(Span::styled(text::left(words, width, look.theme.signs.ellipsis), *style));
        left = left.saturating_sub(width);
    }
    spans
}

fn change(made: &MadeChange, cells: usize, look: &Look<'_>) -> Vec<Span<'static>> {
    let theme = look.theme;
    let can_undo = made.undo_until.is_some_and(|until| until > look.now) && !made.undone;
    let (state, style) = match (made.undone, can_undo) {
        (true, _) => ("taken back", theme.dim()),
        (false, true) => ("z takes back", theme.done()),
        (false, false) => ("", theme.dim()),
    };
    let summary = cells.saturating_sub(WHEN + 13 + 22);
    let users = if made.users > 1 { format!("{} users: ", text::number(made.users)) } else { String::new() };
    columns(
        &[
            (ago(made.at, look.now), WHEN, theme.dim()),
            (format!("{users}{}", made.summary), summary, theme.text()),
            (format!(" {}", made.by), 22, theme.dim()),
            (format!(" {state}"), 13, style),
        ],
        cells,
        look,
    )
}

fn job(job: &Job, cells: usize, look: &Look<'_>) -> Vec<Span<'static>> {
    let theme = look.theme;
    let (settled, total) = (job.settled().min(job.total), job.total);
    let state = match job.state {
        JobState::Running | JobState::TakingBack => {
            let [full, empty] = theme.signs.progress;
            let filled = usize::try_from((settled * 10).checked_div(total).unwrap_or(10)).unwrap_or(0);
            format!("{}{}", full.repeat(filled.min(10)), empty.repeat(10_usize.saturating_sub(filled)))
        }
        JobState::Finished if job.refused > 0 => format!("{} refused", text::number(job.refused)),
        JobState::Finished => "done".to_owned(),
        JobState::Cancelled => "cancelled".to_owned(),
        JobState::TakenBack => "taken back".to_owned(),
    };
    let style = if job.refused > 0 { theme.warning() } else { theme.done() };
    let summary = cells.saturating_sub(WHEN + 16 + 18);
    columns(
        &[
            (ago(job.created_at, look.now), WHEN, theme.dim()),
            (job.summary.to_string(), summary, theme.text()),
            (format!(" {} of {}", text::number(settled), text::number(total)), 18, theme.dim()),
            (format!(" {state}"), 16, style),
        ],
        cells,
        look,
    )
}

fn record(entry: &WorkspaceAuditEntry, cells: usize, look: &Look<'_>) -> Vec<Span<'static>> {
    let theme = look.theme;
    let about = entry.email.as_ref().map_or_else(String::new, ToString::to_string);
    let side = (cells.saturating_sub(WHEN) / 3).min(30);
    let summary = cells.saturating_sub(WHEN + 2 * side);
    columns(
        &[
            (ago(entry.entry.at, look.now), WHEN, theme.dim()),
            (about, side, theme.text()),
            (format!(" {}", entry.entry.summary), summary, theme.strong()),
            (format!(" {}", entry.entry.actor), side, theme.dim()),
        ],
        cells,
        look,
    )
}

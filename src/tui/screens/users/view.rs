//! Draws the table of users.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::filter::Filter;
use super::regions::{Regions, regions};
use super::rows::{Rows, Widest};
use super::state::{PATIENCE, Phase, State};
use super::{cells, columns, detail, tally};
use crate::terminal::canvas::Canvas;
use crate::tui::context::Look;
use crate::tui::parts::line_edit::LineEdit;
use crate::tui::parts::text;
use crate::tui::table::{Column, Table};

/// The columns left of the table: the pointer and a space.
const MARGIN: u16 = 2;
/// What stands before a text to go to.
const GOTO: &str = "Go to: ";

/// Draws the whole screen.
pub fn draw(state: &State, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
    let parts = regions(area);
    if !look.place.workspace.may.people {
        refusal(canvas, area, look);
        return;
    }
    tally::counts(state, canvas, parts.counts, look);
    search(state, canvas, &parts, look);
    match &state.rows {
        Some(rows) if !rows.is_empty() => table(state, rows, canvas, &parts, look),
        Some(_) => nobody(state, canvas, &parts, look),
        None => waiting(state, canvas, &parts, look),
    }
    if let Some(user) = state.selected() {
        detail::strip(user, canvas, parts.strip, look);
        detail::pane(user, canvas, parts.pane, look);
    }
    cursor(state, canvas, &parts, look);
}

/// The real cursor stands on the selected row, or in the search.
fn cursor(state: &State, canvas: &mut Canvas, parts: &Regions, _look: &Look<'_>) {
    let typed = match (&state.goto, &state.search) {
        (Some(goto), _) => Some(text::width(GOTO) + goto.line.cursor()),
        (None, Some(search)) => Some(2 + search.cursor()),
        (None, None) => None,
    };
    let (x, y) = match (typed, &state.rows) {
        (Some(column), _) if parts.search.height > 0 => {
            let column = u16::try_from(column).unwrap_or(u16::MAX).saturating_add(1);
            (parts.search.x.saturating_add(column.min(parts.search.width / 2)), parts.search.y)
        }
        (_, Some(rows)) => {
            let line = rows.at().saturating_sub(rows.top_for(usize::from(parts.table.height)));
            let line = u16::try_from(line).unwrap_or(0);
            (parts.table.x.saturating_add(MARGIN), parts.table.y.saturating_add(line))
        }
        _ => (parts.table.x, parts.table.y),
    };
    canvas.set_cursor(x, y);
}

fn refusal(canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
    let may = &look.place.workspace.may;
    let reason =
        may.refusal.as_ref().map_or("people are managed by Admins and Managers", |words| words.as_str());
    let lines =
        [reason, "Ask an Admin of this workspace for the role, or sign in as somebody else. q quits."];
    notice(canvas, area, "You may not manage people here", &lines, look);
}

/// A heading and sentences in the upper third of `area`.
fn notice(canvas: &mut Canvas, area: Rect, heading: &str, sentences: &[&str], look: &Look<'_>) {
    let area =
        Rect { x: area.x.saturating_add(MARGIN), width: area.width.saturating_sub(2 * MARGIN), ..area };
    let cells = usize::from(area.width).min(72);
    let body = sentences.iter().flat_map(|sentence| text::wrap(sentence, cells));
    let heading = Line::styled(text::fit(heading, cells, look.theme.signs.ellipsis), look.theme.strong());
    let lines = std::iter::once(heading).chain(body.map(Line::raw));
    let first = area.y + (area.height / 4).min(area.height.saturating_sub(4));
    for (y, line) in (first..area.bottom()).zip(lines) {
        canvas.line(line, Rect { y, height: 1, ..area });
    }
}

fn search(state: &State, canvas: &mut Canvas, parts: &Regions, look: &Look<'_>) {
    let theme = look.theme;
    let area = parts.search;
    let cells = usize::from(area.width);
    let tally = tally::tally(state, !columns_for(state, parts, look.table).1, look);
    let room = cells.saturating_sub(text::width(&tally) + 4);
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    let mut push = |words: &str, style| {
        let words = text::fit(words, room.saturating_sub(used), theme.signs.ellipsis);
        used += text::width(&words);
        spans.push(Span::styled(words, style));
    };
    let typed = |line: &LineEdit| text::left(line.value(), 20.max(text::width(line.value())), "");
    if let Some(goto) = &state.goto {
        push(GOTO, theme.focus());
        push(&typed(&goto.line), theme.text());
    }
    match &state.search {
        _ if state.goto.is_some() => {}
        Some(search) => {
            push("/ ", theme.focus());
            push(&typed(search), theme.text());
        }
        None if state.filter.search.trim().is_empty() => {}
        None => {
            push("/ ", theme.dim());
            push(&state.filter.search, theme.strong());
        }
    }
    for (_, chip) in state.filter.chips() {
        push("   ", theme.text());
        push(&chip, theme.text());
        push(&format!(" {}", theme.signs.remove), theme.dim());
    }
    canvas.line(Line::from(spans), area);
    let style = if matches!(state.phase, Phase::Failed(_)) { theme.error() } else { theme.dim() };
    canvas.line(
        Line::styled(tally, style).right_aligned(),
        Rect { width: area.width.saturating_sub(1), ..area },
    );
}

/// The columns of the table, and whether the order can be read off them.
fn columns_for(state: &State, parts: &Regions, table: &Table) -> (Vec<(Column, usize)>, bool) {
    let cells = usize::from(parts.table.width.saturating_sub(MARGIN + 1));
    let widest = state.rows.as_ref().map_or_else(Widest::default, Rows::widest);
    let shown = match &table.columns {
        Some(chosen) => columns::chosen(cells, widest, chosen),
        None => columns::layout(cells, widest),
    };
    let is_shown = columns::shows(&shown, state.order);
    (shown, is_shown)
}

/// The columns of the table as it is drawn now.
pub fn shown_columns(state: &State, parts: &Regions, table: &Table) -> Vec<Column> {
    columns_for(state, parts, table).0.into_iter().map(|(column, _)| column).collect()
}

fn table(state: &State, rows: &Rows, canvas: &mut Canvas, parts: &Regions, look: &Look<'_>) {
    let theme = look.theme;
    let (shown, _) = columns_for(state, parts, look.table);
    let inset = |area: Rect| Rect {
        x: area.x.saturating_add(MARGIN),
        width: area.width.saturating_sub(MARGIN + 1),
        ..area
    };
    canvas.line(Line::from(columns::head(&shown, state.order, theme)), inset(parts.head));
    if !parts.rule.is_empty() {
        let rule = rule(rows, parts, look.theme.signs.rule);
        canvas.line(Line::styled(rule, theme.dim()), Rect { x: parts.rule.x + 1, ..parts.rule });
    }
    let top = rows.top_for(usize::from(parts.table.height));
    for (y, (at, user)) in (parts.table.y..parts.table.bottom()).zip(rows.iter().enumerate().skip(top)) {
        let line = Rect { y, height: 1, ..parts.table };
        let is_selected = at == rows.at();
        let style = is_selected.then(|| theme.selected());
        if is_selected {
            canvas.line(Line::styled(theme.signs.pointer, theme.focus()), Rect { width: 1, ..line });
        }
        if state.selection.contains(user.id) {
            let mark = Rect { x: line.x.saturating_add(1), width: 1, ..line };
            canvas.line(Line::styled(theme.signs.tick, theme.done()), mark);
        }
        let spans = cells::cells(user, &shown, &state.filter, style, look);
        canvas.line(Line::from(spans), inset(line));
    }
}

/// The line below the titles. It says where the list begins and ends, as far as that is in view;
/// in between nothing, since how many rows lie above nobody counts.
fn rule(rows: &Rows, parts: &Regions, sign: &str) -> String {
    let cells = usize::from(parts.rule.width.saturating_sub(2));
    let view = rows.view(usize::from(parts.table.height));
    let begins = view.start == 0 && rows.begins();
    let ends = view.end == rows.len() && rows.ends();
    let place = match (begins, ends) {
        (true, false) => " top ",
        (false, true) => " end ",
        _ => "",
    };
    let left = cells.saturating_sub(text::width(place) + 1);
    if place.is_empty() || left == 0 {
        return sign.repeat(cells);
    }
    format!("{}{place}{sign}", sign.repeat(left))
}

fn nobody(state: &State, canvas: &mut Canvas, parts: &Regions, look: &Look<'_>) {
    let area = parts.table.union(parts.pane);
    if state.filter.is_empty() {
        let words =
            ["i invites the first person. The invitation is mailed; who follows its link appears here."];
        notice(canvas, area, "Nobody here yet", &words, look);
        return;
    }
    let what = what_hides(&state.filter);
    notice(canvas, area, "Nobody matches", &[what.as_str()], look);
}

/// What to take away to see somebody again.
fn what_hides(filter: &Filter) -> String {
    let mut ways = Vec::new();
    if !filter.search.trim().is_empty() {
        ways.push(format!("Esc ends the search for \"{}\".", filter.search.trim()));
    }
    if let Some((_, last)) = filter.chips().last() {
        ways.push(format!("Backspace takes the filter \"{last}\" away; f then e takes all away."));
    }
    ways.join(" ")
}

fn waiting(state: &State, canvas: &mut Canvas, parts: &Regions, look: &Look<'_>) {
    match &state.phase {
        Phase::Failed(error) => {
            let words = error.to_string();
            let retry = "admit keeps trying. Ctrl-R tries at once.";
            notice(canvas, parts.table, "The users could not be loaded", &[words.as_str(), retry], look);
        }
        Phase::Anew(_, jump) if look.now.duration_since(jump.since) >= PATIENCE => {
            notice(canvas, parts.table, "Loading the users", &[], look);
        }
        _ => {}
    }
}

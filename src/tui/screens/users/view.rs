//! Draws the table of users.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::columns;
use super::filter::sort_label;
use super::regions::{Regions, regions};
use super::rows::{Rows, Widest};
use super::selection::Selection;
use super::state::{PATIENCE, Phase, State};
use super::{detail, filter::Filter};
use crate::api::users::UserCounts;
use crate::domain::status::UserStatus;
use crate::terminal::canvas::Canvas;
use crate::tui::context::Look;
use crate::tui::parts::text;
use crate::tui::table::{Column, Table};

/// The columns left of the table: the pointer and a space.
const MARGIN: u16 = 2;

/// Draws the whole screen.
pub fn draw(state: &State, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
    let parts = regions(area);
    if !look.place.workspace.may.people {
        refusal(canvas, area, look);
        return;
    }
    counts(state, canvas, parts.counts, look);
    search(state, canvas, &parts, look);
    match &state.rows {
        Some(rows) if !rows.users().is_empty() => table(state, rows, canvas, &parts, look),
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
    let (x, y) = match (&state.search, &state.rows) {
        (Some(search), _) if parts.search.height > 0 => {
            let column = u16::try_from(search.cursor()).unwrap_or(u16::MAX).saturating_add(3);
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
        canvas.render(line, Rect { y, height: 1, ..area });
    }
}

fn counts(state: &State, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
    let Some(counts) = state.counts.value() else { return };
    let cells = usize::from(area.width);
    let gap = if width_of(&entries(counts, look, "   ")) < cells { "   " } else { "  " };
    let mut used = 0;
    let mut spans = Vec::new();
    for entry in entries(counts, look, gap) {
        used += entry.iter().map(Span::width).sum::<usize>();
        if used > cells {
            break;
        }
        spans.extend(entry);
    }
    canvas.render(Line::from(spans), area);
}

fn width_of(entries: &[Vec<Span<'static>>]) -> usize {
    entries.iter().flatten().map(Span::width).sum()
}

/// The counts, each with its words, so that none is cut in the middle.
fn entries(counts: &UserCounts, look: &Look<'_>, gap: &'static str) -> Vec<Vec<Span<'static>>> {
    let theme = look.theme;
    let all =
        vec![Span::styled(" All ", theme.dim()), Span::styled(text::number(counts.total), theme.strong())];
    let mut entries = vec![all];
    for status in UserStatus::ALL {
        let word = status.as_str();
        let word =
            format!("{gap}{}{} ", text::head(word, 1).to_uppercase(), word.get(1..).unwrap_or_default());
        let number = Span::styled(text::number(counts.of(status)), theme.status(status));
        let mut entry = vec![Span::styled(word, theme.dim()), number];
        if status == UserStatus::Invited && counts.link_expired > 0 {
            let ended = format!(" ({} link expired)", text::number(counts.link_expired));
            entry.push(Span::styled(ended, theme.dim()));
        }
        entries.push(entry);
    }
    entries
}

fn search(state: &State, canvas: &mut Canvas, parts: &Regions, look: &Look<'_>) {
    let theme = look.theme;
    let area = parts.search;
    let cells = usize::from(area.width);
    let tally = tally(state, parts, look);
    let room = cells.saturating_sub(text::width(&tally) + 4);
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    let mut push = |words: &str, style| {
        let words = text::fit(words, room.saturating_sub(used), theme.signs.ellipsis);
        used += text::width(&words);
        spans.push(Span::styled(words, style));
    };
    match &state.search {
        Some(search) => {
            push("/ ", theme.focus());
            push(&text::left(search.value(), 20.max(text::width(search.value())), ""), theme.text());
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
    canvas.render(Line::from(spans), area);
    let style = if matches!(state.phase, Phase::Failed(_)) { theme.error() } else { theme.dim() };
    canvas.render(
        Line::styled(tally, style).right_aligned(),
        Rect { width: area.width.saturating_sub(1), ..area },
    );
}

/// How many match, how far the loading is, or what failed.
fn tally(state: &State, parts: &Regions, look: &Look<'_>) -> String {
    let arrived = state.rows.as_ref().map_or(0, |rows| rows.users().len()) as u64;
    if let (Phase::Failed(_), Some(_)) = (&state.phase, &state.rows) {
        return "could not be refreshed, Ctrl-R tries again".to_owned();
    }
    if state.is_going_to_end {
        return format!("loading{} {} rows, Esc stops", look.theme.signs.ellipsis, text::number(arrived));
    }
    if !state.selection.is_empty() {
        return selected(state);
    }
    if let (Phase::First(_, asked), Some(_)) = (&state.phase, &state.rows)
        && look.now.duration_since(*asked) >= PATIENCE
    {
        return format!("loading{}", look.theme.signs.ellipsis);
    }
    let sorted = if columns_for(state, parts, look.table).1 { String::new() } else { order(state) };
    match (state.filter.is_empty(), state.matching(), state.everybody) {
        (false, Some(matching), Some(all)) if all >= matching => {
            format!("{sorted}{} of {} match", text::number(matching), text::number(all))
        }
        (false, Some(matching), _) => format!("{sorted}{} match", text::number(matching)),
        _ => sorted,
    }
}

/// How many are marked: what is acted on is always counted in sight.
fn selected(state: &State) -> String {
    match (&state.selection, state.marked()) {
        (Selection::Matching { except, .. }, Some(count)) if !except.is_empty() => {
            let left_out = text::number(except.len() as u64);
            format!("{} marked: all that match, less {left_out}", text::number(count))
        }
        (Selection::Matching { .. }, Some(count)) => {
            format!("{} marked: all that match", text::number(count))
        }
        (_, Some(count)) => format!("{} marked", text::number(count)),
        (_, None) => "all that match are marked; counting".to_owned(),
    }
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

/// The order in words, where it can't be read off the titles.
fn order(state: &State) -> String {
    let then = state.order.then.map(|then| format!(", {}", sort_label(then.by))).unwrap_or_default();
    format!("by {}{then}  ", sort_label(state.order.by.by))
}

fn table(state: &State, rows: &Rows, canvas: &mut Canvas, parts: &Regions, look: &Look<'_>) {
    let theme = look.theme;
    let (shown, _) = columns_for(state, parts, look.table);
    let inset = |area: Rect| Rect {
        x: area.x.saturating_add(MARGIN),
        width: area.width.saturating_sub(MARGIN + 1),
        ..area
    };
    canvas.render(Line::from(columns::head(&shown, state.order, theme)), inset(parts.head));
    if !parts.rule.is_empty() {
        let rule = theme.signs.rule.repeat(usize::from(parts.rule.width.saturating_sub(2)));
        canvas.render(Line::styled(rule, theme.dim()), Rect { x: parts.rule.x + 1, ..parts.rule });
    }
    let top = rows.top_for(usize::from(parts.table.height));
    for (y, (at, user)) in
        (parts.table.y..parts.table.bottom()).zip(rows.users().iter().enumerate().skip(top))
    {
        let line = Rect { y, height: 1, ..parts.table };
        let is_selected = at == rows.at();
        let style = is_selected.then(|| theme.selected());
        if is_selected {
            canvas.render(Line::styled(theme.signs.pointer, theme.focus()), Rect { width: 1, ..line });
        }
        if state.selection.contains(user.id) {
            let mark = Rect { x: line.x.saturating_add(1), width: 1, ..line };
            canvas.render(Line::styled(theme.signs.tick, theme.done()), mark);
        }
        let spans = columns::cells(user, &shown, &state.filter, style, look);
        canvas.render(Line::from(spans), inset(line));
    }
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
        Phase::First(_, asked) if look.now.duration_since(*asked) >= PATIENCE => {
            notice(canvas, parts.table, "Loading the users", &[], look);
        }
        _ => {}
    }
}

//! Draws the edit form: each field as it is, and what is to become of it.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::change::{Field, Values};
use super::state::{Side, State};
use crate::terminal::canvas::Canvas;
use crate::tui::context::Look;
use crate::tui::parts::text;

/// Cells before the values.
const LABELS: usize = 21;

/// Draws the whole form.
pub fn draw(state: &State, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
    let cells = usize::from(area.width.saturating_sub(2));
    let (Some(user), Some(mine), Some(base)) = (state.user(), &state.mine, state.base()) else {
        let words = match state.detail.error() {
            Some(error) => format!("  The user could not be loaded: {error}. Ctrl-R tries again."),
            None => "  Loading the user".to_owned(),
        };
        canvas.render(
            Line::raw(text::fit(&words, cells, look.theme.signs.ellipsis)),
            Rect { height: 1, ..area },
        );
        canvas.set_cursor(area.x, area.y);
        return;
    };
    let mut lines: Vec<(Option<Field>, Line<'static>)> = Vec::new();
    let head = format!("  {} {}   {}   {}", user.first_name, user.last_name, user.email, user.status);
    lines.push((None, Line::styled(text::fit(&head, cells, look.theme.signs.ellipsis), look.theme.dim())));
    lines.push((None, Line::raw("")));
    for field in state.shown(look.catalogue) {
        let rows = rows(state, field, (mine, &base), look);
        lines.extend(rows.into_iter().enumerate().map(|(at, line)| ((at == 0).then_some(field), line)));
    }
    lines.push((None, Line::raw("")));
    lines.push((None, Line::styled(told(state), look.theme.dim())));
    let at = lines.iter().position(|(field, _)| *field == Some(state.focus)).unwrap_or(0);
    let height = usize::from(area.height);
    let top = (at + 2).saturating_sub(height);
    for (y, (_, line)) in (area.y..area.bottom()).zip(lines.into_iter().skip(top)) {
        canvas.render(line, Rect { y, height: 1, ..area });
    }
    let row = u16::try_from(at.saturating_sub(top)).unwrap_or(0);
    let column = u16::try_from(LABELS).unwrap_or(0).min(area.width.saturating_sub(1));
    canvas.set_cursor(area.x.saturating_add(column), area.y.saturating_add(row));
}

fn told(state: &State) -> String {
    match state.changed().len() {
        _ if state.saving.is_some() => "  asking the server".to_owned(),
        0 => "  nothing is changed".to_owned(),
        1 => "  1 field changes; s saves, after a look at what it does".to_owned(),
        several => format!("  {several} fields change; s saves, after a look at what it does"),
    }
}

fn rows(
    state: &State,
    field: Field,
    (mine, base): (&Values, &Values),
    look: &Look<'_>,
) -> Vec<Line<'static>> {
    let theme = look.theme;
    let is_here = field == state.focus;
    let pointer = if is_here { theme.signs.pointer } else { " " };
    let style = if is_here { theme.focus() } else { theme.text() };
    let label = text::left(&format!("{pointer} {}", field.label()), LABELS, "");
    let none = theme.signs.none;
    let mut spans = vec![Span::styled(label, style)];
    if mine.is_same(field, base) {
        spans.push(Span::raw(mine.told(field, none)));
    } else {
        spans.push(Span::styled(base.told(field, none), theme.dim()));
        spans.push(Span::raw(format!(" {} ", theme.signs.arrow)));
        spans.push(Span::styled(mine.told(field, none), theme.strong()));
    }
    let mut rows = vec![Line::from(spans)];
    let indent = " ".repeat(LABELS);
    if let (Some(side), Some(theirs)) = (state.disputed.get(&field), &state.theirs) {
        let mark = |own: Side| if *side == Some(own) { theme.signs.tick } else { " " };
        let theirs = format!("{indent}[{}] theirs: {}", mark(Side::Theirs), theirs.told(field, none));
        let mine = format!("{indent}[{}] mine:   {}", mark(Side::Mine), mine.told(field, none));
        rows.extend([theirs, mine].map(|line| Line::styled(line, theme.warning())));
    }
    if let Some(why) = state.refused.get(&field) {
        rows.push(Line::styled(format!("{indent}{why}"), theme.error()));
    }
    rows
}

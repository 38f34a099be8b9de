//! Draws the values of the form.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::field::Field;
use super::state::State;
use crate::domain::expiry::{echo, read_expiry, today_in};
use crate::domain::role::Role;
use crate::terminal::canvas::Canvas;
use crate::tui::context::Look;
use crate::tui::parts::{chips, text};

/// Draws the value of a field, and puts the cursor where that has the focus.
pub(super) fn draw_value(state: &State, canvas: &mut Canvas, (field, at): (Field, Rect), look: &Look<'_>) {
    match field {
        Field::Roles => draw_roles(state, canvas, at, look),
        Field::FirstName | Field::LastName if state.check.theirs().is_some() => {
            let (first, last) = state.check.theirs().unwrap_or_default();
            let name = if field == Field::FirstName { first } else { last };
            canvas.render(Line::styled(name.to_owned(), look.theme.dim()), at);
            if field == state.focus {
                put_cursor(canvas, at, 0);
            }
        }
        _ if state.form.pick_field(field).is_some() => draw_chips(state, canvas, (field, at), look),
        _ => draw_line(state, canvas, (field, at), look),
    }
}

fn draw_line(state: &State, canvas: &mut Canvas, (field, at): (Field, Rect), look: &Look<'_>) {
    let Some(line) = state.form.line(field) else { return };
    let is_proposal = line.is_proposal();
    let style = if is_proposal { look.theme.dim() } else { look.theme.text() };
    let (shown, column) = line.window(usize::from(at.width));
    let mut spans = vec![Span::styled(shown.clone(), style)];
    if is_proposal {
        spans.push(Span::styled(" ~", look.theme.dim()));
    }
    if field == Field::Expiry {
        let today = today_in(look.now, &look.place.zone);
        if let Ok(Some(date)) = read_expiry(line.value(), today) {
            let gap = 14_usize.saturating_sub(text::width(&shown)).max(2);
            let arrow = look.theme.signs.arrow;
            spans.push(Span::styled(
                format!("{}{arrow} {}", " ".repeat(gap), echo(date, today)),
                look.theme.dim(),
            ));
        }
    }
    canvas.render(Line::from(spans), at);
    if field == state.focus {
        put_cursor(canvas, at, column);
    }
}

pub(super) fn put_cursor(canvas: &mut Canvas, at: Rect, column: usize) {
    let column = u16::try_from(column).unwrap_or(u16::MAX);
    canvas.set_cursor(at.x.saturating_add(column).min(at.right().saturating_sub(1)), at.y);
}

fn draw_chips(state: &State, canvas: &mut Canvas, (field, at): (Field, Rect), look: &Look<'_>) {
    let Some(pick_field) = state.form.pick_field(field) else { return };
    let cells = usize::from(at.width);
    let chips = state.chips(field);
    let is_here = field == state.focus;
    let room =
        if pick_field.edit.is_empty() { cells.saturating_sub(usize::from(is_here)) } else { cells / 2 };
    let (mut spans, used) = chips::line(&chips, pick_field.chip.filter(|_| is_here), room, look);
    let (shown, column) = pick_field.edit.window(cells.saturating_sub(used + 1));
    spans.push(Span::raw(shown));
    if chips.is_empty() && pick_field.edit.is_empty() && !is_here {
        spans.push(Span::styled(look.theme.signs.none, look.theme.dim()));
    }
    canvas.render(Line::from(spans), at);
    if is_here {
        put_cursor(canvas, at, used + column);
    }
}

fn draw_roles(state: &State, canvas: &mut Canvas, at: Rect, look: &Look<'_>) {
    let theme = look.theme;
    let mut spans = Vec::new();
    let mut column = 1;
    let labels: usize = Role::ALL.iter().map(|role| text::width(role.label()) + 4).sum();
    let gap = if labels + 6 <= usize::from(at.width) { "   " } else { " " };
    for role in Role::ALL {
        let is_on = state.form.roles.contains(role);
        let is_here = state.focus == Field::Roles && state.role_at == role;
        let tick = if is_on { theme.signs.tick } else { " " };
        let may = look.place.workspace.may.grant.contains(role);
        let style = match (is_here, may) {
            (true, _) => theme.focus(),
            (false, true) => theme.text(),
            (false, false) => theme.dim(),
        };
        if is_here {
            put_cursor(canvas, at, column);
        }
        let shown = format!("[{tick}] {}", role.label());
        column += text::width(&shown) + gap.len();
        spans.push(Span::styled(shown, style));
        spans.push(Span::raw(gap));
    }
    canvas.render(Line::from(spans), at);
}

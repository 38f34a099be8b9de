//! Draws the form.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::field::Field;
use super::hints::hint;
use super::state::State;
use super::values::{draw_value, put_cursor};
use crate::terminal::canvas::Canvas;
use crate::tui::context::Look;
use crate::tui::parts::text;
use crate::tui::popups::picker;

/// Cells before the values.
const LABELS: u16 = 22;
/// Cells after the values, for what is said of them.
const MARKS: u16 = 9;

/// Narrower lines have no room for what is said of the values.
const NARROW: u16 = 50;

/// A row of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Customer,
    Workspace,
    Blank,
    Value(Field),
    Hint(Field),
}

/// Draws the whole form.
pub fn draw(state: &State, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
    let body = Rect { height: area.height.saturating_sub(1), ..area };
    let rows = rows(state, usize::from(body.height), look);
    let focus = rows.iter().position(|row| *row == Row::Value(state.focus)).unwrap_or(0);
    let height = usize::from(body.height);
    // The hint under the focused field is seen too.
    let top = (focus + 2).saturating_sub(height).min(focus);
    let mut popup = None;
    for (y, row) in (body.y..body.bottom()).zip(rows.iter().skip(top)) {
        let at = Rect { y, height: 1, ..body };
        draw_row(state, canvas, (*row, at), look);
        if *row == Row::Value(state.focus) {
            popup = Some(value_area(at));
        }
    }
    tally(state, canvas, Rect { y: area.bottom().saturating_sub(1), height: 1, ..area }, look);
    if let (Some(field), Some(pick)) = (popup, state.form.pick_field(state.focus).filter(|pick| pick.is_open))
    {
        let ticked = pick.takes_several().then_some(pick.picks.as_slice());
        picker::draw_under(canvas, (field, body), (&pick.list, ticked), look);
    }
}

/// Fields of which most is to be said, first: they have their row where there is not one for all.
const TALKATIVE: [Field; 9] = [
    Field::Email,
    Field::Roles,
    Field::Expiry,
    Field::Unit,
    Field::UnitsManaged,
    Field::Courses,
    Field::Groups,
    Field::FirstName,
    Field::LastName,
];

/// The rows from top to bottom. As many fields as there is room for have a row for what is to be
/// said of them, so that nothing moves; the others only where they need one.
fn rows(state: &State, height: usize, look: &Look<'_>) -> Vec<Row> {
    let fields = state.shown(look.catalogue);
    let spare = height.saturating_sub(fields.len() + 3);
    let talkative = TALKATIVE.into_iter().filter(|field| fields.contains(field));
    let reserved: Vec<Field> = talkative.take(spare).collect();
    let mut rows = vec![Row::Customer, Row::Workspace];
    if fields.len() * 2 + 2 < height {
        rows.push(Row::Blank);
    }
    for field in fields {
        rows.push(Row::Value(field));
        let is_here = field == state.focus && reserved.is_empty();
        let is_said = is_here || state.errors.contains_key(&field) || hint(state, field, look).1;
        if field != Field::Send && (reserved.contains(&field) || is_said) {
            rows.push(Row::Hint(field));
        }
    }
    rows
}

/// Cells before the values, fewer where the line is short.
fn labels(row: Rect) -> u16 {
    LABELS.min(row.width * 2 / 5)
}

fn value_area(row: Rect) -> Rect {
    let marks = if row.width < NARROW { 1 } else { MARKS };
    let x = row.x.saturating_add(labels(row));
    Rect { x, width: row.width.saturating_sub(labels(row) + marks), ..row }
}

fn draw_row(state: &State, canvas: &mut Canvas, (row, at): (Row, Rect), look: &Look<'_>) {
    let access = &look.place.workspace;
    match row {
        Row::Blank => {}
        Row::Customer => fact(canvas, at, ("Customer", access.customer.name.as_str()), look),
        Row::Workspace => fact(canvas, at, ("Workspace", access.name.as_str()), look),
        Row::Hint(field) => draw_hint(state, canvas, (field, at), look),
        Row::Value(Field::Send) => draw_button(state, canvas, at, look),
        Row::Value(field) => {
            draw_label(state, canvas, (field, at), look);
            // The mark comes first: where a line is too narrow for both, it gives way to the roles.
            draw_mark(state, canvas, (field, at), look);
            let area = value_area(at);
            let area =
                if field == Field::Roles { Rect { width: at.width - (area.x - at.x), ..area } } else { area };
            draw_value(state, canvas, (field, area), look);
        }
    }
}

fn fact(canvas: &mut Canvas, at: Rect, (name, value): (&str, &str), look: &Look<'_>) {
    let line = Line::from(vec![
        Span::styled(text::left(&format!("  {name}"), usize::from(labels(at)), ""), look.theme.dim()),
        Span::raw(text::fit(value, usize::from(at.width - labels(at)), look.theme.signs.ellipsis)),
    ]);
    canvas.render(line, at);
}

fn draw_label(state: &State, canvas: &mut Canvas, (field, at): (Field, Rect), look: &Look<'_>) {
    let is_here = field == state.focus;
    let style = if is_here { look.theme.focus() } else { look.theme.text() };
    let star = if state.is_required(field, look.place) { " *" } else { "" };
    let pointer = if is_here { look.theme.signs.pointer } else { " " };
    let label = text::left(&format!("{pointer} {}{star}", field.label()), usize::from(labels(at)), "");
    canvas.render(Line::styled(label, style), Rect { width: labels(at), ..at });
}

fn draw_mark(state: &State, canvas: &mut Canvas, (field, at): (Field, Rect), look: &Look<'_>) {
    let mark = if state.is_locked(field) {
        "(theirs)"
    } else if state.kept.contains(&field) {
        "kept"
    } else {
        return;
    };
    let width = u16::try_from(mark.len()).unwrap_or(0);
    let x = at.right().saturating_sub(width + 1);
    if at.width >= NARROW {
        canvas.render(Line::styled(mark, look.theme.dim()), Rect { x, width, ..at });
    }
}

fn draw_hint(state: &State, canvas: &mut Canvas, (field, at): (Field, Rect), look: &Look<'_>) {
    let x = at.x.saturating_add(labels(at));
    let at = Rect { x, width: at.width.saturating_sub(labels(at) + 1), ..at };
    let cells = usize::from(at.width);
    let ellipsis = look.theme.signs.ellipsis;
    if let Some(error) = state.errors.get(&field) {
        let words = text::fit(&format!("{} {error}", look.theme.signs.cross), cells, ellipsis);
        canvas.render(Line::styled(words, look.theme.error()), at);
        return;
    }
    let (words, is_warning) = hint(state, field, look);
    let style = if is_warning { look.theme.warning() } else { look.theme.dim() };
    canvas.render(Line::styled(text::fit(&words, cells, ellipsis), style), at);
}

fn draw_button(state: &State, canvas: &mut Canvas, at: Rect, look: &Look<'_>) {
    let is_here = state.focus == Field::Send;
    let style = if is_here { look.theme.selected() } else { look.theme.strong() };
    let planned = u64::try_from(state.planned()).unwrap_or(u64::MAX);
    let email = state.form.email.value().trim();
    let mail = if email.is_empty() { "one mail".to_owned() } else { format!("one mail to {email}") };
    let courses = text::counted(planned, "course", "courses");
    let told = format!("{courses} once active {} {mail}", look.theme.signs.dot);
    let error = state.errors.get(&Field::Send).map(|error| format!("{} {error}", look.theme.signs.cross));
    let told_style = if error.is_some() { look.theme.error() } else { look.theme.dim() };
    let told = error.unwrap_or(told);
    let button = "[ Send invitation ]";
    let room = usize::from(at.width).saturating_sub(button.len() + 6);
    let line = Line::from(vec![
        Span::raw("  "),
        Span::styled(button, style),
        Span::raw("   "),
        Span::styled(text::fit(&told, room, look.theme.signs.ellipsis), told_style),
    ]);
    canvas.render(line, at);
    if is_here {
        put_cursor(canvas, at, 4);
    }
}

/// Who of those pasted this is, what was sent, is on its way, and failed; and that what is typed is kept.
fn tally(state: &State, canvas: &mut Canvas, at: Rect, look: &Look<'_>) {
    let tally = &state.tally;
    let dot = look.theme.signs.dot;
    let mut parts = Vec::new();
    if state.pasted > 0 {
        let at = state.pasted - state.waiting.len();
        parts.push(format!("{at} of {} pasted: Ctrl-S next, Ctrl-X leaves out", state.pasted));
    }
    if tally.sent > 0 {
        parts.push(format!("sent {}", tally.sent));
    }
    if tally.sending > 0 {
        parts.push(match &tally.trouble {
            Some((tries, why)) => format!("sending {}: try {tries}, {why}", tally.sending),
            None => format!("sending {}", tally.sending),
        });
    }
    if tally.failed > 0 {
        parts.push(format!("failed {} (Ctrl-G opens)", tally.failed));
    }
    let kept = if state.saved.is_worth_a_file() && !state.is_replacement { "draft kept " } else { "" };
    let room = usize::from(at.width).saturating_sub(kept.len() + 3);
    let told = text::left(&parts.join(&format!(" {dot} ")), room, look.theme.signs.ellipsis);
    let style =
        if tally.failed > 0 || tally.trouble.is_some() { look.theme.error() } else { look.theme.text() };
    let line =
        Line::from(vec![Span::raw("  "), Span::styled(told, style), Span::styled(kept, look.theme.dim())]);
    canvas.render(line, at);
}

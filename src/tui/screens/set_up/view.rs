//! Draws the two screens.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::state::{State, Subject};
use crate::api::catalogue::{Course, Group, Unit};
use crate::api::set_up::AutoEnrolment;
use crate::terminal::canvas::Canvas;
use crate::tui::context::Look;
use crate::tui::parts::text;

/// Cells of a number at the right.
const NUMBER: usize = 16;

/// Draws the whole screen.
pub fn draw(state: &State, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
    let row = |y: u16| Rect { y, height: 1, ..area };
    canvas.render(tabs(state, look), row(area.y));
    let first = area.y.saturating_add(2).min(area.bottom());
    let height = usize::from(area.bottom().saturating_sub(first));
    let cells = usize::from(area.width.saturating_sub(3));
    let lines = lines(state, cells, look);
    if lines.is_empty() {
        let body = text::wrap(&empty(state), cells);
        for (y, line) in (first..area.bottom()).zip(body) {
            canvas.render(Line::styled(format!("  {line}"), look.theme.dim()), row(y));
        }
        canvas.set_cursor(area.x, first.min(area.bottom().saturating_sub(1)));
    }
    let top = (state.spot.at + 1).saturating_sub(height.max(1));
    for (y, (at, (name, note))) in (first..area.bottom()).zip(lines.into_iter().enumerate().skip(top)) {
        let is_here = at == state.spot.at;
        let pointer = if is_here { look.theme.signs.pointer } else { " " };
        // In the selected row one style goes through all.
        let (own, other) = if is_here {
            (look.theme.selected(), look.theme.selected())
        } else {
            (look.theme.text(), look.theme.dim())
        };
        let line = Line::from(vec![
            Span::styled(format!("{pointer} "), look.theme.focus()),
            Span::styled(name, own),
            Span::styled(note, other),
        ]);
        canvas.render(line, row(y));
        if is_here {
            canvas.set_cursor(area.x, y);
        }
    }
    if let Some(typing) = &state.typing {
        let column =
            u16::try_from(typing.cursor()).unwrap_or(u16::MAX).saturating_add(column_of_search(state));
        canvas.set_cursor(area.x.saturating_add(column).min(area.right().saturating_sub(1)), area.y);
    }
}

/// Where the typed search begins.
fn column_of_search(state: &State) -> u16 {
    let tabs: usize = state.tab.both().iter().map(|tab| tab.label().len() + 3).sum();
    u16::try_from(tabs + 4).unwrap_or(0)
}

fn tabs(state: &State, look: &Look<'_>) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    for tab in state.tab.both() {
        let style = if tab == state.tab { look.theme.selected() } else { look.theme.dim() };
        spans.push(Span::styled(format!(" {} ", tab.label()), style));
        spans.push(Span::raw(" "));
    }
    match &state.typing {
        Some(line) => spans.push(Span::styled(format!(" / {}", line.window(60).0), look.theme.focus())),
        None if !state.search.is_empty() => {
            spans.push(Span::styled(format!(" / {}   Esc ends the search", state.search), look.theme.dim()));
        }
        None => {}
    }
    Line::from(spans)
}

fn empty(state: &State) -> String {
    let (error, is_here) = match state.tab {
        Subject::Units => (state.units.error(), state.units.items().is_some()),
        Subject::Groups => (state.groups.error(), state.groups.items().is_some()),
        Subject::Courses => (state.courses.error(), state.courses.items().is_some()),
        Subject::Rules => (state.rules.error(), state.rules.items().is_some()),
    };
    if let Some(error) = error {
        return format!("could not be loaded: {error}; Ctrl-R tries again");
    }
    let many = state.tab.label().to_lowercase();
    match (is_here, state.search.is_empty(), state.may_change) {
        (false, ..) => format!("loading the {many}"),
        (_, false, _) => format!("none of the {many} has this in its name; Esc ends the search"),
        (_, _, true) => format!("no {many} yet: a makes the first {}", state.tab.one()),
        (_, _, false) => format!("no {many} yet; an Admin makes them"),
    }
}

/// Each line: what it is called, and what is said of it at the right.
fn lines(state: &State, cells: usize, look: &Look<'_>) -> Vec<(String, String)> {
    match state.tab {
        Subject::Units => {
            let is_tree = state.search.is_empty();
            let units = state.units.items().unwrap_or_default().iter();
            units.map(|own| unit(own, is_tree, cells, look)).collect()
        }
        Subject::Groups => {
            state.groups.items().unwrap_or_default().iter().map(|own| group(own, cells, look)).collect()
        }
        Subject::Courses => {
            state.courses.items().unwrap_or_default().iter().map(|own| course(own, cells, look)).collect()
        }
        Subject::Rules => {
            state.rules.items().unwrap_or_default().iter().map(|own| rule(own, cells, look)).collect()
        }
    }
}

fn users(count: u64) -> String {
    text::right(&text::counted(count, "user", "users"), NUMBER, "")
}

fn unit(unit: &Unit, is_tree: bool, cells: usize, look: &Look<'_>) -> (String, String) {
    let name = if is_tree {
        let indent = "  ".repeat(usize::from(unit.level.saturating_sub(1)));
        format!("{indent}{}", unit.name)
    } else {
        unit.path.to_string()
    };
    let room = cells.saturating_sub(NUMBER);
    (text::left(&name, room, look.theme.signs.ellipsis), users(unit.users))
}

fn group(group: &Group, cells: usize, look: &Look<'_>) -> (String, String) {
    let room = cells.saturating_sub(NUMBER);
    (text::left(group.name.as_str(), room, look.theme.signs.ellipsis), users(group.users))
}

fn course(course: &Course, cells: usize, look: &Look<'_>) -> (String, String) {
    let ellipsis = look.theme.signs.ellipsis;
    let subject = 18.min(cells / 4);
    let room = cells.saturating_sub(NUMBER + subject);
    let enrolled = text::right(&format!("{} enrolled", text::number(course.enrolled)), NUMBER, "");
    let note = format!("{}{enrolled}", text::left(course.subject.as_str(), subject, ellipsis));
    (text::left(course.title.as_str(), room, ellipsis), note)
}

fn rule(rule: &AutoEnrolment, cells: usize, look: &Look<'_>) -> (String, String) {
    let ellipsis = look.theme.signs.ellipsis;
    let third = cells / 3;
    let unit = rule.unit.as_ref().map(|unit| unit.path.to_string());
    let whom = unit.or_else(|| rule.group.as_ref().map(|group| group.name.to_string())).unwrap_or_default();
    let courses: Vec<&str> = rule.courses.iter().map(|course| course.title.as_str()).collect();
    let note = format!(
        "{} {}",
        text::left(&whom, third.saturating_sub(1), ellipsis),
        text::left(&courses.join(", "), cells.saturating_sub(2 * third), ellipsis)
    );
    (text::left(rule.name.as_str(), third, ellipsis), note)
}

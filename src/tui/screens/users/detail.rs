//! The details of the selected user, beside the table or in a line below it.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::cells;
use crate::api::users::User;
use crate::domain::role::Role;
use crate::domain::status::UserStatus;
use crate::terminal::canvas::Canvas;
use crate::tui::context::Look;
use crate::tui::parts::{ago, text};

/// Cells of the labels in the pane.
const LABEL: usize = 10;

/// One line of facts, below a rule where there is room for it.
pub fn strip(user: &User, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
    let theme = look.theme;
    let Some(y) = area.bottom().checked_sub(1).filter(|_| !area.is_empty()) else { return };
    if area.height > 1 {
        let rule = theme.signs.rule.repeat(usize::from(area.width.saturating_sub(2)));
        canvas.line(Line::styled(rule, theme.dim()), Rect { x: area.x + 1, height: 1, ..area });
    }
    let cells = usize::from(area.width.saturating_sub(2));
    let name = text::fit(&cells::name(user), cells.min(30), theme.signs.ellipsis);
    let facts = facts(user, look).join(&format!(" {} ", theme.signs.dot));
    let facts = text::fit(&facts, cells.saturating_sub(text::width(&name) + 2), theme.signs.ellipsis);
    let line = Line::from(vec![
        Span::styled(format!(" {name}"), theme.strong()),
        Span::styled(format!("  {facts}"), theme.dim()),
    ]);
    canvas.line(line, Rect { y, height: 1, ..area });
}

fn facts(user: &User, look: &Look<'_>) -> Vec<String> {
    let mut facts = Vec::new();
    match (user.status, user.invited_at) {
        (UserStatus::Invited, Some(at)) => facts.push(format!("invited {}", ago::ago(at, look.now))),
        (status, _) => facts.push(status.to_string()),
    }
    facts.extend(user.link_expired.then(|| "link expired".to_owned()));
    facts.extend(user.delivery.map(|state| format!("mail {}", state.as_str())));
    facts.extend(user.last_active_at.map(|at| format!("last seen {}", ago::ago(at, look.now))));
    facts.extend(user.expires_on.map(|day| format!("until {}", ago::day(day))));
    let roles: Vec<&str> = user.roles.iter().map(Role::label).collect();
    facts.push(roles.join(", "));
    facts.extend(user.unit.as_ref().map(|unit| unit.name.to_string()));
    facts
}

/// The pane beside the table.
pub fn pane(user: &User, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
    if area.width < 12 {
        return;
    }
    let theme = look.theme;
    for y in area.y..area.bottom() {
        canvas.line(Line::styled(theme.signs.bar, theme.dim()), Rect { y, width: 1, height: 1, ..area });
    }
    let inside = Rect { x: area.x + 2, width: area.width - 3, ..area };
    let lines = pane_lines(user, usize::from(inside.width), look);
    for (y, line) in (inside.y..inside.bottom()).zip(lines) {
        canvas.line(line, Rect { y, height: 1, ..inside });
    }
}

/// An address, in two parts where it is too long for one line.
fn address(email: &str, cells: usize) -> Vec<&str> {
    match email.rfind('@').and_then(|at| email.split_at_checked(at)) {
        Some((name, domain)) if text::width(email) > cells => vec![name, domain],
        _ => vec![email],
    }
}

fn pane_lines(user: &User, cells: usize, look: &Look<'_>) -> Vec<Line<'static>> {
    let theme = look.theme;
    let wrapped = |words: &str, style: Style| -> Vec<Line<'static>> {
        text::wrap(words, cells).into_iter().map(|line| Line::styled(line, style)).collect()
    };
    let mut lines = wrapped(&cells::name(user), theme.strong());
    for part in address(user.email.as_str(), cells) {
        lines.extend(wrapped(part, theme.text()));
    }
    lines.push(Line::default());
    let sign = theme.status_sign(user.status);
    lines.extend(wrapped(&format!("{sign} {}", cells::status_words(user)), theme.status(user.status)));
    let zone = &look.place.zone;
    let when = |at| format!("{}, {}", ago::day_of(at, zone), ago::ago(at, look.now));
    let roles: Vec<&str> = user.roles.iter().map(Role::label).collect();
    let groups: Vec<&str> = user.groups.iter().map(|group| group.name.as_str()).collect();
    let managed: Vec<&str> = user.units_managed.iter().map(|unit| unit.name.as_str()).collect();
    let path = user.unit.as_ref().map(|unit| cells::shortened(unit.path.as_str(), usize::MAX, theme));
    let some = |words: String| (!words.is_empty()).then_some(words);
    let or_none = |words: Option<String>| words.or_else(|| Some(theme.signs.none.to_owned()));
    // What everybody has stands in the same line for everybody: only its words change on the way
    // down the table.
    let facts = [
        ("Roles", some(roles.join(", "))),
        ("Expires", or_none(user.expires_on.map(ago::day))),
        ("Invited", or_none(user.invited_at.map(when))),
        ("Last seen", or_none(user.last_active_at.map(when))),
        ("Mail", or_none(user.delivery.map(|state| cells::delivery(state, theme).0))),
        ("Unit", path),
        ("Manages", some(managed.join(", "))),
        ("Groups", some(groups.join(", "))),
    ];
    lines.push(Line::default());
    for (label, words) in facts {
        let Some(words) = words else { continue };
        let values = text::wrap(&words, cells.saturating_sub(LABEL));
        for (at, value) in values.into_iter().enumerate() {
            let label = text::left(if at == 0 { label } else { "" }, LABEL.min(cells), "");
            lines.push(Line::from(vec![Span::styled(label, theme.dim()), Span::raw(value)]));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_too_long_for_its_line_breaks_before_its_domain() {
        assert_eq!(address("ann@example.org", 15), ["ann@example.org"]);
        assert_eq!(address("ann@example.org", 14), ["ann", "@example.org"]);
    }
}

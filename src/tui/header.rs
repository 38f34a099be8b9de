//! The first line: where the program is, as whom, and how the connection fares.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::context::Look;
use super::msg::LiveState;
use super::parts::text;
use crate::domain::role::Role;
use crate::domain::safe_text::SafeText;
use crate::terminal::canvas::Canvas;

/// What changes in the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// The titles of the screens, from the lowest.
    pub title: Vec<SafeText>,
    /// Whether the server can't be reached.
    pub is_down: bool,
    /// Whether changes are heard of; nothing before it was tried.
    pub live: Option<LiveState>,
    /// The last round trip.
    pub round_trip: Option<String>,
    /// The frame of the spinner, when an answer lets wait.
    pub spinner: Option<&'static str>,
}

/// The place of the connection is always as wide, so that nothing beside it moves.
const LINK: usize = 9;
/// The same where it says whether changes are heard of.
const LIVE_LINK: usize = 14;
/// The same in a narrow terminal, where that goes before the round trip.
const NARROW_LINK: usize = 10;
/// Cells of a terminal that is not narrow.
const WIDE: usize = 64;

/// Draws the header.
pub fn view(canvas: &mut Canvas, area: Rect, heading: &Heading, look: &Look<'_>) {
    let signs = look.theme.signs;
    let cells = usize::from(area.width);
    let profile = text::fit(look.place.profile.as_str(), 12, signs.ellipsis);
    let link_cells = match heading.live {
        None => LINK,
        Some(_) if cells < WIDE => NARROW_LINK,
        Some(_) => LIVE_LINK,
    };
    let used = text::width(&profile) + 3 + link_cells + 1;
    let room = cells.saturating_sub(used);
    let (operator, place, title) = words(heading, look, room);
    let gap = room.saturating_sub(text::width(&operator) + text::width(&place) + text::width(&title) + 6);
    let (before, after) = (gap / 2, gap - gap / 2);
    let (sign, style) = link(heading, link_cells, look);
    let line = Line::from(vec![
        Span::styled(format!(" {profile} "), look.theme.profile()),
        Span::raw(" "),
        Span::styled(place, look.theme.dim()),
        Span::raw(" ".repeat(2 + before)),
        Span::styled(title, look.theme.strong()),
        Span::raw(" ".repeat(2 + after)),
        Span::styled(operator, look.theme.dim()),
        Span::raw("  "),
        Span::styled(sign, style),
    ]);
    canvas.line(line, area);
}

/// Operator, place and title in at most `room` cells with the gaps between them: the title stays
/// longest, the operator's role goes first.
fn words(heading: &Heading, look: &Look<'_>, room: usize) -> (String, String, String) {
    let signs = look.theme.signs;
    let access = &look.place.workspace;
    let path = format!(" {} ", signs.path);
    let names: Vec<&str> = heading.title.iter().map(SafeText::as_str).collect();
    let title = text::fit(&names.join(&path), room, signs.ellipsis);
    let room = room.saturating_sub(text::width(&title) + 6);
    let role = Role::ALL.into_iter().rev().find(|role| access.roles.contains(*role)).map_or("", Role::label);
    let email = look.place.operator.email.as_str();
    let name = email.split_once('@').map_or(email, |(local, _)| local);
    let operator = text::fit(&format!("{name}@ {role}"), (room / 2).min(28), signs.ellipsis);
    let room = room.saturating_sub(text::width(&operator));
    let full = format!("{}{path}{}", access.customer.name, access.name);
    let place = if text::width(&full) <= room { full } else { access.name.to_string() };
    (operator, text::fit(&place, room, signs.ellipsis), title)
}

fn link(heading: &Heading, cells: usize, look: &Look<'_>) -> (String, ratatui::style::Style) {
    let theme = look.theme;
    let took = heading.round_trip.clone().filter(|_| heading.live.is_none() || cells == LIVE_LINK);
    let (sign, words, style) = match (heading, heading.live) {
        (Heading { is_down: true, .. }, _) => (theme.signs.cross, "offline".to_owned(), theme.error()),
        (Heading { spinner: Some(frame), .. }, _) => (*frame, "waiting".to_owned(), theme.text()),
        (_, Some(LiveState::Lost)) => (theme.signs.empty, "not live".to_owned(), theme.dim()),
        (_, Some(LiveState::Connected)) => {
            let words = took.map_or_else(|| "live".to_owned(), |took| format!("live {took}"));
            (theme.signs.full, words, theme.done())
        }
        (_, None) => match took {
            Some(took) => (theme.signs.full, took, theme.done()),
            None => (theme.signs.empty, String::new(), theme.dim()),
        },
    };
    (text::left(&format!("{sign} {words}"), cells, theme.signs.ellipsis), style)
}

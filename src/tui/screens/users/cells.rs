//! What stands in the columns of the table of a user.

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::Span;

use super::columns::{BETWEEN, STATUS, is_right};
use super::filter::Filter;
use crate::api::catalogue::PATH_SEPARATOR;
use crate::api::users::{DeliveryState, User};
use crate::domain::role::Role;
use crate::domain::status::UserStatus;
use crate::tui::context::Look;
use crate::tui::parts::highlight::highlight;
use crate::tui::parts::{ago, text};
use crate::tui::table::Column;
use crate::tui::theme::Theme;

/// The cells of `user`. In the selected row one style goes through all.
pub fn cells(
    user: &User,
    columns: &[(Column, usize)],
    filter: &Filter,
    row: Option<Style>,
    look: &Look<'_>,
) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for (column, width) in columns {
        let (words, style) = cell(user, *column, *width, look);
        let words = if is_right(*column) {
            text::right(&words, *width, look.theme.signs.ellipsis)
        } else {
            text::left(&words, *width, look.theme.signs.ellipsis)
        };
        let style = row.unwrap_or(style);
        if matches!(column, Column::Name | Column::Email) {
            let matched = style.patch(look.theme.matched());
            spans.extend(highlight(words, &filter.search, style, matched));
        } else {
            spans.push(Span::styled(words, style));
        }
        spans.push(Span::styled(BETWEEN, row.unwrap_or_default()));
    }
    spans
}

fn cell<'a>(user: &'a User, column: Column, width: usize, look: &Look<'_>) -> (Cow<'a, str>, Style) {
    let theme = look.theme;
    let none = || (theme.signs.none.into(), theme.dim());
    let plain = |words: String| (words.into(), theme.text());
    let zone = &look.place.zone;
    match column {
        Column::Name => plain(name(user)),
        Column::Email => (user.email.as_str().into(), theme.text()),
        Column::Status => (status(user, width, theme).into(), theme.status(user.status)),
        Column::Roles => plain(roles(user, width)),
        Column::Unit => match &user.unit {
            Some(unit) => plain(shortened(unit.path.as_str(), width, theme)),
            None => none(),
        },
        Column::Groups if user.groups.is_empty() => none(),
        Column::Groups if width < 10 => plain(user.groups.len().to_string()),
        Column::Groups => {
            let names: Vec<&str> = user.groups.iter().map(|group| group.name.as_str()).collect();
            plain(names.join(", "))
        }
        Column::Expires => user.expires_on.map_or_else(none, |day| plain(ago::short_day(day))),
        Column::Invited => user.invited_at.map_or_else(none, |at| plain(ago::short_day_of(at, zone))),
        Column::LastActive => user.last_active_at.map_or_else(none, |at| plain(ago::short_day_of(at, zone))),
        Column::Delivery => user.delivery.map_or_else(none, |state| {
            let (words, style) = delivery(state, theme);
            (words.into(), style)
        }),
    }
}

/// First and last name.
pub fn name(user: &User) -> String {
    [user.first_name.as_str(), " ", user.last_name.as_str()].concat()
}

fn status(user: &User, width: usize, theme: Theme) -> String {
    let sign = if user.link_expired { "!" } else { theme.status_sign(user.status) };
    if width < STATUS { sign.to_owned() } else { [sign, " ", user.status.as_str()].concat() }
}

/// The roles in words, or their first letters where the words do not fit.
fn roles(user: &User, width: usize) -> String {
    let words: Vec<&str> = user.roles.iter().map(Role::as_str).collect();
    let words = words.join(", ");
    if text::width(&words) <= width {
        return words;
    }
    let letters: Vec<&str> = user.roles.iter().map(|role| text::head(role.label(), 3)).collect();
    letters.join(" ")
}

/// A unit's path, shortened from the left: its own name tells most.
pub fn shortened(path: &str, width: usize, theme: Theme) -> String {
    let mut shown = path.to_owned();
    let mut rest = path;
    while text::width(&shown) > width {
        let Some((_, below)) = rest.split_once(PATH_SEPARATOR) else { break };
        rest = below;
        shown = format!("{}{rest}", theme.signs.ellipsis);
    }
    shown.replace(PATH_SEPARATOR.trim(), theme.signs.path)
}

/// How a mail fares, in a word with a sign.
pub fn delivery(state: DeliveryState, theme: Theme) -> (String, Style) {
    let sign = match state {
        DeliveryState::Queued => theme.signs.ellipsis,
        DeliveryState::Sent => theme.signs.tick,
        DeliveryState::Failed => "!",
    };
    (format!("{sign} {}", state.as_str()), theme.delivery(state))
}

/// What is to be known of a status beside its word.
pub fn status_words(user: &User) -> String {
    match user.status {
        UserStatus::Invited if user.link_expired => "invited, link expired".to_owned(),
        UserStatus::Cancelled if user.declined => "cancelled, declined by the invitee".to_owned(),
        status => status.to_string(),
    }
}

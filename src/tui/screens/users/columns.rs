//! The columns of the table: which are shown at a width, how wide, and what stands in them.

use ratatui::style::Style;
use ratatui::text::Span;

use super::filter::Filter;
use super::rows::Widest;
use crate::api::catalogue::PATH_SEPARATOR;
use crate::api::users::{DeliveryState, User, UserColumn, UserSort};
use crate::domain::role::Role;
use crate::domain::status::UserStatus;
use crate::tui::context::Look;
use crate::tui::parts::highlight::highlight;
use crate::tui::parts::{ago, text};
use crate::tui::theme::Theme;

/// Cells between two columns.
const GAP: usize = 2;

/// A column, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// First and last name.
    Name,
    /// The address.
    Email,
    /// The status.
    Status,
    /// The roles.
    Roles,
    /// The unit.
    Unit,
    /// How many groups.
    Groups,
    /// The last day of access.
    Expires,
    /// When invited.
    Invited,
    /// When last seen.
    LastActive,
    /// How the last mail fared.
    Delivery,
}

/// The columns after name, email and status, the most wanted first, with their least width.
const WANTED: [(Column, usize); 7] = [
    (Column::Unit, 12),
    (Column::Expires, 9),
    (Column::Roles, 9),
    (Column::Delivery, 8),
    (Column::Invited, 9),
    (Column::Groups, 6),
    (Column::LastActive, 11),
];

/// The widest status, its sign and the mark of an ended link included.
const STATUS: usize = 11;

/// The columns shown in `cells`, with their widths. The address is cut only when there is nothing
/// left beside it but the sign of the status (DESIGN section 5).
pub fn layout(cells: usize, widest: Widest) -> Vec<(Column, usize)> {
    // One very long address must not take the place of all other columns.
    let email = widest.email.clamp(18, if cells < 100 { 38 } else { 44 }).min(cells);
    let name = widest.name.clamp(12, 28);
    let mut left = cells - email;
    let mut columns = vec![(Column::Email, email)];
    // The status shrinks to its sign, the name to ten cells, before they go.
    let status = if left >= STATUS + GAP + 10 + GAP { STATUS } else { 1 };
    if left >= status + GAP {
        columns.push((Column::Status, status));
        left -= status + GAP;
    }
    if left >= 6 + GAP {
        let name = name.min(left - GAP);
        columns.push((Column::Name, name));
        left -= name + GAP;
    }
    for (column, least) in WANTED {
        if left >= least + GAP && columns.len() >= 3 {
            columns.push((column, least));
            left -= least + GAP;
        }
    }
    for (column, most) in [(Column::Unit, 32), (Column::Roles, 16)] {
        if let Some((_, width)) = columns.iter_mut().find(|(shown, _)| *shown == column) {
            let more = left.min(most - *width);
            *width += more;
            left -= more;
        }
    }
    columns.sort_unstable();
    columns
}

impl Column {
    fn title(self) -> &'static str {
        match self {
            Self::Name => "NAME",
            Self::Email => "EMAIL",
            Self::Status => "STATUS",
            Self::Roles => "ROLES",
            Self::Unit => "UNIT",
            Self::Groups => "GROUPS",
            Self::Expires => "EXPIRES",
            Self::Invited => "INVITED",
            Self::LastActive => "LAST ACTIVE",
            Self::Delivery => "MAIL",
        }
    }

    fn sorted_by(self) -> Option<UserColumn> {
        match self {
            Self::Name => Some(UserColumn::Name),
            Self::Email => Some(UserColumn::Email),
            Self::Status => Some(UserColumn::Status),
            Self::Unit => Some(UserColumn::Unit),
            Self::Expires => Some(UserColumn::Expires),
            Self::Invited => Some(UserColumn::Invited),
            Self::LastActive => Some(UserColumn::LastActive),
            Self::Roles | Self::Groups | Self::Delivery => None,
        }
    }

    fn is_right(self) -> bool {
        matches!(self, Self::Groups | Self::Expires | Self::Invited)
    }
}

/// Whether the order can be read off the titles.
pub fn shows(columns: &[(Column, usize)], sort: UserSort) -> bool {
    columns.iter().any(|(column, _)| column.sorted_by() == Some(sort.by))
}

/// The titles, the sorted column with its sign.
pub fn head(columns: &[(Column, usize)], sort: UserSort, theme: Theme) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for (column, width) in columns {
        let is_sorted = column.sorted_by() == Some(sort.by);
        let sign = if sort.descending { theme.signs.down } else { theme.signs.up };
        let room = width.saturating_sub(if is_sorted { 2 } else { 0 });
        let title = text::head(column.title(), room);
        let title = if is_sorted { format!("{title} {sign}") } else { title.to_owned() };
        let cell = if column.is_right() {
            text::right(title.trim_start(), *width, "")
        } else {
            text::left(title.trim_start(), *width, "")
        };
        spans.push(Span::styled(cell, if is_sorted { theme.strong() } else { theme.dim() }));
        spans.push(Span::raw(" ".repeat(GAP)));
    }
    spans
}

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
        let words = if column.is_right() {
            text::right(&words, *width, look.theme.signs.ellipsis)
        } else {
            text::left(&words, *width, look.theme.signs.ellipsis)
        };
        let style = row.unwrap_or(style);
        if matches!(column, Column::Name | Column::Email) {
            let matched = style.patch(look.theme.matched());
            spans.extend(highlight(&words, &filter.search, style, matched));
        } else {
            spans.push(Span::styled(words, style));
        }
        spans.push(Span::styled(" ".repeat(GAP), row.unwrap_or_default()));
    }
    spans
}

fn cell(user: &User, column: Column, width: usize, look: &Look<'_>) -> (String, Style) {
    let theme = look.theme;
    let none = || (theme.signs.none.to_owned(), theme.dim());
    let plain = |words: String| (words, theme.text());
    let zone = &look.place.zone;
    match column {
        Column::Name => plain(name(user)),
        Column::Email => plain(user.email.to_string()),
        Column::Status => (status(user, width, theme), theme.status(user.status)),
        Column::Roles => plain(roles(user, width)),
        Column::Unit => match &user.unit {
            Some(unit) => plain(shortened(unit.path.as_str(), width, theme)),
            None => none(),
        },
        Column::Groups if user.groups.is_empty() => none(),
        Column::Groups => plain(user.groups.len().to_string()),
        Column::Expires => user.expires_on.map_or_else(none, |day| plain(ago::short_day(day))),
        Column::Invited => user.invited_at.map_or_else(none, |at| plain(ago::short_day_of(at, zone))),
        Column::LastActive => user.last_active_at.map_or_else(none, |at| plain(ago::short_day_of(at, zone))),
        Column::Delivery => user.delivery.map_or_else(none, |state| delivery(state, theme)),
    }
}

/// First and last name.
pub fn name(user: &User) -> String {
    format!("{} {}", user.first_name, user.last_name)
}

fn status(user: &User, width: usize, theme: Theme) -> String {
    let sign = if user.link_expired { "!" } else { theme.status_sign(user.status) };
    if width < STATUS { sign.to_owned() } else { format!("{sign} {}", user.status) }
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
        status => status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(cells: usize) -> Vec<(Column, usize)> {
        layout(cells, Widest { name: 18, email: 30 })
    }

    #[test]
    fn columns_never_take_more_than_there_is() {
        for cells in 0..260 {
            for email in [0, 10, 30, 44, 200] {
                let columns = layout(cells, Widest { name: 18, email });
                let taken: usize = columns.iter().map(|(_, width)| width + GAP).sum();
                assert!(taken <= cells + GAP, "{cells} {email} {columns:?}");
            }
        }
    }

    #[test]
    fn the_address_is_whole_as_long_as_it_fits_at_all() {
        for cells in 30..260 {
            assert!(widths(cells).contains(&(Column::Email, 30)), "{cells}");
        }
    }

    #[test]
    fn more_width_brings_more_columns() {
        let shown = |cells| widths(cells).into_iter().map(|(column, _)| column).collect::<Vec<_>>();
        assert_eq!(shown(56), [Column::Name, Column::Email, Column::Status]);
        assert_eq!(shown(78), [Column::Name, Column::Email, Column::Status, Column::Unit]);
        assert_eq!(shown(160).len(), 10);
    }
}

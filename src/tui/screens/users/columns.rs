//! The columns of the table: which are shown at a width, how wide, and what stands in them.

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::Span;

use super::filter::Filter;
use super::rows::Widest;
use crate::api::catalogue::PATH_SEPARATOR;
use crate::api::users::{DeliveryState, User, UserColumn, UserOrder, UserSort};
use crate::domain::role::Role;
use crate::domain::status::UserStatus;
use crate::tui::context::Look;
use crate::tui::parts::highlight::highlight;
use crate::tui::parts::{ago, text};
use crate::tui::table::{Chosen, Column};
use crate::tui::theme::Theme;

/// What stands between two columns.
const BETWEEN: &str = "  ";
/// Its cells.
const GAP: usize = BETWEEN.len();

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

/// The columns that the operator chose, with their widths in `cells`: what is not given a width
/// takes what it needs. Where it gets tight the wide ones shrink, then the last ones go; the address
/// is the last to be cut (DESIGN section 5).
pub fn chosen(cells: usize, widest: Widest, chosen: &[Chosen]) -> Vec<(Column, usize)> {
    let own = |column: Column| match column {
        Column::Name => widest.name.clamp(12, 28),
        Column::Email => widest.email.clamp(18, 44),
        Column::Unit => 24,
        Column::Groups | Column::Roles => 16,
        Column::Status | Column::LastActive => STATUS,
        Column::Expires | Column::Invited => 9,
        Column::Delivery => 8,
    };
    let width = |chosen: &Chosen| chosen.width.map_or_else(|| own(chosen.column), usize::from);
    let mut columns: Vec<_> = chosen.iter().map(|chosen| (chosen.column, width(chosen))).collect();
    let total = |columns: &[(Column, usize)]| {
        columns.iter().map(|(_, width)| width + GAP).sum::<usize>().saturating_sub(GAP)
    };
    for (flexible, least) in
        [(Column::Unit, 12), (Column::Groups, 6), (Column::Roles, 9), (Column::Name, 10), (Column::Status, 1)]
    {
        let over = total(&columns).saturating_sub(cells);
        if let Some((_, width)) = columns.iter_mut().find(|(column, _)| *column == flexible) {
            *width = width.saturating_sub(over).max(least.min(*width));
        }
    }
    while total(&columns) > cells {
        match columns.iter().rposition(|(column, _)| *column != Column::Email) {
            Some(last) => drop(columns.remove(last)),
            None => return columns.into_iter().map(|(column, width)| (column, width.min(cells))).collect(),
        }
    }
    columns
}

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

fn title(column: Column) -> &'static str {
    match column {
        Column::Name => "NAME",
        Column::Email => "EMAIL",
        Column::Status => "STATUS",
        Column::Roles => "ROLES",
        Column::Unit => "UNIT",
        Column::Groups => "GROUPS",
        Column::Expires => "EXPIRES",
        Column::Invited => "INVITED",
        Column::LastActive => "LAST ACTIVE",
        Column::Delivery => "MAIL",
    }
}

fn sorted_by(column: Column) -> UserColumn {
    match column {
        Column::Name => UserColumn::Name,
        Column::Email => UserColumn::Email,
        Column::Status => UserColumn::Status,
        Column::Unit => UserColumn::Unit,
        Column::Expires => UserColumn::Expires,
        Column::Invited => UserColumn::Invited,
        Column::LastActive => UserColumn::LastActive,
        Column::Roles => UserColumn::Roles,
        Column::Groups => UserColumn::Groups,
        Column::Delivery => UserColumn::Delivery,
    }
}

fn is_right(column: Column) -> bool {
    matches!(column, Column::Groups | Column::Expires | Column::Invited)
}

/// Whether the order can be read off the titles.
pub fn shows(columns: &[(Column, usize)], order: UserOrder) -> bool {
    let is_there = |sort: UserSort| columns.iter().any(|(column, _)| sorted_by(*column) == sort.by);
    is_there(order.by) && order.then.is_none_or(is_there)
}

/// The titles, the sorted columns with their signs: a `2` marks the second.
pub fn head(columns: &[(Column, usize)], order: UserOrder, theme: Theme) -> Vec<Span<'static>> {
    let sign = |sort: UserSort| if sort.descending { theme.signs.down } else { theme.signs.up };
    let mut spans = Vec::new();
    for (column, width) in columns {
        let own = sorted_by(*column);
        let mark = match order.then.filter(|then| then.by == own) {
            _ if order.by.by == own => format!(" {}", sign(order.by)),
            Some(then) => format!(" {}2", sign(then)),
            None => String::new(),
        };
        let room = width.saturating_sub(text::width(&mark));
        let words = format!("{}{mark}", text::head(title(*column), room));
        let cell = if is_right(*column) {
            text::right(words.trim_start(), *width, "")
        } else {
            text::left(words.trim_start(), *width, "")
        };
        spans.push(Span::styled(cell, if mark.is_empty() { theme.dim() } else { theme.strong() }));
        spans.push(Span::raw(BETWEEN));
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

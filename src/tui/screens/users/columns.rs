//! The columns of the table: which are shown at a width, how wide, and their titles.

use ratatui::text::Span;

use super::rows::Widest;
use crate::api::users::{UserColumn, UserOrder, UserSort};
use crate::tui::parts::text;
use crate::tui::table::{Chosen, Column};
use crate::tui::theme::Theme;

/// What stands between two columns.
pub(super) const BETWEEN: &str = "  ";
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
pub(super) const STATUS: usize = 11;

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

pub(super) fn is_right(column: Column) -> bool {
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

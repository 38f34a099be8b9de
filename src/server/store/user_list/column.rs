//! The columns that users are sorted and filtered by, as conditions and orders name them.

use crate::api::users::UserColumn;
use crate::server::store::statement::Statement;

/// How a condition names its columns: [`plain`] or [`veiled`].
pub(super) type Naming = fn(UserColumn) -> &'static str;

/// As they are: an index may be entered by them.
pub(super) fn plain(column: UserColumn) -> &'static str {
    match column {
        UserColumn::Name => "u.name_key",
        UserColumn::Email => "u.email_key",
        UserColumn::Status => "u.listed_as",
        UserColumn::Roles => "u.roles",
        UserColumn::Unit => "u.unit_key",
        UserColumn::Groups => "u.group_key",
        UserColumn::Expires => "u.ends_at",
        UserColumn::Invited => "u.invited_at",
        UserColumn::LastActive => "u.last_active_at",
        UserColumn::Delivery => "u.delivery",
    }
}

/// As expressions of the same values, by which no index is entered: that of the order is to be, whatever else
/// seems to narrow down most.
pub(super) fn veiled(column: UserColumn) -> &'static str {
    match column {
        UserColumn::Name => "(u.name_key || '')",
        UserColumn::Email => "(u.email_key || '')",
        UserColumn::Status => "(u.listed_as || '')",
        UserColumn::Roles => "(u.roles + 0)",
        UserColumn::Unit => "(u.unit_key || '')",
        UserColumn::Groups => "(u.group_key || '')",
        UserColumn::Expires => "(u.ends_at + 0)",
        UserColumn::Invited => "(u.invited_at + 0)",
        UserColumn::LastActive => "(u.last_active_at + 0)",
        UserColumn::Delivery => "(u.delivery + 0)",
    }
}

/// Appends names of columns between commas, each once.
pub(super) fn push_columns(statement: &mut Statement, columns: impl IntoIterator<Item = &'static str>) {
    let mut known: Vec<&str> = Vec::new();
    for column in columns {
        if !known.contains(&column) {
            statement.push(if known.is_empty() { "" } else { ", " }).push(column);
            known.push(column);
        }
    }
}

//! The order of a list of users: sort keys, and the place after which a page begins.

use jiff::Timestamp;

use super::search::push_status;
use super::statement::Statement;
use crate::api::users::{UserColumn, UserOrder, UserSort};
use crate::domain::ids::UserId;

/// What a row sorts by in one column.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum SortKey {
    /// Of a column of numbers.
    Number(i64),
    /// Of a column of texts.
    Text(String),
}

/// What a row sorts by: the first column's key, and the second one's, where there is one.
pub type SortKeys = (SortKey, Option<SortKey>);

/// Sorts after every folded text.
const LAST_TEXT: &str = "'\u{10FFFF}'";

/// Appends four columns: the first key as text and as number, the second one likewise. The unused
/// ones are constant.
pub fn push_sort_keys(statement: &mut Statement, order: UserOrder, now: Timestamp) {
    let mut between = "";
    for sort in [Some(order.by), order.then] {
        statement.push(between);
        match sort {
            Some(sort) if sorts_by_text(sort) => {
                push_sort_key(statement, sort, now);
                statement.push(", CAST(0 AS BIGINT)");
            }
            Some(sort) => {
                statement.push("'', CAST(");
                push_sort_key(statement, sort, now);
                statement.push(" AS BIGINT)");
            }
            None => drop(statement.push("'', CAST(0 AS BIGINT)")),
        }
        between = ", ";
    }
}

/// The places of the four columns of [`push_sort_keys`] among those of the statement.
const PLACES: [[&str; 2]; 2] = [["16", "17"], ["18", "19"]];

/// Appends the order. Ties are by id, in the direction of the first column.
pub fn push_order(statement: &mut Statement, order: UserOrder) {
    let mut between = " ORDER BY ";
    for (sort, [text, number]) in [Some(order.by), order.then].into_iter().zip(PLACES) {
        let Some(sort) = sort else { continue };
        statement.push(between).push(if sorts_by_text(sort) { text } else { number });
        statement.push(if sort.descending { " DESC" } else { "" });
        between = ", ";
    }
    statement.push(if order.by.descending { ", u.id DESC" } else { ", u.id" });
}

/// Appends the condition of coming after the row with these keys and this id.
pub fn push_after(
    statement: &mut Statement,
    order: UserOrder,
    ((first, second), id): &(SortKeys, UserId),
    now: Timestamp,
) {
    let sign = |sort: UserSort| if sort.descending { " < " } else { " > " };
    let (Some(then), Some(second)) = (order.then, second) else {
        statement.push(" AND (");
        push_sort_key(statement, order.by, now);
        statement.push(", u.id)").push(sign(order.by)).push("(");
        push_value(statement, first);
        statement.push(", ").bind(id.to_string()).push(")");
        return;
    };
    // The two columns may go different ways, which no comparison of rows can say.
    let compare = |statement: &mut Statement, sort: UserSort, how: &'static str, key: &SortKey| {
        push_sort_key(statement, sort, now);
        push_value(statement.push(how), key);
    };
    statement.push(" AND (");
    compare(statement, order.by, sign(order.by), first);
    statement.push(" OR (");
    compare(statement, order.by, " = ", first);
    statement.push(" AND (");
    compare(statement, then, sign(then), second);
    statement.push(" OR (");
    compare(statement, then, " = ", second);
    statement.push(" AND u.id").push(sign(order.by)).bind(id.to_string()).push("))))");
}

fn push_value(statement: &mut Statement, key: &SortKey) {
    match key {
        SortKey::Number(number) => statement.bind(*number),
        SortKey::Text(text) => statement.bind(text.as_str()),
    };
}

/// Appends what `sort` sorts by. Users who have nothing there come last, whichever way round.
fn push_sort_key(statement: &mut Statement, sort: UserSort, now: Timestamp) {
    let text_or_last = |statement: &mut Statement, column: &'static str| {
        if sort.descending {
            statement.push(column);
        } else {
            statement.push("COALESCE(NULLIF(").push(column).push(", ''), ").push(LAST_TEXT).push(")");
        }
    };
    let number_or_last = |statement: &mut Statement, column: &'static str| {
        let last = if sort.descending { ", -1)" } else { ", 9223372036854775807)" };
        statement.push("COALESCE(").push(column).push(last);
    };
    match sort.by {
        UserColumn::Name => drop(statement.push("u.name_key")),
        UserColumn::Email => drop(statement.push("u.email_key")),
        UserColumn::Status => push_status(statement, now),
        UserColumn::Roles => drop(statement.push("u.roles")),
        UserColumn::Unit => text_or_last(statement, "u.unit_key"),
        UserColumn::Groups => text_or_last(
            statement,
            "COALESCE((SELECT MIN(g.name_key) FROM group_users m JOIN groups g ON g.workspace_id = m.workspace_id \
             AND g.id = m.group_id WHERE m.workspace_id = u.workspace_id AND m.user_id = u.id), '')",
        ),
        UserColumn::Expires => number_or_last(statement, "u.ends_at"),
        UserColumn::Invited => number_or_last(statement, "u.invited_at"),
        UserColumn::LastActive => number_or_last(statement, "u.last_active_at"),
        UserColumn::Delivery => number_or_last(
            statement,
            "(SELECT CASE l.state WHEN 'failed' THEN 0 WHEN 'queued' THEN 1 ELSE 2 END FROM letters l \
             WHERE l.workspace_id = u.workspace_id AND l.user_id = u.id ORDER BY l.id DESC LIMIT 1)",
        ),
    }
}

/// Whether the keys of `sort` are texts.
pub fn sorts_by_text(sort: UserSort) -> bool {
    matches!(sort.by, UserColumn::Name | UserColumn::Email | UserColumn::Unit | UserColumn::Groups)
}

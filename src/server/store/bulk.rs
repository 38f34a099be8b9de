//! Many rows at once: inserts of several rows to a statement, for filling a database.

use std::borrow::Cow;
use std::fmt::Write;

use super::{StoreError, Tx, on_engine};

/// Rows inserted by one statement at most. More gain nothing: the work is in the indexes.
const MOST_ROWS: usize = 64;

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text.
    Text(Cow<'static, str>),
    /// A number.
    Number(i64),
    /// A text that is not there.
    NoText,
    /// A number that is not there.
    NoNumber,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<&'static str> for Cell {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::NoText, Self::from)
    }
}

impl From<Option<i64>> for Cell {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::NoNumber, Self::Number)
    }
}

/// A table that rows are put into, and the columns that they give.
#[derive(Clone, Copy, Debug)]
pub struct Table<const COLUMNS: usize> {
    name: &'static str,
    columns: [&'static str; COLUMNS],
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    /// How many columns there are.
    pub const fn width(&self) -> usize {
        COLUMNS
    }
}

macro_rules! tables {
    ($($(#[$doc:meta])* $constant:ident = $name:literal: $($column:ident)+;)+) => {$(
        $(#[$doc])*
        pub const $constant: Table<{ [$(stringify!($column)),+].len() }> =
            Table { name: $name, columns: [$(stringify!($column)),+] };
    )+};
}

tables! {
    /// Customers.
    CUSTOMERS = "customers": id name;
    /// Workspaces.
    WORKSPACES = "workspaces": id customer_id slug name time_zone created_at;
    /// Accounts.
    ACCOUNTS = "accounts": id email email_key first_name last_name password_hash created_at;
    /// Units, those above before those below.
    UNITS = "units": workspace_id id parent_id name path path_key search_text lineage level;
    /// Groups.
    GROUPS = "groups": workspace_id id name name_key mark;
    /// Courses.
    COURSES = "courses": workspace_id id title title_key subject;
    /// Users.
    USERS = "users": workspace_id id account_id email email_key first_name last_name name_key search_text state
        roles unit_id unit_key group_key group_marks expires_on ends_at invited_at link_ends_at last_active_at
        listed_as delivery password_hash created_at;
    /// Words of names, with their forms.
    NAME_WORDS = "name_words": workspace_id form word;
    /// Three characters in a row of names and addresses, with their forms.
    SEARCH_GRAMS = "search_grams": workspace_id form gram;
    /// Units managed.
    UNITS_MANAGED = "units_managed": workspace_id user_id unit_id;
    /// Users of groups.
    GROUP_USERS = "group_users": workspace_id group_id user_id;
    /// Auto-enrolments.
    AUTO_ENROLMENTS = "auto_enrolments": workspace_id id name unit_id group_id;
    /// Courses of auto-enrolments.
    AUTO_ENROLMENT_COURSES = "auto_enrolment_courses": workspace_id auto_enrolment_id course_id;
    /// Enrolments.
    ENROLMENTS = "enrolments": workspace_id id user_id course_id state progress auto_enrolment_id changed_at;
    /// Invitations.
    INVITATIONS = "invitations": workspace_id id user_id state sent_at sent_by link_ends_at;
    /// Verifications.
    VERIFICATIONS = "verifications": workspace_id id user_id created_at ends_at;
    /// Letters.
    LETTERS = "letters":
        workspace_id id user_id kind subject_id state attempts due_at settled_at answer created_at;
    /// The record.
    AUDIT = "audit": workspace_id id user_id at actor actor_id origin action summary before after;
}

/// Rows that wait to be inserted into one table.
#[derive(Debug)]
pub struct Rows<const COLUMNS: usize> {
    table: Table<COLUMNS>,
    cells: Vec<Cell>,
}

impl<const COLUMNS: usize> Rows<COLUMNS> {
    /// No rows yet, for `table`.
    pub const fn of(table: Table<COLUMNS>) -> Self {
        Self { table, cells: Vec::new() }
    }

    /// Adds a row: one value for each column of the table, in their order.
    pub fn push(&mut self, row: [Cell; COLUMNS]) {
        self.cells.extend(row);
    }

    /// Inserts what waits. The numbers of rows are powers of two, so that there are few statements,
    /// each prepared once.
    pub async fn insert(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        let cells = std::mem::take(&mut self.cells);
        if cells.len() > MOST_ROWS * COLUMNS {
            let head = format!("{} ({})", self.table.name, self.table.columns.join(", "));
            if tx.copy(&head, || lines(&cells, COLUMNS)).await? {
                return Ok(());
            }
        }
        let mut cells = cells.into_iter();
        while cells.len() > 0 {
            let waiting = cells.len() / COLUMNS;
            let rows = if waiting >= MOST_ROWS { MOST_ROWS } else { 1 << waiting.ilog2() };
            insert(tx, self.table, cells.by_ref().take(rows * COLUMNS).collect()).await?;
        }
        Ok(())
    }
}

/// The rows as `COPY` takes them: a line each, its values separated by tabs.
fn lines(cells: &[Cell], columns: usize) -> String {
    let mut text = String::with_capacity(cells.len() * 24);
    for (place, cell) in cells.iter().enumerate() {
        match cell {
            Cell::Text(value) => value.chars().for_each(|c| match c {
                '\\' => text.push_str("\\\\"),
                '\t' => text.push_str("\\t"),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                other => text.push(other),
            }),
            // Writing to a string can't fail.
            Cell::Number(number) => drop(write!(text, "{number}")),
            Cell::NoText | Cell::NoNumber => text.push_str("\\N"),
        }
        text.push(if (place + 1) % columns == 0 { '\n' } else { '\t' });
    }
    text
}

fn text_of<const COLUMNS: usize>(table: Table<COLUMNS>, rows: usize) -> String {
    let mut text = format!("INSERT INTO {} ({}) VALUES ", table.name, table.columns.join(", "));
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..COLUMNS {
            let before = if column == 0 { "" } else { ", " };
            // Writing to a string can't fail.
            let _ = write!(text, "{before}${}", row * COLUMNS + column + 1);
        }
        text.push(')');
    }
    text
}

async fn insert<const COLUMNS: usize>(
    tx: &mut Tx,
    table: Table<COLUMNS>,
    cells: Vec<Cell>,
) -> Result<(), StoreError> {
    let text = text_of(table, cells.len() / COLUMNS);
    on_engine!(tx, |connection| {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(text));
        for cell in cells {
            query = match cell {
                Cell::Text(text) => query.bind(text.into_owned()),
                Cell::Number(number) => query.bind(number),
                Cell::NoText => query.bind(None::<String>),
                Cell::NoNumber => query.bind(None::<i64>),
            };
        }
        query.execute(connection).await.map(drop)
    })?;
    Ok(())
}

/// Whether nobody has put anything into the database yet.
pub async fn is_empty(tx: &mut Tx) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT (SELECT COUNT(*) FROM customers) + (SELECT COUNT(*) FROM workspaces) \
        + (SELECT COUNT(*) FROM accounts)";
    let (rows,): (i64,) = on_engine!(tx, |connection| sqlx::query_as(SQL).fetch_one(connection).await)?;
    Ok(rows == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_value_is_escaped_in_a_copy() {
        let cells = ["a\tb\\".into(), Cell::NoText, "c\r\nd".into(), 7.into()];
        assert_eq!(lines(&cells, 2), "a\\tb\\\\\t\\N\nc\\r\\nd\t7\n");
    }

    #[test]
    fn a_statement_numbers_its_parameters_row_by_row() {
        let table = Table { name: "pets", columns: ["name", "legs"] };
        assert_eq!(text_of(table, 2), "INSERT INTO pets (name, legs) VALUES ($1, $2), ($3, $4)");
    }
}

//! A statement put together from fixed pieces and bound values, the same text for every engine.

use std::fmt::Write;

/// A statement that depends on what is asked for. Its text holds only pieces that stand in the
/// source; everything else is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    text: String,
    values: Vec<Value>,
}

/// A bound value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl Statement {
    /// A statement that begins with `text`.
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// Appends a piece.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a parameter that stands for `value`.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        // Writing to a string can't fail.
        let _ = write!(self.text, "${}", self.values.len());
        self
    }

    /// Appends a number as it is, so that whoever plans the statement knows it.
    pub fn literal(&mut self, number: i64) -> &mut Self {
        // Writing to a string can't fail.
        let _ = write!(self.text, "{number}");
        self
    }

    /// Appends a list of parameters in parentheses; `(NULL)`, which nothing equals, for none.
    pub fn bind_all<T: Into<Value>>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Self {
        let mut between = "(";
        for value in values {
            self.push(between).bind(value);
            between = ", ";
        }
        if between == "(" { self.push("(NULL)") } else { self.push(")") }
    }

    /// The text and the values, to be run.
    pub fn into_parts(self) -> (String, Vec<Value>) {
        (self.text, self.values)
    }
}

/// A query with the values of a [`Statement`] bound to it.
macro_rules! bound {
    ($query:expr, $values:expr) => {
        $values.into_iter().fold($query, |query, value| match value {
            $crate::server::store::statement::Value::Text(text) => query.bind(text),
            $crate::server::store::statement::Value::Number(number) => query.bind(number),
        })
    };
}
pub(super) use bound;

/// Fetches the rows of a [`Statement`] as tuples.
macro_rules! fetch_all {
    ($tx:expr, $statement:expr) => {{
        let (text, values) = $statement.into_parts();
        $crate::server::store::on_engine!($tx, |connection| {
            let query = sqlx::query_as(sqlx::AssertSqlSafe(text));
            $crate::server::store::statement::bound!(query, values).fetch_all(connection).await
        })
    }};
}
pub(super) use fetch_all;

/// Fetches the rows of a [`Statement`] into `$rows` one by one, so that those before an error are kept.
macro_rules! fetch_into {
    ($tx:expr, $statement:expr, $rows:expr) => {{
        let (text, values) = $statement.into_parts();
        $crate::server::store::on_engine!($tx, |connection| {
            let query = sqlx::query_as(sqlx::AssertSqlSafe(text));
            let mut fetched = $crate::server::store::statement::bound!(query, values).fetch(connection);
            loop {
                match futures_util::TryStreamExt::try_next(&mut fetched).await {
                    Ok(Some(row)) => $rows.push(row),
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                }
            }
        })
    }};
}
pub(super) use fetch_into;

/// Runs a [`Statement`]; how many rows it wrote.
macro_rules! execute {
    ($tx:expr, $statement:expr) => {{
        let (text, values) = $statement.into_parts();
        $crate::server::store::on_engine!($tx, |connection| {
            let query = sqlx::query(sqlx::AssertSqlSafe(text));
            let done = $crate::server::store::statement::bound!(query, values).execute(connection).await;
            done.map(|done| done.rows_affected())
        })
    }};
}
pub(super) use execute;

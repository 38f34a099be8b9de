//! Reading the columns of a row into the words of the domain.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{ColumnIndex, Decode, Row, Type};

use super::StoreError;

/// A column that holds what can't be.
pub fn corrupt(what: &'static str, value: impl ToString) -> StoreError {
    StoreError::Corrupt { what, value: value.to_string() }
}

/// The text column `name`, read by `FromStr`: ids, dates.
pub fn parsed<'r, R, T>(row: &'r R, name: &'static str) -> Result<T, StoreError>
where
    R: Row,
    T: FromStr,
    &'static str: ColumnIndex<R>,
    String: Decode<'r, R::Database> + Type<R::Database>,
{
    let text: String = row.try_get(name)?;
    text.parse().map_err(|_| corrupt(name, text))
}

/// The same where the column may be null.
pub fn parsed_or_null<'r, R, T>(row: &'r R, name: &'static str) -> Result<Option<T>, StoreError>
where
    R: Row,
    T: FromStr,
    &'static str: ColumnIndex<R>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
{
    let text: Option<String> = row.try_get(name)?;
    text.map(|text| text.parse().map_err(|_| corrupt(name, text))).transpose()
}

/// The instant in the column `name`.
pub fn instant<'r, R>(row: &'r R, name: &'static str) -> Result<Timestamp, StoreError>
where
    R: Row,
    &'static str: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
{
    let micros: i64 = row.try_get(name)?;
    Timestamp::from_microsecond(micros).map_err(|_| corrupt(name, micros))
}

/// The same where the column may be null.
pub fn instant_or_null<'r, R>(row: &'r R, name: &'static str) -> Result<Option<Timestamp>, StoreError>
where
    R: Row,
    &'static str: ColumnIndex<R>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
{
    let micros: Option<i64> = row.try_get(name)?;
    micros.map(|micros| Timestamp::from_microsecond(micros).map_err(|_| corrupt(name, micros))).transpose()
}

/// The date in the column `name`, where there is one.
pub fn date_or_null<'r, R>(row: &'r R, name: &'static str) -> Result<Option<Date>, StoreError>
where
    R: Row,
    &'static str: ColumnIndex<R>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
{
    parsed_or_null(row, name)
}

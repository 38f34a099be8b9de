//! Columns read into the words of the domain.

use std::fmt::Debug;
use std::str::FromStr;

use jiff::Timestamp;

use super::StoreError;

/// A text read by `FromStr`: an id, a date.
pub fn parse<T: FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| corrupt(text))
}

/// The same where there may be none.
pub fn parse_some<T: FromStr>(text: Option<&str>) -> Result<Option<T>, StoreError> {
    text.map(parse).transpose()
}

/// Microseconds since 1970 as an instant.
pub fn instant(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|_| corrupt(&micros))
}

/// The same where there may be none.
pub fn instant_some(micros: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    micros.map(instant).transpose()
}

/// A number that is never negative and fits.
pub fn count<T: TryFrom<i64>>(number: i64) -> Result<T, StoreError> {
    T::try_from(number).map_err(|_| corrupt(&number))
}

/// A column holds what can't be.
pub fn corrupt(value: &(impl Debug + ?Sized)) -> StoreError {
    StoreError::Corrupt(format!("{value:?}"))
}

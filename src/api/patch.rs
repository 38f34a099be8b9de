//! Fields of a partial change (RFC 7396): left out, null, or a value.

use serde::{Deserialize, Deserializer};

/// Reads a field that is there. Null is a value like any other; only a field that is not there is
/// none, which `#[serde(default)]` sees to.
pub fn present<'de, D, T>(reader: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(reader).map(Some)
}

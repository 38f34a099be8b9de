//! Pages by opaque keyset cursor.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Most items on a page.
pub const MAX_LIMIT: u16 = 500;
/// Items on a page when none are asked for.
pub const DEFAULT_LIMIT: u16 = 50;

/// Some items of a list, and where the rest begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(bound(deserialize = "T: DeserializeOwned"))]
pub struct Page<T> {
    /// The items, in the order asked for.
    pub items: Vec<T>,
    /// The cursor of the next page; null on the last. It fits only the same filter and sort.
    pub next: Option<String>,
    /// The cursor of the page before, in lists that can be read backwards; missing on the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
}

/// Several values in one query parameter, separated by commas: `status=invited,pending`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommaList<T>(pub Vec<T>);

impl<T> Default for CommaList<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> CommaList<T> {
    /// Whether nothing is listed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: fmt::Display> Serialize for CommaList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let words: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        serializer.serialize_str(&words.join(","))
    }
}

impl<'de, T> Deserialize<'de> for CommaList<T>
where
    T: FromStr,
    T::Err: fmt::Display,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(|word| word.parse().map_err(D::Error::custom))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl<T> JsonSchema for CommaList<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CommaList".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "values separated by commas" })
    }
}

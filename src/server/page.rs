//! Cursors and limits of pages.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::error::ApiError;
use crate::api::page::{DEFAULT_LIMIT, MAX_LIMIT, Page};

/// Longest search, in characters: nobody's name and address together are longer.
pub const LONGEST_SEARCH: usize = 200;

/// What is searched for, unless it is longer than anything that could be found.
pub fn read_search(search: Option<&str>) -> Result<Option<&str>, ApiError> {
    if search.is_some_and(|search| search.chars().count() > LONGEST_SEARCH) {
        return Err(ApiError::field("/search", "too_long", "search for at most 200 characters"));
    }
    Ok(search)
}

/// A place in a list: of which list, after or before which key and id.
#[derive(Serialize, Deserialize)]
struct Cursor<K> {
    list: String,
    key: K,
    id: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    back: bool,
}

/// A list that is handed out in pages.
pub struct Paging<K> {
    list: String,
    limit: u16,
    /// The key and id of the last item of the page before; of the first item of the page after,
    /// where the list is read backwards.
    pub after: Option<(K, String)>,
    /// Whether the cursor leads backwards.
    pub is_back: bool,
}

impl<K: Serialize + DeserializeOwned> Paging<K> {
    /// Reads what was asked for. `list` is what makes this list another than the rest: its filter
    /// and order; a cursor fits only the list that it was made in.
    pub fn read(list: &impl Serialize, cursor: Option<&str>, limit: Option<u16>) -> Result<Self, ApiError> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(ApiError::field("/limit", "out_of_range", "ask for 1 to 500 items"));
        }
        let list = serde_json::to_vec(list).map_err(|error| ApiError::Internal(Box::new(error)))?;
        let list = URL_SAFE_NO_PAD.encode(digest(&SHA256, &list).as_ref().get(..9).unwrap_or_default());
        let Some(cursor) = cursor else { return Ok(Self { list, limit, after: None, is_back: false }) };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
        let cursor = bytes.and_then(|bytes| serde_json::from_slice::<Cursor<K>>(&bytes).ok());
        let fitting = cursor.filter(|cursor| cursor.list == list).ok_or_else(|| {
            let detail = "the cursor is of another list; begin again without one";
            ApiError::field("/cursor", "wrong_cursor", detail)
        })?;
        Ok(Self { list, limit, after: Some((fitting.key, fitting.id)), is_back: fitting.back })
    }

    /// How many rows to fetch: one more than the page, to see whether it is the last.
    pub fn most(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// How many items the page has at most.
    pub fn limit(&self) -> usize {
        usize::from(self.limit)
    }

    /// The page of `rows`, which are [`Self::most`] at most.
    pub fn page<T>(&self, mut rows: Vec<(K, T)>, id: impl Fn(&T) -> String) -> Result<Page<T>, ApiError> {
        let more_come = rows.len() > self.limit();
        rows.truncate(self.limit());
        self.page_between(rows, (false, more_come), id)
    }

    /// The page of exactly these `rows`; whether more come before and after them.
    pub fn page_between<T>(
        &self,
        rows: Vec<(K, T)>,
        (more_before, more_after): (bool, bool),
        id: impl Fn(&T) -> String,
    ) -> Result<Page<T>, ApiError> {
        let cursor = |row: Option<&(K, T)>, back: bool| {
            row.map(|(key, item)| self.cursor(key, id(item), back)).transpose()
        };
        let previous = if more_before { cursor(rows.first(), true)? } else { None };
        let next = if more_after { cursor(rows.last(), false)? } else { None };
        Ok(Page { items: rows.into_iter().map(|(_, item)| item).collect(), next, previous })
    }

    fn cursor(&self, key: &K, id: String, back: bool) -> Result<String, ApiError> {
        let cursor = Cursor { list: self.list.clone(), key, id, back };
        let text = serde_json::to_vec(&cursor).map_err(|error| ApiError::Internal(Box::new(error)))?;
        Ok(URL_SAFE_NO_PAD.encode(text))
    }
}

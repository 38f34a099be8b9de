//! What is asked for of a list of units, groups or courses.

use std::collections::HashSet;

use serde::Serialize;

use crate::api::catalogue::CatalogueQuery;
use crate::api::page::{MAX_LIMIT, Page};
use crate::domain::search_key::fold;
use crate::server::error::ApiError;
use crate::server::page::{Paging, read_search};
use crate::server::store::catalogue::{Keyed, Likely, Part};

/// Letters of a word before which no slip is looked for; a word that is no longer has none.
const SURE: usize = 3;

/// What is asked for, read.
pub struct Asked {
    query: CatalogueQuery,
    paging: Paging<String>,
    /// What was typed, folded.
    typed: String,
    words: Vec<String>,
    /// The beginnings of the words, where a slip may come after them.
    rough: Vec<String>,
}

impl Asked {
    /// Reads a query for the list called `name`.
    pub fn read(name: &impl Serialize, query: CatalogueQuery) -> Result<Self, ApiError> {
        read_search(query.search.as_deref())?;
        if query.ids.0.len() > usize::from(MAX_LIMIT) {
            return Err(ApiError::field("/ids", "out_of_range", "ask for at most 500 ids"));
        }
        let list = (name, &query.search, query.parent, &query.ids.0);
        let paging = Paging::read(&list, query.cursor.as_deref(), query.limit)?;
        let typed = fold(query.search.as_deref().unwrap_or_default());
        let words = typed.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let words: Vec<String> = words.map(str::to_owned).collect();
        let rough = words.iter().map(|word| word.chars().take(SURE).collect()).collect();
        Ok(Self { query, paging, typed, words, rough })
    }

    fn is_likely(&self) -> bool {
        self.query.likely && !self.typed.is_empty()
    }

    /// The parts to read, one after the other, as long as [`Self::wants`] another.
    pub fn parts(&self) -> Vec<Part<'_>> {
        let after = self.paging.after.as_ref().map(|(key, id)| (key.as_str(), id.as_str()));
        let part = Part { ids: &self.query.ids.0, most: self.paging.most(), ..Part::default() };
        if !self.is_likely() {
            return vec![Part { search: self.query.search.as_deref(), after, ..part }];
        }
        // Half the page at most, so that there is room for words further on in a name.
        let beginning = Part { likely: Some(Likely::Beginning(&self.typed)), most: part.most / 2, ..part };
        if self.words.is_empty() {
            return vec![beginning];
        }
        let by_words = |words| Part { likely: Some(Likely::Words(words)), ..part };
        vec![beginning, by_words(&self.words), by_words(&self.rough)]
    }

    /// Whether part number `n`, from 0, is to be read when there are `rows` already.
    pub fn wants(n: usize, rows: usize) -> bool {
        // Of what is likely, words with a slip are the last resort.
        n < 2 || rows == 0
    }

    /// The page of `rows`.
    pub fn page<T>(&self, mut rows: Keyed<T>, id: impl Fn(&T) -> String) -> Result<Page<T>, ApiError> {
        if !self.is_likely() {
            return self.paging.page(rows, id);
        }
        let mut known = HashSet::new();
        rows.retain(|(_, item)| known.insert(id(item)));
        let limit = usize::try_from(self.paging.most() - 1).unwrap_or_default();
        Ok(Page {
            items: rows.into_iter().map(|(_, item)| item).take(limit).collect(),
            next: None,
            previous: None,
        })
    }
}

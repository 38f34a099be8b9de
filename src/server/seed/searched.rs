//! What leads to the users of a sample from the words of their names and addresses.

use std::collections::{HashMap, HashSet};

use crate::domain::{gram, slip};
use crate::server::store::bulk::{NAME_WORDS, Rows, SEARCH_GRAMS};
use crate::server::store::{StoreError, Tx};

/// Rows that wait to be written, and what was written before.
pub struct Searched {
    words: Rows<{ NAME_WORDS.width() }>,
    written_words: HashSet<String>,
    grams: Rows<{ SEARCH_GRAMS.width() }>,
    /// Those of each form.
    written_grams: HashMap<String, HashSet<String>>,
}

impl Default for Searched {
    fn default() -> Self {
        Self {
            words: Rows::of(NAME_WORDS),
            written_words: HashSet::new(),
            grams: Rows::of(SEARCH_GRAMS),
            written_grams: HashMap::new(),
        }
    }
}

impl Searched {
    /// Adds what is new of one user.
    pub fn add(&mut self, workspace: &str, name_key: &str, search_text: &str) {
        for word in slip::words(name_key) {
            if self.written_words.contains(word) {
                continue;
            }
            self.written_words.insert(word.to_owned());
            for form in slip::forms(word) {
                self.words.push([workspace.to_owned().into(), form.into(), word.to_owned().into()]);
            }
        }
        for (form, gram) in gram::forms(search_text) {
            if self.written_grams.get(form).is_some_and(|grams| grams.contains(gram)) {
                continue;
            }
            self.written_grams.entry(form.to_owned()).or_default().insert(gram.to_owned());
            self.grams.push([workspace.to_owned().into(), form.to_owned().into(), gram.to_owned().into()]);
        }
    }

    /// Inserts what waits.
    pub async fn insert(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        self.words.insert(tx).await?;
        self.grams.insert(tx).await
    }
}

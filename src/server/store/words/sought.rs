//! Words that users are searched for, and what is written down of a user so that they lead there.

use super::{grams, slips};
use crate::domain::ids::WorkspaceId;
use crate::domain::search_key::fold;
use crate::server::store::search::push_word;
use crate::server::store::statement::Statement;
use crate::server::store::{StoreError, Tx};

/// A word that is searched for.
#[derive(Clone, Debug)]
pub struct Word {
    /// What may be meant by it: whoever has one of these is found.
    meant: Vec<String>,
    /// Whoever is found has one of these too, all of which the search index knows; none: it does not help.
    indexed: Option<Vec<String>>,
}

impl Word {
    /// The words of `search`.
    pub async fn all_of(tx: &mut Tx, workspace: WorkspaceId, search: &str) -> Result<Vec<Self>, StoreError> {
        let mut words = Vec::new();
        for word in fold(search).split(' ').filter(|word| !word.is_empty()) {
            let meant = slips::meant(tx, workspace, word).await?;
            let indexed = if meant.iter().all(|word| grams::is_indexed(word)) {
                Some(meant.clone())
            } else if let [word] = &meant[..] {
                grams::around(tx, workspace, word).await?
            } else {
                None
            };
            words.push(Self { meant, indexed });
        }
        Ok(words)
    }

    /// Whether nobody has it.
    pub fn is_nobodys(&self) -> bool {
        self.indexed.as_ref().is_some_and(Vec::is_empty)
    }

    /// What the search index is asked for; nothing where it does not help.
    pub fn indexed(&self) -> Option<&[String]> {
        self.indexed.as_deref()
    }

    /// Appends that it is there; so that no search index is asked, which would be gone through as a whole for
    /// words that it does not know.
    pub fn push(&self, statement: &mut Statement) {
        let mut between = " AND (";
        for word in &self.meant {
            push_word(statement.push(between), "(u.search_text || '')", word);
            between = " OR ";
        }
        statement.push(")");
    }
}

/// Writes down what leads to a user from the words of the user's name and address.
pub async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    name_key: &str,
    search_text: &str,
) -> Result<(), StoreError> {
    slips::insert(tx, workspace, name_key).await?;
    grams::insert(tx, workspace, search_text).await
}

//! What is known to stand in the indexes of words, so that what many users share is not sent to the database again
//! for each of them.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::ids::WorkspaceId;

/// More entries are not kept: a few megabytes. Workspaces have some thousands each.
const MOST: usize = 100_000;

/// Entries of the indexes that were committed. Nothing ever takes one out of the database; only a database that is
/// another one, as after the primary fell, may lack some.
#[derive(Clone, Debug, Default)]
pub struct Written(Arc<Mutex<Kept>>);

type Entries = HashMap<WorkspaceId, HashSet<String>>;

#[derive(Debug, Default)]
struct Kept {
    entries: Entries,
    many: usize,
}

impl Written {
    /// Knows nothing any more.
    pub fn forget(&self) {
        self.with(|kept| *kept = Kept::default());
    }

    fn has(&self, workspace: WorkspaceId, entry: &str) -> bool {
        self.with(|kept| has(&kept.entries, workspace, entry))
    }

    fn keep(&self, noted: Entries) {
        self.with(|kept| {
            for (workspace, entries) in noted {
                if kept.many + entries.len() > MOST {
                    *kept = Kept::default();
                }
                let known = kept.entries.entry(workspace).or_default();
                let before = known.len();
                known.extend(entries);
                kept.many += known.len() - before;
            }
        });
    }

    /// A set of entries is as good after a panic as before.
    fn with<T>(&self, look: impl FnOnce(&mut Kept) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn has(entries: &Entries, workspace: WorkspaceId, entry: &str) -> bool {
    entries.get(&workspace).is_some_and(|entries| entries.contains(entry))
}

/// What a transaction has written besides.
#[derive(Debug)]
pub struct Writing {
    known: Written,
    noted: Entries,
}

impl Writing {
    /// Nothing yet.
    pub fn beside(known: &Written) -> Self {
        Self { known: known.clone(), noted: Entries::new() }
    }

    /// Whether `entry` is known to stand there.
    pub fn has(&self, workspace: WorkspaceId, entry: &str) -> bool {
        has(&self.noted, workspace, entry) || self.known.has(workspace, entry)
    }

    /// Notes what the transaction has written.
    pub fn note(&mut self, workspace: WorkspaceId, entries: impl IntoIterator<Item = String>) {
        self.noted.entry(workspace).or_default().extend(entries);
    }

    /// Some of what was noted was taken back.
    pub fn take_back(&mut self) {
        self.noted.clear();
    }

    /// All of it was committed.
    pub fn keep(self) {
        self.known.keep(self.noted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const HERE: WorkspaceId = WorkspaceId::new(Uuid::from_u128(1));
    const THERE: WorkspaceId = WorkspaceId::new(Uuid::from_u128(2));

    fn wrote(known: &Written, entries: &[&str]) -> Writing {
        let mut writing = Writing::beside(known);
        writing.note(HERE, entries.iter().map(ToString::to_string));
        writing
    }

    #[test]
    fn what_is_committed_is_known_in_its_workspace() {
        let known = Written::default();
        wrote(&known, &["smi", "mit"]).keep();
        let writing = Writing::beside(&known);
        assert!(writing.has(HERE, "smi") && writing.has(HERE, "mit"));
        assert!(!writing.has(HERE, "ith") && !writing.has(THERE, "smi"));
        known.forget();
        assert!(!writing.has(HERE, "smi"));
    }

    #[test]
    fn what_is_taken_back_is_not_known() {
        let known = Written::default();
        let mut writing = wrote(&known, &["smi"]);
        assert!(writing.has(HERE, "smi"));
        writing.take_back();
        assert!(!writing.has(HERE, "smi"));
        writing.keep();
        drop(wrote(&known, &["mit"]));
        let next = Writing::beside(&known);
        assert!(!next.has(HERE, "smi") && !next.has(HERE, "mit"));
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let known = Written::default();
        for first in 0..3 {
            let entries = (0..MOST / 2).map(|n| format!("{first} {n}"));
            let mut writing = Writing::beside(&known);
            writing.note(HERE, entries);
            writing.keep();
        }
        assert!(known.with(|kept| kept.many) <= MOST);
        assert!(known.has(HERE, "2 0"));
    }
}

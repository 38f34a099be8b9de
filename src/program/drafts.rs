//! The unfinished invitation, kept in a file of its own for each workspace of each profile.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::files::{make_folder_of, name_of_workspace, open_lock_of, set_aside, write_private};
use crate::tui::draft::Draft;
use crate::tui::runtime::Drafts;

/// Programs that each have a file of their own for the same workspace; more keep none, and say so.
const MOST_AT_ONCE: u32 = 9;

/// The file of the unfinished invitation, and of those not known to be sent; without one they are
/// kept as long as the program runs. Each of several programs in one workspace has its own, so that
/// none writes over or removes what another keeps; what ended ones left is taken over at the start.
#[derive(Debug, Default)]
pub struct DraftFile {
    path: Option<PathBuf>,
    /// Other programs have all the files there are.
    is_crowded_out: bool,
    others: Vec<PathBuf>,
    /// Says that the file is taken, until it is closed; none where files can't be locked.
    lock: Option<File>,
}

impl DraftFile {
    /// A file for a workspace of a profile, in `folder`, that no other program uses.
    pub fn of(folder: Option<PathBuf>, profile: &str, workspace: &str) -> Self {
        let Some(folder) = folder else { return Self::default() };
        let name = |n: u32| if n == 1 { workspace.to_owned() } else { format!("{workspace}.{n}") };
        let places: Vec<PathBuf> =
            (1..=MOST_AT_ONCE).map(|n| folder.join(name_of_workspace(profile, &name(n)))).collect();
        for path in &places {
            let others = || places.iter().filter(|other| *other != path).cloned().collect();
            match take(path) {
                Ok(None) => {}
                Ok(lock) => {
                    return Self { path: Some(path.clone()), others: others(), lock, ..Self::default() };
                }
                Err(error) => {
                    tracing::warn!(%error, "the draft can't be locked");
                    return Self { path: Some(path.clone()), ..Self::default() };
                }
            }
        }
        Self { is_crowded_out: true, ..Self::default() }
    }

    /// What the operator has to know first: that nothing is kept on disk where other programs have all the files, or
    /// that a draft can't be read, which is moved out of the way of the next one.
    pub fn warning(&mut self) -> Option<String> {
        if self.is_crowded_out {
            return Some(format!(
                "{MOST_AT_ONCE} other programs are in this workspace: what is typed here is not kept on disk"
            ));
        }
        self.set_unreadable_aside()
    }

    fn set_unreadable_aside(&mut self) -> Option<String> {
        let path = self.path.as_ref()?;
        match fs::read_to_string(path) {
            Ok(text) if Draft::from_json(&text).is_some() => return None,
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            Ok(_) | Err(_) => {}
        }
        match set_aside(path) {
            Ok(aside) => {
                Some(format!("the unfinished invitation can't be read; it is now {}", aside.display()))
            }
            Err(error) => {
                let told = format!(
                    "the unfinished invitation can't be read nor moved, and drafts are not kept on disk: {}: {error}",
                    path.display()
                );
                // It is not written over: what is typed is kept as long as the program runs.
                self.path = None;
                Some(told)
            }
        }
    }

    /// Adds to `draft` what an ended program left in the file at `other`.
    fn take_over(&self, draft: &mut Draft, other: &Path) -> io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        if !other.exists() {
            return Ok(());
        }
        let Some(_lock) = take(other)? else { return Ok(()) };
        let Some(mut left) = read(other) else { return Ok(()) };
        let mut ours = draft.clone();
        let unsent = std::mem::take(&mut left.unsent);
        if !is_begun(&ours) {
            ours = Draft { unsent: ours.unsent, ..std::mem::take(&mut left) };
        }
        for unsent in unsent {
            if !ours.unsent.contains(&unsent) {
                ours.unsent.push(unsent);
            }
        }
        // First ours, so that nothing is lost in between.
        write(path, &ours.to_json())?;
        *draft = ours;
        if left.is_worth_a_file() { write(other, &left.to_json()) } else { fs::remove_file(other) }
    }
}

/// Takes the file at `path` for this program; none when another has it.
fn take(path: &Path) -> io::Result<Option<File>> {
    let file = open_lock_of(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn read(path: &Path) -> Option<Draft> {
    Draft::from_json(&fs::read_to_string(path).ok()?)
}

/// Whether an invitation was begun in the form itself.
fn is_begun(draft: &Draft) -> bool {
    draft.names_somebody() || !draft.waiting.is_empty()
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    make_folder_of(path)?;
    write_private(path, text.as_bytes())
}

impl Drafts for DraftFile {
    fn load(&self) -> Option<Box<Draft>> {
        let mut draft = read(self.path.as_ref()?).unwrap_or_default();
        let others = self.others.iter().filter(|_| self.lock.is_some());
        for other in others {
            if let Err(error) = self.take_over(&mut draft, other) {
                tracing::warn!(%error, "a draft that was left can't be taken over");
            }
        }
        draft.is_worth_a_file().then(|| Box::new(draft))
    }

    fn save(&mut self, draft: &Draft) -> io::Result<()> {
        self.path.as_deref().map_or(Ok(()), |path| write(path, &draft.to_json()))
    }

    fn forget(&mut self) -> io::Result<()> {
        match self.path.as_ref().map(fs::remove_file) {
            Some(Err(error)) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &Path) -> DraftFile {
        DraftFile::of(Some(folder.join("drafts")), "work", "leeds")
    }

    fn to(email: &str) -> Draft {
        Draft { email: email.to_owned(), ..Draft::default() }
    }

    #[test]
    fn two_programs_in_one_workspace_leave_each_others_drafts_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (mut one, mut two) = (file(folder.path()), file(folder.path()));
        let unsent = Draft { unsent: vec![to("ann@example.org")], ..Draft::default() };
        one.save(&unsent).unwrap();
        two.save(&to("bo@example.org")).unwrap();
        two.forget().unwrap();
        assert_eq!(one.load(), Some(Box::new(unsent)));
        assert_eq!(two.load(), None, "what a running program keeps is not taken over");
    }

    #[test]
    fn a_program_for_which_no_file_is_left_says_that_it_keeps_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut first: Vec<_> = (0..MOST_AT_ONCE).map(|_| file(folder.path())).collect();
        assert!(first.iter_mut().all(|drafts| drafts.warning().is_none()));
        let told = "9 other programs are in this workspace: what is typed here is not kept on disk";
        assert_eq!(file(folder.path()).warning().as_deref(), Some(told));
        first.pop();
        assert_eq!(file(folder.path()).warning(), None);
    }

    #[test]
    fn what_ended_programs_left_is_taken_over_and_nothing_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        {
            let (mut one, mut two, mut three) =
                (file(folder.path()), file(folder.path()), file(folder.path()));
            one.save(&Draft { unsent: vec![to("ann@example.org")], ..Draft::default() }).unwrap();
            two.save(&Draft { unsent: vec![to("cy@example.org")], ..to("bo@example.org") }).unwrap();
            three.save(&Draft { unsent: vec![to("ann@example.org")], ..to("di@example.org") }).unwrap();
        }
        let unsent = vec![to("ann@example.org"), to("cy@example.org")];
        let mut one = file(folder.path());
        assert_eq!(one.load(), Some(Box::new(Draft { unsent, ..to("bo@example.org") })));
        one.forget().unwrap();
        drop(one);
        let waited = file(folder.path()).load();
        assert_eq!(waited, Some(Box::new(to("di@example.org"))), "a second form waits for its turn");
    }

    #[test]
    fn a_draft_that_cannot_be_read_is_moved_aside_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("drafts/work-leeds.json");
        for n in 1..=2 {
            let mut drafts = file(folder.path());
            fs::write(&kept, "{\"version\":99}").unwrap();
            let told = drafts.warning().unwrap();
            let aside = folder.path().join(format!("drafts/work-leeds.unreadable.{n}"));
            assert!(told.ends_with(&format!("can't be read; it is now {}", aside.display())), "{told}");
            drafts.save(&to("ann@example.org")).unwrap();
            assert_eq!(fs::read_to_string(&aside).unwrap(), "{\"version\":99}");
            assert_eq!(drafts.warning(), None);
        }
    }

    #[test]
    fn without_a_folder_nothing_is_kept() {
        let mut drafts = DraftFile::of(None, "work", "leeds");
        drafts.save(&to("ann@example.org")).unwrap();
        assert_eq!((drafts.warning(), drafts.load()), (None, None));
    }
}

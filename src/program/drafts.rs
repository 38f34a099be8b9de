//! The unfinished invitation, kept in a file of its own for each workspace of each profile.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use super::files::{make_private_folder, write_private};
use crate::tui::draft::Draft;
use crate::tui::runtime::Drafts;

/// The file of the unfinished invitation; without one it is kept as long as the program runs.
#[derive(Debug)]
pub struct DraftFile(Option<PathBuf>);

impl DraftFile {
    /// The file for a workspace of a profile, in `folder`.
    pub fn of(folder: Option<PathBuf>, profile: &str, workspace: &str) -> Self {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
        let name: String = profile.chars().map(plain).take(64).collect();
        Self(folder.map(|folder| folder.join(format!("{name}-{workspace}.json"))))
    }
}

impl Drafts for DraftFile {
    fn load(&self) -> Option<Box<Draft>> {
        let text = fs::read_to_string(self.0.as_ref()?).ok()?;
        Draft::from_json(&text).map(Box::new)
    }

    fn save(&mut self, draft: &Draft) -> io::Result<()> {
        let Some(path) = &self.0 else { return Ok(()) };
        if let Some(folder) = path.parent() {
            make_private_folder(folder).map_err(|failure| io::Error::other(failure.message.to_string()))?;
        }
        write_private(path, draft.to_json().as_bytes())
    }

    fn forget(&mut self) -> io::Result<()> {
        match self.0.as_ref().map(fs::remove_file) {
            Some(Err(error)) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

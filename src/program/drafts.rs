//! What the terminal UI keeps, in files of their own for each workspace of each profile: the
//! unfinished invitation, and how the table is wanted.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::files::{make_private_folder, write_private};
use crate::tui::draft::Draft;
use crate::tui::runtime::{Drafts, Tables};
use crate::tui::table::Table;

/// The file of the unfinished invitation; without one it is kept as long as the program runs.
#[derive(Debug)]
pub struct DraftFile(Option<PathBuf>);

impl DraftFile {
    /// The file for a workspace of a profile, in `folder`.
    pub fn of(folder: Option<PathBuf>, profile: &str, workspace: &str) -> Self {
        Self(folder.map(|folder| folder.join(file_name(profile, workspace))))
    }
}

fn file_name(profile: &str, workspace: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let name: String = profile.chars().map(plain).take(64).collect();
    format!("{name}-{workspace}.json")
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        make_private_folder(folder).map_err(|failure| io::Error::other(failure.message.to_string()))?;
    }
    write_private(path, text.as_bytes())
}

/// The file of columns and views; without one they are kept as long as the program runs.
#[derive(Debug)]
pub struct TableFile(Option<PathBuf>);

impl TableFile {
    /// The file for a workspace of a profile, in `folder`.
    pub fn of(folder: Option<PathBuf>, profile: &str, workspace: &str) -> Self {
        Self(folder.map(|folder| folder.join(file_name(profile, workspace))))
    }
}

impl Tables for TableFile {
    fn load(&self) -> Result<Table, String> {
        let Some(path) = &self.0 else { return Ok(Table::default()) };
        match fs::read_to_string(path) {
            Ok(text) => Table::from_json(&text).map_err(|why| format!("{}: {why}", path.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Table::default()),
            Err(error) => Err(format!("{}: {error}", path.display())),
        }
    }

    fn save(&mut self, table: &Table) -> io::Result<()> {
        self.0.as_deref().map_or(Ok(()), |path| write(path, &table.to_json()))
    }
}

impl Drafts for DraftFile {
    fn load(&self) -> Option<Box<Draft>> {
        let text = fs::read_to_string(self.0.as_ref()?).ok()?;
        Draft::from_json(&text).map(Box::new)
    }

    fn save(&mut self, draft: &Draft) -> io::Result<()> {
        self.0.as_deref().map_or(Ok(()), |path| write(path, &draft.to_json()))
    }

    fn forget(&mut self) -> io::Result<()> {
        match self.0.as_ref().map(fs::remove_file) {
            Some(Err(error)) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

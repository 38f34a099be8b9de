//! How the table of users is wanted, kept in a file for each workspace of each profile. Several programs share it:
//! each writes only what was changed in it, one after the other.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::files::{name_of_workspace, open_lock_of, set_aside, write_private};
use crate::tui::runtime::Tables;
use crate::tui::table::{Table, TableChange};

/// The file of columns and views; without one they are kept as long as the program runs.
#[derive(Debug)]
pub struct TableFile(Option<PathBuf>);

impl TableFile {
    /// The file for a workspace of a profile, in `folder`.
    pub fn of(folder: Option<PathBuf>, profile: &str, workspace: &str) -> Self {
        Self(folder.map(|folder| folder.join(name_of_workspace(profile, workspace))))
    }
}

impl Tables for TableFile {
    fn load(&self) -> Result<Table, String> {
        self.0.as_deref().map_or_else(|| Ok(Table::default()), read)
    }

    fn change(&mut self, change: &TableChange) -> io::Result<Option<Table>> {
        let Some(path) = &self.0 else { return Ok(None) };
        let _lock = lock(path)?;
        let mut table = match read(path) {
            Ok(table) => table,
            // That it can't be read was said at the start.
            Err(_) => set_aside(path).map(|_| Table::default())?,
        };
        table.apply(change.clone());
        write_private(path, table.to_json().as_bytes())?;
        Ok(Some(table))
    }
}

fn read(path: &Path) -> Result<Table, String> {
    match fs::read_to_string(path) {
        Ok(text) => Table::from_json(&text).map_err(|why| format!("{}: {why}", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Table::default()),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

/// Waits for its turn: the others hold the lock as long as it takes to write a small file. Where files can't be
/// locked, the last to write wins.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = open_lock_of(path)?;
    match file.lock() {
        Ok(()) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::Unsupported => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::tui::screens::users::filter::Filter;
    use crate::tui::table::{Chosen, Column, View};

    fn file(folder: &Path) -> TableFile {
        TableFile::of(Some(folder.join("tables")), "work", "leeds")
    }

    fn view(name: &str) -> Box<View> {
        let order = "name".to_owned();
        Box::new(View { name: name.into(), filter: Filter::default(), order, columns: None })
    }

    fn names(table: &Table) -> Vec<&str> {
        table.views.iter().map(|view| view.name.as_str()).collect()
    }

    #[test]
    fn two_programs_leave_each_others_columns_and_views_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (mut one, mut two) = (file(folder.path()), file(folder.path()));
        assert_eq!((one.load(), two.load()), (Ok(Table::default()), Ok(Table::default())));
        let columns = Some(vec![Chosen { column: Column::Email, width: Some(30) }]);
        one.change(&TableChange::Save(view("late"))).unwrap();
        two.change(&TableChange::Columns(columns.clone())).unwrap();
        one.change(&TableChange::Save(view("new"))).unwrap();
        let kept = two.change(&TableChange::Delete("late".into())).unwrap().unwrap();
        assert_eq!((names(&kept), &kept.columns), (vec!["new"], &columns));
        assert_eq!(one.load(), Ok(kept));
        let files: Vec<_> = fs::read_dir(folder.path().join("tables")).unwrap().map(Result::unwrap).collect();
        assert!(files.iter().all(|file| file.metadata().unwrap().permissions().mode() & 0o777 == 0o600));
    }

    #[test]
    fn programs_that_write_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for program in 0..4 {
                let mut file = file(folder.path());
                scope.spawn(move || {
                    for n in 0..8 {
                        file.change(&TableChange::Save(view(&format!("{program} {n}")))).unwrap();
                    }
                });
            }
        });
        assert_eq!(file(folder.path()).load().unwrap().views.len(), 32);
    }

    #[test]
    fn what_can_not_be_read_is_set_aside_before_something_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut tables = file(folder.path());
        tables.change(&TableChange::Save(view("late"))).unwrap();
        let path = folder.path().join("tables/work-leeds.json");
        fs::write(&path, "{\"columns\": 3}").unwrap();
        assert!(tables.load().is_err());
        let kept = tables.change(&TableChange::Save(view("new"))).unwrap().unwrap();
        assert_eq!(names(&kept), ["new"]);
        let aside = fs::read_to_string(path.with_extension("unreadable.1")).unwrap();
        assert_eq!(aside, "{\"columns\": 3}");
    }

    #[test]
    fn without_a_folder_nothing_is_kept() {
        let mut tables = TableFile::of(None, "work", "leeds");
        assert_eq!(tables.change(&TableChange::Save(view("late"))).unwrap(), None);
        assert_eq!(tables.load(), Ok(Table::default()));
    }
}

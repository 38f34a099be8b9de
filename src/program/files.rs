//! Files and folders that nobody but the operator may read.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::cli::exit::Failure;

/// Makes the folder at `path` and those above it, where they are missing, for the operator alone.
pub fn make_private_folder(path: &Path) -> Result<(), Failure> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| Failure::failed(format!("the folder {} can't be made: {error}", path.display())))
}

/// Makes the folder that the file at `path` lies in, where it is missing, for the operator alone.
pub fn make_folder_of(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    make_private_folder(folder).map_err(|failure| io::Error::other(failure.message.to_string()))
}

/// The name of the file that is kept of a workspace of a profile.
pub fn name_of_workspace(profile: &str, workspace: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let name: String = profile.chars().map(plain).take(64).collect();
    format!("{name}-{workspace}.json")
}

/// Opens the file whose lock says that the one at `path` is in use.
pub fn open_lock_of(path: &Path) -> io::Result<File> {
    make_folder_of(path)?;
    let path = path.with_extension("lock");
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// Moves a file that can't be read out of the way of what is written next; to where.
pub fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let aside = |n: u16| path.with_extension(format!("unreadable.{n}"));
    let free = (1..=u16::MAX).map(aside).find(|aside| !aside.exists()).ok_or(io::ErrorKind::AlreadyExists)?;
    fs::rename(path, &free)?;
    Ok(free)
}

/// Writes `bytes` as the whole of the file at `path`, for the operator alone; whoever reads it
/// meanwhile sees the old or the new, never a part.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Of its own process, so that two programs never write into one draft.
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.new", std::process::id()));
    let opened = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft);
    let written = opened.and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let kept = written.and_then(|()| fs::rename(&draft, path));
    if kept.is_err() {
        // What was not made needs no removal.
        drop(fs::remove_file(&draft));
    }
    kept
}

/// Opens the file at `path` to write at its end, made for the operator alone.
pub fn append_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

/// Reads a file that may hold a secret; refused where others can read it too.
pub fn read_secret(path: &Path, what: &str) -> Result<String, Failure> {
    let failed = |error| Failure::usage(format!("{what} {} can't be read: {error}", path.display()));
    let text = fs::read_to_string(path).map_err(failed)?;
    refuse_if_readable_by_others(path, what)?;
    Ok(text)
}

/// Refuses a file that others can read, with what to do about it.
pub fn refuse_if_readable_by_others(path: &Path, what: &str) -> Result<(), Failure> {
    let failed = |error| Failure::usage(format!("{what} {} can't be read: {error}", path.display()));
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    let others = mode & 0o077;
    if others == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(Failure::usage(format!(
        "{what} {path} holds a token and can be read by others; run: chmod 600 '{path}'"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_program_writes_meanwhile_is_not_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept.json");
        let theirs = folder.path().join("kept.json.new");
        fs::write(&theirs, "half of th").unwrap();
        write_private(&path, b"ours").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "ours");
        assert_eq!(fs::read_to_string(&theirs).unwrap(), "half of th");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no draft stays");
        assert!(write_private(folder.path(), b"ours").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}

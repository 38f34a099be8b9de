//! The folder of a throw-away workspace: it goes with the program, or, where that was killed, at the next start.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::cli::exit::Failure;
use crate::domain::entropy::Entropy;

/// What the name of such a folder begins with; sixteen hexadecimal digits follow.
const PREFIX: &str = "admit-demo-";

/// The file in it whose lock says that its program runs.
const LOCK: &str = "in-use.lock";

/// A folder that is removed with all that is in it when this is dropped.
#[derive(Debug)]
pub struct Throwaway {
    path: PathBuf,
    /// Held as long as the program runs, however it ends; none where files can't be locked: it is never cleared then.
    _lock: Option<File>,
}

impl Throwaway {
    /// Makes one among the system's temporary folders, for the operator alone; removes those that killed programs
    /// left.
    pub fn make(entropy: &dyn Entropy) -> Result<Self, Failure> {
        Self::make_in(&std::env::temp_dir(), entropy)
    }

    fn make_in(parent: &Path, entropy: &dyn Entropy) -> Result<Self, Failure> {
        clear(parent);
        let mut suffix = [0_u8; 8];
        entropy.fill(&mut suffix);
        let path = parent.join(format!("{PREFIX}{:016x}", u64::from_be_bytes(suffix)));
        let failed = |error: io::Error| {
            Failure::failed(format!("the folder {} can't be made: {error}", path.display()))
        };
        // Not recursive: a folder that somebody else has put there is not used.
        DirBuilder::new().mode(0o700).create(&path).map_err(failed)?;
        let lock =
            lock(&path).inspect_err(|error| tracing::warn!(%error, "the temporary folder can't be locked"));
        Ok(Self { path, _lock: lock.ok() })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            tracing::warn!(%error, "the temporary folder was not removed");
        }
    }
}

/// Says that the folder is in use, until the file is closed.
fn lock(folder: &Path) -> io::Result<File> {
    // It gets its name only when it is locked, so that nobody ever finds it free.
    let unnamed = folder.join(format!("{LOCK}.new"));
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unnamed)?;
    file.try_lock()?;
    fs::rename(unnamed, folder.join(LOCK))?;
    Ok(file)
}

/// Removes the folders in `parent` that killed programs left. What can't be, stays.
fn clear(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten().filter(|entry| is_named(&entry.file_name().to_string_lossy())) {
        if let Err(error) = remove_if_left(&entry.path()) {
            tracing::debug!(%error, "a temporary folder stays");
        }
    }
}

fn is_named(name: &str) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    name.strip_prefix(PREFIX).is_some_and(|suffix| suffix.len() == 16 && suffix.bytes().all(is_digit))
}

/// Removes the folder at `path`, if it is unmistakably one of ours and its program ended.
fn remove_if_left(path: &Path) -> io::Result<()> {
    let own = rustix::process::geteuid().as_raw();
    let folder = fs::symlink_metadata(path)?;
    if !folder.is_dir() || folder.uid() != own || folder.mode() & 0o077 != 0 {
        return Ok(());
    }
    // Without a lock it is not known to be left.
    let named = path.join(LOCK);
    if !fs::symlink_metadata(&named)?.is_file() {
        return Ok(());
    }
    // Held until all is gone: of two programs that clear, one does.
    let file = OpenOptions::new().write(true).open(&named)?;
    if file.try_lock().is_ok() {
        fs::remove_dir_all(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::domain::entropy::SeededEntropy;

    fn make(parent: &Path, seed: u64) -> Throwaway {
        Throwaway::make_in(parent, &SeededEntropy::new(seed)).unwrap()
    }

    /// What a killed program leaves.
    fn killed(parent: &Path, seed: u64) -> PathBuf {
        let made = make(parent, seed);
        let path = made.path().to_owned();
        fs::write(path.join("admit.db"), "rows").unwrap();
        let kept = parent.join("kept");
        fs::rename(&path, &kept).unwrap();
        drop(made);
        fs::rename(&kept, &path).unwrap();
        path
    }

    #[test]
    fn what_a_killed_program_left_goes_at_the_next_start() {
        let parent = tempfile::tempdir().unwrap();
        let left = killed(parent.path(), 1);
        let now = make(parent.path(), 2);
        assert!(!left.exists() && now.path().exists());
    }

    #[test]
    fn what_a_running_program_has_stays_and_goes_with_it() {
        let parent = tempfile::tempdir().unwrap();
        let first = make(parent.path(), 1);
        let second = make(parent.path(), 2);
        assert!(first.path().exists() && second.path().exists());
        drop((first, second));
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_not_unmistakably_ours_stays() {
        let parent = tempfile::tempdir().unwrap();
        let open = killed(parent.path(), 1);
        fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
        let unlocked = parent.path().join(format!("{PREFIX}0123456789abcdef"));
        DirBuilder::new().mode(0o700).create(&unlocked).unwrap();
        let elsewhere = parent.path().join("elsewhere");
        fs::rename(killed(parent.path(), 2), &elsewhere).unwrap();
        let link = parent.path().join(format!("{PREFIX}fedcba9876543210"));
        symlink(&elsewhere, &link).unwrap();
        let named = parent.path().join(format!("{PREFIX}notes"));
        fs::rename(killed(parent.path(), 3), &named).unwrap();
        let _now = make(parent.path(), 4);
        for stays in [&open, &unlocked, &elsewhere, &named] {
            assert!(stays.exists(), "{}", stays.display());
        }
        assert!(link.symlink_metadata().unwrap().is_symlink());
    }
}

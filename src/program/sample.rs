//! The sample that a first run begins with, put into place all or nothing.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use secrecy::SecretString;

use super::tools::Tools;
use crate::cli::exit::Failure;
use crate::server::registration::{PasswordCost, Passwords};
use crate::server::seed::{Plan, SAMPLE_PASSWORD, fill};
use crate::server::store::Store;
use crate::server::store::engine::address::DatabaseAddress;

/// How much the sample has.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Users of the first workspace.
    pub users: u64,
    /// Its units.
    pub units: usize,
    /// Its groups.
    pub groups: usize,
    /// Its courses.
    pub courses: usize,
}

/// What a first run begins with.
pub const FIRST_RUN: Size = Size { users: 240, units: 40, groups: 12, courses: 120 };

/// The plan for a sample of `size`.
pub async fn plan(size: Size, seed: u64, tools: &Tools) -> Result<Plan, Failure> {
    // The salt hangs on the seed, so that the whole sample does; the password is no secret.
    let mut salt = [0_u8; 16];
    salt.iter_mut().zip(seed.to_be_bytes()).for_each(|(salt, byte)| *salt = byte);
    let passwords = Passwords::new(PasswordCost::default());
    let hashed = passwords.hash(SecretString::from(SAMPLE_PASSWORD), salt).await;
    let Size { users, units, groups, courses } = size;
    let password_hash = hashed.map_err(Failure::failed)?;
    Ok(Plan { users, units, groups, courses, seed, now: tools.clock.now(), password_hash })
}

/// Makes the database at `path` and fills it with the sample of a first run, where there is none. It
/// is made beside and moved into place, so that a run that is cut short leaves nothing half done.
pub async fn make_where_missing(path: &Path, tools: &Tools) -> Result<(), Failure> {
    if path.exists() {
        return Ok(());
    }
    let mut suffix = [0_u8; 8];
    tools.entropy.fill(&mut suffix);
    let draft = path.with_extension(format!("{:016x}.new", u64::from_be_bytes(suffix)));
    let made = make(&draft, tools).await.and_then(|()| {
        // A link never replaces a file: of two first runs at once, the second uses the first one's.
        match fs::hard_link(&draft, path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                Err(Failure::failed(format!("the database {} can't be made: {error}", path.display())))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    });
    for part in ["", "-wal", "-shm"] {
        let mut name = draft.as_os_str().to_owned();
        name.push(part);
        // What is not there needs no removal; what can't be removed harms nobody.
        drop(fs::remove_file(name));
    }
    made
}

async fn make(path: &Path, tools: &Tools) -> Result<(), Failure> {
    let store = Store::open(&DatabaseAddress::Sqlite(path.to_owned())).await.map_err(Failure::failed)?;
    let plan = plan(FIRST_RUN, 1, tools).await?;
    let filled = fill(&store, &plan, |_| ()).await.map_err(Failure::failed);
    store.close().await;
    filled
}

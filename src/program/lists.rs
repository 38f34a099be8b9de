//! The files of whole lists, so that a long list is there at once the next time: one for each kind, of
//! each workspace of each server, for each operator and what they may see.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use ring::digest::{Context, SHA256};

use super::files::make_private_folder;
use crate::api::sessions::WorkspaceAccess;
use crate::api::whole_list::Kind;
use crate::client::whole_list::WholeList;
use crate::tui::runtime::Lists;

/// The files; without a folder nothing is kept.
#[derive(Debug)]
pub struct ListFiles(Option<(PathBuf, String)>);

impl ListFiles {
    /// The files in `folder` for the operator's place in a workspace of the server at `url`.
    pub fn of(folder: Option<PathBuf>, url: &str, access: &WorkspaceAccess) -> Self {
        Self(folder.map(|folder| (folder, name_of(url, access))))
    }

    fn path(&self, kind: Kind) -> Option<PathBuf> {
        let (folder, name) = self.0.as_ref()?;
        Some(folder.join(format!("{name}-{}.list", kind.many())))
    }
}

/// A digest, since the address of a server is no file name. Who may see other units has another one,
/// so that nobody is shown, even for a moment, what they may not see any more.
fn name_of(url: &str, access: &WorkspaceAccess) -> String {
    let mut context = Context::new(&SHA256);
    let units = access.may.units.as_ref().map(|units| units.iter().map(|unit| unit.id).collect::<Vec<_>>());
    context.update(format!("{url}\n{}\n{}\n{units:?}", access.id, access.user_id).as_bytes());
    let digest = context.finish();
    digest.as_ref().iter().take(12).fold(String::with_capacity(24), |mut name, byte| {
        // Writing to a string can't fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

impl Lists for ListFiles {
    fn load(&self, kind: Kind) -> Option<WholeList> {
        let file = File::open(self.path(kind)?).ok()?;
        let length = file.metadata().ok()?.len();
        let list = WholeList::read_from(&mut BufReader::new(file), length, kind);
        if list.is_none() {
            tracing::warn!(list = kind.many(), "a kept list can't be read; it is fetched anew");
        }
        list
    }

    /// Not forced to the disk: what a crash leaves damaged is known as such, and fetched anew.
    fn save(&self, list: &WholeList) -> io::Result<()> {
        let Some(path) = self.path(list.kind()) else { return Ok(()) };
        if let Some(folder) = path.parent() {
            make_private_folder(folder).map_err(|failure| io::Error::other(failure.message.to_string()))?;
        }
        // Of its own process, so that two programs never write into one draft.
        let draft = path.with_extension(format!("{}.new", std::process::id()));
        let written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft);
        let written = written.and_then(|mut file| {
            list.write_to(&mut file)?;
            file.flush()
        });
        let kept = written.and_then(|()| fs::rename(&draft, &path));
        if kept.is_err() {
            // What was not made needs no removal.
            drop(fs::remove_file(&draft));
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::api::sessions::{CustomerRef, Permissions};
    use crate::api::whole_list::Item;
    use crate::client::whole_list::Builder;
    use crate::domain::ids::{CustomerId, UserId, WorkspaceId};
    use crate::domain::role::Roles;
    use uuid::Uuid;

    fn access(user: u128) -> WorkspaceAccess {
        let may = Permissions {
            people: true,
            refusal: None,
            grant: Roles::NONE,
            unit_required: false,
            units: None,
        };
        WorkspaceAccess {
            id: WorkspaceId::new(Uuid::from_u128(1)),
            slug: "leeds".to_owned(),
            name: "Leeds".into(),
            time_zone: "UTC".to_owned(),
            customer: CustomerRef { id: CustomerId::new(Uuid::from_u128(2)), name: "Northwind".into() },
            user_id: UserId::new(Uuid::from_u128(user)),
            roles: Roles::NONE,
            may,
        }
    }

    fn list() -> WholeList {
        let mut builder = Builder::new(Kind::Groups, "a1", 1);
        let item = Item { id: Uuid::from_u128(7), parent: None, level: 1, name: "Night shift", note: "" };
        assert!(builder.push(&item));
        builder.finish()
    }

    #[test]
    fn a_list_is_kept_for_its_operator_alone() {
        let folder = tempfile::tempdir().unwrap();
        let files = |user| {
            ListFiles::of(Some(folder.path().join("lists")), "https://people.example.org", &access(user))
        };
        files(3).save(&list()).unwrap();
        assert_eq!(files(3).load(Kind::Groups), Some(list()));
        assert_eq!(files(3).load(Kind::Courses), None);
        assert_eq!(files(4).load(Kind::Groups), None, "another operator");
        let kept: Vec<_> = fs::read_dir(folder.path().join("lists")).unwrap().map(Result::unwrap).collect();
        assert_eq!(kept.len(), 1, "no draft stays");
        assert_eq!(kept[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_file_is_no_list_and_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let files = ListFiles::of(Some(folder.path().to_owned()), "http://127.0.0.1:1", &access(3));
        files.save(&list()).unwrap();
        let path = files.path(Kind::Groups).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes[30] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert_eq!(files.load(Kind::Groups), None);
        files.save(&list()).unwrap();
        assert_eq!(files.load(Kind::Groups), Some(list()));
    }

    #[test]
    fn without_a_folder_nothing_is_kept() {
        let files = ListFiles::of(None, "http://127.0.0.1:1", &access(3));
        files.save(&list()).unwrap();
        assert_eq!(files.load(Kind::Groups), None);
    }
}

//! Mail into a folder: one `.eml` file for each, for trying out and for tests.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::settings::MailSettingsError;
use super::{Answer, Mail, MailFailure, Mailer};

/// Longest part of a file's name that comes from the address.
const SLUG_CHARS: usize = 60;

/// Writes mails into a folder. A file is named by when its letter was written, to whom, and the
/// letter's id, so that a letter that is sent again replaces its own file.
#[derive(Debug)]
pub struct FolderMailer {
    folder: PathBuf,
}

impl FolderMailer {
    /// The mailer into `folder`, which is made where it is missing.
    ///
    /// # Errors
    /// [`MailSettingsError::Folder`] when it can't be made.
    pub fn open(folder: &Path) -> Result<Self, MailSettingsError> {
        let failed = |source| MailSettingsError::Folder { path: folder.to_owned(), source };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Where the mails are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Mailer for FolderMailer {
    async fn send(&self, mail: &Mail) -> Result<Answer, MailFailure> {
        let (folder, name, bytes) = (self.folder.clone(), file_name(mail), mail.bytes());
        let answer = Answer::new(&format!("written to {name}"));
        let written = tokio::task::spawn_blocking(move || write(&folder, &name, &bytes)).await;
        let unable = |why: String| MailFailure::temporary(&format!("the mail can't be written: {why}"));
        match written {
            Ok(Ok(())) => Ok(answer),
            Ok(Err(error)) => Err(unable(error.to_string())),
            Err(error) => Err(unable(error.to_string())),
        }
    }
}

fn file_name(mail: &Mail) -> String {
    let at = mail.written_at.strftime("%Y%m%d-%H%M%S");
    format!("{at}_{}_{}.eml", slug(mail.recipient()), mail.letter)
}

/// What of an address is harmless in a file's name.
fn slug(address: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '@' | '-' | '_' | '+');
    address.chars().take(SLUG_CHARS).map(|c| if harmless(c) { c } else { '-' }).collect()
}

/// A reader of the folder sees the whole file or none.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let draft = folder.join(format!(".{name}.part"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_makes_no_path() {
        assert_eq!(slug("../../etc/pass wd@exämple.org"), "..-..-etc-pass-wd@ex-mple.org");
        assert_eq!(slug(&"x".repeat(500)).len(), SLUG_CHARS);
    }
}

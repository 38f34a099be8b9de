//! The server's secret: links and codes are derived from it, so that the database alone makes none.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use secrecy::{ExposeSecret, SecretBox};
use uuid::Uuid;

use crate::domain::entropy::Entropy;
use crate::domain::ids::{InvitationId, VerificationId, WorkspaceId};

/// Bytes of the secret.
const SECRET_BYTES: usize = 32;
/// Bytes of a link's tag: 128 bits can't be guessed over a network.
const TAG_BYTES: usize = 16;
const ID_BYTES: usize = 16;
const NUMBER_BYTES: usize = 4;

/// What a derived value is for. The label is hashed in, so that a tag made for one purpose never
/// fits another.
#[derive(Clone, Copy)]
enum Purpose {
    InvitationLink,
    VerificationLink,
    CodePage,
    VerificationCode,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::InvitationLink => b"admit invitation link 1\0",
            Self::VerificationLink => b"admit verification link 1\0",
            Self::CodePage => b"admit code page 1\0",
            Self::VerificationCode => b"admit verification code 1\0",
        }
    }
}

/// Why there is no secret to work with.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file can't be read or made.
    #[error("the server's secret {path} can't be read or made: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("the server's secret {path} must hold {SECRET_BYTES} bytes; put the original back from a backup")]
    WrongLength {
        /// The file.
        path: PathBuf,
    },
    /// Others on this machine can read it.
    #[error("the server's secret {path} can be read by others; run: chmod 600 '{path}'")]
    ReadableByOthers {
        /// The file.
        path: PathBuf,
    },
}

/// The server's secret, 32 random bytes kept in a file beside the database, never in it. Links of
/// invitations and verifications are derived from it (DESIGN R10): whoever reads the database can
/// make none, and the original link can still be copied. Its memory is wiped when it is dropped.
pub struct ServerSecret(SecretBox<[u8; SECRET_BYTES]>);

impl fmt::Debug for ServerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerSecret(…)")
    }
}

impl ServerSecret {
    /// The secret in the file at `path`; on the first start the file is made, readable by its owner
    /// only. Two servers that start at once end with the same secret.
    ///
    /// # Errors
    /// [`SecretError`] when the file can't be read or made, has another length, or can be read by
    /// others; nothing is overwritten.
    pub fn load_or_create(path: &Path, entropy: &dyn Entropy) -> Result<Self, SecretError> {
        let failed = |source| SecretError::Io { path: path.to_owned(), source };
        match File::open(path) {
            Ok(file) => Self::read(path, file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                create(path, entropy).map_err(failed)?;
                Self::read(path, File::open(path).map_err(failed)?)
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// The secret `bytes`, for tests and throw-away workspaces.
    pub fn from_bytes(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    fn read(path: &Path, file: File) -> Result<Self, SecretError> {
        let failed = |source| SecretError::Io { path: path.to_owned(), source };
        let mode = file.metadata().map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(SecretError::ReadableByOthers { path: path.to_owned() });
        }
        let mut bytes = Vec::with_capacity(SECRET_BYTES + 1);
        // One byte more than fits, so that a longer file is noticed without reading all of it.
        let limit = u64::try_from(SECRET_BYTES + 1).unwrap_or(u64::MAX);
        file.take(limit).read_to_end(&mut bytes).map_err(failed)?;
        let bytes = <[u8; SECRET_BYTES]>::try_from(bytes.as_slice())
            .map_err(|_| SecretError::WrongLength { path: path.to_owned() })?;
        Ok(Self::from_bytes(bytes))
    }

    /// What stands in an invitation's link after `/i/`. `link_number` counts the links of one
    /// invitation: a higher one makes those before it unknown.
    pub fn invitation_token(&self, workspace: WorkspaceId, id: InvitationId, link_number: u32) -> String {
        let mut payload = ids(workspace.uuid(), id.uuid());
        payload.extend_from_slice(&link_number.to_be_bytes());
        self.seal(Purpose::InvitationLink, payload)
    }

    /// What `token` was made for; `None` where this secret didn't make it.
    pub fn read_invitation_token(&self, token: &str) -> Option<(WorkspaceId, InvitationId, u32)> {
        let payload = self.open(Purpose::InvitationLink, token, 2 * ID_BYTES + NUMBER_BYTES)?;
        let (workspace, id, number) = split_ids(&payload)?;
        let number = u32::from_be_bytes(number.try_into().ok()?);
        Some((WorkspaceId::new(workspace), InvitationId::new(id), number))
    }

    /// What stands in a verification's mailed link after `/verify/`; whoever has it verifies.
    pub fn verification_token(&self, workspace: WorkspaceId, id: VerificationId) -> String {
        self.seal(Purpose::VerificationLink, ids(workspace.uuid(), id.uuid()))
    }

    /// What `token` was made for; `None` where this secret didn't make it.
    pub fn read_verification_token(&self, token: &str) -> Option<(WorkspaceId, VerificationId)> {
        let payload = self.open(Purpose::VerificationLink, token, 2 * ID_BYTES)?;
        let (workspace, id, _) = split_ids(&payload)?;
        Some((WorkspaceId::new(workspace), VerificationId::new(id)))
    }

    /// What stands after `/v/` in the address of the page that asks for the code. It verifies
    /// nothing: the browser that registers gets it before the mail has been read.
    pub fn code_page_token(&self, workspace: WorkspaceId, id: VerificationId) -> String {
        self.seal(Purpose::CodePage, ids(workspace.uuid(), id.uuid()))
    }

    /// What `token` was made for; `None` where this secret didn't make it.
    pub fn read_code_page_token(&self, token: &str) -> Option<(WorkspaceId, VerificationId)> {
        let payload = self.open(Purpose::CodePage, token, 2 * ID_BYTES)?;
        let (workspace, id, _) = split_ids(&payload)?;
        Some((WorkspaceId::new(workspace), VerificationId::new(id)))
    }

    /// The six digits that verify the same as the mailed link does. 2^64 is so much more than 10^6
    /// that no code is likelier than another by more than one in 10^13.
    pub fn verification_code(&self, workspace: WorkspaceId, id: VerificationId) -> String {
        let tag = self.sign(Purpose::VerificationCode, &ids(workspace.uuid(), id.uuid()));
        let number = tag.as_ref().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        format!("{:06}", number % 1_000_000)
    }

    fn key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, self.0.expose_secret())
    }

    fn sign(&self, purpose: Purpose, payload: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.key());
        context.update(purpose.label());
        context.update(payload);
        context.sign()
    }

    fn seal(&self, purpose: Purpose, mut payload: Vec<u8>) -> String {
        let tag = self.sign(purpose, &payload);
        payload.extend(tag.as_ref().iter().take(TAG_BYTES));
        URL_SAFE_NO_PAD.encode(payload)
    }

    fn open(&self, purpose: Purpose, token: &str, length: usize) -> Option<Vec<u8>> {
        let mut payload = URL_SAFE_NO_PAD.decode(token).ok().filter(|b| b.len() == length + TAG_BYTES)?;
        let given = payload.split_off(length);
        let tag = self.sign(purpose, &payload);
        let expected = tag.as_ref().get(..TAG_BYTES)?;
        // Looks at every byte whatever the first ones are: timing tells nothing of the tag.
        let differing = expected.iter().zip(&given).fold(0_u8, |sum, (a, b)| sum | (a ^ b));
        (std::hint::black_box(differing) == 0).then_some(payload)
    }
}

/// Whether two secrets of equal length are the same, without telling by timing where they differ.
pub fn same_secret(left: &str, right: &str) -> bool {
    let differing = left.bytes().zip(right.bytes()).fold(0_u8, |sum, (a, b)| sum | (a ^ b));
    left.len() == right.len() && std::hint::black_box(differing) == 0
}

fn ids(workspace: Uuid, id: Uuid) -> Vec<u8> {
    [workspace.as_bytes().as_slice(), id.as_bytes().as_slice()].concat()
}

fn split_ids(payload: &[u8]) -> Option<(Uuid, Uuid, &[u8])> {
    let (workspace, rest) = payload.split_first_chunk::<ID_BYTES>()?;
    let (id, rest) = rest.split_first_chunk::<ID_BYTES>()?;
    Some((Uuid::from_bytes(*workspace), Uuid::from_bytes(*id), rest))
}

/// Writes a new secret beside `path` and links it into place: a link never replaces a file, so that
/// of two servers starting at once the second uses the first one's secret.
fn create(path: &Path, entropy: &dyn Entropy) -> io::Result<()> {
    let mut bytes = [0_u8; SECRET_BYTES];
    let mut suffix = [0_u8; 8];
    entropy.fill(&mut bytes);
    entropy.fill(&mut suffix);
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{:016x}", u64::from_be_bytes(suffix)));
    let draft = PathBuf::from(name);
    let written = write_and_link(&draft, path, &bytes);
    let removed = fs::remove_file(&draft);
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => removed,
    }
}

fn write_and_link(draft: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::hard_link(draft, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entropy::SeededEntropy;

    fn secret(byte: u8) -> ServerSecret {
        ServerSecret::from_bytes([byte; SECRET_BYTES])
    }

    fn workspace() -> WorkspaceId {
        WorkspaceId::new(Uuid::from_u128(1))
    }

    #[test]
    fn r10_a_link_is_read_back_only_by_the_secret_that_made_it() {
        let id = InvitationId::new(Uuid::from_u128(2));
        let token = secret(1).invitation_token(workspace(), id, 3);
        assert_eq!(secret(1).read_invitation_token(&token), Some((workspace(), id, 3)));
        assert_eq!(secret(2).read_invitation_token(&token), None);
    }

    #[test]
    fn r10_a_link_changed_in_any_character_is_unknown() {
        let id = InvitationId::new(Uuid::from_u128(2));
        let token = secret(1).invitation_token(workspace(), id, 1);
        for at in 0..token.len() {
            let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
            let mut forged = token.clone();
            forged.replace_range(at..=at, other);
            assert_eq!(secret(1).read_invitation_token(&forged), None, "{at}");
        }
        for forged in ["", "A", "%", &token[1..], &format!("{token}A")] {
            assert_eq!(secret(1).read_invitation_token(forged), None, "{forged}");
        }
    }

    #[test]
    fn r10_a_tag_for_one_purpose_fits_no_other() {
        let id = Uuid::from_u128(2);
        let link = secret(1).verification_token(workspace(), VerificationId::new(id));
        assert!(secret(1).read_verification_token(&link).is_some());
        assert_eq!(secret(1).read_invitation_token(&link), None);
        assert_eq!(secret(1).read_code_page_token(&link), None);
        let page = secret(1).code_page_token(workspace(), VerificationId::new(id));
        assert!(secret(1).read_code_page_token(&page).is_some());
        assert_eq!(secret(1).read_verification_token(&page), None);
        let invitation = secret(1).invitation_token(workspace(), InvitationId::new(id), 1);
        assert_eq!(secret(1).read_verification_token(&invitation), None);
    }

    #[test]
    fn r11_a_code_has_six_digits_and_is_each_verifications_own() {
        let codes: std::collections::HashSet<String> = (0..50)
            .map(|n| secret(1).verification_code(workspace(), VerificationId::new(Uuid::from_u128(n))))
            .collect();
        assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
        assert!(codes.len() > 45);
    }

    #[test]
    fn the_file_is_made_once_and_only_its_owner_can_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        let first = ServerSecret::load_or_create(&path, &SeededEntropy::new(1)).unwrap();
        let again = ServerSecret::load_or_create(&path, &SeededEntropy::new(2)).unwrap();
        assert_eq!(first.0.expose_secret(), again.0.expose_secret());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_of_another_length_or_open_to_others_is_refused_and_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        for length in [0, 31, 33, 5000] {
            fs::write(&path, vec![7; length]).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            let refused = ServerSecret::load_or_create(&path, &SeededEntropy::new(1));
            assert!(matches!(refused, Err(SecretError::WrongLength { .. })), "{length}");
            assert_eq!(fs::read(&path).unwrap().len(), length);
        }
        fs::write(&path, [7; 32]).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = ServerSecret::load_or_create(&path, &SeededEntropy::new(1)).unwrap_err();
        assert!(refused.to_string().contains("chmod 600"), "{refused}");
    }

    #[test]
    fn the_secret_is_not_shown() {
        assert_eq!(format!("{:?}", secret(65)), "ServerSecret(…)");
    }
}

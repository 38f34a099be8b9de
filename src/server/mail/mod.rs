//! Outgoing mail: what a mail is, the ways it can leave, and what the way answered.

mod folder;
mod letters;
mod settings;
mod smtp;

use std::future::Future;

use jiff::Timestamp;
use lettre::Message;

use crate::domain::ids::LetterId;
use crate::domain::safe_text::SafeText;

pub use folder::FolderMailer;
pub use letters::{Addressee, InvitationWords, LetterError, LetterWriter, VerificationWords};
pub use settings::{Encryption, MailSettings, MailSettingsError, Sender, SmtpSettings};
pub use smtp::SmtpMailer;

/// Longest answer of a mail server that is kept, in characters.
const ANSWER_CHARS: usize = 300;

/// One mail, ready to leave.
#[derive(Debug)]
pub struct Mail {
    letter: LetterId,
    written_at: Timestamp,
    message: Message,
}

impl Mail {
    /// The letter that this is a copy of; a second copy has the same.
    pub fn letter(&self) -> LetterId {
        self.letter
    }

    /// The mail as it goes over the wire, with CRLF line ends.
    pub fn bytes(&self) -> Vec<u8> {
        self.message.formatted()
    }

    /// The address it goes to.
    pub fn recipient(&self) -> &str {
        self.message.envelope().to().first().map_or("", AsRef::as_ref)
    }
}

/// What the mail server, or the mail folder, said to a mail that it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer(pub SafeText);

impl Answer {
    fn new(words: &str) -> Self {
        Self(bounded(words))
    }
}

/// Why a mail did not leave, in the mail server's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailFailure {
    /// Trying again later can help.
    #[error("{0}")]
    Temporary(SafeText),
    /// The mail server will never take this mail.
    #[error("{0}")]
    Permanent(SafeText),
}

impl MailFailure {
    /// A failure that may pass.
    pub fn temporary(words: &str) -> Self {
        Self::Temporary(bounded(words))
    }

    /// A failure that will not pass.
    pub fn permanent(words: &str) -> Self {
        Self::Permanent(bounded(words))
    }

    /// What the mail server said.
    pub fn words(&self) -> &SafeText {
        match self {
            Self::Temporary(words) | Self::Permanent(words) => words,
        }
    }
}

fn bounded(words: &str) -> SafeText {
    let kept: String = words.trim().chars().take(ANSWER_CHARS).collect();
    SafeText::new(&kept)
}

/// A way for mail to leave.
pub trait Mailer: Send + Sync {
    /// Hands `mail` over. Returns when the other side took or refused it.
    ///
    /// # Errors
    /// [`MailFailure`] with the other side's words. After a failure the mail may still have arrived,
    /// where the connection broke after the last byte.
    fn send(&self, mail: &Mail) -> impl Future<Output = Result<Answer, MailFailure>> + Send;
}

/// The configured way.
#[derive(Debug)]
pub enum AnyMailer {
    /// Over SMTP.
    Smtp(SmtpMailer),
    /// Into a folder.
    Folder(FolderMailer),
}

impl AnyMailer {
    /// The way that `settings` describe.
    ///
    /// # Errors
    /// [`MailSettingsError`] when the folder can't be made or written, or the CA file can't be read.
    pub fn open(settings: &MailSettings) -> Result<Self, MailSettingsError> {
        match settings {
            MailSettings::Smtp(smtp) => SmtpMailer::new(smtp).map(Self::Smtp),
            MailSettings::Folder(path) => FolderMailer::open(path).map(Self::Folder),
        }
    }
}

impl Mailer for AnyMailer {
    async fn send(&self, mail: &Mail) -> Result<Answer, MailFailure> {
        match self {
            Self::Smtp(smtp) => smtp.send(mail).await,
            Self::Folder(folder) => folder.send(mail).await,
        }
    }
}

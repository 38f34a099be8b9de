//! The letters: what an invitation and a verification say, as text and as HTML.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message, MultiPart, MultiPartKind, SinglePart};
use minijinja::{Environment, Value, context};

use super::Mail;
use super::settings::Sender;
use crate::domain::ids::LetterId;
use crate::domain::safe_text::SafeText;
use crate::server::templates;

/// Whom a letter goes to, and from which workspace.
#[derive(Clone, Debug)]
pub struct Addressee {
    /// The letter.
    pub letter: LetterId,
    /// When the letter was put into the outbox.
    pub written_at: Timestamp,
    /// The address as it was typed.
    pub email: String,
    /// First name.
    pub first_name: SafeText,
    /// Last name.
    pub last_name: SafeText,
    /// The workspace, in whose name it is sent.
    pub workspace: SafeText,
    /// The customer that the workspace belongs to.
    pub customer: SafeText,
}

/// What an invitation says.
#[derive(Clone, Debug)]
pub struct InvitationWords {
    /// Who invites, where known.
    pub inviter: Option<SafeText>,
    /// The link to accept or decline.
    pub link: String,
    /// The day up to which the link works, in the workspace's time zone.
    pub link_ends: String,
}

/// What a verification says.
#[derive(Clone, Debug)]
pub struct VerificationWords {
    /// The six digits.
    pub code: String,
    /// The link to the page with the button.
    pub link: String,
    /// How long both work, in minutes.
    pub minutes: i64,
}

/// Why a letter can't be written.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The address can't be sent to.
    #[error("the address can't be sent to: {0}")]
    Address(String),
    /// The mail can't be put together.
    #[error("the letter can't be put together: {0}")]
    Parts(String),
}

impl From<minijinja::Error> for LetterError {
    fn from(error: minijinja::Error) -> Self {
        Self::Parts(error.to_string())
    }
}

/// Longest line of a body that goes as it is.
const LONGEST_LINE: usize = 990;

static TEMPLATES: [(&str, &str); 4] = [
    ("invitation.txt", include_str!("templates/invitation.txt")),
    ("invitation.html", include_str!("templates/invitation.html")),
    ("verification.txt", include_str!("templates/verification.txt")),
    ("verification.html", include_str!("templates/verification.html")),
];

/// Writes letters. Headers are made by the mail library's builder alone, so that no name can add
/// one; every word from outside is a [`SafeText`].
#[derive(Debug)]
pub struct LetterWriter {
    templates: Environment<'static>,
    sender: Sender,
}

impl LetterWriter {
    /// A writer of letters from `sender`.
    ///
    /// # Errors
    /// [`LetterError::Parts`] when a template is broken.
    pub fn new(sender: Sender) -> Result<Self, LetterError> {
        let templates = templates::environment(&TEMPLATES)?;
        Ok(Self { templates, sender })
    }

    /// The invitation, dated `now`.
    ///
    /// # Errors
    /// [`LetterError`] when the address can't be sent to.
    pub fn invitation(
        &self,
        to: &Addressee,
        words: &InvitationWords,
        now: Timestamp,
    ) -> Result<Mail, LetterError> {
        let inviter = words.inviter.as_ref().unwrap_or(&to.customer);
        let subject = format!("{inviter} invites you to {}", to.workspace);
        let values = context! {
            inviter => words.inviter.as_ref().map(SafeText::as_str),
            link => words.link.as_str(),
            link_ends => words.link_ends.as_str(),
        };
        self.write("invitation", to, (&subject, &values), now)
    }

    /// The verification, dated `now`.
    ///
    /// # Errors
    /// [`LetterError`] when the address can't be sent to.
    pub fn verification(
        &self,
        to: &Addressee,
        words: &VerificationWords,
        now: Timestamp,
    ) -> Result<Mail, LetterError> {
        let subject = format!("{} is your code for {}", words.code, to.workspace);
        let values = context! {
            code => words.code.as_str(),
            link => words.link.as_str(),
            minutes => words.minutes,
        };
        self.write("verification", to, (&subject, &values), now)
    }

    fn write(
        &self,
        template: &str,
        to: &Addressee,
        (subject, words): (&str, &Value),
        now: Timestamp,
    ) -> Result<Mail, LetterError> {
        let values = context! {
            subject,
            words,
            first_name => to.first_name.as_str(),
            workspace => to.workspace.as_str(),
            customer => to.customer.as_str(),
            email => SafeText::new(&to.email).as_str(),
        };
        let text = self.templates.get_template(&format!("{template}.txt"))?.render(&values)?;
        let html = self.templates.get_template(&format!("{template}.html"))?.render(&values)?;
        let from = Mailbox::new(Some(to.workspace.to_string()), self.sender.0.email.clone());
        let message = Message::builder()
            .message_id(Some(format!("<{}@{}>", to.letter, self.sender.domain())))
            .date(SystemTime::try_from(now).map_err(|error| LetterError::Parts(error.to_string()))?)
            .from(from)
            .to(recipient(to)?)
            .subject(subject)
            .raw_header(auto_submitted())
            .multipart(alternative(to.letter, text, html))
            .map_err(|error| LetterError::Parts(error.to_string()))?;
        Ok(Mail { letter: to.letter, written_at: to.written_at, message })
    }
}

fn recipient(to: &Addressee) -> Result<Mailbox, LetterError> {
    let wrong = |what: String| LetterError::Address(what);
    let (local, domain) = to.email.rsplit_once('@').ok_or_else(|| wrong("it has no @".to_owned()))?;
    // A mail server needs no extension for a domain in its ASCII form.
    let domain = idna::domain_to_ascii(domain).map_err(|_| wrong("its domain is no domain".to_owned()))?;
    let address = lettre::Address::new(local, &domain).map_err(|error| wrong(error.to_string()))?;
    let name = format!("{} {}", to.first_name, to.last_name);
    Ok(Mailbox::new(Some(name.trim().to_owned()), address))
}

/// RFC 3834: keeps vacation answers from coming back.
fn auto_submitted() -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned())
}

/// The boundary follows from the letter, so that a second copy of a letter is the same.
fn alternative(letter: LetterId, text: String, html: String) -> MultiPart {
    MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(format!("admit-{letter}"))
        .singlepart(part(ContentType::TEXT_PLAIN, text))
        .singlepart(part(ContentType::TEXT_HTML, html))
}

/// Plain ASCII goes as it is, so that a link stays whole for who reads the file; the library would
/// fold it for a line over 76 characters, though 998 are allowed (RFC 5322 section 2.1.1).
fn part(kind: ContentType, text: String) -> SinglePart {
    let plain = |line: &str| line.len() <= LONGEST_LINE && line.bytes().all(|b| matches!(b, b' '..=b'~'));
    let body = if text.lines().all(plain) {
        let lines = text.lines().collect::<Vec<_>>().join("\r\n");
        Body::dangerous_pre_encoded(lines.into_bytes(), ContentTransferEncoding::SevenBit)
    } else {
        Body::new(text)
    };
    SinglePart::builder().header(kind).body(body)
}

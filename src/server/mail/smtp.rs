//! Mail over SMTP.

use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{Error, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::ExposeSecret;

use super::settings::{Encryption, MailSettingsError, SmtpSettings};
use super::{Answer, Mail, MailFailure, Mailer};

/// How long the mail server may take to be connected to.
const CONNECT_LIMIT: Duration = Duration::from_secs(15);
/// How long one mail may take in all; a worker's lease lasts longer.
const SEND_LIMIT: Duration = Duration::from_secs(90);
/// Connections kept open, at most.
const POOL_SIZE: u32 = 4;

/// Sends through one mail server, keeping connections open between mails.
#[derive(Debug)]
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl SmtpMailer {
    /// The mailer of `settings`; connects when the first mail is sent. Needs a running tokio.
    ///
    /// # Errors
    /// [`MailSettingsError`] when the CA file can't be read or used.
    pub fn new(settings: &SmtpSettings) -> Result<Self, MailSettingsError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.clone())
            .port(settings.port)
            .timeout(Some(CONNECT_LIMIT))
            .tls(tls(settings)?)
            .pool_config(PoolConfig::new().max_size(POOL_SIZE));
        let builder = match &settings.credentials {
            Some((user, password)) => {
                builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()))
            }
            None => builder,
        };
        Ok(Self { transport: builder.build() })
    }
}

fn tls(settings: &SmtpSettings) -> Result<Tls, MailSettingsError> {
    if settings.encryption == Encryption::Plain {
        return Ok(Tls::None);
    }
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let unusable = |reason: String| MailSettingsError::Certificates { path: path.clone(), reason };
        let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
        let certificates = Certificate::from_pem(&pem).map_err(|error| unusable(error.to_string()))?;
        builder = builder.add_root_certificate(certificates);
    }
    let parameters = builder.build().map_err(|error| MailSettingsError::Tls(error.to_string()))?;
    Ok(match settings.encryption {
        Encryption::Tls => Tls::Wrapper(parameters),
        Encryption::StartTls | Encryption::Plain => Tls::Required(parameters),
    })
}

impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<Answer, MailFailure> {
        let (envelope, bytes) = (mail.message.envelope(), mail.bytes());
        let sending = self.transport.send_raw(envelope, &bytes);
        match tokio::time::timeout(SEND_LIMIT, sending).await {
            Ok(Ok(response)) => Ok(Answer::new(&words(response.code(), response.message()))),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(MailFailure::temporary("the mail server did not answer in time")),
        }
    }
}

fn words<'a>(code: impl std::fmt::Display, lines: impl Iterator<Item = &'a str>) -> String {
    lines.fold(code.to_string(), |all, line| format!("{all} {line}"))
}

/// A refusal of this server's own sign-in has a permanent code, yet says nothing about the mail:
/// once the settings are put right it will be taken.
fn failure(error: &Error) -> MailFailure {
    let source = std::error::Error::source(error);
    let Some(code) = error.status() else {
        let text = error.to_string();
        // The address holds more than ASCII, which this mail server does not take.
        let hopeless = error.is_client() && text.contains("SMTPUTF8");
        return if hopeless { MailFailure::permanent(&text) } else { MailFailure::temporary(&text) };
    };
    let code = code.to_string();
    let text = source.map_or_else(|| code.clone(), |source| format!("{code} {source}"));
    let about_sign_in = matches!(code.as_str(), "530" | "534" | "535" | "538");
    if error.is_permanent() && !about_sign_in {
        MailFailure::permanent(&text)
    } else {
        MailFailure::temporary(&text)
    }
}

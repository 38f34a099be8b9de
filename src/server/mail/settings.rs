//! Mail settings as they are written: `smtp://…`, `smtps://…`, a folder, a sender's address.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;

/// The way mail leaves.
#[derive(Clone, Debug)]
pub enum MailSettings {
    /// To a mail server.
    Smtp(SmtpSettings),
    /// Each mail as a `.eml` file in this folder.
    Folder(PathBuf),
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all; only for a mail server on this machine.
    Plain,
    /// STARTTLS, without which nothing is sent.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

impl Encryption {
    const fn default_port(self) -> u16 {
        match self {
            Self::Plain => 25,
            Self::StartTls => 587,
            Self::Tls => 465,
        }
    }
}

/// A mail server, written as a URL:
///
/// - `smtp://[user:password@]host[:port]`: STARTTLS is required; a host on this machine
///   (`localhost`, 127.0.0.0/8, `::1`) is spoken to in plain. Port 587, or 25 in plain.
/// - `smtp+starttls://…`: STARTTLS is required everywhere.
/// - `smtps://…`: TLS from the first byte. Port 465.
///
/// `?ca=FILE` names certificates (PEM) to trust besides the system's, for a private authority.
/// User, password and file are percent-encoded.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Name or address of the mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// Who signs in there.
    pub credentials: Option<(String, SecretString)>,
    /// Certificates to trust besides the system's.
    pub ca_file: Option<PathBuf>,
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpSettings({}:{}, {:?})", self.host, self.port, self.encryption)
    }
}

/// Why mail can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum MailSettingsError {
    /// The URL is not one of a mail server. It may hold a password, so it isn't shown.
    #[error("the mail server must be written smtp://[user:password@]host[:port] or smtps://…: {0}")]
    Url(&'static str),
    /// The sender's address is not one.
    #[error("{0:?} is no sender's address; write it like no-reply@example.org")]
    Sender(String),
    /// The certificates can't be read or used.
    #[error("the certificates in {path} can't be used: {reason}")]
    Certificates {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The connection can't be prepared.
    #[error("the connection to the mail server can't be prepared: {0}")]
    Tls(String),
    /// The folder can't be made or written.
    #[error("the mail folder {path} can't be made or written: {source}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl FromStr for SmtpSettings {
    type Err = MailSettingsError;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        let wrong = MailSettingsError::Url;
        let (scheme, rest) = url.split_once("://").ok_or(wrong("the scheme is missing"))?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (user_info, server) = rest.rsplit_once('@').map_or((None, rest), |(u, s)| (Some(u), s));
        let (host, port) = split_port(server.strip_suffix('/').unwrap_or(server))?;
        let encryption = match scheme {
            "smtp" if is_loopback(&host) => Encryption::Plain,
            "smtp" | "smtp+starttls" => Encryption::StartTls,
            "smtps" => Encryption::Tls,
            _ => return Err(wrong("use smtp://, smtp+starttls:// or smtps://")),
        };
        let credentials = user_info.map(credentials).transpose()?;
        let port = port.unwrap_or(encryption.default_port());
        Ok(Self { host, port, encryption, credentials, ca_file: ca_file(query)? })
    }
}

fn split_port(server: &str) -> Result<(String, Option<u16>), MailSettingsError> {
    let wrong = MailSettingsError::Url;
    let (host, port) = match server.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']').ok_or(wrong("the address's ] is missing"))?;
            (host, port.strip_prefix(':'))
        }
        None => server.split_once(':').map_or((server, None), |(host, port)| (host, Some(port))),
    };
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() || !host.chars().all(good) {
        return Err(wrong("the host is missing or is no host name"));
    }
    let port = port.map(|port| port.parse().map_err(|_| wrong("the port is no number up to 65535")));
    Ok((host.to_owned(), port.transpose()?))
}

fn credentials(user_info: &str) -> Result<(String, SecretString), MailSettingsError> {
    let (user, password) =
        user_info.split_once(':').ok_or(MailSettingsError::Url("the password is missing after the user"))?;
    Ok((decode(user)?, SecretString::from(decode(password)?)))
}

fn ca_file(query: &str) -> Result<Option<PathBuf>, MailSettingsError> {
    match query.split_once('=') {
        None if query.is_empty() => Ok(None),
        Some(("ca", file)) if !file.is_empty() => Ok(Some(PathBuf::from(decode(file)?))),
        _ => Err(MailSettingsError::Url("after ? only ca=FILE is known")),
    }
}

fn decode(text: &str) -> Result<String, MailSettingsError> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(std::borrow::Cow::into_owned).map_err(|_| MailSettingsError::Url("a %-escape is wrong"))
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The address that mails come from. Their name is the workspace's.
#[derive(Clone, Debug)]
pub struct Sender(pub(super) Mailbox);

impl Sender {
    /// `no-reply@` the host of `public_url`; `admit@localhost` where that has no name.
    pub fn of_public_url(public_url: &str) -> Self {
        let rest = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
        let host = authority.rsplit('@').next().unwrap_or("").split(':').next().unwrap_or("");
        let named = !is_loopback(host) && host.parse::<IpAddr>().is_err() && host.contains('.');
        let address = if named { format!("no-reply@{host}") } else { String::new() };
        address.parse().unwrap_or_else(|_| Self(fallback()))
    }

    /// The domain of the address, for Message-IDs.
    pub(super) fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

fn fallback() -> Mailbox {
    Mailbox::new(None, lettre::Address::new_dangerous("admit", "localhost"))
}

impl FromStr for Sender {
    type Err = MailSettingsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let address = text.trim().parse().map_err(|_| MailSettingsError::Sender(text.to_owned()))?;
        Ok(Self(Mailbox::new(None, address)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn parse(url: &str) -> SmtpSettings {
        url.parse().unwrap()
    }

    #[test]
    fn plain_is_only_for_this_machine() {
        for (url, encryption, port) in [
            ("smtp://localhost", Encryption::Plain, 25),
            ("smtp://127.0.0.1:2525", Encryption::Plain, 2525),
            ("smtp://[::1]:2525", Encryption::Plain, 2525),
            ("smtp://mail.example.org", Encryption::StartTls, 587),
            ("smtp+starttls://127.0.0.1:2525", Encryption::StartTls, 2525),
            ("smtps://mail.example.org/", Encryption::Tls, 465),
        ] {
            let settings = parse(url);
            assert_eq!((settings.encryption, settings.port), (encryption, port), "{url}");
        }
    }

    #[test]
    fn user_password_and_certificates_are_percent_decoded() {
        let settings = parse("smtps://ann%40example.org:p%3Aw@mail.example.org:4650?ca=/etc/my%20ca.pem");
        let (user, password) = settings.credentials.as_ref().unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("ann@example.org", "p:w"));
        assert_eq!(settings.ca_file, Some(PathBuf::from("/etc/my ca.pem")));
        assert!(!format!("{settings:?}").contains("p:w"));
    }

    #[test]
    fn a_wrong_url_is_refused_without_showing_it() {
        for url in
            ["mail", "http://x", "smtp://", "smtp://a b", "smtp://u@h", "smtp://h:x", "smtp://h?tls=no"]
        {
            let refused = url.parse::<SmtpSettings>().unwrap_err().to_string();
            assert!(refused.contains("smtp://[user:password@]host"), "{refused}");
        }
    }

    #[test]
    fn the_sender_follows_from_the_public_url() {
        for (url, sender) in [
            ("https://learn.example.org/x", "no-reply@learn.example.org"),
            ("http://127.0.0.1:4000", "admit@localhost"),
            ("http://localhost:4000", "admit@localhost"),
        ] {
            assert_eq!(Sender::of_public_url(url).0.email.to_string(), sender);
        }
    }
}

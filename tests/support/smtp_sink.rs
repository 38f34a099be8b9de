//! A mail server on loopback that does what a script says, and keeps what it took.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What happens to one mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Taken.
    Take,
    /// `451` after the text.
    Later,
    /// `550` to the recipient.
    Never,
    /// The connection breaks in the middle of the text.
    Break,
}

/// How the sink protects its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    Plain,
    StartTls,
    Tls,
    /// Would need STARTTLS from a client that wants it, and does not offer it.
    NoStartTls,
}

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub to: String,
    pub text: String,
    pub encrypted: bool,
}

pub struct SmtpSink {
    pub address: SocketAddr,
    pub ca_file: PathBuf,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    script: Mutex<VecDeque<Fate>>,
    taken: Mutex<Vec<Taken>>,
    sign_ins: Mutex<Vec<String>>,
}

impl SmtpSink {
    /// A sink that treats mails as `script` says, then takes them; its certificate goes into `dir`.
    pub async fn start(protection: Protection, script: &[Fate], dir: &Path) -> Self {
        let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let ca_file = dir.join("ca.pem");
        std::fs::write(&ca_file, certified.cert.pem()).unwrap();
        let acceptor = acceptor(certified.cert.der().clone(), &certified.signing_key.serialize_der());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared =
            Arc::new(Shared { script: Mutex::new(script.iter().copied().collect()), ..Shared::default() });
        let sink = Self { address, ca_file, shared: Arc::clone(&shared) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, protection, acceptor.clone(), Arc::clone(&shared)));
            }
        });
        sink
    }

    /// The mails taken so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.shared.taken.lock().unwrap().clone()
    }

    /// The AUTH commands seen so far.
    pub fn sign_ins(&self) -> Vec<String> {
        self.shared.sign_ins.lock().unwrap().clone()
    }
}

fn acceptor(certificate: CertificateDer<'static>, key: &[u8]) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(key.to_vec()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn serve(stream: TcpStream, protection: Protection, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    match protection {
        Protection::Plain | Protection::NoStartTls => {
            drop(talk(stream, Talk::fresh(false, false), &shared).await);
        }
        Protection::Tls => {
            if let Ok(stream) = acceptor.accept(stream).await {
                drop(talk(stream, Talk::fresh(true, false), &shared).await);
            }
        }
        Protection::StartTls => {
            if let Some(stream) = talk(stream, Talk::fresh(false, true), &shared).await
                && let Ok(stream) = acceptor.accept(stream).await
            {
                drop(talk(stream, Talk { greet: false, ..Talk::fresh(true, false) }, &shared).await);
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Talk {
    greet: bool,
    encrypted: bool,
    offers_tls: bool,
}

impl Talk {
    fn fresh(encrypted: bool, offers_tls: bool) -> Self {
        Self { greet: true, encrypted, offers_tls }
    }
}

/// One conversation; gives the stream back when STARTTLS was agreed.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(stream: S, talk: Talk, shared: &Shared) -> Option<S> {
    let mut stream = BufReader::new(stream);
    if talk.greet {
        say(&mut stream, "220 sink ESMTP").await?;
    }
    let (mut to, mut fate) = (String::new(), Fate::Take);
    loop {
        let line = hear(&mut stream).await?;
        let verb = line.split([' ', ':']).next().unwrap_or("").to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" if talk.offers_tls => "250-sink\r\n250-8BITMIME\r\n250 STARTTLS",
            "EHLO" => "250-sink\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
            "STARTTLS" if talk.offers_tls => {
                say(&mut stream, "220 go on").await?;
                return Some(stream.into_inner());
            }
            // Mail must not pass before the encryption that is on offer.
            "MAIL" | "AUTH" if talk.offers_tls => "530 5.7.0 must issue STARTTLS first",
            "AUTH" if line.ends_with("AHdyb25nAHdyb25n") => "535 5.7.8 authentication credentials invalid",
            "AUTH" => {
                shared.sign_ins.lock().unwrap().push(line.clone());
                "235 welcome"
            }
            "RCPT" => {
                to.clone_from(&line);
                fate = shared.script.lock().unwrap().pop_front().unwrap_or(Fate::Take);
                if fate == Fate::Never { "550 5.1.1 no such mailbox \u{1b}[2Jhere" } else { "250 ok" }
            }
            "DATA" => {
                say(&mut stream, "354 go on").await?;
                let text = read_text(&mut stream, fate).await?;
                if fate == Fate::Later {
                    "451 4.3.0 try again later"
                } else {
                    let mail = Taken { to: to.clone(), text, encrypted: talk.encrypted };
                    shared.taken.lock().unwrap().push(mail);
                    "250 2.0.0 queued as A1"
                }
            }
            "QUIT" => {
                say(&mut stream, "221 bye").await?;
                return None;
            }
            _ => "250 ok",
        };
        say(&mut stream, answer).await?;
    }
}

async fn read_text<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    fate: Fate,
) -> Option<String> {
    let mut text = String::new();
    loop {
        let line = hear(stream).await?;
        if fate == Fate::Break {
            return None;
        }
        if line == "." {
            return Some(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
        text.push_str("\r\n");
    }
}

async fn hear<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>, line: &str) -> Option<()> {
    stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.ok()?;
    stream.get_mut().flush().await.ok()
}

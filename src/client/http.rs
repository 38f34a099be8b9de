//! The client over HTTP.

mod lists;

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, IF_MATCH, LOCATION, RETRY_AFTER,
};
use reqwest::{Client, ClientBuilder, Response, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};

use super::event_lines::EventLines;
use super::retry::{Failure, RealWaiter, Repeatable, Tries, Waiter, retry_after};
use super::{ClientError, EventSource, Events, NotListening, WorkspaceApi};
use crate::api::endpoint::{Endpoint, Method, Request, WorkspacePath, path_of};
use crate::api::events::{self, Event};
use crate::api::problem::{MEDIA_TYPE, Problem};
use crate::domain::entropy::Entropy;
use crate::domain::safe_text::SafeText;

/// The longest answer that is read, in bytes, unpacked; a page of 500 users has less than one of these.
const MOST_BYTES: usize = 16 << 20;
/// Characters of an answer that does not follow the contract, for the message.
const EXCERPT: usize = 120;

/// How long is waited for what.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the connection.
    pub connect: Duration,
    /// For the next bytes of the answer.
    pub silence: Duration,
    /// For the whole answer.
    pub total: Duration,
    /// For the next sign of life on a stream of events, which has no whole.
    pub heartbeat: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(4),
            silence: Duration::from_secs(6),
            total: Duration::from_secs(30),
            heartbeat: Duration::from_secs(75),
        }
    }
}

/// Where the server is, and who calls.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The server's address, `https://…`, without `/api/v1`.
    pub url: String,
    /// The operator's token.
    pub token: SecretString,
    /// Whether the token may go unencrypted to another machine.
    pub allow_insecure: bool,
}

/// What the client works with.
#[derive(Clone)]
pub struct ClientTools {
    /// Chance, for request ids and waits.
    pub entropy: Arc<dyn Entropy>,
    /// Waiting between tries.
    pub waiter: Arc<dyn Waiter>,
    /// How long is waited for the server.
    pub timeouts: Timeouts,
    /// How long a call is made again, in all.
    pub patience: Duration,
}

impl ClientTools {
    /// With real waiting, the usual timeouts, and the patience of a screen or a command.
    pub fn new(entropy: Arc<dyn Entropy>, patience: Duration) -> Self {
        Self { entropy, waiter: Arc::new(RealWaiter), timeouts: Timeouts::default(), patience }
    }
}

/// Why there is no client for a [`Connection`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionError {
    /// The address can't be used.
    #[error("{url:?} is no server's address ({reason}); write it like https://people.example.org")]
    Url {
        /// The address, without user and password.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The token would cross the network unencrypted.
    #[error(
        "the token would go unencrypted to {host}; use https://, or set `allow_insecure = true` in the profile \
         to do it all the same"
    )]
    Insecure {
        /// The server.
        host: String,
    },
    /// The token holds what no header can.
    #[error("the token holds characters that no token has; check where it is set")]
    Token,
    /// TLS can't be set up.
    #[error("encryption can't be set up: {0}")]
    Tls(String),
}

/// A client of one server, for one operator. Cheap to clone.
#[derive(Clone)]
pub struct HttpClient {
    client: Client,
    base: String,
    authorization: HeaderValue,
    tools: ClientTools,
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpClient({})", self.base)
    }
}

impl HttpClient {
    /// A client of the server in `connection`. Nothing is sent yet.
    pub fn open(connection: &Connection, tools: ClientTools) -> Result<Self, ConnectionError> {
        let url = server_url(&connection.url)?;
        if is_plain(&url) && !is_loopback(&url) && !connection.allow_insecure {
            return Err(ConnectionError::Insecure { host: url.host_str().unwrap_or_default().to_owned() });
        }
        let bearer = SecretString::from(format!("Bearer {}", connection.token.expose_secret()));
        let mut authorization =
            HeaderValue::from_str(bearer.expose_secret()).map_err(|_| ConnectionError::Token)?;
        authorization.set_sensitive(true);
        let builder = builder(&url, tools.timeouts.connect);
        let builder = builder.read_timeout(tools.timeouts.silence).timeout(tools.timeouts.total);
        let client = builder.build().map_err(|error| ConnectionError::Tls(innermost(&error)))?;
        Ok(Self { client, base: url.as_str().trim_end_matches('/').to_owned(), authorization, tools })
    }

    /// The server's address.
    pub fn url(&self) -> &str {
        &self.base
    }

    async fn attempt<E: Endpoint>(&self, request: &Request<E>) -> Result<E::Reply, (ClientError, Failure)> {
        let url = format!("{}{}", self.base, request.url_path());
        let mut sending = match E::METHOD {
            Method::Get => self.client.get(url),
            Method::Post => self.client.post(url).json(&request.body),
            Method::Patch => self.client.patch(url).json(&request.body),
            Method::Delete => self.client.delete(url),
        };
        if let Some(version) = request.if_version {
            sending = sending.header(IF_MATCH, format!("\"{version}\""));
        }
        if let Some(key) = &request.idempotency_key {
            sending = sending.header("Idempotency-Key", key);
        }
        let sending = sending
            .query(&request.query)
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, "application/json, application/problem+json")
            .header("X-Request-Id", self.request_id());
        let response = sending.send().await.map_err(|error| self.broken(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = self.body_of(response).await?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|error| {
                (ClientError::Unexpected(briefly(&error.to_string()).into()), Failure::Final)
            });
        }
        Err((refusal(status, &headers, &body), failure_of(status, &headers)))
    }

    async fn body_of(&self, mut response: Response) -> Result<Vec<u8>, (ClientError, Failure)> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(&error))? {
            if body.len() + chunk.len() > MOST_BYTES {
                let told = format!("it is longer than {} MiB", MOST_BYTES >> 20);
                return Err((ClientError::Unexpected(told.into()), Failure::Final));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// The line failed, before the answer or in it.
    fn broken(&self, error: &reqwest::Error) -> (ClientError, Failure) {
        if error.is_builder() {
            return (ClientError::Unexpected(innermost(error).into()), Failure::Final);
        }
        let (told, failure) = if error.is_timeout() {
            ("it did not answer in time".to_owned(), Failure::Slow { spent: self.tools.timeouts.silence })
        } else {
            (innermost(error), Failure::Line)
        };
        (ClientError::Unreachable(told.into()), failure)
    }

    fn request_id(&self) -> String {
        let mut bytes = [0_u8; 8];
        self.tools.entropy.fill(&mut bytes);
        format!("{:016x}", u64::from_be_bytes(bytes))
    }
}

impl WorkspaceApi for HttpClient {
    async fn call<E: Endpoint>(&self, request: Request<E>) -> Result<E::Reply, ClientError> {
        let repeatable = E::METHOD == Method::Get || request.idempotency_key.is_some();
        let repeatable = if repeatable { Repeatable::Yes } else { Repeatable::No };
        let mut tries = Tries::of(repeatable, self.tools.patience);
        loop {
            let (error, failure) = match self.attempt(&request).await {
                Ok(reply) => return Ok(reply),
                Err(failed) => failed,
            };
            let Some(wait) = tries.next(failure, &*self.tools.entropy) else {
                tracing::warn!(operation = E::NAME, code = ?error.code(), "a call failed");
                return Err(error);
            };
            tracing::info!(operation = E::NAME, ?failure, ?wait, "a call is made again");
            self.tools.waiter.wait(wait).await;
        }
    }
}

impl EventSource for HttpClient {
    type Events = HttpEvents;

    async fn listen(&self, workspace: &str) -> Result<HttpEvents, NotListening> {
        let failed = |(error, failure): (ClientError, Failure)| match failure {
            Failure::Unavailable { retry_after } | Failure::TooMany { retry_after } => {
                NotListening { error, retry_after }
            }
            Failure::Line | Failure::Slow { .. } | Failure::Final => {
                NotListening { error, retry_after: None }
            }
        };
        let unusable = |error: String| failed((ClientError::Unexpected(error.into()), Failure::Final));
        // A line of its own: the silences of the other one are too short, and a pool holds dead lines.
        let url = Url::parse(&self.base).map_err(|error| unusable(error.to_string()))?;
        let builder = builder(&url, self.tools.timeouts.connect).read_timeout(self.tools.timeouts.heartbeat);
        let client = builder.build().map_err(|error| unusable(innermost(&error)))?;
        let path = path_of(events::PATH, &WorkspacePath { w: workspace.to_owned() });
        let sending = client
            .get(format!("{}{path}", self.base))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, "text/event-stream, application/problem+json")
            .header("X-Request-Id", self.request_id());
        let answer = tokio::time::timeout(self.tools.timeouts.silence, sending.send()).await;
        let Ok(answer) = answer else {
            let late = ClientError::Unreachable("it did not answer in time".into());
            return Err(NotListening { error: late, retry_after: None });
        };
        let response = answer.map_err(|error| failed(self.broken(&error)))?;
        let (status, headers) = (response.status(), response.headers().clone());
        if !status.is_success() {
            let body = self.body_of(response).await.map_err(failed)?;
            return Err(failed((refusal(status, &headers, &body), failure_of(status, &headers))));
        }
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with(events::MEDIA_TYPE) {
            return Err(unusable(format!("{status}, {} in the place of events", briefly(kind))));
        }
        Ok(HttpEvents { response, lines: EventLines::default(), heard: VecDeque::new() })
    }
}

/// A stream of events over HTTP.
#[derive(Debug)]
pub struct HttpEvents {
    response: Response,
    lines: EventLines,
    heard: VecDeque<Event>,
}

impl Events for HttpEvents {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.heard.pop_front() {
                return Some(event);
            }
            match self.response.chunk().await {
                Ok(Some(chunk)) => match self.lines.take(&chunk) {
                    Ok(events) => self.heard.extend(events),
                    Err(error) => {
                        tracing::warn!(%error, "the stream of events is dropped");
                        return None;
                    }
                },
                Ok(None) => return None,
                Err(error) => {
                    tracing::info!(error = innermost(&error), "the stream of events broke");
                    return None;
                }
            }
        }
    }
}

/// What all connections to `url` have in common.
fn builder(url: &Url, connect: Duration) -> ClientBuilder {
    let builder = Client::builder()
        .user_agent(concat!("admit/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        // Sooner than the server gives them up, which would cost the request that finds out.
        .pool_idle_timeout(Duration::from_secs(20))
        .connect_timeout(connect);
    // Without TLS no certificates are wanted: a machine that has none still works.
    let builder = if is_plain(url) { builder.tls_certs_only([]) } else { builder };
    if is_loopback(url) { builder.no_proxy() } else { builder }
}

fn is_plain(url: &Url) -> bool {
    url.scheme() == "http"
}

/// The address as it is used: scheme, host, port, and the path that a proxy puts before the API.
fn server_url(text: &str) -> Result<Url, ConnectionError> {
    let wrong = |reason: &str| {
        // What stands before an @ may be a password.
        let shown = text.rsplit('@').next().unwrap_or_default();
        Err(ConnectionError::Url { url: SafeText::new(shown).into_string(), reason: reason.to_owned() })
    };
    let Ok(url) = Url::parse(text.trim()) else { return wrong("it can't be read") };
    if !matches!(url.scheme(), "http" | "https") {
        return wrong("it must begin with https://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("leave out user and password; a token signs in");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("leave out what follows ? or #");
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ClientError {
    let header = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let told_as = |error: String| ClientError::Unexpected(SafeText::from(error));
    if header(CONTENT_TYPE).is_some_and(|kind| kind.starts_with(MEDIA_TYPE)) {
        return match serde_json::from_slice::<Problem>(body) {
            Ok(problem) => ClientError::Refused(Box::new(problem)),
            Err(error) => told_as(format!("{status}, {}", briefly(&error.to_string()))),
        };
    }
    if matches!(status.as_u16(), 502..=504) {
        return ClientError::Unreachable(status.to_string().into());
    }
    if status.is_redirection() {
        return told_as(format!("{status} to {}", briefly(header(LOCATION).unwrap_or("nowhere"))));
    }
    let excerpt = briefly(&String::from_utf8_lossy(body));
    told_as(if excerpt.is_empty() { status.to_string() } else { format!("{status}, {excerpt}") })
}

/// The beginning of what a server said, or of what is said of it: that quotes values, however long.
fn briefly(text: &str) -> String {
    text.trim().chars().take(EXCERPT).collect()
}

fn failure_of(status: StatusCode, headers: &HeaderMap) -> Failure {
    let asked = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(retry_after);
    match status.as_u16() {
        429 => Failure::TooMany { retry_after: asked },
        502..=504 => Failure::Unavailable { retry_after: asked },
        _ => Failure::Final,
    }
}

/// What lies at the bottom of an error: the operating system's or the peer's words, without the
/// address, which may hold what was searched for.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

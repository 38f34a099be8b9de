//! The client against a server that misbehaves.

#![expect(clippy::unwrap_used, reason = "a test that can't go on is to stop there")]

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use admit::api::endpoint::{ChangeQuery, Empty, Request, WorkspacePath};
use admit::api::invitations::{CreateInvitation, InvitationForm};
use admit::api::problem::{Problem, ProblemCode};
use admit::api::sessions::{GetSession, Session};
use admit::api::users::{CountUsers, UserFilter};
use admit::api::whole_list::Kind;
use admit::cli::args::Command;
use admit::cli::output::{Format, Output};
use admit::cli::{Consent, Sending};
use admit::client::http::{ClientTools, Connection, ConnectionError, HttpClient, Timeouts};
use admit::client::retry::OF_A_SCREEN;
use admit::client::retry::Waiter;
use admit::client::{ClientError, Fetched, ListSource, WantedList, WorkspaceApi};
use admit::domain::entropy::SeededEntropy;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with one connection.
enum Does {
    /// Sends these bytes and closes.
    Say(String),
    /// Says nothing until the client goes.
    KeepSilent,
    /// Sends an answer of so many MiB.
    Flood(usize),
}

/// A server that does one thing after another, the last one for ever, and keeps what it was asked.
struct Faulty {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Faulty {
    async fn that(script: Vec<Does>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        tokio::spawn(async move {
            for number in 0.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = request_of(&mut stream).await;
                seen.lock().unwrap().push(request);
                match script.get(number).or(script.last()).unwrap() {
                    Does::Say(text) => drop(stream.write_all(text.as_bytes()).await),
                    Does::KeepSilent => drop(stream.read(&mut [0]).await),
                    Does::Flood(mebibytes) => flood(&mut stream, *mebibytes).await,
                }
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// The values of a header, one for each request.
    fn headers(&self, name: &str) -> Vec<String> {
        let value = |request: &String| {
            let line = request.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}: ")))?;
            Some(line.split_once(": ")?.1.to_owned())
        };
        self.asked().iter().filter_map(value).collect()
    }
}

async fn request_of(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk).await.unwrap();
        bytes.extend(chunk.iter().take(count));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.to_lowercase();
        let length = length.lines().find_map(|line| line.strip_prefix("content-length: "));
        if count == 0 || body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return text;
        }
    }
}

async fn flood(stream: &mut TcpStream, mebibytes: usize) {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        mebibytes << 20
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..mebibytes {
        // The client hangs up on the way; that is what is tested.
        if stream.write_all(&vec![b' '; 1 << 20]).await.is_err() {
            return;
        }
    }
}

fn answer(status: &str, headers: &str, body: &str) -> Does {
    let length = body.len();
    Does::Say(format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    ))
}

fn session() -> String {
    let operator = serde_json::json!({ "email": "ann@example.org", "first_name": "Ann", "last_name": "Lee" });
    serde_json::json!({ "operator": operator, "workspaces": [] }).to_string()
}

fn fine() -> Does {
    answer("200 OK", "Content-Type: application/json\r\n", &session())
}

fn problem(code: ProblemCode, headers: &str) -> Does {
    let body = serde_json::to_string(&Problem::new(code, "said by the server")).unwrap();
    answer(
        &format!("{} Said", code.status()),
        &format!("Content-Type: application/problem+json\r\n{headers}"),
        &body,
    )
}

/// Writes down what it would have waited.
#[derive(Default)]
struct Patient(Mutex<Vec<Duration>>);

impl Waiter for Patient {
    fn wait(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.lock().unwrap().push(time);
        Box::pin(std::future::ready(()))
    }
}

fn client_of(url: &str, waiter: &Arc<Patient>) -> HttpClient {
    drop(rustls::crypto::ring::default_provider().install_default());
    let waiter: Arc<dyn Waiter> = Arc::<Patient>::clone(waiter);
    let timeouts = Timeouts { silence: Duration::from_millis(300), ..Timeouts::default() };
    let tools =
        ClientTools { entropy: Arc::new(SeededEntropy::new(1)), waiter, timeouts, patience: OF_A_SCREEN };
    let connection = Connection { url: url.to_owned(), token: "admit_secret".into(), allow_insecure: false };
    HttpClient::open(&connection, tools).unwrap()
}

async fn ask(server: &Faulty, waiter: &Arc<Patient>) -> Result<Session, ClientError> {
    let request = Request::read(Empty {}, Empty {});
    client_of(&server.url, waiter).call::<GetSession>(request).await
}

async fn invite(server: &Faulty, key: Option<&str>) -> ClientError {
    let request = Request {
        path: WorkspacePath { w: "academy".to_owned() },
        query: ChangeQuery { dry_run: false },
        body: InvitationForm { email: "ann@example.org".to_owned(), ..InvitationForm::default() },
        idempotency_key: key.map(str::to_owned),
        if_version: None,
    };
    client_of(&server.url, &Arc::default()).call::<CreateInvitation>(request).await.unwrap_err()
}

fn cut() -> Does {
    Does::Say(
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"dry_"
            .to_owned(),
    )
}

#[tokio::test]
async fn an_answer_cut_in_the_middle_is_asked_for_again_with_the_same_key() {
    let server = Faulty::that(vec![cut(), answer("409 Conflict", "", "no")]).await;
    let error = invite(&server, Some("key-1")).await;
    assert_eq!(server.headers("idempotency-key"), ["key-1", "key-1"]);
    assert!(matches!(error, ClientError::Unexpected(_)), "{error:?}");
    let bodies: Vec<_> =
        server.asked().iter().map(|asked| asked.split_once("\r\n\r\n").unwrap().1.to_owned()).collect();
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn a_change_without_key_is_sent_once() {
    let server = Faulty::that(vec![cut()]).await;
    let error = invite(&server, None).await;
    assert_eq!(server.asked().len(), 1);
    assert!(matches!(error, ClientError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn a_busy_server_is_asked_again_when_it_said() {
    let server = Faulty::that(vec![problem(ProblemCode::RateLimited, "Retry-After: 3\r\n"), fine()]).await;
    let waiter = Arc::new(Patient::default());
    ask(&server, &waiter).await.unwrap();
    assert_eq!(*waiter.0.lock().unwrap(), [Duration::from_secs(3)]);
}

#[tokio::test]
async fn a_server_that_wants_too_long_a_wait_is_reported_at_once() {
    let server = Faulty::that(vec![problem(ProblemCode::RateLimited, "Retry-After: 3600\r\n")]).await;
    let error = ask(&server, &Arc::default()).await.unwrap_err();
    assert_eq!((error.code(), server.asked().len()), (Some(ProblemCode::RateLimited), 1));
}

#[tokio::test]
async fn a_server_that_is_away_is_asked_for_a_few_seconds_and_then_called_unreachable() {
    let server =
        Faulty::that(vec![answer("503 Service Unavailable", "Content-Type: text/html\r\n", "<h1>")]).await;
    let waiter = Arc::new(Patient::default());
    let error = ask(&server, &waiter).await.unwrap_err();
    assert_eq!(error, ClientError::Unreachable("503 Service Unavailable".into()));
    let waits = waiter.0.lock().unwrap().clone();
    assert_eq!(server.asked().len(), waits.len() + 1);
    assert!(waits.len() > 3 && waits.iter().sum::<Duration>() <= OF_A_SCREEN, "{waits:?}");
}

#[tokio::test]
async fn a_server_that_comes_back_is_not_noticed_to_have_been_away() {
    let server = Faulty::that(vec![problem(ProblemCode::Unavailable, ""), fine()]).await;
    assert_eq!(ask(&server, &Arc::default()).await.unwrap().operator.first_name.as_str(), "Ann");
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let server = Faulty::that(vec![Does::KeepSilent]).await;
    let error = ask(&server, &Arc::default()).await.unwrap_err();
    assert_eq!(error, ClientError::Unreachable("it did not answer in time".into()));
}

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let server = Faulty { url, asked: Arc::default() };
    let error = ask(&server, &Arc::default()).await.unwrap_err();
    assert!(error.to_string().starts_with("the server can't be reached: Connection refused"), "{error}");
}

#[tokio::test]
async fn a_refusal_is_typed_and_not_repeated() {
    let server = Faulty::that(vec![problem(ProblemCode::NotAllowed, "")]).await;
    let error = ask(&server, &Arc::default()).await.unwrap_err();
    assert_eq!((error.code(), server.asked().len()), (Some(ProblemCode::NotAllowed), 1));
    assert_eq!(error.to_string(), "said by the server");
}

#[tokio::test]
async fn garbage_is_quoted_harmlessly_and_briefly() {
    let rubbish = format!("\u{1b}]0;owned\u{7}{}", "x".repeat(5_000));
    let server = Faulty::that(vec![answer("500 Internal Server Error", "", &rubbish)]).await;
    let told = ask(&server, &Arc::default()).await.unwrap_err().to_string();
    assert!(!told.contains('\u{1b}') && told.chars().count() < 250, "{told}");
    let server =
        Faulty::that(vec![answer("200 OK", "Content-Type: application/json\r\n", "{\"hello\":1}")]).await;
    assert!(matches!(ask(&server, &Arc::default()).await, Err(ClientError::Unexpected(_))));
    let long = "x".repeat(5_000);
    for (status, headers, body) in [
        ("200 OK", "Content-Type: application/json\r\n".to_owned(), format!("\"{long}\"")),
        ("403 Forbidden", "Content-Type: application/problem+json\r\n".to_owned(), format!("\"{long}\"")),
        ("302 Found", format!("Location: http://127.0.0.1:1/{long}\r\n"), String::new()),
    ] {
        let server = Faulty::that(vec![answer(status, &headers, &body)]).await;
        let told = ask(&server, &Arc::default()).await.unwrap_err().to_string();
        assert!(told.chars().count() < 250, "{status}: {} characters", told.chars().count());
    }
}

#[tokio::test]
async fn the_name_of_a_workspace_does_not_steer_the_terminal() {
    let id = "0192f0c1-0000-7000-8000-000000000001";
    let mut session: serde_json::Value = serde_json::from_str(&session()).unwrap();
    let may = serde_json::json!({ "people": true, "refusal": null, "grant": [], "unit_required": false, "units": null });
    session["workspaces"] = serde_json::json!([{
        "id": id, "slug": "\u{1b}]0;owned\u{7}", "name": "Leeds", "time_zone": "UTC",
        "customer": { "id": id, "name": "Northwind" }, "user_id": id, "roles": ["admin"], "may": may,
    }]);
    let said = answer("200 OK", "Content-Type: application/json\r\n", &session.to_string());
    let server = Faulty::that(vec![said]).await;
    let client = client_of(&server.url, &Arc::default());
    let (mut shown, out) = std::io::pipe().unwrap();
    let mut output = Output::new(Format::Lines, Box::new(out), Box::new(std::io::sink()));
    let sending = Sending { now: jiff::Timestamp::UNIX_EPOCH, key: String::new(), consent: Consent::Missing };
    admit::cli::run(&client, (&Command::Whoami, None), sending, &mut output).await.unwrap();
    drop(output);
    let shown = std::io::read_to_string(&mut shown).unwrap();
    assert!(shown.contains("owned") && !shown.contains(['\u{1b}', '\u{7}']), "{shown:?}");
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    let server = Faulty::that(vec![Does::Flood(64)]).await;
    let error = ask(&server, &Arc::default()).await.unwrap_err();
    assert_eq!(error, ClientError::Unexpected("it is longer than 16 MiB".into()));
}

#[tokio::test]
async fn a_redirect_is_named_and_not_followed() {
    let server =
        Faulty::that(vec![answer("302 Found", "Location: http://127.0.0.1:1/elsewhere\r\n", "")]).await;
    let told = ask(&server, &Arc::default()).await.unwrap_err().to_string();
    assert!(told.ends_with("302 Found to http://127.0.0.1:1/elsewhere"), "{told}");
}

#[tokio::test]
async fn a_call_carries_token_request_id_and_query() {
    let server = Faulty::that(vec![answer("200 OK", "", "{}")]).await;
    let filter = UserFilter {
        search: Some("Ann & Bob".to_owned()),
        link_expired: Some(true),
        ..UserFilter::default()
    };
    let path = WorkspacePath { w: "a b".to_owned() };
    let request = Request::read(path, filter);
    drop(client_of(&server.url, &Arc::default()).call::<CountUsers>(request).await);
    let asked = server.asked();
    let first = asked[0].lines().next().unwrap();
    assert_eq!(
        first,
        "GET /api/v1/workspaces/a%20b/users/counts?search=Ann+%26+Bob&link_expired=true HTTP/1.1"
    );
    assert_eq!(server.headers("authorization"), ["Bearer admit_secret"]);
    assert_eq!(server.headers("x-request-id")[0].len(), 16);
}

#[test]
fn a_token_does_not_cross_the_network_in_plain_unless_that_is_wanted() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let open = |url: &str, allow_insecure| {
        let connection = Connection { url: url.to_owned(), token: "admit_secret".into(), allow_insecure };
        HttpClient::open(&connection, ClientTools::new(Arc::new(SeededEntropy::new(1)), OF_A_SCREEN))
    };
    let refused = open("http://people.example.org", false).unwrap_err();
    assert_eq!(refused, ConnectionError::Insecure { host: "people.example.org".to_owned() });
    assert!(open("http://people.example.org", true).is_ok());
    for local in ["http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost"] {
        assert!(open(local, false).is_ok(), "{local}");
    }
    for wrong in [
        "people.example.org",
        "ftp://people.example.org",
        "https://ann:pw@people.example.org",
        "https://h/?q=1",
    ] {
        let told = open(wrong, false).unwrap_err().to_string();
        assert!(told.contains("is no server's address") && !told.contains("pw"), "{told}");
    }
}

#[test]
fn the_token_is_in_no_debug_text() {
    let client = client_of("http://127.0.0.1:9", &Arc::default());
    assert_eq!(format!("{client:?}"), "HttpClient(http://127.0.0.1:9)");
    let connection = Connection {
        url: "http://127.0.0.1".to_owned(),
        token: "admit_secret".into(),
        allow_insecure: false,
    };
    assert!(!format!("{connection:?}").contains("admit_secret"));
}

const LIST: &str = "Content-Type: text/tab-separated-values\r\nConnection: close\r\n";

async fn groups_of(server: &Faulty, known: Option<&str>) -> Result<Fetched, ClientError> {
    let wanted = WantedList { kind: Kind::Groups, known: known.map(str::to_owned), most: 100 };
    client_of(&server.url, &Arc::default()).fetch_list("academy", &wanted, &|_| ()).await
}

fn lines(end: &str) -> String {
    format!("groups\ta1\t2\n{:032x}\tNight shift\n{:032x}\tDrivers\n{end}", 1, 2)
}

#[tokio::test]
async fn a_list_cut_in_the_middle_is_fetched_again_and_never_kept_by_half() {
    let said = |body: String| Does::Say(format!("HTTP/1.1 200 OK\r\n{LIST}\r\n{body}"));
    let cut_by_length = format!("HTTP/1.1 200 OK\r\n{LIST}Content-Length: 500\r\n\r\n{}", lines(""));
    let server = Faulty::that(vec![Does::Say(cut_by_length), said(lines("")), said(lines("end\t2\n"))]).await;
    let fetched = groups_of(&server, None).await;
    assert!(matches!(&fetched, Ok(Fetched::Whole(list)) if list.len() == 2), "{fetched:?}");
    assert_eq!(server.asked().len(), 3);
    let server = Faulty::that(vec![said(lines(""))]).await;
    assert!(matches!(groups_of(&server, None).await, Err(ClientError::Unreachable(_))));
}

#[tokio::test]
async fn what_is_no_list_is_not_taken_for_one() {
    let page = "<html>please sign in</html>\n";
    let server = Faulty::that(vec![answer("200 OK", "Content-Type: text/html\r\n", page)]).await;
    assert!(matches!(groups_of(&server, None).await, Err(ClientError::Unexpected(_))));
    let server =
        Faulty::that(vec![answer("200 OK", "Content-Type: text/tab-separated-values\r\n", page)]).await;
    assert!(matches!(groups_of(&server, None).await, Err(ClientError::Unexpected(_))));
    let server = Faulty::that(vec![answer("304 Not Modified", "", "")]).await;
    assert!(groups_of(&server, None).await.is_err(), "nothing was said to be here");
    let fetched = groups_of(&server, Some("a1")).await;
    assert_eq!(
        (fetched, server.headers("if-none-match")),
        (Ok(Fetched::Unchanged), vec!["\"a1\"".to_owned()])
    );
}

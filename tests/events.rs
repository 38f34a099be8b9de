//! Server-sent events over real HTTP: who hears what, and when a stream ends.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on has failed"
)]

#[path = "support/academy.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod academy;
#[path = "support/database.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod database;

use std::sync::Arc;
use std::time::Duration;

use admit::api::events::Event;
use admit::api::problem::ProblemCode;
use admit::client::http::{ClientTools, Connection, HttpClient, HttpEvents, Timeouts};
use admit::client::retry::OF_A_SCREEN;
use admit::client::{EventSource, Events, NotListening};
use admit::domain::clock::Clock;
use admit::domain::entropy::SeededEntropy;
use admit::domain::ids::{ChangeId, UnitId, UserId, WorkspaceId};
use admit::server::expired::ExpiryWorker;
use admit::server::metrics::Metrics;
use admit::server::store::Tx;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use academy::*;

fn client(url: String, token: &str, timeouts: Timeouts) -> HttpClient {
    drop(rustls::crypto::ring::default_provider().install_default());
    let tools = ClientTools { timeouts, ..ClientTools::new(Arc::new(SeededEntropy::new(1)), OF_A_SCREEN) };
    HttpClient::open(&Connection { url, token: token.into(), allow_insecure: false }, tools).unwrap()
}

async fn try_listen(academy: &Academy, token: &str, workspace: &str) -> Result<HttpEvents, NotListening> {
    let url = format!("http://{}", academy.server.address);
    client(url, token, Timeouts::default()).listen(workspace).await
}

async fn listen(academy: &Academy, caller: &Caller) -> HttpEvents {
    try_listen(academy, caller.token.as_deref().unwrap(), "academy").await.unwrap()
}

fn user(n: u128) -> UserId {
    UserId::new(Uuid::from_u128(n))
}

fn users<const N: usize>(numbers: [u128; N]) -> Event {
    Event::Users { users: numbers.map(user).to_vec() }
}

const ACADEMY: WorkspaceId = WorkspaceId::new(Uuid::from_u128(2));
const HARBOUR: WorkspaceId = WorkspaceId::new(Uuid::from_u128(3));

/// Commits a transaction of which `tell` notes what it changes.
async fn commit(academy: &Academy, tell: impl FnOnce(&mut Tx)) {
    let mut tx = academy.store.write(ACADEMY).await.unwrap();
    tell(&mut tx);
    tx.commit().await.unwrap();
}

/// Touches users of the academy, with the unit that each leaves.
async fn touch(academy: &Academy, touched: &[(u128, Option<u128>)]) {
    commit(academy, |tx| {
        for (number, left) in touched {
            tx.touch_user(ACADEMY, user(*number), left.map(|unit| UnitId::new(Uuid::from_u128(unit))));
        }
    })
    .await;
}

/// Waits till `user` is heard of.
async fn hear_of(events: &mut HttpEvents, user: UserId) {
    loop {
        match events.next().await {
            Some(Event::Users { users }) if users.contains(&user) => return,
            Some(_) => {}
            None => panic!("the stream ended"),
        }
    }
}

#[tokio::test]
async fn an_invitation_by_another_operator_is_heard_and_so_is_the_registration() {
    let academy = Academy::open().await;
    let mut events = listen(&academy, &academy.admin().await).await;
    let olga = academy.caller("olga@example.org").await;
    let invited = olga.invite(&ann()).await.done();
    let ann: UserId = text(&invited["user"]["id"]).parse().unwrap();
    hear_of(&mut events, ann).await;
    academy.mails().await;
    let link = text(&olga.read(&format!("users/{ann}/invitation/link")).await["link"]);
    let mut later = listen(&academy, &academy.admin().await).await;
    let password = [("password", "correct horse battery"), ("password_again", "correct horse battery")];
    let answer = olga.http.post(link).form(&password).send().await.unwrap();
    assert!(answer.status().as_u16() < 400, "{}", answer.status());
    hear_of(&mut later, ann).await;
}

#[tokio::test]
async fn r1_a_manager_hears_of_users_in_reach_and_of_those_who_left_it() {
    let academy = Academy::open().await;
    let mut admin = listen(&academy, &academy.admin().await).await;
    let mut manager = listen(&academy, &academy.manager().await).await;
    touch(&academy, &[(UNPLACED, None)]).await;
    touch(&academy, &[(LATE, Some(SALES))]).await;
    touch(&academy, &[(INVITED, None), (LATE, None), (EXPIRED, None), (DELETED, None)]).await;
    touch(&academy, &[(LATE, Some(YORK)), (UNPLACED, None)]).await;
    commit(&academy, |tx| tx.news().catalogue(ACADEMY)).await;
    for heard in [users([INVITED, DELETED, EXPIRED]), users([LATE]), Event::Catalogue {}] {
        assert_eq!(manager.next().await.unwrap(), heard);
    }
    for heard in [
        users([UNPLACED]),
        users([LATE]),
        users([INVITED, LATE, DELETED, EXPIRED]),
        users([LATE, UNPLACED]),
        Event::Catalogue {},
    ] {
        assert_eq!(admin.next().await.unwrap(), heard);
    }
}

#[tokio::test]
async fn r1_a_manager_who_manages_another_unit_hears_of_that_and_by_that_from_then_on() {
    let academy = Academy::open().await;
    let mut events = listen(&academy, &academy.manager().await).await;
    academy.database.run("UPDATE units_managed SET unit_id = ?", values![id(SALES)]).await;
    touch(&academy, &[(MANAGER, Some(YORK))]).await;
    touch(&academy, &[(INVITED, Some(YORK))]).await;
    touch(&academy, &[(LATE, None), (INVITED, Some(SALES))]).await;
    assert_eq!(events.next().await.unwrap(), Event::Everything {}, "other users are seen than before");
    assert_eq!(events.next().await.unwrap(), users([INVITED, LATE]));
}

#[tokio::test]
async fn r1_who_is_given_another_unit_to_manage_hears_that_everything_may_have_changed() {
    let academy = Academy::open().await;
    let mut events = listen(&academy, &academy.manager().await).await;
    let edit = serde_json::json!({ "units_managed": [id(YORKSHIRE), id(SALES)] });
    let admin = academy.admin().await;
    admin.send(Method::PATCH, &format!("users/{}", id(MANAGER)), "edit", &edit).await.done();
    touch(&academy, &[(INVITED, None)]).await;
    assert_eq!(events.next().await.unwrap(), Event::Everything {});
    hear_of(&mut events, user(INVITED)).await;
}

#[tokio::test]
async fn other_workspaces_are_not_heard_of() {
    let academy = Academy::open().await;
    let mut events = listen(&academy, &academy.admin().await).await;
    commit(&academy, |tx| {
        tx.touch_user(HARBOUR, user(200), None);
        tx.news().catalogue(HARBOUR);
    })
    .await;
    let job = ChangeId::new(Uuid::from_u128(9));
    commit(&academy, |tx| tx.news().job(ACADEMY, job)).await;
    assert_eq!(events.next().await.unwrap(), Event::Job { job });
}

#[tokio::test]
async fn what_is_rolled_back_is_not_heard_of() {
    let academy = Academy::open().await;
    let mut events = listen(&academy, &academy.admin().await).await;
    let mut tx = academy.store.write(ACADEMY).await.unwrap();
    tx.touch_user(ACADEMY, user(INVITED), None);
    tx.rollback().await.unwrap();
    touch(&academy, &[(LATE, None)]).await;
    assert_eq!(events.next().await.unwrap(), users([LATE]));
}

#[tokio::test]
async fn who_misses_some_hears_that_everything_may_have_changed() {
    let academy = Academy::open().await;
    let mut events = listen(&academy, &academy.admin().await).await;
    commit(&academy, |tx| {
        for n in 0..300 {
            tx.news().job(ACADEMY, ChangeId::new(Uuid::from_u128(n)));
        }
    })
    .await;
    assert_eq!(events.next().await.unwrap(), Event::Everything {});
    assert_eq!(events.next().await.unwrap(), Event::Job { job: ChangeId::new(Uuid::from_u128(44)) });
}

#[tokio::test]
async fn many_users_at_once_are_everything() {
    let academy = Academy::open().await;
    let mut events = listen(&academy, &academy.manager().await).await;
    let many: Vec<_> = (1000..1201).map(|n| (n, None)).collect();
    touch(&academy, &many).await;
    assert_eq!(events.next().await.unwrap(), Event::Everything {});
}

#[tokio::test]
async fn a_stream_ends_when_its_token_is_gone() {
    let academy = Academy::open().await;
    let mut gone = listen(&academy, &academy.admin().await).await;
    academy.database.run("DELETE FROM tokens", values![]).await;
    let mut stays = listen(&academy, &academy.admin().await).await;
    assert_eq!(gone.next().await, None);
    touch(&academy, &[(LATE, None)]).await;
    assert_eq!(stays.next().await.unwrap(), users([LATE]));
}

#[tokio::test]
async fn a_stream_ends_when_the_role_is_gone_before_anything_else_is_heard() {
    let academy = Academy::open().await;
    let mut events = listen(&academy, &academy.admin().await).await;
    academy.database.run("UPDATE users SET roles = 1 WHERE id = ?", values![id(ADMIN)]).await;
    touch(&academy, &[(ADMIN, None), (UNPLACED, None)]).await;
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_stream_ends_when_access_does() {
    let academy = Academy::open().await;
    let ends = academy.clock.as_ref() as &dyn Clock;
    academy
        .database
        .run(
            "UPDATE users SET ends_at = ? WHERE id = ?",
            values![(ends.now() + SignedDuration::from_hours(1)).as_microsecond(), id(ADMIN)],
        )
        .await;
    let mut events = listen(&academy, &academy.admin().await).await;
    touch(&academy, &[(LATE, None)]).await;
    assert_eq!(events.next().await.unwrap(), users([LATE]));
    academy.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn r7_what_expires_is_told_and_nothing_else_of_the_user_changes() {
    let academy = Academy::open().await;
    let clock: Arc<dyn Clock> = Arc::clone(&academy.clock) as _;
    let metrics = Arc::new(Metrics::new(&academy.store, &*clock));
    let worker = ExpiryWorker::new(academy.store.clone(), Arc::clone(&clock), metrics);
    let ends = (clock.now() + SignedDuration::from_hours(1)).as_microsecond();
    for n in [PENDING, LEARNER] {
        let sql = "UPDATE users SET ends_at = ?, expires_on = '2026-11-23' WHERE id = ?";
        academy.database.run(sql, values![ends, id(n)]).await;
    }
    let sql = "UPDATE users SET link_ends_at = ? WHERE id = ?";
    academy.database.run(sql, values![ends, id(INVITED)]).await;
    // What memberships have of them is renewed.
    touch(&academy, &[(PENDING, None), (LEARNER, None), (INVITED, None)]).await;
    academy.clock.advance(SignedDuration::from_hours(2));
    let admin = academy.admin().await;
    let mut events = listen(&academy, &admin).await;
    let asked = [
        "users?status=expired&sort=email",
        "users?status=active,pending&sort=email",
        "users/counts",
        "users?link_expired=true&sort=email",
        "users?sort=status",
        &format!("users/{}", id(LEARNER)),
    ];
    let mut before = Vec::new();
    for path in asked {
        before.push(admin.read(path).await);
    }
    let expired = async || admin.emails("users?status=expired&sort=email").await;
    let all = ["expired@example.org", "learner@example.org", "pending@example.org"];
    assert_eq!(expired().await, all);
    worker.note_due(&CancellationToken::new()).await.unwrap();
    assert_eq!(events.next().await.unwrap(), users([LEARNER, INVITED, PENDING]));
    let listed_as = async |n| academy.column("SELECT listed_as FROM users WHERE id = ?", &id(n)).await;
    assert_eq!(
        (listed_as(LEARNER).await, listed_as(INVITED).await),
        (vec!["expired".to_owned()], vec!["link_expired".to_owned()])
    );
    for (path, before) in asked.iter().zip(before) {
        assert_eq!(admin.read(path).await, before, "{path}");
    }
    let later = json!({ "expires_on": "2027-03-31" });
    admin.send(Method::PATCH, &format!("users/{}", id(LEARNER)), &admin.key(), &later).await.done();
    assert_eq!(expired().await, ["expired@example.org", "pending@example.org"]);
    assert_eq!(listed_as(LEARNER).await, ["active"]);
    admin.post(&format!("users/{}/invitation/resend", id(INVITED)), &admin.key(), &Value::Null).await.done();
    assert_eq!(admin.emails("users?link_expired=true").await, ["late@example.org"]);
    assert_eq!(listed_as(INVITED).await, ["invited"]);
}

#[tokio::test]
async fn a_server_that_stops_does_not_wait_for_those_who_listen() {
    let academy = Academy::open().await;
    let (admin, manager) = (academy.admin().await, academy.manager().await);
    let mut streams = [listen(&academy, &admin).await, listen(&academy, &manager).await];
    let stopped = tokio::time::timeout(Duration::from_mins(1), academy.server.shut_down()).await;
    assert!(stopped.is_ok(), "open streams keep the server from stopping");
    for stream in &mut streams {
        assert_eq!(stream.next().await, None);
    }
}

#[tokio::test]
async fn a_server_that_stops_does_not_wait_for_the_other_half_of_a_request() {
    let academy = Academy::open().await;
    let mut sent = Vec::new();
    for half in ["GET /healthz HTTP/1.1\r\n", "POST /i/x HTTP/1.1\r\nContent-Length: 9\r\n\r\npass"] {
        let mut stream = TcpStream::connect(academy.server.address).await.unwrap();
        stream.write_all(half.as_bytes()).await.unwrap();
        sent.push(stream);
    }
    // Once this one is answered, the others have been read.
    academy.holder(None).get("/healthz").await;
    let stopped = tokio::time::timeout(Duration::from_mins(1), academy.server.shut_down()).await;
    assert!(stopped.is_ok(), "half a request keeps the server from stopping");
}

#[tokio::test]
async fn who_may_not_see_people_may_not_listen() {
    let academy = Academy::open().await;
    let code = |heard: Result<HttpEvents, NotListening>| heard.unwrap_err().error.code().unwrap();
    assert_eq!(code(try_listen(&academy, "admit_nobody", "academy").await), ProblemCode::NotSignedIn);
    let learner = academy.caller("learner@example.org").await;
    let token = learner.token.as_deref().unwrap();
    assert_eq!(code(try_listen(&academy, token, "academy").await), ProblemCode::NotAllowed);
    assert_eq!(learner.get("events").await.problem().rule.unwrap().as_str(), "learner_only");
    let admin = academy.admin().await;
    let token = admin.token.as_deref().unwrap();
    assert_eq!(code(try_listen(&academy, token, "harbour").await), ProblemCode::NotFound);
    assert_eq!(code(try_listen(&academy, token, "a/../b").await), ProblemCode::NotFound);
    assert_eq!(admin.post("events", "key", &ann()).await.status, 405);
}

#[tokio::test]
async fn the_stream_is_never_held_back_and_names_its_events() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let request = admin.request(Method::GET, "events").header("Accept-Encoding", "gzip");
    let mut response = request.send().await.unwrap();
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("content-type").unwrap(), "text/event-stream");
    assert_eq!((header("content-encoding"), header("cache-control").unwrap()), (None, "no-cache".to_owned()));
    assert_eq!(header("x-accel-buffering").unwrap(), "no");
    assert!(header("x-request-id").is_some());
    let mut said = String::new();
    while !said.ends_with("hello\n\n") {
        said += std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap();
    }
    touch(&academy, &[(LATE, None)]).await;
    let event = format!("event: users\ndata: {{\"kind\":\"users\",\"users\":[\"{}\"]}}\n\n", id(LATE));
    while !said.contains(&event) {
        said += std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap();
    }
    assert!(said.starts_with(':'), "{said}");
}

/// A server that answers with `answer` and then keeps silent, as long as the client stays.
async fn silent_after(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = [0; 4096];
        let _ = stream.read(&mut asked).await.unwrap();
        stream.write_all(answer.as_bytes()).await.unwrap();
        while stream.read(&mut asked).await.is_ok_and(|count| count > 0) {}
    });
    url
}

#[tokio::test]
async fn a_stream_may_last_longer_than_any_answer_but_is_given_up_when_it_is_silent() {
    let url = silent_after(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\ndata: {\"kind\":\"catalogue\"}\n\n",
    )
    .await;
    let heartbeat = Duration::from_millis(300);
    let timeouts = Timeouts { total: Duration::from_millis(1), heartbeat, ..Timeouts::default() };
    let mut events = client(url, "admit_secret", timeouts).listen("academy").await.unwrap();
    assert_eq!(events.next().await, Some(Event::Catalogue {}));
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_busy_server_says_when_to_come_back_and_what_is_no_stream_is_refused() {
    let busy = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n";
    let timeouts = Timeouts::default();
    let refused = client(silent_after(busy).await, "admit_secret", timeouts).listen("academy").await;
    assert_eq!(refused.unwrap_err().retry_after, Some(Duration::from_secs(7)));
    let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi";
    let refused = client(silent_after(page).await, "admit_secret", timeouts).listen("academy").await;
    let told = refused.unwrap_err().error.to_string();
    assert!(told.contains("text/html in the place of events"), "{told}");
}

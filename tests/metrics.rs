//! `/metrics` over real HTTP: what is counted, who is told, and what is never in it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can't go on has failed"
)]
#![expect(clippy::float_cmp, reason = "the figures are whole numbers")]

#[path = "support/academy.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod academy;
#[path = "support/database.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod database;

use admit::domain::clock::Clock;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;

use academy::*;

/// The figures of a server, as whoever watches it reads them.
struct Figures(String);

impl Figures {
    async fn of(academy: &Academy) -> Self {
        let url = format!("http://{}/metrics", academy.server.metrics_address.unwrap());
        let answer = Answer::of(academy.holder(None).http.get(url)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
        Self(answer.text())
    }

    /// The value of a figure, written with its labels; none where it is not there.
    fn get(&self, name: &str) -> Option<f64> {
        let line = self.0.lines().find(|line| line.rsplit_once(' ').is_some_and(|(known, _)| known == name));
        line.map(|line| line.rsplit_once(' ').unwrap().1.parse().unwrap())
    }

    fn value(&self, name: &str) -> f64 {
        self.get(name).unwrap_or_else(|| panic!("no {name} in\n{}", self.0))
    }
}

#[tokio::test]
async fn requests_are_counted_by_pattern_method_and_status() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    admin.read(&format!("users/{}", id(INVITED))).await;
    admin.read(&format!("users/{}", id(PENDING))).await;
    assert_eq!(admin.get(&format!("users/{}", id(1))).await.status, 404);
    assert_eq!(admin.get("/nowhere/at/all").await.status, 404);
    let figures = Figures::of(&academy).await;
    let users = "route=\"/api/v1/workspaces/{w}/users/{u}\",method=\"GET\"";
    assert_eq!(figures.value(&format!("admit_requests_total{{{users},status=\"200\"}}")), 2.0);
    assert_eq!(figures.value(&format!("admit_requests_total{{{users},status=\"404\"}}")), 1.0);
    assert_eq!(figures.value("admit_requests_total{route=\"none\",method=\"GET\",status=\"404\"}"), 1.0);
    assert_eq!(figures.value(&format!("admit_request_seconds_count{{{users}}}")), 3.0);
    assert_eq!(figures.value("admit_requests_in_flight"), 0.0);
}

#[tokio::test]
async fn made_up_methods_and_paths_make_no_figures_of_their_own() {
    let academy = Academy::open().await;
    let anybody = academy.holder(None);
    let before = Figures::of(&academy).await.0.lines().count();
    for n in 0..20 {
        let method = Method::from_bytes(format!("MADEUP{n}").as_bytes()).unwrap();
        Answer::of(anybody.request(method, &format!("/made/up/{n}"))).await;
    }
    let after = Figures::of(&academy).await;
    assert_eq!(after.value("admit_requests_total{route=\"none\",method=\"other\",status=\"404\"}"), 20.0);
    assert!(after.0.lines().count() < before + 40, "one counter and one histogram");
}

#[tokio::test]
async fn nothing_about_people_is_told() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    admin.invite(&ann()).await.done();
    admin.read("users?search=ann.lee").await;
    let link = academy.mails().await.concat();
    let token = link.split("/i/").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    admin.get(&format!("/i/{token}")).await;
    let figures = Figures::of(&academy).await;
    assert_eq!(
        figures.value("admit_requests_total{route=\"/i/{token}\",method=\"GET\",status=\"200\"}"),
        1.0
    );
    for secret in ["ann", "example.org", "academy", "Northgate", &token, admin.token.as_deref().unwrap()] {
        assert!(!figures.0.contains(secret), "{secret} is in\n{}", figures.0);
    }
}

#[tokio::test]
async fn letters_are_counted_while_they_wait_and_once_they_left() {
    let academy = Academy::open().await;
    // Kept from the server's own worker by a due date that is not yet.
    let sql = "UPDATE letters SET state = 'queued', due_at = ?, created_at = ?";
    let (now, hour) = (academy.clock.now(), SignedDuration::from_hours(1));
    let times = values![(now + hour).as_microsecond(), now.as_microsecond()];
    let waiting = academy.database.numbers("SELECT COUNT(*) FROM letters", &[]).await[0];
    academy.database.run(sql, times).await;
    academy.clock.advance(SignedDuration::from_secs(90));
    let figures = Figures::of(&academy).await;
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let expected = waiting as f64;
    assert_eq!(figures.value("admit_letters_queued"), expected);
    assert_eq!(figures.value("admit_letters_oldest_seconds"), if waiting > 0 { 90.0 } else { 0.0 });
    academy.admin().await.invite(&ann()).await.done();
    assert_eq!(academy.mails().await.len(), usize::try_from(waiting).unwrap() + 1);
    let figures = Figures::of(&academy).await;
    assert!(figures.value("admit_letters_total{outcome=\"sent\"}") >= 1.0);
    assert_eq!(figures.value("admit_letters_queued"), 0.0);
}

#[tokio::test]
async fn who_sends_too_much_is_counted() {
    let academy = Academy::with_rate(1).await;
    let admin = academy.admin().await;
    let mut refused = 0.0;
    for _ in 0..5 {
        refused += f64::from(u8::from(admin.get("/api/v1/session").await.status == 429));
    }
    assert!(refused >= 1.0);
    assert_eq!(Figures::of(&academy).await.value("admit_rate_limited_requests_total"), refused);
}

#[tokio::test]
async fn whoever_listens_is_counted_until_they_leave() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let mut stream = admin.request(Method::GET, "events").send().await.unwrap();
    stream.chunk().await.unwrap();
    assert_eq!(Figures::of(&academy).await.value("admit_event_listeners"), 1.0);
    drop(stream);
    drop(admin);
    // The server notices when it next has something to say.
    while Figures::of(&academy).await.value("admit_event_listeners") > 0.0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_job_is_counted_by_the_users_it_came_to() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let change = json!({ "action": "enrol", "courses": [id(FIRE_SAFETY)] });
    let job = json!({ "change": change, "target": { "users": [id(LEARNER), id(MANAGER)] } });
    let made = admin.post("jobs", "k", &job).await.done();
    while admin.read(&format!("jobs/{}", text(&made["id"]))).await["finished_at"].is_null() {
        tokio::task::yield_now().await;
    }
    let figures = Figures::of(&academy).await;
    assert_eq!((figures.value("admit_job_users_total"), figures.value("admit_jobs_running")), (2.0, 0.0));
}

#[tokio::test]
async fn the_database_is_watched_and_its_absence_told() {
    let academy = Academy::open().await;
    academy.admin().await.read("users").await;
    let figures = Figures::of(&academy).await;
    assert_eq!(figures.value("admit_store_up"), 1.0);
    assert!(figures.value("admit_store_connections{pool=\"reading\",state=\"most\"}") >= 1.0);
    assert!(figures.value("admit_store_begin_seconds_count{pool=\"reading\"}") >= 2.0);
    // A worker may be at its first look.
    academy.figures_say("admit_store_waiting{pool=\"reading\"} 0").await;
    academy.store.close().await;
    assert_eq!(academy.holder(Some("any")).get("/api/v1/session").await.status, 503);
    let figures = Figures::of(&academy).await;
    assert_eq!((figures.value("admit_store_up"), figures.get("admit_letters_queued")), (0.0, None));
    assert_eq!(figures.value("admit_failures_total{place=\"request\",kind=\"away\"}"), 1.0);
}

#[tokio::test]
async fn the_api_does_not_show_them_and_their_address_shows_nothing_else() {
    let academy = Academy::open().await;
    let anybody = academy.holder(None);
    assert_eq!(anybody.get("/metrics").await.status, 404);
    let other = format!("http://{}/api/v1/session", academy.server.metrics_address.unwrap());
    assert_eq!(Answer::of(anybody.http.get(other)).await.status, 404);
}

#[tokio::test]
async fn the_version_and_the_start_are_told() {
    let academy = Academy::open().await;
    let figures = Figures::of(&academy).await;
    let version = format!("admit_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    assert_eq!(figures.value(&version), 1.0);
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century")]
    let now = academy.clock.now().as_second() as f64;
    assert_eq!(figures.value("process_start_time_seconds"), now);
}

#[tokio::test]
async fn the_record_tells_who_stood_before_the_proxy() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let request = admin.request(Method::POST, "invitations").header("Idempotency-Key", "k").json(&ann());
    Answer::of(request.header("X-Forwarded-For", "made up, 203.0.113.7")).await.done();
    let origins = academy.column("SELECT origin FROM audit WHERE action = ?", "invitation.sent").await;
    assert_eq!(origins, ["api 203.0.113.7"]);
}

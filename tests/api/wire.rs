//! What every answer has in common: problems, request ids, tags, sizes, limits.

use std::sync::Arc;

use admit::api::problem::ProblemCode;
use admit::domain::entropy::SeededEntropy;
use admit::server::context::Tools;
use admit::server::limits::Requests;
use admit::server::metrics::Metrics;
use admit::server::router::router;
use admit::server::secret::ServerSecret;
use admit::server::settings::{HEARTBEAT, LINK_LIFETIME, Rate};
use axum::routing::get;
use reqwest::Method;
use serde_json::json;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::academy::*;

#[tokio::test]
async fn a_request_id_is_echoed_or_made() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for path in ["users", "users?limit=0", "/nowhere", "/healthz", "/i/wrong"] {
        let sent = Answer::of(admin.request(Method::GET, path).header("X-Request-Id", "abc-1")).await;
        assert_eq!(sent.header("x-request-id"), "abc-1", "{path}");
        let made = admin.get(path).await.header("x-request-id").to_owned();
        let other = admin.get(path).await.header("x-request-id").to_owned();
        assert!(made.len() == 36 && made != other, "{path}: {made}");
        let bad = Answer::of(admin.request(Method::GET, path).header("X-Request-Id", "a b")).await;
        assert_eq!(bad.header("x-request-id").len(), 36, "{path}");
    }
}

#[tokio::test]
async fn a_change_is_made_to_its_end_though_its_sender_has_gone() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    admin.read("users/counts").await;
    let turn = academy.turn().await;
    let learner = format!("users/{}", id(LEARNER));
    let sent =
        tokio::spawn(Answer::of(admin.request(Method::DELETE, &learner).header("Idempotency-Key", "1")));
    academy.figures_say(ONE_WAITS).await;
    sent.abort();
    academy.figures_say("admit_requests_in_flight 0").await;
    turn.commit().await.unwrap();
    let mut statuses = Vec::new();
    while statuses.last().is_none_or(|status| status != "deleted") && statuses.len() < 1_000 {
        statuses.push(text(&admin.read(&learner).await["status"]));
    }
    assert_eq!(statuses.last().unwrap(), "deleted");
}

#[tokio::test]
async fn health_and_readiness() {
    let academy = Academy::open().await;
    let nobody = academy.holder(None);
    assert_eq!(nobody.get("/healthz").await.text(), "ok\n");
    assert_eq!(nobody.get("/readyz").await.text(), "ready\n");
    academy.store.close().await;
    let answer = nobody.get("/readyz").await;
    let problem = answer.problem();
    assert_eq!((problem.status, problem.code), (503, ProblemCode::Unavailable));
    assert_eq!(answer.header("retry-after"), "3");
    assert_eq!(nobody.get("/healthz").await.status, 200, "it lives, but can't work");
}

#[tokio::test]
async fn places_and_methods_that_are_not_there_are_problems() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for path in ["/", "/api/v1/nowhere", "/api/v2/session", "/api/v1/workspaces/academy/userss"] {
        let problem = admin.get(path).await.problem();
        assert_eq!((problem.status, problem.code), (404, ProblemCode::NotFound), "{path}");
    }
    for (method, path) in
        [(Method::DELETE, "users"), (Method::PUT, "invitations"), (Method::POST, "/healthz")]
    {
        let answer = Answer::of(admin.request(method, path)).await;
        assert_eq!(answer.problem().code, ProblemCode::MethodNotAllowed, "{path}");
        assert_eq!(answer.status, 405);
        assert!(!answer.header("allow").is_empty(), "RFC 9110 section 15.5.6");
    }
}

#[tokio::test]
async fn a_handler_that_panics_is_a_problem_with_the_requests_id() {
    let academy = Academy::open().await;
    let tools = Tools {
        store: academy.store.clone(),
        clock: Arc::clone(&academy.clock) as _,
        entropy: Arc::new(SeededEntropy::new(1)),
        secret: Arc::new(ServerSecret::from_bytes([1; 32])),
        public_url: String::new(),
        link_lifetime: LINK_LIFETIME,
        letters: Arc::new(Notify::new()),
        jobs: Arc::default(),
        heartbeat: HEARTBEAT,
        metrics: Arc::new(Metrics::new(&academy.store, &*academy.clock)),
        stop: CancellationToken::default(),
        requests: Requests::new(Rate::default()),
    };
    let panics = async || -> &'static str { panic!("a secret of the server") };
    let router = router(Arc::new(tools), axum::Router::new().route("/panics", get(panics)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut caller = academy.holder(None);
    caller.base = base;
    let answer = caller.get("/panics").await;
    let problem = answer.problem();
    assert_eq!((problem.status, problem.code), (500, ProblemCode::Internal));
    assert!(!answer.text().contains("secret"));
    assert_eq!(caller.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_tag_is_known_until_anything_changes() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let user = text(&admin.invite(&ann()).await.done()["user"]["id"]);
    academy.mails().await;
    let path = format!("users/{user}");
    let tag = admin.get(&path).await.header("etag").to_owned();
    assert!(tag.starts_with("\"1-"), "it begins with the version: {tag}");
    for known in [tag.clone(), format!("\"0-0\", {tag}"), format!("W/{tag}"), "*".to_owned()] {
        let answer = Answer::of(admin.request(Method::GET, &path).header("If-None-Match", &known)).await;
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{known}");
        assert_eq!(answer.header("etag"), tag);
    }
    let other = admin.request(Method::GET, &path).header("If-None-Match", "\"1-0\"");
    assert_eq!(Answer::of(other).await.status, 200);
    // The link's end changes the flag, but no row.
    academy.clock.advance(jiff::SignedDuration::from_hours(14 * 24));
    let answer = Answer::of(admin.request(Method::GET, &path).header("If-None-Match", &tag)).await;
    assert_eq!(answer.done()["link_expired"], true);
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_take_it() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let answer = Answer::of(admin.request(Method::GET, "users").header("Accept-Encoding", "gzip")).await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert_eq!(&answer.body[..2], [0x1f, 0x8b]);
    let plain = admin.get("users").await;
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(plain.header("content-type"), "application/json");
}

#[tokio::test]
async fn what_is_no_json_is_malformed() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let send = async |body: Vec<u8>| {
        let request = admin.request(Method::POST, "invitations").header("Idempotency-Key", "k");
        Answer::of(request.body(body)).await
    };
    let deep = "[".repeat(100_000);
    for body in ["", "{", "{\"email\":", "{} {}", "nonsense", "{'a':1}", &deep] {
        let problem = send(body.into()).await.problem();
        let wanted = (400, ProblemCode::MalformedRequest);
        if body == deep {
            assert!([400, 422].contains(&problem.status), "{body}");
        } else {
            assert_eq!((problem.status, problem.code), wanted, "{body}");
        }
    }
    assert_eq!(send(vec![b'"', 0xff, b'"']).await.problem().status, 400);
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_pointed_at() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for (field, value, pointer) in [
        ("email", json!(5), "/email"),
        ("first_name", json!(["Ann"]), "/first_name"),
        ("roles", json!("learner"), "/roles"),
        ("roles", json!(["learner", "owner"]), "/roles/1"),
        ("roles", json!([null]), "/roles/0"),
        ("unit", json!("york"), "/unit"),
        ("expires_on", json!("2027-02-30"), "/expires_on"),
        ("groups", json!([id(NIGHT_SHIFT), 7]), "/groups/1"),
        ("courses", json!({ "a": 1 }), "/courses"),
    ] {
        let wrong = admin.invite(&with(ann(), &json!({ field: value }))).await.wrong();
        assert_eq!(wrong, [(pointer.to_owned(), "unreadable".to_owned())]);
    }
    for (query, pointer) in [
        ("users?limit=1000000000", "/limit"),
        ("users?limit=-1", "/limit"),
        ("users?limit=ten", "/limit"),
        ("users?limit=0", "/limit"),
        ("users?limit=501", "/limit"),
        ("users?status=gone", "/status"),
        ("users?status=active,gone", "/status"),
        ("users?role=owner", "/role"),
        ("users?sort=shoe_size", "/sort"),
        ("users?sort=--name", "/sort"),
        ("users?unit=york", "/unit"),
        ("users?link_expired=perhaps", "/link_expired"),
        ("users?expires_before=soon", "/expires_before"),
        ("users?cursor=nonsense", "/cursor"),
        ("users/counts?role=owner", "/role"),
        ("units?parent=york", "/parent"),
        ("groups?limit=0", "/limit"),
        ("courses?limit=501", "/limit"),
        ("auto-enrolments/preview?groups=a,b", "/groups"),
    ] {
        let answer = admin.get(query).await;
        let wrong = answer.wrong();
        assert_eq!(wrong.len(), 1, "{query}");
        assert_eq!(wrong[0].0, pointer, "{query}: {}", answer.text());
    }
    let dry = admin.post("invitations?dry_run=maybe", "k", &ann()).await;
    assert_eq!(dry.wrong()[0].0, "/dry_run");
    assert_eq!(admin.emails("users?limit=500&status=,").await.len(), 17);
}

#[tokio::test]
async fn a_body_over_the_limit_is_not_read() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let name = |bytes: usize| with(ann(), &json!({ "first_name": "x".repeat(bytes) }));
    let problem = admin.invite(&name(1 << 20)).await.problem();
    assert_eq!((problem.status, problem.code), (413, ProblemCode::TooLarge));
    assert_eq!(admin.invite(&name((1 << 20) - 200)).await.wrong()[0].1, "too_long");
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let academy = Academy::with_rate(2).await;
    let (admin, manager) = (academy.admin().await, academy.manager().await);
    let mut refused = None;
    for _ in 0..50 {
        let answer = admin.get("/api/v1/session").await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.unwrap();
    assert_eq!(refused.problem().code, ProblemCode::RateLimited);
    assert_eq!(refused.status, 429);
    assert!((1..=2).contains(&refused.header("retry-after").parse::<u64>().unwrap()));
    assert_eq!(manager.get("/api/v1/session").await.status, 200, "each account has its own limit");
    assert_eq!(admin.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn the_scheme_is_bearer_in_any_case_and_nothing_else() {
    let academy = Academy::open().await;
    let token = academy.admin().await.token.unwrap();
    let nobody = academy.holder(None);
    for (header, status) in [
        (format!("bearer {token}"), 200),
        (format!("BEARER  {token}"), 200),
        (format!("Basic {token}"), 401),
        (token.clone(), 401),
        (format!("Bearer {}", &token[..20]), 401),
        ("Bearer".to_owned(), 401),
    ] {
        let request = nobody.request(Method::GET, "/api/v1/session").header("Authorization", header);
        assert_eq!(Answer::of(request).await.status, status);
    }
    let refused = nobody.get("/api/v1/session").await;
    assert_eq!(refused.header("www-authenticate"), "Bearer", "RFC 9110 section 11.6.1");
}

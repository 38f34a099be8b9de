//! The link of an invitation (DESIGN R10).

use admit::api::problem::ProblemCode;
use jiff::SignedDuration;
use serde_json::json;

use crate::academy::*;

#[tokio::test]
async fn r10_only_an_open_invitation_has_a_link() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for (user, status) in [
        (LEARNER, "active"),
        (PENDING, "pending"),
        (CANCELLED, "cancelled"),
        (DELETED, "deleted"),
        (EXPIRED, "expired"),
    ] {
        let before = academy.row_counts().await;
        let problem = admin.get(&format!("users/{}/invitation/link", id(user))).await.problem();
        assert_eq!((problem.status, problem.code), (409, ProblemCode::InvitationNotOpen));
        assert!(problem.detail.as_str().contains(status), "{}", problem.detail);
        assert_eq!(academy.row_counts().await, before);
    }
    let late = admin.read(&format!("users/{}/invitation/link", id(LATE))).await;
    assert_eq!(late["expired"], true);
}

#[tokio::test]
async fn r10_copying_gives_the_original_link_and_is_in_the_record() {
    let academy = Academy::open().await;
    let (admin, manager) = (academy.admin().await, academy.manager().await);
    let form = with(ann(), &json!({ "unit": id(YORK) }));
    let user = text(&admin.invite(&form).await.done()["user"]["id"]);
    let place = format!("users/{user}/invitation/link");
    let first = admin.read(&place).await;
    academy.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(manager.read(&place).await, first);
    assert_eq!((&first["expired"], &first["ends_at"]), (&json!(false), &json!("2026-12-07T09:00:00Z")));
    let link = text(&first["link"]);
    let mail = academy.mails().await.concat().replace("=\r\n", "");
    assert!(mail.contains(&link), "the mail has the same link: {mail}");
    let record = admin.read(&format!("users/{user}/audit")).await;
    let copied: Vec<_> = record["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["action"] == "invitation.link_copied")
        .map(|entry| text(&entry["actor"]))
        .collect();
    assert_eq!(copied, ["manager@example.org", "admin@example.org"]);
}

#[tokio::test]
async fn r10_opening_the_link_shows_the_page_and_changes_nothing() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let user = text(&admin.invite(&ann()).await.done()["user"]["id"]);
    let link = text(&admin.read(&format!("users/{user}/invitation/link")).await["link"]);
    let path = link.strip_prefix(&admin.base).unwrap();
    let visitor = academy.holder(None);
    for _ in 0..3 {
        let page = visitor.get(path).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("Nordwind Academy") && page.text().contains("<form"), "{}", page.text());
    }
    assert_eq!(admin.read(&format!("users/{user}")).await["status"], "invited");
    let form = [("password", "a long enough password"), ("password_again", "a long enough password")];
    let accepted = Answer::of(visitor.request(reqwest::Method::POST, path).form(&form)).await;
    assert_eq!(accepted.status, 303, "{}", accepted.text());
    assert_eq!(admin.read(&format!("users/{user}")).await["status"], "pending");
    assert_eq!(admin.get(&format!("users/{user}/invitation/link")).await.status, 409);
}

#[tokio::test]
async fn r10_a_link_past_its_lifetime_is_a_flag_and_no_status() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let user = text(&admin.invite(&ann()).await.done()["user"]["id"]);
    academy.clock.advance(SignedDuration::from_hours(14 * 24) - SignedDuration::from_micros(1));
    assert_eq!(admin.read(&format!("users/{user}")).await["link_expired"], false);
    academy.clock.advance(SignedDuration::from_micros(1));
    let there = admin.read(&format!("users/{user}")).await;
    assert_eq!((&there["link_expired"], &there["status"]), (&json!(true), &json!("invited")));
    let late = admin.emails("users?link_expired=true").await;
    assert!(late.contains(&"ann.lee@example.org".to_owned()), "{late:?}");
    assert!(admin.emails("users?link_expired=false&search=ann").await.is_empty());
}

#[tokio::test]
async fn r10_the_database_alone_has_neither_link_nor_token() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let user = text(&admin.invite(&ann()).await.done()["user"]["id"]);
    let link = text(&admin.read(&format!("users/{user}/invitation/link")).await["link"]);
    academy.mails().await;
    let secret = link.rsplit('/').next().unwrap();
    let token = admin.token.clone().unwrap();
    let bytes = academy.database.bytes().await;
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("ann.lee@example.org"), "the search looks where the rows are");
    for secret in [secret, link.as_str(), token.as_str(), token.trim_start_matches("admit_")] {
        assert!(!has(secret), "{secret} is in the database");
    }
}

//! One transaction, one letter, one record, however often it is sent (DESIGN R9, R13, R15, R17).

use std::collections::BTreeMap;

use admit::api::problem::ProblemCode;
use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::academy::*;

/// How many rows `now` has more than `before`, tables without a difference left out.
fn added(before: &BTreeMap<String, i64>, now: &BTreeMap<String, i64>) -> Vec<(String, i64)> {
    let difference = now.iter().map(|(table, rows)| (table.clone(), rows - before[table]));
    difference.filter(|(_, rows)| *rows != 0).collect()
}

fn rows(wanted: &[(&str, i64)]) -> Vec<(String, i64)> {
    wanted.iter().map(|(table, rows)| ((*table).to_owned(), *rows)).collect()
}

const ONE_INVITATION: &[(&str, i64)] = &[
    ("audit", 1),
    ("idempotency_keys", 1),
    ("invitations", 1),
    ("letters", 1),
    ("name_words", 6),
    ("search_grams", 9),
    ("users", 1),
];

#[tokio::test]
async fn r9_user_plans_record_and_letter_are_written_together() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let before = academy.row_counts().await;
    let form = with(ann(), &json!({ "unit": id(YORK), "groups": [id(NIGHT_SHIFT)] }));
    let outcome = admin.invite(&form).await.done();
    assert_eq!((&outcome["mails"], &outcome["dry_run"]), (&json!(1), &json!(false)));
    let wanted = [
        ("audit", 1),
        ("enrolments", 2),
        ("group_users", 1),
        ("idempotency_keys", 1),
        ("invitations", 1),
        ("letters", 1),
        ("name_words", 6),
        ("search_grams", 9),
        ("users", 1),
    ];
    assert_eq!(added(&before, &academy.row_counts().await), rows(&wanted));
}

#[tokio::test]
async fn r9_what_fails_half_way_leaves_nothing() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let sqlite =
        "CREATE TRIGGER broken BEFORE INSERT ON letters BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    let postgres = "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS \
                    $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$; \
                    CREATE TRIGGER broken BEFORE INSERT ON letters EXECUTE FUNCTION broken()";
    academy.database.run_either(sqlite, postgres).await;
    let before = academy.row_counts().await;
    let problem = admin.post("invitations", "k", &ann()).await.problem();
    assert_eq!((problem.status, problem.code), (500, ProblemCode::Internal));
    assert!(!problem.detail.as_str().contains("disk"), "why is for the log: {}", problem.detail);
    assert_eq!(academy.row_counts().await, before);
    academy.database.run_either("DROP TRIGGER broken", "DROP TRIGGER broken ON letters").await;
    assert_eq!(admin.post("invitations", "k", &ann()).await.status, 201, "the key was not used up");
    // What leads to her by search was taken back too, and is written now.
    assert_eq!(added(&before, &academy.row_counts().await), rows(ONE_INVITATION));
}

#[tokio::test]
async fn r9_one_letter_leaves_and_the_operator_sees_its_delivery() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let user = text(&admin.invite(&ann()).await.done()["user"]["id"]);
    let mails = academy.mails().await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("To: \"Ann Lee\" <ann.lee@example.org>"), "{}", mails[0]);
    assert_eq!(academy.mails().await.len(), 1, "what was sent is not sent again");
    let detail = admin.read(&format!("users/{user}")).await;
    assert_eq!(detail["delivery"], "sent");
    let deliveries = detail["deliveries"].as_array().unwrap();
    assert_eq!(deliveries.len(), 1);
    assert_eq!((&deliveries[0]["kind"], &deliveries[0]["state"]), (&json!("invitation"), &json!("sent")));
}

#[tokio::test]
async fn r13_who_when_from_where_what_before_and_after() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let form = with(ann(), &json!({ "unit": id(YORK), "expires_on": "2027-03-31" }));
    let user = text(&admin.invite(&form).await.done()["user"]["id"]);
    academy.clock.advance(SignedDuration::from_secs(5));
    admin.read(&format!("users/{user}/invitation/link")).await;
    let record = admin.read(&format!("users/{user}/audit")).await;
    let entries = record["items"].as_array().unwrap();
    let actions: Vec<&Value> = entries.iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["invitation.link_copied", "invitation.sent"], "the latest first");
    let sent = &entries[1];
    assert_eq!(sent["at"], NOW);
    assert_eq!(sent["actor"], "admin@example.org");
    assert_eq!(sent["origin"], "api 127.0.0.1");
    assert_eq!(sent["summary"], "invited, 2 courses planned");
    assert_eq!(sent["before"], Value::Null);
    let after = &sent["after"];
    assert_eq!((&after["status"], &after["email"]), (&json!("invited"), &json!("ann.lee@example.org")));
    assert_eq!((&after["unit"], &after["expires_on"]), (&json!(id(YORK)), &json!("2027-03-31")));
    assert_eq!(after["courses"], json!([id(FIRE_SAFETY), id(FIRST_AID)]));
    let page = admin.read(&format!("users/{user}/audit?limit=1")).await;
    let rest = format!("users/{user}/audit?limit=1&cursor={}", text(&page["next"]));
    assert_eq!(admin.read(&rest).await, json!({ "items": [sent], "next": null }));
}

#[tokio::test]
async fn r15_a_repeated_key_gives_the_first_answer_and_does_nothing_more() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let first = admin.post("invitations", "k", &ann()).await;
    let before = academy.row_counts().await;
    academy.mails().await;
    academy.clock.advance(SignedDuration::from_hours(3));
    let again = admin.post("invitations", "k", &ann()).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(again.done(), first.done());
    let by_id = admin.post(&format!("/api/v1/workspaces/{}/invitations", id(2)), "\"k\"", &ann()).await;
    assert_eq!(by_id.done(), first.done(), "however the workspace is named and the key is quoted");
    assert_eq!(academy.row_counts().await, before);
    assert_eq!(academy.mails().await.len(), 1);
}

#[tokio::test]
async fn r15_a_key_is_for_one_body_and_one_operator() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    assert_eq!(admin.post("invitations", "k", &ann()).await.status, 201);
    let other = with(ann(), &json!({ "first_name": "Anna" }));
    let problem = admin.post("invitations", "k", &other).await.problem();
    assert_eq!((problem.status, problem.code), (422, ProblemCode::IdempotencyKeyReused));
    let manager = academy.manager().await;
    let form = with(ann(), &json!({ "email": "bo@example.org", "unit": id(YORK) }));
    assert_eq!(manager.post("invitations", "k", &form).await.status, 201);
}

#[tokio::test]
async fn r15_a_change_without_a_key_is_refused() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let before = academy.row_counts().await;
    let unkeyed = admin.request(reqwest::Method::POST, "invitations").json(&ann());
    let problem = Answer::of(unkeyed).await.problem();
    assert_eq!((problem.status, problem.code), (400, ProblemCode::IdempotencyKeyMissing));
    for key in ["", "\"\"", &"x".repeat(256)] {
        assert_eq!(admin.post("invitations", key, &ann()).await.problem().status, 400, "{key:?}");
    }
    assert_eq!(academy.row_counts().await, before);
    assert_eq!(admin.post("invitations", &"x".repeat(255), &ann()).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn r15_ten_sends_of_one_key_at_once_make_one_user() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let before = academy.row_counts().await;
    let form = ann();
    let answers = join_all((0..10).map(|_| admin.post("invitations", "k", &form))).await;
    let first = answers[0].done();
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.done() == first));
    assert_eq!(added(&before, &academy.row_counts().await), rows(ONE_INVITATION));
    assert_eq!(academy.mails().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn r5_two_operators_who_race_for_an_address_make_one_user() {
    let academy = Academy::open().await;
    let (admin, manager) = (academy.admin().await, academy.manager().await);
    for round in 0..5 {
        let form = with(ann(), &json!({ "email": format!("p{round}@example.org"), "unit": id(YORK) }));
        let before = academy.row_counts().await;
        let (a, b) = tokio::join!(admin.invite(&form), manager.invite(&form));
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        let refused = if a.status == 409 { a.problem() } else { b.problem() };
        assert!(refused.user_id.is_some(), "the one who came second is told who it is");
        let now = academy.row_counts().await;
        assert_eq!(now["users"] - before["users"], 1);
        assert_eq!(now["letters"] - before["letters"], 1);
    }
}

#[tokio::test]
async fn r15_keys_are_forgotten_after_two_days() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    admin.post("invitations", "old", &ann()).await.done();
    academy.clock.advance(SignedDuration::from_hours(49));
    admin.post("invitations", "new", &with(ann(), &json!({ "email": "bo@example.org" }))).await.done();
    let keys = academy.column("SELECT key FROM idempotency_keys WHERE key <> ?", "").await;
    assert_eq!(keys, ["new"]);
}

#[tokio::test]
async fn r17_a_dry_run_tells_the_same_and_writes_nothing() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let before = academy.row_counts().await;
    let form = with(
        ann(),
        &json!({ "unit": id(YORK), "groups": [id(NIGHT_SHIFT)], "roles": ["manager"],
        "units_managed": [id(YORKSHIRE)], "courses": [id(ROMAN_HISTORY)] }),
    );
    let mut would = admin.dry_run(&form).await.done();
    assert_eq!(academy.row_counts().await, before);
    assert!(academy.mails().await.is_empty());
    let nobody = text(&would["user"]["id"]);
    assert_eq!(admin.get(&format!("users/{nobody}")).await.status, 404);
    let mut does = admin.post("invitations", "dry", &form).await.done();
    let written = added(&before, &academy.row_counts().await);
    for searched in rows(&[("name_words", 6), ("search_grams", 9)]) {
        assert!(written.contains(&searched), "{written:?}");
    }
    assert_eq!((&would["dry_run"], &does["dry_run"]), (&json!(true), &json!(false)));
    for outcome in [&mut would, &mut does] {
        outcome["dry_run"] = Value::Null;
        outcome["user"]["id"] = Value::Null;
    }
    assert_eq!(would, does);
    for (form, status) in [(json!({}), 422), (with(ann(), &json!({ "email": "late@example.org" })), 409)] {
        let (would, does) = (admin.dry_run(&form).await.problem(), admin.invite(&form).await.problem());
        assert_eq!((would.status, would.code, &would.errors), (status, does.code, &does.errors));
    }
}

#[tokio::test]
async fn a_change_that_the_database_took_back_by_itself_harms_no_other() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    academy
        .database
        .run_either(
            "CREATE TRIGGER no_room BEFORE INSERT ON users BEGIN SELECT RAISE(ROLLBACK, 'no room'); END",
            "CREATE FUNCTION has_no_room() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '40000'; END $$; \
             CREATE TRIGGER no_room BEFORE INSERT ON users EXECUTE FUNCTION has_no_room()",
        )
        .await;
    for _ in 0..3 {
        assert_eq!(admin.post("invitations", "k", &ann()).await.status, 500);
    }
    assert_eq!(admin.get("users").await.status, 200);
    academy.database.run_either("DROP TRIGGER no_room", "DROP TRIGGER no_room ON users").await;
    assert_eq!(admin.post("invitations", "k", &ann()).await.status, 201, "under the same key");
}

//! Editing, expiry and versions (DESIGN R7, R14, R16).

use jiff::SignedDuration;

use super::*;
use crate::academy::*;

#[tokio::test]
async fn r16_an_edit_changes_what_it_names_and_records_both_sides() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let before = user(&admin, LEARNER).await;
    let edit = json!({ "roles": ["learner", "manager"], "units_managed": [id(SALES)], "unit": null,
        "groups": [id(NIGHT_SHIFT)], "expires_on": "2027-03-31" });
    let outcome = edit_user(&admin, LEARNER, &edit).await.done();
    assert_eq!(outcome["result"], "done");
    let after = user(&admin, LEARNER).await;
    assert_eq!(after["roles"], json!(["learner", "manager"]));
    assert_eq!((&after["unit"], &after["expires_on"]), (&Value::Null, &json!("2027-03-31")));
    assert_eq!(after["groups"].as_array().unwrap().len(), 1);
    assert_eq!(after["units_managed"][0]["name"], "Sales");
    assert!(after["version"].as_u64() > before["version"].as_u64());
    let record = admin.read(&format!("users/{}/audit", id(LEARNER))).await;
    let entry = &record["items"][0];
    assert_eq!(entry["action"], "user.edited");
    assert_eq!(entry["summary"], "changed roles, unit, units managed, groups, expiry date");
    assert_eq!(entry["before"]["unit"], id(YORK));
    assert_eq!(entry["after"]["unit"], Value::Null);
    assert_eq!(entry["before"]["roles"], json!(["learner"]));
}

#[tokio::test]
async fn r16_what_a_move_would_enrol_is_shown_first_and_can_be_deselected() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let edit = json!({ "unit": id(YORK) });
    let path = format!("users/{}?dry_run=true", id(112));
    let shown = admin.send(Method::PATCH, &path, "dry", &edit).await.done();
    assert_eq!(shown["dry_run"], true);
    let titles = |outcome: &Value| -> Vec<String> {
        let added = outcome["added"].as_array().unwrap().iter();
        added.map(|added| text(&added["course"]["title"])).collect()
    };
    assert_eq!(titles(&shown), ["Fire safety", "First aid"]);
    assert_eq!(shown["added"][0]["because"], "Operations › Yorkshire");
    assert_eq!(user(&admin, 112).await["unit"], Value::Null, "a dry run writes nothing");
    let edit = json!({ "unit": id(YORK), "without_courses": [id(FIRST_AID)] });
    assert_eq!(titles(&edit_user(&admin, 112, &edit).await.done()), ["Fire safety"]);
    let enrolments = admin.read(&format!("users/{}/enrolments", id(112))).await;
    assert_eq!(enrolments["items"][0]["state"], "enrolled");
    assert_eq!(enrolments["items"][0]["rule"], "Yorkshire basics");
    assert_eq!(enrolments["items"].as_array().unwrap().len(), 1);
    // Within the same rule's unit nothing is added, nor what is there already.
    let edit = json!({ "unit": id(YORKSHIRE) });
    assert!(titles(&edit_user(&admin, 112, &edit).await.done()).is_empty());
}

#[tokio::test]
async fn r14_a_stale_change_is_refused_and_says_the_version_there_is() {
    let academy = Academy::open().await;
    let (admin, other) = (academy.admin().await, academy.caller("olga@example.org").await);
    let path = format!("users/{}", id(LEARNER));
    let read = admin.get(&path).await;
    let tag = read.header("etag").to_owned();
    let send = async |caller: &Caller, edit: Value| {
        let request = caller.request(Method::PATCH, &path).header("Idempotency-Key", caller.key());
        Answer::of(request.header("If-Match", &tag).json(&edit)).await
    };
    send(&other, json!({ "expires_on": "2027-01-31" })).await.done();
    let refused = send(&admin, json!({ "expires_on": "2028-01-31" })).await;
    assert_eq!(refused.status, 412);
    assert!(refused.problem().detail.as_str().contains("version 2"), "{}", refused.text());
    assert_eq!(user(&admin, LEARNER).await["expires_on"], "2027-01-31");
    let nonsense = admin.request(Method::PATCH, &path).header("Idempotency-Key", "k");
    let nonsense = nonsense.header("If-Match", "soon").json(&json!({ "expires_on": null }));
    assert_eq!(Answer::of(nonsense).await.status, 400);
}

#[tokio::test]
async fn r14_of_two_operators_at_once_exactly_one_wins() {
    let academy = Academy::open().await;
    let (admin, other) = (academy.admin().await, academy.caller("olga@example.org").await);
    for round in 0..10 {
        let version = user(&admin, LEARNER).await["version"].as_u64().unwrap();
        let path = format!("users/{}", id(LEARNER));
        let send = async |caller: &Caller, day: String| {
            let request = caller.request(Method::PATCH, &path).header("Idempotency-Key", caller.key());
            let request = request.header("If-Match", format!("\"{version}\""));
            Answer::of(request.json(&json!({ "expires_on": day }))).await.status
        };
        let (mine, theirs) = (format!("2027-02-{:02}", round + 1), format!("2027-03-{:02}", round + 1));
        let (a, b) = tokio::join!(send(&admin, mine.clone()), send(&other, theirs.clone()));
        let mut answers = [a, b];
        answers.sort_unstable();
        assert_eq!(answers, [200, 412]);
        let won = if a == 200 { mine } else { theirs };
        assert_eq!(user(&admin, LEARNER).await["expires_on"], json!(won));
    }
}

#[tokio::test]
async fn r16_only_active_users_are_edited_and_the_expiry_of_expired_ones() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for n in [INVITED, PENDING, CANCELLED, DELETED, EXPIRED] {
        let refused = edit_user(&admin, n, &json!({ "unit": id(SALES) })).await;
        assert_eq!(refused.status, 409, "{n}");
    }
    let outcome = edit_user(&admin, EXPIRED, &json!({ "expires_on": "2027-01-31" })).await.done();
    assert_eq!(outcome["user"]["status"], "active", "R7: a later date revives what was before");
}

#[tokio::test]
async fn r7_expired_follows_from_the_date_without_a_job() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    edit_user(&admin, LEARNER, &json!({ "expires_on": "2026-11-24" })).await.done();
    // The last day ends at midnight in Berlin, 23 hours later in UTC.
    academy.clock.advance(SignedDuration::from_hours(37) + SignedDuration::from_mins(59));
    assert_eq!(status(&admin, LEARNER).await, "active");
    academy.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(status(&admin, LEARNER).await, "expired");
    edit_user(&admin, LEARNER, &json!({ "expires_on": null })).await.done();
    assert_eq!(status(&admin, LEARNER).await, "active");
}

#[tokio::test]
async fn wrong_edits_name_their_field() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for (edit, pointer, code) in [
        (json!({}), "", "required"),
        (json!({ "roles": [] }), "/roles", "required"),
        (json!({ "roles": ["learner", "manager"] }), "/units_managed", "required"),
        (json!({ "units_managed": [id(SALES)] }), "/units_managed", "manager_only"),
        (json!({ "unit": id(HARBOUR_UNIT) }), "/unit", "unknown"),
        (json!({ "groups": [id(HARBOUR_GROUP)] }), "/groups", "unknown"),
        (json!({ "add_groups": [id(HARBOUR_GROUP)] }), "/groups", "unknown"),
        (json!({ "expires_on": "2026-11-23" }), "/expires_on", "not_after_today"),
        (json!({ "expires_on": "soon" }), "/expires_on", "unreadable"),
    ] {
        let refused = edit_user(&admin, LEARNER, &edit).await;
        assert_eq!(refused.wrong(), [(pointer.to_owned(), code.to_owned())], "{edit}");
    }
    let same = edit_user(&admin, LEARNER, &json!({ "unit": id(YORK) })).await.done();
    assert_eq!((&same["result"], &same["change"]), (&json!("unchanged"), &Value::Null));
}

#[tokio::test]
async fn groups_are_joined_and_left() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let edit = json!({ "add_groups": [id(NIGHT_SHIFT)], "remove_groups": [id(FIRST_AIDERS)] });
    let after = edit_user(&admin, LEARNER, &edit).await.done();
    assert_eq!(after["user"]["groups"], json!([{ "id": id(NIGHT_SHIFT), "name": "Night shift" }]));
}

//! What an invitation must hold and what it plans (DESIGN R2, R3, R7, R8).

use admit::domain::clock::Clock;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::academy::*;

fn pairs(wanted: &[(&str, &str)]) -> Vec<(String, String)> {
    wanted.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
}

#[tokio::test]
async fn r2_all_wrong_fields_are_told_at_once() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let required = [
        ("/email", "required"),
        ("/first_name", "required"),
        ("/last_name", "required"),
        ("/roles", "required"),
    ];
    assert_eq!(admin.invite(&json!({})).await.wrong(), pairs(&required));
    let form = json!({
        "email": "ann.lee@example", "first_name": "An\u{1b}n", "last_name": "x".repeat(101),
        "roles": ["manager"], "unit": id(HARBOUR_UNIT), "expires_on": "2026-11-01",
        "groups": [id(NIGHT_SHIFT), id(HARBOUR_GROUP)], "courses": [id(HARBOUR_COURSE), id(FIRE_SAFETY)],
    });
    let wanted = [
        ("/email", "no_dot_in_domain"),
        ("/first_name", "unsafe_character"),
        ("/last_name", "too_long"),
        ("/units_managed", "required"),
        ("/unit", "unknown"),
        ("/expires_on", "not_after_today"),
        ("/groups/1", "unknown"),
        ("/courses/0", "unknown"),
    ];
    assert_eq!(admin.invite(&form).await.wrong(), pairs(&wanted));
    let details: Vec<String> =
        admin.invite(&form).await.problem().errors.iter().map(|error| error.detail.to_string()).collect();
    assert!(details.iter().all(|detail| !detail.is_empty()), "{details:?}");
    let managed = with(ann(), &json!({ "units_managed": [id(YORK)] }));
    assert_eq!(admin.invite(&managed).await.wrong(), pairs(&[("/units_managed", "manager_only")]));
    let foreign = json!({ "roles": ["manager"], "units_managed": [id(YORK), id(HARBOUR_UNIT)] });
    assert_eq!(admin.invite(&with(ann(), &foreign)).await.wrong(), pairs(&[("/units_managed/1", "unknown")]));
}

#[tokio::test]
async fn r2_a_refused_form_writes_nothing() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let before = academy.row_counts().await;
    admin.invite(&with(ann(), &json!({ "courses": [id(9999)] }))).await.wrong();
    admin.invite(&with(ann(), &json!({ "email": "learner@example.org" }))).await.problem();
    assert_eq!(academy.row_counts().await, before);
}

#[tokio::test]
async fn r2_everything_that_was_chosen_is_kept() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let form = json!({
        "email": " Ann.Lee@Example.org ", "first_name": " Ann  Marie", "last_name": "Lee",
        "roles": ["manager", "learner"], "unit": id(SALES), "units_managed": [id(YORK), id(SALES), id(YORK)],
        "expires_on": "2027-03-31", "groups": [id(NIGHT_SHIFT), id(FIRST_AIDERS), id(NIGHT_SHIFT)],
    });
    let outcome = admin.invite(&form).await;
    assert_eq!(outcome.status, 201);
    let user = outcome.done()["user"].clone();
    let there = admin.read(&format!("users/{}", text(&user["id"]))).await;
    for (field, wanted) in [
        ("email", json!("Ann.Lee@Example.org")),
        ("first_name", json!("Ann Marie")),
        ("last_name", json!("Lee")),
        ("status", json!("invited")),
        ("roles", json!(["learner", "manager"])),
        ("expires_on", json!("2027-03-31")),
        ("version", json!(1)),
        ("invited_at", json!(NOW)),
        ("link_expired", json!(false)),
    ] {
        assert_eq!(there[field], wanted, "{field}");
        assert_eq!(user[field], wanted, "{field}");
    }
    let names = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|item| text(&item["name"])).collect()
    };
    assert_eq!(there["unit"]["path"], "Sales");
    assert_eq!(names(&there["units_managed"]), ["York", "Sales"]);
    assert_eq!(names(&there["groups"]), ["First aiders", "Night shift"]);
    assert_eq!(there["invitation"]["state"], "open");
    assert_eq!(there["invitation"]["sent_by"], "admin@example.org");
    assert_eq!(there["invitation"]["link_ends_at"], "2026-12-07T09:00:00Z");
}

#[tokio::test]
async fn r3_one_key_for_every_way_to_write_an_address() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for (first, again) in [
        ("Jörg@Bücher.example", ["jörg@xn--bcher-kva.example", "JO\u{308}RG@BÜCHER.example"]),
        ("Kim@Example.com", ["kim@example.com", "  KIM@EXAMPLE.COM "]),
    ] {
        let outcome = admin.invite(&with(ann(), &json!({ "email": first }))).await.done();
        assert_eq!(outcome["user"]["email"], first, "kept as typed");
        for other in again {
            let problem = admin.invite(&with(ann(), &json!({ "email": other }))).await.problem();
            assert_eq!(problem.status, 409, "{other}");
            assert_eq!(problem.user_id.unwrap().to_string(), text(&outcome["user"]["id"]), "{other}");
        }
    }
    for apart in ["kim+1@example.com", "k.im@example.com"] {
        assert_eq!(admin.invite(&with(ann(), &json!({ "email": apart }))).await.status, 201, "{apart}");
    }
}

#[tokio::test]
async fn r3_what_is_no_address_is_refused_by_form_and_look_up_alike() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for (address, code) in [
        ("", "required"),
        ("ann", "no_at"),
        ("ann@b@example.org", "bad_character"),
        ("ann@localhost", "no_dot_in_domain"),
        ("\"ann lee\"@example.org", "quoted"),
        ("an\u{7}n@example.org", "bad_character"),
        ("ann@example.org\r\nBcc: x@example.org", "bad_character"),
    ] {
        let form = admin.invite(&with(ann(), &json!({ "email": address }))).await.wrong();
        let query: String = form_urlencoded::byte_serialize(address.as_bytes()).collect();
        let check = admin.get(&format!("invitations/check?email={query}")).await.wrong();
        assert_eq!(form, check, "{address:?}");
        assert_eq!(form[0].0, "/email");
        if code != "bad_character" {
            assert_eq!(form[0].1, code, "{address:?}");
        }
    }
    assert_eq!(admin.get("invitations/check").await.wrong(), pairs(&[("/email", "required")]));
}

#[tokio::test]
async fn r7_the_date_is_after_today_where_the_workspace_is() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let expires = |date: &str| with(ann(), &json!({ "expires_on": date }));
    let refused = pairs(&[("/expires_on", "not_after_today")]);
    assert_eq!(admin.dry_run(&expires("2026-11-23")).await.wrong(), refused);
    assert_eq!(admin.dry_run(&expires("2026-11-24")).await.status, 201);
    // Half past eleven in UTC is past midnight in Berlin.
    academy.clock.advance(SignedDuration::from_mins(14 * 60 + 30));
    assert_eq!(academy.clock.now().to_string(), "2026-11-23T23:30:00Z");
    assert_eq!(admin.dry_run(&expires("2026-11-24")).await.wrong(), refused);
    assert_eq!(admin.dry_run(&expires("9999-12-31")).await.wrong(), pairs(&[("/expires_on", "too_far")]));
    assert_eq!(admin.dry_run(&expires("31.3.27")).await.wrong(), pairs(&[("/expires_on", "unreadable")]));
}

#[tokio::test]
async fn r7_expired_holds_from_the_instant_the_day_ends_without_a_job() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let form = with(ann(), &json!({ "expires_on": "2026-11-24" }));
    let user = text(&admin.invite(&form).await.done()["user"]["id"]);
    let status = async || text(&admin.read(&format!("users/{user}")).await["status"]);
    let before = academy.row_counts().await;
    let expired = async || admin.read("users/counts").await["expired"].as_u64().unwrap();
    let at_first = expired().await;
    // The 24th ends in Berlin at 23:00 in UTC: 38 hours from now.
    academy.clock.advance(SignedDuration::from_hours(38) - SignedDuration::from_micros(1));
    assert_eq!((status().await.as_str(), expired().await), ("invited", at_first));
    academy.clock.advance(SignedDuration::from_micros(1));
    assert_eq!((status().await.as_str(), expired().await), ("expired", at_first + 1));
    assert!(admin.emails("users?status=expired").await.contains(&"ann.lee@example.org".to_owned()));
    assert!(!admin.emails("users?status=invited").await.contains(&"ann.lee@example.org".to_owned()));
    let link = admin.get(&format!("users/{user}/invitation/link")).await.problem();
    assert_eq!(link.status, 409, "the link stopped");
    let known = admin.read("invitations/check?email=ann.lee@example.org").await;
    assert_eq!(known["status"], "expired");
    assert_eq!(academy.row_counts().await, before);
}

#[tokio::test]
async fn r7_an_operator_past_their_own_date_is_let_in_no_more() {
    let academy = Academy::open().await;
    let operator = academy.caller("b.twin@example.org").await;
    assert_eq!(operator.read("/api/v1/session").await["workspaces"].as_array().unwrap().len(), 1);
    academy.clock.advance(SignedDuration::from_hours(24 * 91));
    assert_eq!(operator.read("/api/v1/session").await["workspaces"], json!([]));
    assert_eq!(operator.get("users").await.problem().status, 404);
}

#[tokio::test]
async fn r8_planned_are_the_chosen_and_the_added_less_those_deselected() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let place = json!({ "unit": id(YORK), "groups": [id(FIRST_AIDERS)] });
    let query = format!("auto-enrolments/preview?unit={}&groups={}", id(YORK), id(FIRST_AIDERS));
    let preview = admin.read(&query).await;
    let added: Vec<(String, String)> = preview["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|added| (text(&added["course"]["title"]), text(&added["because"])))
        .collect();
    let because = [
        ("Fire safety", "Operations › Yorkshire"),
        ("First aid", "Operations › Yorkshire"),
        ("Manual handling", "First aiders"),
    ];
    assert_eq!(added, pairs(&because));
    let titles = |outcome: &Value| -> Vec<String> {
        outcome["courses"].as_array().unwrap().iter().map(|course| text(&course["title"])).collect()
    };
    let outcome = admin.dry_run(&with(ann(), &place)).await.done();
    assert_eq!(titles(&outcome), ["Fire safety", "First aid", "Manual handling"]);
    let chosen = json!({ "unit": id(YORK), "groups": [id(FIRST_AIDERS)],
        "courses": [id(ROMAN_HISTORY), id(FIRE_SAFETY), id(ROMAN_HISTORY)],
        "without_courses": [id(FIRST_AID), id(FIRE_SAFETY)] });
    let outcome = admin.invite(&with(ann(), &chosen)).await.done();
    assert_eq!(titles(&outcome), ["Fire safety", "Manual handling", "Roman history"]);
    let user = text(&outcome["user"]["id"]);
    let enrolments = admin.read(&format!("users/{user}/enrolments")).await;
    let planned: Vec<Value> = enrolments["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|planned| {
            json!([planned["course"]["title"], planned["state"], planned["progress"], planned["rule"]])
        })
        .collect();
    let wanted = [
        json!(["Fire safety", "planned", 0, null]),
        json!(["Manual handling", "planned", 0, "First aiders"]),
        json!(["Roman history", "planned", 0, null]),
    ];
    assert_eq!(planned, wanted);
    let enrolled = admin.read("courses?search=manual").await["items"][0]["enrolled"].clone();
    assert_eq!(enrolled, 0, "planned is not enrolled");
}

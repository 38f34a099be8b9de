//! Setting a workspace up: who may, what is refused, and what a deletion takes along.

use std::sync::atomic::{AtomicU32, Ordering};

use admit::api::problem::ProblemCode;
use admit::server::store::news::Heard;
use reqwest::Method;
use serde_json::{Value, json};

use crate::academy::*;
use crate::values;

/// A rule of the sample: for Yorkshire, two courses.
const YORKSHIRE_BASICS: u128 = 50;
/// A rule of the sample: for the group of first aiders, two courses.
const FIRST_AIDERS_RULE: u128 = 51;

static KEYS: AtomicU32 = AtomicU32::new(0);

async fn send(caller: &Caller, (method, path): (Method, &str), key: &str, body: &Value) -> Answer {
    caller.send(method, path, key, body).await
}

/// Sends a change under a key of its own.
async fn ask(caller: &Caller, method: Method, path: &str, body: Value) -> Answer {
    let key = format!("set-up-{}", KEYS.fetch_add(1, Ordering::Relaxed));
    send(caller, (method, path), &key, &body).await
}

async fn post(caller: &Caller, path: &str, body: Value) -> Answer {
    ask(caller, Method::POST, path, body).await
}

async fn patch(caller: &Caller, path: &str, body: Value) -> Answer {
    ask(caller, Method::PATCH, path, body).await
}

async fn delete(caller: &Caller, path: &str) -> Answer {
    ask(caller, Method::DELETE, path, Value::Null).await
}

fn wrong(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

/// Every change, which an Admin may make on the sample.
fn changes() -> Vec<(Method, String, Value)> {
    let rule = json!({ "name": "New rule", "unit": id(SALES), "courses": [id(FIRST_AID)] });
    vec![
        (Method::POST, "units".to_owned(), json!({ "name": "Leeds", "parent": id(YORKSHIRE) })),
        (Method::PATCH, format!("units/{}", id(YORK)), json!({ "name": "Eboracum" })),
        (Method::DELETE, format!("units/{}", id(YORK)), Value::Null),
        (Method::POST, "groups".to_owned(), json!({ "name": "Drivers" })),
        (Method::PATCH, format!("groups/{}", id(NIGHT_SHIFT)), json!({ "name": "Late shift" })),
        (Method::DELETE, format!("groups/{}", id(NIGHT_SHIFT)), Value::Null),
        (Method::POST, "courses".to_owned(), json!({ "title": "Lifting", "subject": "Safety" })),
        (Method::PATCH, format!("courses/{}", id(ROMAN_HISTORY)), json!({ "title": "Rome" })),
        (Method::DELETE, format!("courses/{}", id(ROMAN_HISTORY)), Value::Null),
        (Method::POST, "auto-enrolments".to_owned(), rule),
        (Method::PATCH, format!("auto-enrolments/{}", id(YORKSHIRE_BASICS)), json!({ "name": "Basics" })),
        (Method::DELETE, format!("auto-enrolments/{}", id(YORKSHIRE_BASICS)), Value::Null),
    ]
}

#[tokio::test]
async fn r1_only_admins_set_up_and_a_refusal_says_so() {
    let academy = Academy::open().await;
    let (admin, manager) = (academy.admin().await, academy.manager().await);
    let learner = academy.caller("learner@example.org").await;
    let outsider = academy.caller("elsewhere@example.org").await;
    let nobody = academy.holder(None);
    let before = academy.row_counts().await;
    for (method, path, body) in changes() {
        let refused = ask(&manager, method.clone(), &path, body.clone()).await.problem();
        assert_eq!((refused.status, refused.code), (403, ProblemCode::NotAllowed), "{path}");
        assert_eq!(refused.rule.unwrap().as_str(), "admin_only", "{path}");
        let refused = ask(&learner, method.clone(), &path, body.clone()).await.problem();
        assert_eq!((refused.status, refused.rule.unwrap().as_str()), (403, "learner_only"), "{path}");
        assert_eq!(ask(&outsider, method.clone(), &path, body.clone()).await.status, 404, "{path}");
        assert_eq!(ask(&nobody, method, &path, body).await.status, 401, "{path}");
    }
    assert_eq!(academy.row_counts().await, before);
    for (method, path, body) in changes() {
        let wanted = if method == Method::POST { 201 } else { 200 };
        let answer = ask(&admin, method.clone(), &path, body).await;
        assert_eq!(answer.status, wanted, "{method} {path}: {}", answer.text());
    }
}

#[tokio::test]
async fn r17_a_dry_run_answers_the_same_and_writes_nothing() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let before = academy.row_counts().await;
    let units = admin.read("units").await;
    for (method, path, body) in changes() {
        let answer = ask(&admin, method.clone(), &format!("{path}?dry_run=true"), body).await.done();
        if method == Method::DELETE {
            assert_eq!(answer["dry_run"], true, "{path}");
        }
        assert_eq!(academy.row_counts().await, before, "{method} {path}");
    }
    assert_eq!(admin.read("units").await, units);
    let versions = "SELECT email FROM users WHERE version <> 1 AND email <> ?";
    assert!(academy.column(versions, "").await.is_empty());
}

#[tokio::test]
async fn r15_a_change_sent_twice_happens_once() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for (place, (method, path, body)) in changes().into_iter().enumerate() {
        let key = format!("twice-{place}");
        let first = send(&admin, (method.clone(), &path), &key, &body).await;
        let rows = academy.row_counts().await;
        let second = send(&admin, (method.clone(), &path), &key, &body).await;
        assert_eq!((second.status, second.done()), (first.status, first.done()), "{method} {path}");
        assert_eq!(academy.row_counts().await, rows, "{method} {path}");
    }
    let other = send(&admin, (Method::POST, "groups"), "twice-0", &json!({ "name": "Other" })).await;
    assert_eq!(other.problem().code, ProblemCode::IdempotencyKeyReused);
    let without = Answer::of(admin.request(Method::POST, "groups").json(&json!({ "name": "Other" }))).await;
    assert_eq!(without.problem().code, ProblemCode::IdempotencyKeyMissing);
}

#[tokio::test]
async fn r13_every_change_is_recorded_with_what_was_before_and_after() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for (method, path, body) in changes() {
        ask(&admin, method, &path, body).await.done();
    }
    let actions =
        academy.column("SELECT action FROM audit WHERE user_id IS NULL AND id <> ? ORDER BY id", "").await;
    let mut sorted = actions.clone();
    sorted.sort();
    let wanted = [
        "course.created",
        "course.deleted",
        "course.renamed",
        "group.created",
        "group.deleted",
        "group.renamed",
        "rule.changed",
        "rule.created",
        "rule.deleted",
        "unit.created",
        "unit.deleted",
        "unit.renamed",
    ];
    assert_eq!(sorted, wanted);
    let renamed = "SELECT before || after || actor FROM audit WHERE action = ?";
    let kept = academy.column(renamed, "unit.renamed").await.pop().unwrap();
    assert!(kept.contains("Operations › Yorkshire › York\"") && kept.contains("Eboracum"), "{kept}");
    assert!(kept.ends_with("admin@example.org"), "{kept}");
    let moved = "SELECT summary FROM audit WHERE action = 'user.unit_deleted' AND user_id = ?";
    let told = academy.column(moved, &id(LEARNER)).await;
    assert_eq!(told, ["moved out of the unit Operations › Yorkshire › Eboracum, which was deleted"]);
}

#[tokio::test]
async fn a_change_that_changes_nothing_is_not_recorded() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for (path, body) in [
        (format!("units/{}", id(YORK)), json!({ "name": "York", "parent": id(YORKSHIRE) })),
        (format!("groups/{}", id(NIGHT_SHIFT)), json!({ "name": " Night  shift " })),
        (format!("courses/{}", id(FIRST_AID)), json!({})),
        (format!("auto-enrolments/{}", id(YORKSHIRE_BASICS)), json!({})),
    ] {
        patch(&admin, &path, body).await.done();
    }
    assert_eq!(academy.row_counts().await["audit"], 0);
}

#[tokio::test]
async fn what_is_of_another_workspace_is_not_there() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for (path, body) in [
        (format!("units/{}", id(HARBOUR_UNIT)), json!({ "name": "x" })),
        (format!("groups/{}", id(HARBOUR_GROUP)), json!({ "name": "x" })),
        (format!("courses/{}", id(HARBOUR_COURSE)), json!({ "title": "x" })),
        (format!("auto-enrolments/{}", id(9999)), json!({ "name": "x" })),
        ("units/not-an-id".to_owned(), json!({ "name": "x" })),
    ] {
        assert_eq!(patch(&admin, &path, body).await.problem().code, ProblemCode::NotFound, "{path}");
        assert_eq!(delete(&admin, &path).await.problem().code, ProblemCode::NotFound, "{path}");
    }
    let below = post(&admin, "units", json!({ "name": "x", "parent": id(HARBOUR_UNIT) })).await;
    assert_eq!(below.wrong(), wrong("/parent", "unknown"));
    let moved = patch(&admin, &format!("units/{}", id(YORK)), json!({ "parent": id(HARBOUR_UNIT) })).await;
    assert_eq!(moved.wrong(), wrong("/parent", "unknown"));
    for (body, place) in [
        (json!({ "name": "x", "unit": id(HARBOUR_UNIT), "courses": [id(FIRST_AID)] }), "/unit"),
        (json!({ "name": "x", "group": id(HARBOUR_GROUP), "courses": [id(FIRST_AID)] }), "/group"),
        (
            json!({ "name": "x", "unit": id(YORK), "courses": [id(FIRST_AID), id(HARBOUR_COURSE)] }),
            "/courses/1",
        ),
    ] {
        assert_eq!(post(&admin, "auto-enrolments", body).await.wrong(), wrong(place, "unknown"));
    }
}

#[tokio::test]
async fn names_are_kept_clean_and_are_there_once() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let made =
        post(&admin, "units", json!({ "name": "  Le\u{301}eds   North ", "parent": null })).await.done();
    assert_eq!(
        (&made["name"], &made["level"], &made["users"]),
        (&json!("Léeds North"), &json!(1), &json!(0))
    );
    for (name, code) in [
        (" ".to_owned(), "required"),
        ("x".repeat(201), "too_long"),
        ("a\u{1}b".to_owned(), "unsafe_character"),
        ("\u{202e}a".to_owned(), "unsafe_character"),
    ] {
        for (path, field) in
            [("units", "name"), ("groups", "name"), ("courses", "title"), ("auto-enrolments", "name")]
        {
            let body = json!({ field: name, "unit": id(YORK), "courses": [id(FIRST_AID)] });
            assert_eq!(post(&admin, path, body).await.wrong(), wrong(&format!("/{field}"), code), "{path}");
        }
    }
    let subject = post(&admin, "courses", json!({ "title": "x", "subject": "a\u{7}" })).await;
    assert_eq!(subject.wrong(), wrong("/subject", "unsafe_character"));
    for (path, body, field) in [
        ("units", json!({ "name": "YÖRK", "parent": id(YORKSHIRE) }), "/name"),
        ("units", json!({ "name": "sales" }), "/name"),
        ("groups", json!({ "name": "night  SHIFT" }), "/name"),
        ("courses", json!({ "title": "FIRST aid" }), "/title"),
        (
            "auto-enrolments",
            json!({ "name": "yorkshire BASICS", "unit": id(SALES), "courses": [id(FIRST_AID)] }),
            "/name",
        ),
    ] {
        assert_eq!(post(&admin, path, body).await.wrong(), wrong(field, "duplicate"), "{path}");
    }
    let york = format!("units/{}", id(YORK));
    assert_eq!(post(&admin, "units", json!({ "name": "York" })).await.status, 201, "not a sibling");
    assert_eq!(patch(&admin, &york, json!({ "parent": null })).await.wrong(), wrong("/parent", "duplicate"));
    assert_eq!(patch(&admin, &york, json!({ "name": "YORK" })).await.done()["name"], "YORK", "its own");
    let group = format!("groups/{}", id(NIGHT_SHIFT));
    assert_eq!(
        patch(&admin, &group, json!({ "name": "First aiders" })).await.wrong(),
        wrong("/name", "duplicate")
    );
}

#[tokio::test]
async fn the_tree_has_six_levels_and_no_unit_below_itself() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let mut parent = id(YORK);
    let mut made = Vec::new();
    for level in 4..=6 {
        let unit = post(&admin, "units", json!({ "name": "deeper", "parent": parent })).await.done();
        assert_eq!(unit["level"], level);
        parent = text(&unit["id"]);
        made.push(parent.clone());
    }
    let seventh = post(&admin, "units", json!({ "name": "deeper", "parent": parent })).await;
    assert_eq!(seventh.wrong(), wrong("/parent", "too_deep"));
    let operations = format!("units/{}", id(OPERATIONS));
    for below in [&id(OPERATIONS), &id(YORKSHIRE), &parent] {
        let moved = patch(&admin, &operations, json!({ "parent": below })).await;
        assert_eq!(moved.wrong(), wrong("/parent", "below_itself"));
    }
    let under_sales = patch(&admin, &operations, json!({ "parent": id(SALES) })).await;
    assert_eq!(under_sales.wrong(), wrong("/parent", "too_deep"), "counted with what is below");
    let yorkshire = patch(&admin, &format!("units/{}", id(YORKSHIRE)), json!({ "parent": id(SALES) })).await;
    assert_eq!(yorkshire.done()["level"], 2);
    let deepest = admin.read("units?search=deeper").await["items"][2].clone();
    assert_eq!(deepest["path"], "Sales › Yorkshire › York › deeper › deeper › deeper");
    assert_eq!((&deepest["level"], &deepest["id"]), (&json!(6), &json!(made[2])));
}

#[tokio::test]
async fn all_below_and_their_users_move_along() {
    let academy = Academy::open().await;
    let (admin, manager) = (academy.admin().await, academy.manager().await);
    let before = manager.emails("users?sort=email").await;
    let path = format!("units/{}", id(YORKSHIRE));
    let moved = patch(&admin, &path, json!({ "name": "Zealand", "parent": id(SALES) })).await.done();
    assert_eq!((&moved["path"], &moved["parent_id"]), (&json!("Sales › Zealand"), &json!(id(SALES))));
    let learner = admin.read(&format!("users/{}", id(LEARNER))).await;
    assert_eq!(learner["unit"]["path"], "Sales › Zealand › York");
    assert_eq!(learner["version"], 1, "it is the same unit");
    assert_eq!(manager.emails("users?sort=email").await, before, "who manages it manages it still");
    assert_eq!(admin.emails(&format!("users?unit={}", id(OPERATIONS))).await.len(), 2);
    assert!(
        admin.emails(&format!("users?unit={}", id(SALES))).await.contains(&"learner@example.org".to_owned())
    );
    let stale = "SELECT u.email FROM users u LEFT JOIN units n ON n.id = u.unit_id \
                 WHERE u.unit_key <> COALESCE(n.path_key, '') AND u.email <> ?";
    assert!(academy.column(stale, "").await.is_empty(), "what users are sorted by is renewed");
    let found = admin.read("units?search=zealand").await;
    assert_eq!(found["items"].as_array().unwrap().len(), 2, "the path is searched");
    let top = patch(&admin, &path, json!({ "parent": null })).await.done();
    assert_eq!((&top["path"], &top["level"]), (&json!("Zealand"), &json!(1)));
}

#[tokio::test]
async fn a_deleted_unit_leaves_its_users_to_the_unit_above() {
    let academy = Academy::open().await;
    let (admin, manager) = (academy.admin().await, academy.manager().await);
    academy.database.run("UPDATE enrolments SET auto_enrolment_id = ?", values![id(YORKSHIRE_BASICS)]).await;
    let path = format!("units/{}", id(YORKSHIRE));
    let dry = delete(&admin, &format!("{path}?dry_run=true")).await.done();
    let removal = delete(&admin, &path).await.done();
    let wanted = json!({ "dry_run": false, "units": 2, "users": 6, "managers": 1, "rules": 1, "planned": 0,
        "moved_to": { "id": id(OPERATIONS), "name": "Operations", "path": "Operations" } });
    assert_eq!(removal, wanted);
    assert_eq!(with(dry, &json!({ "dry_run": false })), wanted);
    let learner = admin.read(&format!("users/{}", id(LEARNER))).await;
    assert_eq!((&learner["unit"]["path"], &learner["version"]), (&json!("Operations"), &json!(2)));
    assert_eq!(admin.emails(&format!("users?unit={}", id(OPERATIONS))).await.len(), 8);
    let deleted = admin.read(&format!("users/{}", id(DELETED))).await;
    assert_eq!(deleted["unit"]["id"], json!(id(OPERATIONS)), "deleted users are moved too");
    let was_manager = admin.read(&format!("users/{}", id(MANAGER))).await;
    assert_eq!(was_manager["units_managed"], json!([]));
    assert!(manager.emails("users").await.is_empty(), "nothing is managed any more");
    assert_eq!(admin.read(&format!("units?parent={}", id(OPERATIONS))).await["items"], json!([]));
    assert_eq!(admin.read("auto-enrolments").await["items"].as_array().unwrap().len(), 1);
    let kept =
        academy.column("SELECT state FROM enrolments WHERE auto_enrolment_id IS NULL AND id <> ?", "").await;
    assert_eq!(kept.len(), 2, "enrolments stay, without their rule");
    let top = delete(&admin, &format!("units/{}", id(OPERATIONS))).await.done();
    assert_eq!((&top["users"], &top["moved_to"]), (&json!(8), &json!(null)));
    let learner = admin.read(&format!("users/{}", id(LEARNER))).await;
    assert_eq!((&learner["unit"], &learner["version"]), (&json!(null), &json!(3)));
    assert!(
        academy
            .column("SELECT unit_key FROM users WHERE unit_id IS NULL AND unit_key <> ?", "")
            .await
            .is_empty()
    );
    assert_eq!(delete(&admin, &path).await.status, 404);
}

#[tokio::test]
async fn a_deleted_group_leaves_its_users_and_takes_its_rules() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let removal = delete(&admin, &format!("groups/{}", id(FIRST_AIDERS))).await.done();
    assert_eq!((&removal["users"], &removal["rules"]), (&json!(1), &json!(1)));
    let learner = admin.read(&format!("users/{}", id(LEARNER))).await;
    assert_eq!(learner["groups"], json!([{ "id": id(NIGHT_SHIFT), "name": "Night shift" }]));
    assert_eq!(learner["version"], 2);
    let rules = admin.read("auto-enrolments").await;
    assert_eq!(rules["items"].as_array().unwrap().len(), 1);
    let timeline = admin.read(&format!("users/{}/audit", id(LEARNER))).await;
    let told = "taken out of the group First aiders, which was deleted";
    assert_eq!(timeline["items"][0]["summary"], told);
}

#[tokio::test]
async fn a_course_with_a_past_stays_and_a_planned_one_goes() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for course in [FIRST_AID, FIRE_SAFETY] {
        let refused = delete(&admin, &format!("courses/{}", id(course))).await.problem();
        assert_eq!((refused.status, refused.code), (409, ProblemCode::InUse));
    }
    let withdrawn = "UPDATE enrolments SET state = 'withdrawn' WHERE course_id = ?";
    academy.database.run(withdrawn, values![id(FIRST_AID)]).await;
    assert_eq!(delete(&admin, &format!("courses/{}", id(FIRST_AID))).await.status, 409);
    let planned = "UPDATE enrolments SET state = 'planned' WHERE course_id = ?";
    academy.database.run(planned, values![id(FIRST_AID)]).await;
    let removal = delete(&admin, &format!("courses/{}", id(FIRST_AID))).await.done();
    assert_eq!((&removal["planned"], &removal["rules"]), (&json!(1), &json!(0)));
    let titles = |rule: &Value| -> Vec<String> {
        rule["courses"].as_array().unwrap().iter().map(|course| text(&course["title"])).collect()
    };
    let rules = admin.read("auto-enrolments").await["items"].clone();
    assert_eq!(
        (titles(&rules[0]), titles(&rules[1])),
        (vec!["Manual handling".to_owned()], vec!["Fire safety".to_owned()])
    );
    let removal = delete(&admin, &format!("courses/{}", id(MANUAL_HANDLING))).await.done();
    assert_eq!(removal["rules"], 1, "a rule without a course has no sense");
    assert_eq!(admin.read("auto-enrolments").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_course_is_changed_field_by_field() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let path = format!("courses/{}", id(ROMAN_HISTORY));
    let edited = patch(&admin, &path, json!({ "subject": "History" })).await.done();
    assert_eq!((&edited["title"], &edited["subject"]), (&json!("Roman history"), &json!("History")));
    let edited = patch(&admin, &path, json!({ "title": "Rome", "subject": "" })).await.done();
    assert_eq!((&edited["title"], &edited["subject"]), (&json!("Rome"), &json!("")));
    assert_eq!(admin.read("courses?search=rome").await["items"][0]["id"], json!(id(ROMAN_HISTORY)));
}

#[tokio::test]
async fn a_rule_is_for_one_unit_or_one_group_and_for_some_course() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let (unit, group, courses) =
        (id(SALES), id(NIGHT_SHIFT), json!([id(FIRST_AID), id(FIRE_SAFETY), id(FIRST_AID)]));
    for (body, refusal) in [
        (json!({ "name": "x", "courses": courses }), wrong("/unit", "required")),
        (json!({ "name": "x", "unit": unit, "group": group, "courses": courses }), wrong("/group", "one_of")),
        (json!({ "name": "x", "unit": unit, "courses": [] }), wrong("/courses", "required")),
    ] {
        assert_eq!(post(&admin, "auto-enrolments", body).await.wrong(), refusal);
    }
    let rule = json!({ "name": "Sales basics", "unit": unit, "courses": courses });
    let made = post(&admin, "auto-enrolments", rule).await.done();
    let wanted = json!([{ "id": id(FIRE_SAFETY), "title": "Fire safety" }, { "id": id(FIRST_AID), "title": "First aid" }]);
    assert_eq!((&made["courses"], &made["group"]), (&wanted, &json!(null)));
    assert_eq!(made["unit"], json!({ "id": unit, "name": "Sales", "path": "Sales" }));
    let preview = admin.read(&format!("auto-enrolments/preview?unit={unit}")).await;
    assert_eq!(preview["items"].as_array().unwrap().len(), 2, "it works from now on");
    let path = format!("auto-enrolments/{}", text(&made["id"]));
    assert_eq!(patch(&admin, &path, json!({ "courses": [] })).await.wrong(), wrong("/courses", "required"));
    let edited = patch(&admin, &path, json!({ "courses": [id(ROMAN_HISTORY)] })).await.done();
    assert_eq!(
        (&edited["name"], &edited["courses"][0]["title"]),
        (&json!("Sales basics"), &json!("Roman history"))
    );
    let edited = patch(&admin, &path, json!({ "name": "Sales history" })).await.done();
    assert_eq!(edited["courses"].as_array().unwrap().len(), 1);
    let removal = delete(&admin, &path).await.done();
    assert_eq!((&removal["rules"], &removal["users"]), (&json!(1), &json!(0)));
    assert_eq!(delete(&admin, &path).await.status, 404);
}

#[tokio::test]
async fn rules_are_listed_by_name_in_pages_and_to_managers_as_far_as_they_concern_them() {
    let academy = Academy::open().await;
    let (admin, manager) = (academy.admin().await, academy.manager().await);
    for (name, unit) in [("Sales basics", SALES), ("All of operations", OPERATIONS), ("york only", YORK)] {
        let rule = json!({ "name": name, "unit": id(unit), "courses": [id(FIRST_AID)] });
        post(&admin, "auto-enrolments", rule).await.done();
    }
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|rule| text(&rule["name"])).collect()
    };
    let all = ["All of operations", "First aiders", "Sales basics", "york only", "Yorkshire basics"];
    assert_eq!(names(&admin.read("auto-enrolments").await), all);
    let seen = ["All of operations", "First aiders", "york only", "Yorkshire basics"];
    assert_eq!(names(&manager.read("auto-enrolments").await), seen);
    assert_eq!(names(&admin.read("auto-enrolments?search=BASICS+sa").await), ["Sales basics"]);
    let mut paged = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = admin.read(&format!("auto-enrolments?limit=2{cursor}")).await;
        paged.extend(names(&page));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(paged, all);
    let learner = academy.caller("learner@example.org").await;
    assert_eq!(learner.get("auto-enrolments").await.status, 403);
    assert_eq!(admin.get(&format!("auto-enrolments/{}", id(FIRST_AIDERS_RULE))).await.status, 405);
}

#[tokio::test]
async fn what_was_set_up_is_told_once_it_is_committed() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let mut told = academy.store.newsroom().listen();
    post(&admin, "groups?dry_run=true", json!({ "name": "Drivers" })).await.done();
    assert!(told.try_recv().is_err(), "nothing happened");
    delete(&admin, &format!("units/{}", id(YORK))).await.done();
    let mut next = async || match told.recv().await.unwrap() {
        Heard::Told(told) => told,
        Heard::Gap => panic!("something was missed"),
    };
    let users = next().await;
    let left: Vec<String> = users.left.values().map(ToString::to_string).collect();
    assert_eq!((users.left.len(), left.iter().all(|unit| *unit == id(YORK))), (4, true));
    assert_eq!(serde_json::to_value(next().await.event).unwrap()["kind"], "catalogue");
}

#[tokio::test]
async fn the_longest_names_that_are_taken_fit_into_every_index() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    // Nothing repeats, so that no index can hold them shorter.
    let long = |from: u32, letters: u32| -> String {
        (0..letters).filter_map(|n| char::from_u32(0x2_0000 + (from + n * 7919) % 40_000)).collect()
    };
    let mut unit = Value::Null;
    for level in 0..6 {
        let made = json!({ "name": long(level * 501, 200), "parent": unit });
        unit = post(&admin, "units", made).await.done()["id"].clone();
    }
    let group = post(&admin, "groups", json!({ "name": long(9, 200) })).await.done();
    let form = json!({
        "email": format!("{}@{}.example.org", "l".repeat(64), ["d"; 5].map(|d| d.repeat(33)).join(".")),
        "first_name": long(77, 100), "last_name": long(30_000, 100), "roles": ["learner", "admin"],
        "unit": unit, "groups": [group["id"]], "expires_on": "2030-01-01",
    });
    assert_eq!(admin.post("invitations", "k", &form).await.status, 201);
    for sort in ["name", "unit", "groups,email", "expires"] {
        let found = format!("users?sort={sort}&role=admin&unit={}&group={}", text(&unit), text(&group["id"]));
        assert_eq!(admin.read(&found).await["items"].as_array().unwrap().len(), 1, "by {sort}");
    }
}

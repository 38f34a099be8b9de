//! Who may (DESIGN R1): roles, scope, and what a refusal gives away.

use admit::api::problem::ProblemCode;
use serde_json::json;

use crate::academy::*;

/// Every place for people, with the status that an Admin gets.
fn places() -> Vec<(String, u16)> {
    let user = id(INVITED);
    vec![
        ("users".to_owned(), 200),
        ("users/counts".to_owned(), 200),
        (format!("users/{user}"), 200),
        (format!("users/{user}/enrolments"), 200),
        (format!("users/{user}/audit"), 200),
        (format!("users/{user}/invitation/link"), 200),
        ("invitations/check?email=a@example.org".to_owned(), 200),
        ("units".to_owned(), 200),
        ("groups".to_owned(), 200),
        ("courses".to_owned(), 200),
        (format!("auto-enrolments/preview?unit={}", id(YORK)), 200),
    ]
}

#[tokio::test]
async fn r1_every_place_by_role() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let manager = academy.manager().await;
    let learner = academy.caller("learner@example.org").await;
    let outsider = academy.caller("elsewhere@example.org").await;
    let expired = academy.caller("expired@example.org").await;
    let (nobody, forger) = (academy.holder(None), academy.holder(Some("admit_forged")));
    for (place, done) in places() {
        for (caller, wanted, code) in [
            (&admin, done, None),
            (&manager, done, None),
            (&learner, 403, Some(ProblemCode::NotAllowed)),
            (&outsider, 404, Some(ProblemCode::NotFound)),
            (&expired, 404, Some(ProblemCode::NotFound)),
            (&nobody, 401, Some(ProblemCode::NotSignedIn)),
            (&forger, 401, Some(ProblemCode::NotSignedIn)),
        ] {
            let answer = caller.get(&place).await;
            assert_eq!(answer.status, wanted, "{place}: {}", answer.text());
            assert_eq!(code, (wanted >= 400).then(|| answer.problem().code), "{place}");
        }
    }
    let form = with(ann(), &json!({ "unit": id(YORK) }));
    for (caller, wanted) in
        [(&admin, 200), (&manager, 200), (&learner, 403), (&outsider, 404), (&expired, 404), (&nobody, 401)]
    {
        let status = caller.dry_run(&form).await.status;
        assert_eq!(if status == 201 { 200 } else { status }, wanted);
    }
}

#[tokio::test]
async fn r1_a_learner_is_told_why() {
    let academy = Academy::open().await;
    let learner = academy.caller("learner@example.org").await;
    let sentence = "people are managed by Admins and Managers; your role here is Learner";
    assert_eq!(learner.get("users").await.problem().detail.as_str(), sentence);
    assert_eq!(learner.invite(&ann()).await.problem().detail.as_str(), sentence);
    let session = learner.read("/api/v1/session").await;
    let may = &session["workspaces"][0]["may"];
    assert_eq!((&may["people"], &may["refusal"]), (&json!(false), &json!(sentence)));
    assert_eq!(may["grant"], json!([]));
}

#[tokio::test]
async fn r1_a_workspace_one_is_no_user_of_is_one_that_is_not_there() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let there = admin.get("/api/v1/workspaces/harbour/users").await.problem();
    let by_id = admin.get(&format!("/api/v1/workspaces/{}/users", id(3))).await.problem();
    let nowhere = admin.get("/api/v1/workspaces/nowhere/users").await.problem();
    assert_eq!((there.status, &there.detail), (404, &nowhere.detail));
    assert_eq!((by_id.status, &by_id.detail), (404, &nowhere.detail));
    assert_eq!(admin.get("/api/v1/workspaces/%ff/users").await.status, 404);
    let by_id = admin.read(&format!("/api/v1/workspaces/{}/users/counts", id(2))).await;
    assert_eq!(by_id, admin.read("users/counts").await);
}

#[tokio::test]
async fn r1_a_manager_sees_the_users_of_the_units_managed_and_below() {
    let academy = Academy::open().await;
    let manager = academy.manager().await;
    let mut seen = manager.emails("users?sort=email").await;
    seen.sort();
    let yorkshire = [
        "Invited@Example.org",
        "expired@example.org",
        "learner@example.org",
        "li@例え.jp",
        "manager@example.org",
        "pending@example.org",
    ];
    assert_eq!(seen, yorkshire);
    assert_eq!(manager.emails("users?status=deleted").await, ["deleted@example.org"]);
    assert!(manager.emails("users?search=late").await.is_empty());
    assert!(manager.emails(&format!("users?unit={}", id(SALES))).await.is_empty());
    assert_eq!(manager.emails(&format!("users?group={}", id(NIGHT_SHIFT))).await, ["learner@example.org"]);
    let counts = manager.read("users/counts").await;
    let wanted = json!({ "total": 6, "active": 3, "invited": 1, "pending": 1, "cancelled": 0, "expired": 1,
        "deleted": 1, "link_expired": 0 });
    assert_eq!(counts, wanted);
}

#[tokio::test]
async fn r1_a_user_out_of_scope_is_one_that_is_not_there() {
    let academy = Academy::open().await;
    let manager = academy.manager().await;
    for below in ["", "/enrolments", "/audit", "/invitation/link"] {
        let nobody = manager.get(&format!("users/{}{below}", id(9999))).await.problem();
        for user in [LATE, UNPLACED, ADMIN, 200] {
            let problem = manager.get(&format!("users/{}{below}", id(user))).await.problem();
            assert_eq!((problem.status, &problem.detail), (404, &nobody.detail), "{below}");
        }
        assert_eq!(manager.get(&format!("users/{}{below}", id(INVITED))).await.status, 200);
    }
    assert_eq!(manager.get("users/not-an-id").await.problem().status, 404);
}

#[tokio::test]
async fn r1_a_manager_looks_up_addresses_within_scope_only() {
    let academy = Academy::open().await;
    let manager = academy.manager().await;
    let inside = manager.read("invitations/check?email=invited@example.org").await;
    assert_eq!(inside, json!({ "result": "known_here", "user_id": id(INVITED), "status": "invited" }));
    let outside = manager.read("invitations/check?email=late@example.org").await;
    assert_eq!(outside, json!({ "result": "known_here", "user_id": null, "status": null }));
}

#[tokio::test]
async fn r1_a_manager_places_in_managed_units_and_grants_learner_only() {
    let academy = Academy::open().await;
    let manager = academy.manager().await;
    let wrong = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
    assert_eq!(manager.invite(&ann()).await.wrong(), wrong("/unit", "required"));
    for unit in [SALES, OPERATIONS, HARBOUR_UNIT, 9999] {
        let form = with(ann(), &json!({ "unit": id(unit) }));
        assert_eq!(manager.invite(&form).await.wrong(), wrong("/unit", "unknown"));
    }
    for roles in [json!(["admin"]), json!(["learner", "manager"])] {
        let units = if roles == json!(["admin"]) { json!([]) } else { json!([id(YORK)]) };
        let form = with(ann(), &json!({ "unit": id(YORK), "roles": roles, "units_managed": units }));
        assert_eq!(manager.invite(&form).await.wrong(), wrong("/roles", "role_escalation"));
    }
    let form = with(ann(), &json!({ "unit": id(YORK), "groups": [id(NIGHT_SHIFT)] }));
    assert_eq!(manager.invite(&form).await.done()["user"]["unit"]["name"], "York");
}

#[tokio::test]
async fn r1_a_manager_chooses_among_the_units_managed() {
    let academy = Academy::open().await;
    let (admin, manager) = (academy.admin().await, academy.manager().await);
    let names = |page: serde_json::Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|unit| text(&unit["name"])).collect()
    };
    assert_eq!(names(manager.read("units").await), ["Yorkshire", "York"]);
    assert_eq!(names(manager.read(&format!("units?parent={}", id(YORKSHIRE))).await), ["York"]);
    assert!(names(manager.read("units?search=sales").await).is_empty());
    assert_eq!(names(admin.read("units").await), ["Operations", "Yorkshire", "York", "Sales"]);
    let outside = manager.read(&format!("auto-enrolments/preview?unit={}", id(SALES))).await;
    assert_eq!(outside["items"], json!([]));
    let may = manager.read("/api/v1/session").await["workspaces"][0]["may"].clone();
    assert_eq!((&may["grant"], &may["unit_required"]), (&json!(["learner"]), &json!(true)));
    assert_eq!(may["units"][0]["path"], "Operations › Yorkshire");
    let may = admin.read("/api/v1/session").await["workspaces"][0]["may"].clone();
    assert_eq!(may["grant"], json!(["learner", "manager", "admin"]));
    assert_eq!((&may["unit_required"], &may["units"]), (&json!(false), &json!(null)));
}

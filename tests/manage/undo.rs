//! Taking back (DESIGN R18): what somebody changed since is kept, and named.

use jiff::SignedDuration;

use super::*;
use crate::academy::*;

#[tokio::test]
async fn r18_every_reversible_change_of_one_user_can_be_taken_back() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let first_aid = json!({ "courses": [id(FIRST_AID), id(ROMAN_HISTORY)] });
    let edit = json!({ "unit": id(SALES), "expires_on": "2027-05-01", "groups": [], "roles": ["admin"] });
    let changes = [
        (Method::PATCH, LEARNER, "", edit),
        (Method::POST, LEARNER, "/enrolments", first_aid),
        (Method::POST, LEARNER, "/enrolments/00000000-0000-0000-0000-000000000047/withdraw", Value::Null),
        (Method::DELETE, LEARNER, "", Value::Null),
        (Method::DELETE, INVITED, "", Value::Null),
        (Method::POST, INVITED, "/invitation/cancel", Value::Null),
        (Method::POST, DELETED, "/reactivate", Value::Null),
    ];
    for (method, n, what, body) in changes {
        let everything = async || {
            let mut user = user(&admin, n).await;
            user["version"] = Value::Null;
            user["delivery"] = Value::Null;
            user["deliveries"] = Value::Null;
            (user, admin.read(&format!("users/{}/enrolments", id(n))).await["items"].clone())
        };
        let mut before = everything().await;
        let outcome = change(&admin, method, (n, what), &body).await.done();
        let job = undo(&admin, &text(&outcome["change"])).await;
        assert_eq!((&job["state"], &job["done"]), (&json!("finished"), &json!(1)), "{what}");
        let mut after = everything().await;
        for states in [&mut before.1, &mut after.1] {
            for enrolment in states.as_array_mut().unwrap() {
                enrolment["changed_at"] = Value::Null;
            }
        }
        if what == "/reactivate" {
            // Bringing back sent a mail and opened an invitation: only the status goes back.
            assert_eq!(before.0["status"], after.0["status"]);
        } else {
            assert_eq!(before, after, "{what}");
        }
    }
}

#[tokio::test]
async fn r18_a_link_that_was_cancelled_by_mistake_works_again() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let path = format!("users/{}/invitation/link", id(INVITED));
    let link = text(&admin.read(&path).await["link"]);
    let outcome = post(&admin, (INVITED, "/invitation/cancel"), &Value::Null).await.done();
    undo(&admin, &text(&outcome["change"])).await;
    assert_eq!(text(&admin.read(&path).await["link"]), link);
    assert_eq!(Answer::of(academy.holder(None).http.get(&link)).await.status, 200);
}

#[tokio::test]
async fn r18_what_was_changed_since_is_kept_and_named() {
    let academy = Academy::open().await;
    let (admin, other) = (academy.admin().await, academy.caller("olga@example.org").await);
    let edit = json!({ "unit": id(SALES), "expires_on": "2027-05-01" });
    let outcome = edit_user(&admin, LEARNER, &edit).await.done();
    edit_user(&other, LEARNER, &json!({ "expires_on": "2027-06-01" })).await.done();
    let job = undo(&admin, &text(&outcome["change"])).await;
    let page = admin.read(&format!("jobs/{}/results?notable=true", text(&job["id"]))).await;
    assert_eq!(page["items"][0]["detail"], "taken back; expiry date kept, which changed since");
    assert_eq!((&page["items"][0]["result"], &page["items"][0]["code"]), (&json!("done"), &json!("kept")));
    let user = user(&admin, LEARNER).await;
    assert_eq!((&user["unit"]["name"], &user["expires_on"]), (&json!("York"), &json!("2027-06-01")));

    let outcome = edit_user(&admin, LEARNER, &json!({ "expires_on": "2027-07-01" })).await.done();
    academy.clock.advance(SignedDuration::from_secs(1));
    edit_user(&other, LEARNER, &json!({ "expires_on": null })).await.done();
    let job = undo(&admin, &text(&outcome["change"])).await;
    assert_eq!(job["refused"], 1);
    let page = admin.read(&format!("jobs/{}/results?result=refused", text(&job["id"]))).await;
    assert_eq!(page["items"][0]["detail"], "expiry date changed since by olga@example.org");
    assert_eq!(page["items"][0]["code"], "changed_since");
}

#[tokio::test]
async fn r18_for_a_day_and_once() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let outcome = edit_user(&admin, LEARNER, &json!({ "unit": null })).await.done();
    let change = text(&outcome["change"]);
    let listed = admin.read("changes?mine=true&undoable=true").await;
    assert_eq!(listed["items"][0]["id"], change.as_str());
    assert_eq!(listed["items"][0]["summary"], "learner@example.org: changed unit");
    undo(&admin, &change).await;
    let path = format!("changes/{change}/undo");
    let twice = admin.post(&path, &admin.key(), &Value::Null).await;
    assert_eq!((twice.status, twice.problem().code), (409, admit::api::problem::ProblemCode::CantUndo));
    assert!(admin.read("changes?undoable=true").await["items"].as_array().unwrap().is_empty());
    let outcome = edit_user(&admin, LEARNER, &json!({ "unit": null })).await.done();
    academy.clock.advance(SignedDuration::from_hours(24));
    let path = format!("changes/{}/undo", text(&outcome["change"]));
    assert_eq!(admin.post(&path, &admin.key(), &Value::Null).await.status, 409);
    let made = admin.read("changes").await;
    let actions: Vec<String> =
        made["items"].as_array().unwrap().iter().map(|made| text(&made["action"])).collect();
    assert_eq!(actions.iter().filter(|action| *action == "edit").count(), 2);
    assert_eq!(actions.iter().filter(|action| *action == "undo").count(), 1, "taking back is a change too");
}

#[tokio::test]
async fn r18_taking_back_obeys_the_rules_too() {
    let academy = Academy::open().await;
    let (ada, olga) = (academy.admin().await, academy.caller("olga@example.org").await);
    let outcome = edit_user(&ada, LEARNER, &json!({ "roles": ["admin"] })).await.done();
    let lea = academy.caller("learner@example.org").await;
    for n in [ADMIN, 116] {
        change(&lea, Method::DELETE, (n, ""), &Value::Null).await.done();
    }
    // Lea is the last Admin now; nobody of the others is left to ask.
    let path = format!("changes/{}/undo", text(&outcome["change"]));
    let job = lea.post(&path, &lea.key(), &Value::Null).await.done();
    let job = over(&lea, &text(&job["id"])).await;
    assert_eq!((&job["done"], &job["refused"]), (&json!(0), &json!(1)));
    assert_eq!(results(&lea, &job, "").await[0].2, "oneself");
    assert_eq!(olga.get("users").await.status, 404);
}

#[tokio::test]
async fn r18_who_may_not_grant_a_role_any_more_can_not_give_it_back() {
    let academy = Academy::open().await;
    let (ada, olga) = (academy.admin().await, academy.caller("olga@example.org").await);
    edit_user(&ada, LEARNER, &json!({ "roles": ["admin"] })).await.done();
    let demoted = edit_user(&olga, LEARNER, &json!({ "roles": ["learner"] })).await.done();
    let manages = json!({ "roles": ["manager"], "units_managed": [id(YORK)] });
    edit_user(&ada, 116, &manages).await.done();
    let job = undo(&olga, &text(&demoted["change"])).await;
    assert_eq!((&job["done"], &job["refused"]), (&json!(0), &json!(1)));
    assert_eq!(results(&olga, &job, "").await[0].2, "role_escalation");
    assert_eq!(user(&ada, LEARNER).await["roles"], json!(["learner"]));
}

#[tokio::test]
async fn r18_a_manager_takes_nobody_back_out_of_the_units_managed() {
    let academy = Academy::open().await;
    let (ada, olga) = (academy.admin().await, academy.caller("olga@example.org").await);
    edit_user(&ada, LEARNER, &json!({ "unit": null })).await.done();
    let placed = edit_user(&olga, LEARNER, &json!({ "unit": id(YORK) })).await.done();
    edit_user(&ada, 116, &json!({ "roles": ["manager"], "units_managed": [id(YORK)] })).await.done();
    let job = undo(&olga, &text(&placed["change"])).await;
    assert_eq!((&job["done"], &job["refused"]), (&json!(0), &json!(1)));
    assert_eq!(results(&olga, &job, "").await[0].2, "required");
    assert_eq!(user(&ada, LEARNER).await["unit"]["name"], "York");
}

#[tokio::test]
async fn r18_units_managed_are_given_back_with_the_role_only() {
    let academy = Academy::open().await;
    let (ada, olga) = (academy.admin().await, academy.caller("olga@example.org").await);
    let manages = json!({ "roles": ["manager"], "units_managed": [id(YORK)] });
    edit_user(&ada, LEARNER, &manages).await.done();
    let edit = json!({ "roles": ["learner"], "expires_on": "2027-05-01" });
    let demoted = edit_user(&ada, LEARNER, &edit).await.done();
    edit_user(&olga, LEARNER, &json!({ "roles": ["admin"] })).await.done();
    let job = undo(&ada, &text(&demoted["change"])).await;
    let page = ada.read(&format!("jobs/{}/results", text(&job["id"]))).await;
    assert_eq!(page["items"][0]["detail"], "taken back; roles, units managed kept, which changed since");
    let user = user(&ada, LEARNER).await;
    assert_eq!((&user["roles"], &user["units_managed"]), (&json!(["admin"]), &json!([])));
}

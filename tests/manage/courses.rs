//! Enrolling and withdrawing (DESIGN R8, R19).

use super::*;
use crate::academy::*;

async fn states(caller: &Caller, user: u128) -> Vec<(String, String, u64)> {
    let page = caller.read(&format!("users/{}/enrolments", id(user))).await;
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            let progress = item["progress"].as_u64().unwrap();
            (text(&item["course"]["title"]), text(&item["state"]), progress)
        })
        .collect()
}

fn state(title: &str, state: &str, progress: u64) -> (String, String, u64) {
    (title.to_owned(), state.to_owned(), progress)
}

#[tokio::test]
async fn r19_those_who_completed_are_asked_about_not_assumed() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let courses = json!([id(FIRE_SAFETY), id(FIRST_AID), id(MANUAL_HANDLING)]);
    let outcome = post(&admin, (LEARNER, "/enrolments"), &json!({ "courses": courses })).await.done();
    assert_eq!(
        outcome["detail"],
        "enrolled in 1 course; 1 course already there; 1 course completed and left alone"
    );
    let tally = &outcome["tally"];
    assert_eq!(
        (&tally["enrolled"], &tally["already_enrolled"], &tally["completed"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let again = json!({ "courses": [id(FIRE_SAFETY)], "again": true });
    post(&admin, (LEARNER, "/enrolments"), &again).await.done();
    assert_eq!(
        states(&admin, LEARNER).await,
        [
            state("Fire safety", "enrolled", 0),
            state("First aid", "in_progress", 50),
            state("Manual handling", "enrolled", 0)
        ]
    );
}

#[tokio::test]
async fn r8_before_the_user_is_active_an_enrolment_is_only_planned() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let outcome =
        post(&admin, (INVITED, "/enrolments"), &json!({ "courses": [id(ROMAN_HISTORY)] })).await.done();
    assert_eq!(outcome["detail"], "planned for 1 course");
    assert_eq!(states(&admin, INVITED).await, [state("Roman history", "planned", 0)]);
}

#[tokio::test]
async fn r19_withdrawing_ends_an_enrolment_and_completed_ones_stay() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let withdraw = async |n: u128| {
        post(&admin, (LEARNER, &format!("/enrolments/{}/withdraw", id(n))), &Value::Null).await
    };
    assert_eq!(withdraw(71).await.done()["detail"], "withdrawn from 1 course");
    let completed = withdraw(70).await.done();
    assert_eq!(
        (&completed["result"], &completed["detail"]),
        (&json!("unchanged"), &json!("completed courses stay"))
    );
    assert_eq!(withdraw(72).await.status, 404);
    assert_eq!(states(&admin, LEARNER).await[1], state("First aid", "withdrawn", 50));
    let back = json!({ "courses": [id(FIRST_AID)] });
    post(&admin, (LEARNER, "/enrolments"), &back).await.done();
    assert_eq!(states(&admin, LEARNER).await[1], state("First aid", "in_progress", 50));
}

#[tokio::test]
async fn courses_of_another_workspace_are_unknown() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let wrong = json!({ "courses": [id(FIRST_AID), id(HARBOUR_COURSE)] });
    let refused = post(&admin, (LEARNER, "/enrolments"), &wrong).await;
    assert_eq!(refused.wrong(), [("/courses/1".to_owned(), "unknown".to_owned())]);
    let nothing = post(&admin, (LEARNER, "/enrolments"), &json!({ "courses": [] })).await;
    assert_eq!(nothing.wrong(), [("/courses".to_owned(), "required".to_owned())]);
    let expired = post(&admin, (EXPIRED, "/enrolments"), &json!({ "courses": [id(FIRST_AID)] })).await;
    assert_eq!(expired.status, 409);
}

#[tokio::test]
async fn a_course_that_is_named_twice_counts_once() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let twice = json!([id(ROMAN_HISTORY), id(ROMAN_HISTORY)]);
    let outcome = post(&admin, (LEARNER, "/enrolments"), &json!({ "courses": twice })).await.done();
    assert_eq!(outcome["detail"], "enrolled in 1 course");
    for (action, done) in [("enrol", 1), ("withdraw", 2)] {
        let change = json!({ "action": action, "courses": twice });
        let job = run_job(&admin, &json!({ "change": change, "target": users(&[LEARNER, INVITED]) })).await;
        let counted = if action == "enrol" { &job["tally"]["enrolled"] } else { &job["tally"]["withdrawn"] };
        assert_eq!((&job["done"], counted), (&json!(done), &json!(done)), "{job}");
    }
}

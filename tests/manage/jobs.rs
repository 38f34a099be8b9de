//! One change for many users, made by the server (DESIGN R15, R17, R18).

use super::*;
use crate::academy::*;
use crate::values;

#[tokio::test]
async fn a_job_gives_every_user_a_result_and_says_why_some_were_refused() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let target = users(&[INVITED, LATE, PENDING, LEARNER, CANCELLED]);
    let job = run_job(&admin, &json!({ "change": { "action": "resend" }, "target": target })).await;
    assert_eq!(
        (&job["state"], &job["total"], &job["done"], &job["refused"]),
        (&json!("finished"), &json!(5), &json!(4), &json!(1))
    );
    let tally = &job["tally"];
    assert_eq!(
        (&tally["mails"], &tally["links_kept"], &tally["links_replaced"]),
        (&json!(4), &json!(1), &json!(2))
    );
    let refused = results(&admin, &job, "?result=refused").await;
    assert_eq!(refused, [("learner@example.org".into(), "refused".into(), json!("wrong_status"))]);
    assert_eq!(results(&admin, &job, "").await.len(), 5);
    assert_eq!(academy.mails().await.len(), 4);
}

#[tokio::test]
async fn a_selection_is_a_query_with_exclusions_and_its_count_is_checked() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let active = admin.read("users/counts?status=active").await["active"].as_u64().unwrap();
    let job = |expected: u64| {
        json!({ "change": { "action": "enrol", "courses": [id(ROMAN_HISTORY)] }, "expected": expected,
            "target": { "matching": { "filter": { "status": "active" }, "except": [id(ADMIN)] } } })
    };
    let refused = admin.post("jobs", &admin.key(), &job(active)).await;
    assert_eq!(refused.status, 409);
    assert!(refused.problem().detail.as_str().contains(&(active - 1).to_string()));
    let job = run_job(&admin, &job(active - 1)).await;
    assert_eq!((&job["done"], &job["summary"]), (&json!(active - 1), &json!("enrol in Roman history")));
    let page = admin.read(&format!("users/{}/enrolments", id(ADMIN))).await;
    assert!(page["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn r17_a_dry_run_tells_the_same_numbers_and_writes_nothing_else() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let body = json!({ "change": { "action": "enrol", "courses": [id(FIRE_SAFETY), id(FIRST_AID)] },
        "target": { "matching": { "filter": {} } } });
    let kept = |mut counts: std::collections::BTreeMap<String, i64>| {
        counts.retain(|table, _| !["jobs", "job_users", "idempotency_keys"].contains(&table.as_str()));
        counts
    };
    let before = kept(academy.row_counts().await);
    let tried = try_job(&admin, &body).await;
    assert_eq!(kept(academy.row_counts().await), before);
    assert_eq!(tried["dry_run"], true);
    assert!(admin.read("jobs").await["items"].as_array().unwrap().is_empty());
    let done = run_job(&admin, &body).await;
    for field in ["total", "done", "unchanged", "refused", "tally"] {
        assert_eq!(tried[field], done[field], "{field}");
    }
    assert!(done["tally"]["completed"] == 1 && done["tally"]["already_enrolled"] == 1, "{done}");
    assert!(done["refused"].as_u64().unwrap() >= 2, "cancelled and expired ones: {done}");
}

#[tokio::test]
async fn a_refusal_takes_the_rest_back_when_the_operator_chose_so() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let move_all = |on_refusal: &str| {
        json!({ "change": { "action": "edit", "unit": id(SALES) }, "on_refusal": on_refusal,
            "target": users(&[LEARNER, 111, 112, 115, INVITED]) })
    };
    let job = run_job(&admin, &move_all("take_back")).await;
    assert_eq!((&job["state"], &job["done"]), (&json!("taken_back"), &json!(0)), "{job}");
    let listed = results(&admin, &job, "").await;
    assert!(
        listed.iter().all(|(_, result, _)| ["taken_back", "refused", "skipped"].contains(&result.as_str()))
    );
    assert_eq!(user(&admin, LEARNER).await["unit"]["name"], "York");
    let job = run_job(&admin, &move_all("go_on")).await;
    assert_eq!((&job["state"], &job["done"], &job["refused"]), (&json!("finished"), &json!(4), &json!(1)));
    assert_eq!(user(&admin, LEARNER).await["unit"]["name"], "Sales");
}

#[tokio::test]
async fn a_mail_that_went_out_is_not_said_to_be_taken_back_or_changed_since() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    // The user who is refused has the higher id, and so comes last.
    let resend = json!({ "change": { "action": "resend" }, "on_refusal": "take_back",
        "target": users(&[INVITED, EXPIRED]) });
    let job = run_job(&admin, &resend).await;
    assert_eq!((&job["state"], &job["done"]), (&json!("taken_back"), &json!(1)), "{job}");
    let page = admin.read(&format!("jobs/{}/results?result=unchanged", text(&job["id"]))).await;
    assert_eq!(page["items"][0]["detail"], "a mail that went out can't be taken back");
}

#[tokio::test]
async fn r18_a_whole_batch_can_be_taken_back() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let job = run_job(
        &admin,
        &json!({ "change": { "action": "delete" }, "target": users(&[LEARNER, 111, INVITED]) }),
    )
    .await;
    assert!(job["undo_until"].is_string());
    let changes = admin.read("changes?undoable=true").await;
    assert_eq!(
        (&changes["items"][0]["users"], &changes["items"][0]["action"]),
        (&json!(3), &json!("delete"))
    );
    post(&admin, (111, "/reactivate"), &Value::Null).await.done();
    let undone = undo(&admin, &text(&job["id"])).await;
    assert_eq!((&undone["done"], &undone["refused"]), (&json!(2), &json!(1)), "one was reactivated since");
    assert_eq!(status(&admin, LEARNER).await, "active");
    assert_eq!(status(&admin, INVITED).await, "invited");
    assert_eq!(admin.read(&format!("jobs/{}", text(&job["id"]))).await["undo_until"], Value::Null);
}

#[tokio::test]
async fn a_job_that_is_cancelled_leaves_the_rest_alone() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let body = json!({ "change": { "action": "delete" }, "target": users(&[LEARNER]) });
    let job = admin.post("jobs", &admin.key(), &body).await.done();
    let path = format!("jobs/{}/cancel", text(&job["id"]));
    let job = admin.post(&path, &admin.key(), &Value::Null).await.done();
    let result = &results(&admin, &job, "").await[0].1;
    let state = status(&admin, LEARNER).await;
    assert!((result == "done") == (state == "deleted"), "{result} {state}");
    assert!(["cancelled", "finished"].contains(&text(&job["state"]).as_str()));
}

#[tokio::test]
async fn a_user_of_whom_something_makes_no_sense_does_not_keep_the_others_waiting() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    academy
        .database
        .run("UPDATE enrolments SET progress = 300 WHERE user_id = ?", values![id(LEARNER)])
        .await;
    let change = json!({ "action": "enrol", "courses": [id(FIRST_AID)] });
    let job = run_job(&admin, &json!({ "change": change, "target": users(&[LEARNER, 111]) })).await;
    assert_eq!((&job["done"], &job["refused"]), (&json!(1), &json!(1)), "{job}");
    let refused = results(&admin, &job, "?result=refused").await;
    assert_eq!(refused, [("learner@example.org".into(), "refused".into(), json!("internal"))]);
}

#[tokio::test]
async fn who_may_no_longer_do_it_has_it_stopped() {
    let academy = Academy::open().await;
    let olga = academy.caller("olga@example.org").await;
    // Deleting oneself is refused; the rest of the job goes on in one's name.
    let job =
        run_job(&olga, &json!({ "change": { "action": "delete" }, "target": users(&[116, LEARNER]) })).await;
    assert_eq!((&job["done"], &job["refused"]), (&json!(1), &json!(1)));
    assert_eq!(results(&olga, &job, "?result=refused").await[0].2, "oneself");
}

#[tokio::test]
async fn a_manager_reaches_only_the_users_of_the_units_managed() {
    let academy = Academy::open().await;
    let (admin, manager) = (academy.admin().await, academy.manager().await);
    let job = run_job(
        &manager,
        &json!({ "change": { "action": "enrol", "courses": [id(ROMAN_HISTORY)] },
        "target": { "matching": { "filter": {} } } }),
    )
    .await;
    let seen = manager.read("users/counts").await["total"].as_u64().unwrap();
    assert_eq!(job["total"], seen);
    let named = json!({ "change": { "action": "resend" }, "target": users(&[INVITED, LATE]) });
    let refused = manager.post("jobs", &manager.key(), &named).await;
    assert_eq!(refused.wrong(), [("/target/users".to_owned(), "unknown".to_owned())]);
    let own = run_job(&admin, &json!({ "change": { "action": "resend" }, "target": users(&[LATE]) })).await;
    assert_eq!(manager.get(&format!("jobs/{}", text(&own["id"]))).await.status, 404);
    assert_eq!(manager.read("jobs").await["items"].as_array().unwrap().len(), 1);
    assert_eq!(admin.read("jobs").await["items"].as_array().unwrap().len(), 2);
}

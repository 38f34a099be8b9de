//! Deleting, reactivating, and whom nobody takes away (DESIGN R1).

use jiff::SignedDuration;

use super::*;
use crate::academy::*;

async fn delete(caller: &Caller, user: u128) -> Answer {
    change(caller, Method::DELETE, (user, ""), &Value::Null).await
}

#[tokio::test]
async fn r1_nobody_takes_away_their_own_access() {
    let academy = Academy::open().await;
    let admin = academy.caller("olga@example.org").await;
    let me = 116;
    for refused in [
        delete(&admin, me).await,
        edit_user(&admin, me, &json!({ "roles": ["learner"] })).await,
        edit_user(&admin, me, &json!({ "expires_on": "2027-01-31" })).await,
    ] {
        assert_eq!(refused.status, 403);
        assert_eq!(refused.problem().rule.unwrap().as_str(), "oneself");
    }
    edit_user(&admin, me, &json!({ "unit": id(SALES) })).await.done();
}

#[tokio::test]
async fn r1_the_last_admin_stays() {
    let academy = Academy::open().await;
    let (ada, olga) = (academy.admin().await, academy.caller("olga@example.org").await);
    // Olga's access ends; Ada is then the last one, and both are asked of at once.
    let (first, second) = tokio::join!(delete(&ada, 116), delete(&olga, ADMIN));
    let mut answers = [first.status, second.status];
    answers.sort_unstable();
    assert_eq!(answers[0], 200, "one of the two is deleted");
    assert!([403, 404].contains(&answers[1]), "the other one stays: {}", answers[1]);
    let left = if first.status == 200 { &ada } else { &olga };
    assert_eq!(left.emails("users?role=admin&status=active").await.len(), 1);
}

#[tokio::test]
async fn a_deleted_user_is_kept_for_the_record_and_can_be_brought_back() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let outcome = delete(&admin, LEARNER).await.done();
    assert_eq!(outcome["user"]["status"], "deleted");
    assert!(
        academy.caller("learner@example.org").await.get("/api/v1/session").await.done()["workspaces"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(!admin.emails("users").await.contains(&"learner@example.org".to_owned()));
    let outcome = post(&admin, (LEARNER, "/reactivate"), &Value::Null).await.done();
    assert_eq!(outcome["user"]["status"], "active");
    assert_eq!(outcome["tally"]["mails"], 0);
    assert_eq!(user(&admin, LEARNER).await["groups"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn deleting_an_invited_user_kills_the_link_and_bringing_back_invites_again() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let path = format!("users/{}/invitation/link", id(INVITED));
    let link = text(&admin.read(&path).await["link"]);
    delete(&admin, INVITED).await.done();
    let page = Answer::of(academy.holder(None).http.get(&link)).await;
    assert_ne!(page.status, 200);
    let outcome = post(&admin, (INVITED, "/reactivate"), &Value::Null).await.done();
    assert_eq!(outcome["user"]["status"], "invited");
    assert_eq!(outcome["tally"]["mails"], 1);
    assert_ne!(text(&admin.read(&path).await["link"]), link);
}

#[tokio::test]
async fn r12_deleting_and_bringing_back_mails_an_address_once_a_minute_too() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    delete(&admin, INVITED).await.done();
    post(&admin, (INVITED, "/reactivate"), &Value::Null).await.done();
    delete(&admin, INVITED).await.done();
    let refused = post(&admin, (INVITED, "/reactivate"), &Value::Null).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "61"));
    academy.clock.advance(SignedDuration::from_mins(1));
    post(&admin, (INVITED, "/reactivate"), &Value::Null).await.done();
}

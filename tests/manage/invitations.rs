//! Resending, cancelling, replacing (DESIGN R10, R12).

use jiff::SignedDuration;

use super::*;
use crate::academy::*;

async fn link(caller: &Caller, user: u128) -> String {
    text(&caller.read(&format!("users/{}/invitation/link", id(user))).await["link"])
}

async fn page(academy: &Academy, link: &str) -> (u16, String) {
    let answer = Answer::of(academy.holder(None).http.get(link)).await;
    (answer.status, answer.text())
}

#[tokio::test]
async fn r12_a_live_link_stays_the_same_and_lives_longer() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let (old, before) = (link(&admin, INVITED).await, user(&admin, INVITED).await);
    academy.clock.advance(SignedDuration::from_hours(48));
    let outcome = post(&admin, (INVITED, "/invitation/resend"), &Value::Null).await.done();
    assert_eq!(outcome["detail"], "sent again; the link stays the same and lives longer");
    assert_eq!((&outcome["tally"]["mails"], &outcome["tally"]["links_kept"]), (&json!(1), &json!(1)));
    assert_eq!(outcome["change"], Value::Null, "a mail that went out can't be taken back");
    assert_eq!(link(&admin, INVITED).await, old);
    let after = user(&admin, INVITED).await;
    assert!(text(&after["link_ends_at"]) > text(&before["link_ends_at"]));
    assert_eq!(academy.mails().await.len(), 1);
}

#[tokio::test]
async fn r12_a_dead_link_is_replaced_and_the_message_says_so() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let old = link(&admin, LATE).await;
    assert_eq!(user(&admin, LATE).await["link_expired"], true);
    let outcome = post(&admin, (LATE, "/invitation/resend"), &Value::Null).await.done();
    assert_eq!(outcome["detail"], "sent again; the link had ended and was replaced");
    assert_eq!(outcome["user"]["link_expired"], false);
    let new = link(&admin, LATE).await;
    assert_ne!(new, old);
    assert_eq!(page(&academy, &new).await.0, 200);
    assert_ne!(page(&academy, &old).await.0, 200);
}

#[tokio::test]
async fn r12_one_resend_a_minute_for_an_address() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    post(&admin, (INVITED, "/invitation/resend"), &Value::Null).await.done();
    academy.clock.advance(SignedDuration::from_secs(59));
    let refused = post(&admin, (INVITED, "/invitation/resend"), &Value::Null).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "2"));
    assert_eq!(refused.problem().rule.unwrap().as_str(), "resend_interval");
    academy.clock.advance(SignedDuration::from_secs(1));
    post(&admin, (INVITED, "/invitation/resend"), &Value::Null).await.done();
}

#[tokio::test]
async fn r12_a_cancelled_link_is_dead_at_once_and_resending_makes_another() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let old = link(&admin, INVITED).await;
    let outcome = post(&admin, (INVITED, "/invitation/cancel"), &Value::Null).await.done();
    assert_eq!(outcome["user"]["status"], "cancelled");
    assert!(page(&academy, &old).await.1.contains("withdrawn"), "{}", page(&academy, &old).await.1);
    let outcome = post(&admin, (INVITED, "/invitation/resend"), &Value::Null).await.done();
    assert_eq!(outcome["detail"], "invited again; the link is a new one");
    assert_eq!(status(&admin, INVITED).await, "invited");
    assert_ne!(link(&admin, INVITED).await, old);
    assert_ne!(page(&academy, &old).await.0, 200);
}

#[tokio::test]
async fn r12_a_cancelled_user_without_any_invitation_gets_one() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let outcome = post(&admin, (CANCELLED, "/invitation/resend"), &Value::Null).await.done();
    assert_eq!(outcome["user"]["status"], "invited");
    assert_eq!(page(&academy, &link(&admin, CANCELLED).await).await.0, 200);
}

#[tokio::test]
async fn r12_a_pending_user_gets_another_verification_mail() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let outcome = post(&admin, (PENDING, "/invitation/resend"), &Value::Null).await.done();
    assert_eq!(outcome["detail"], "the verification mail is sent again");
    assert_eq!(status(&admin, PENDING).await, "pending");
    let mails = academy.mails().await;
    assert!(mails.len() == 1 && mails[0].contains("pending@example.org"));
    let outcome = post(&admin, (PENDING, "/invitation/cancel"), &Value::Null).await.done();
    assert_eq!(outcome["user"]["status"], "cancelled");
}

#[tokio::test]
async fn r12_what_does_not_fit_the_status_is_refused_with_advice() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for (user, what) in [
        (LEARNER, "/invitation/resend"),
        (LEARNER, "/invitation/cancel"),
        (CANCELLED, "/invitation/cancel"),
        (DELETED, "/invitation/resend"),
        (EXPIRED, "/invitation/resend"),
        (LEARNER, "/reactivate"),
    ] {
        let refused = post(&admin, (user, what), &Value::Null).await;
        assert_eq!(refused.status, 409, "{user} {what}");
        let problem = refused.problem();
        assert_eq!(problem.rule.unwrap().as_str(), "wrong_status");
        assert!(problem.detail.as_str().starts_with("the user is "), "{}", problem.detail);
    }
}

#[tokio::test]
async fn r12_replacing_cancels_and_invites_in_one_step() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let old = link(&admin, INVITED).await;
    academy.clock.advance(SignedDuration::from_secs(1));
    let form = ann();
    let outcome = post(&admin, (INVITED, "/invitation/replace"), &form).await.done();
    assert_eq!(outcome["user"]["email"], "ann.lee@example.org");
    assert_eq!(status(&admin, INVITED).await, "cancelled");
    assert_ne!(page(&academy, &old).await.0, 200);
    let record = admin.read(&format!("users/{}/audit", id(INVITED))).await;
    let said: Vec<_> = (0..2).map(|n| text(&record["items"][n]["summary"])).collect();
    assert!(said.contains(&"replaced by an invitation of ann.lee@example.org".to_owned()), "{said:?}");
    assert!(said.contains(&"cancelled the invitation".to_owned()), "{said:?}");
    // A form that is refused leaves the old invitation as it was.
    let wrong = with(ann(), &json!({ "email": "admin@example.org" }));
    assert_eq!(post(&admin, (117, "/invitation/replace"), &wrong).await.status, 409);
    assert_eq!(status(&admin, 117).await, "invited");
}

#[tokio::test]
async fn a_declined_invitation_tells_the_operator() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let link = link(&admin, INVITED).await;
    let form = academy.holder(None).http.post(format!("{link}/decline"));
    assert_eq!(Answer::of(form).await.status, 200);
    let user = user(&admin, INVITED).await;
    assert_eq!((&user["status"], &user["declined"]), (&json!("cancelled"), &json!(true)));
    let listed = admin.read("users?status=cancelled&sort=email").await;
    let declined: Vec<_> = listed["items"].as_array().unwrap().iter().map(|user| &user["declined"]).collect();
    assert_eq!(declined, [&json!(false), &json!(true)]);
}

#[tokio::test]
async fn r15_a_repeated_resend_mails_once() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let path = format!("users/{}/invitation/resend", id(INVITED));
    let first = admin.post(&path, "again", &Value::Null).await.done();
    assert_eq!(admin.post(&path, "again", &Value::Null).await.done(), first);
    let other = format!("users/{}/invitation/resend", id(LATE));
    assert_eq!(admin.post(&other, "again", &Value::Null).await.status, 422);
    assert_eq!(academy.mails().await.len(), 1);
}

//! Addresses that somebody has already: elsewhere (DESIGN R4) and here (R5).

use admit::api::problem::ProblemCode;
use serde_json::json;

use crate::academy::*;

#[tokio::test]
async fn r4_the_accounts_names_and_address_are_used_whatever_was_sent() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let check = admin.read("invitations/check?email=ELSEWHERE@example.org").await;
    let wanted = json!({ "result": "known_elsewhere", "first_name": "Elsa", "last_name": "Where" });
    assert_eq!(check, wanted);
    let form = json!({ "email": "ELSEWHERE@EXAMPLE.ORG", "first_name": "Somebody", "last_name": "",
        "roles": ["learner"] });
    let outcome = admin.invite(&form).await.done();
    assert_eq!(outcome["account_exists"], true);
    let user = &outcome["user"];
    assert_eq!(
        (&user["email"], &user["first_name"], &user["last_name"]),
        (&json!("elsewhere@example.org"), &json!("Elsa"), &json!("Where"))
    );
    let mail = academy.mails().await.concat();
    assert!(mail.contains("elsewhere@example.org") && !mail.contains("Somebody"), "{mail}");
    assert_eq!(admin.invite(&ann()).await.done()["account_exists"], false);
}

#[tokio::test]
async fn r4_the_other_workspace_and_customer_are_never_named() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let form = with(ann(), &json!({ "email": "elsewhere@example.org" }));
    let mut told = admin.get("invitations/check?email=elsewhere@example.org").await.text();
    let outcome = admin.invite(&form).await;
    let user = text(&outcome.done()["user"]["id"]);
    told += &outcome.text();
    for place in [format!("users/{user}"), format!("users/{user}/audit"), "/api/v1/session".to_owned()] {
        told += &admin.get(&place).await.text();
    }
    told += &academy.mails().await.concat();
    for secret in ["harbour", "Quayside", "Meridian", "Docks", &id(3), &id(200), &id(1200)] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}

#[tokio::test]
async fn r5_an_address_known_here_is_refused_and_names_the_user() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    for (email, user, status) in [
        ("learner@example.org", LEARNER, "active"),
        ("INVITED@example.org", INVITED, "invited"),
        ("pending@example.org", PENDING, "pending"),
        ("cancelled@example.org", CANCELLED, "cancelled"),
        ("deleted@example.org", DELETED, "deleted"),
        ("expired@example.org", EXPIRED, "expired"),
    ] {
        let check = admin.read(&format!("invitations/check?email={email}")).await;
        assert_eq!(check, json!({ "result": "known_here", "user_id": id(user), "status": status }));
        let problem = admin.invite(&with(ann(), &json!({ "email": email }))).await.problem();
        assert_eq!((problem.status, problem.code), (409, ProblemCode::KnownHere));
        assert_eq!(problem.user_id.unwrap().to_string(), id(user));
        assert_eq!(problem.user_status.unwrap().as_str(), status);
        assert!(problem.detail.as_str().contains(status), "{}", problem.detail);
        assert_eq!(admin.read(&format!("users/{}", id(user))).await["status"], status);
    }
}

#[tokio::test]
async fn r5_a_manager_learns_nothing_of_a_user_outside_the_scope() {
    let academy = Academy::open().await;
    let manager = academy.manager().await;
    let form = with(ann(), &json!({ "email": "late@example.org", "unit": id(YORK) }));
    let answer = manager.invite(&form).await;
    let problem = answer.problem();
    assert_eq!((problem.code, problem.user_id, problem.user_status), (ProblemCode::KnownHere, None, None));
    for secret in ["Lars", "invited", &id(LATE)] {
        assert!(!answer.text().contains(secret), "{secret} in {}", answer.text());
    }
}

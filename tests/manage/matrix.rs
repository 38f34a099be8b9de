//! Role × action × scope, whole, over HTTP (DESIGN R1).

use admit::domain::ids::{UserId, WorkspaceId};
use admit::domain::status::UserState;
use admit::server::store::managing;
use uuid::Uuid;

use super::*;
use crate::academy::*;
use crate::values;

/// A user to be acted on for each status, in the scope of the manager or out of it.
async fn someone(academy: &Academy, (status, roles, unit): (&str, i64, Option<u128>), n: u128) {
    let (state, ends_at) = if status == "expired" { ("active", Some(1_i64)) } else { (status, None) };
    let account = "INSERT INTO accounts (id, email, email_key, first_name, last_name, created_at) \
                   VALUES (?, ?, ?, 'N', 'N', 0)";
    let email = format!("n{n}@example.org");
    academy.database.run(account, values![id(n), &email, &email]).await;
    let key = "SELECT path_key FROM units WHERE id = ?";
    let unit_key = academy.database.texts(key, values![unit.map(id)]).await.pop();
    academy.database.run("INSERT INTO users (workspace_id, id, account_id, email, email_key, first_name, last_name, name_key, \
         search_text, state, listed_as, roles, unit_id, unit_key, ends_at, link_ends_at, created_at) \
         SELECT workspace_id, ?, ?, ?, ?, 'N', 'N', 'n n', 'n', ?, ?, ?, ?, ?, ?, 4000000000000000, 0 \
         FROM users WHERE id = ?", values![id(n), (state == "active").then(|| id(n)), &email, &email, state, status, roles, unit.map(id), unit_key.unwrap_or_default(), ends_at, id(LEARNER)]).await;
    if state == "invited" || state == "pending" {
        academy
            .database
            .run(
                "INSERT INTO invitations (workspace_id, id, user_id, state, sent_at, link_ends_at) \
             SELECT workspace_id, ?, id, 'open', 0, 4000000000000000 FROM users WHERE id = ?",
                values![id(n + 100_000), id(n)],
            )
            .await;
    }
}

const STATUSES: [&str; 6] = ["active", "invited", "pending", "cancelled", "expired", "deleted"];

/// The actions, each with the statuses that it fits.
fn actions() -> Vec<(&'static str, Method, &'static str, Value, &'static [&'static str])> {
    let enrol = json!({ "courses": [id(ROMAN_HISTORY)] });
    vec![
        ("resend", Method::POST, "/invitation/resend", Value::Null, &["invited", "pending", "cancelled"]),
        ("cancel", Method::POST, "/invitation/cancel", Value::Null, &["invited", "pending"]),
        ("copy link", Method::GET, "/invitation/link", Value::Null, &["invited"]),
        ("edit", Method::PATCH, "", json!({ "add_groups": [id(NIGHT_SHIFT)] }), &["active"]),
        ("expiry", Method::PATCH, "", json!({ "expires_on": "2027-01-31" }), &["active", "expired"]),
        ("enrol", Method::POST, "/enrolments", enrol, &["active", "invited", "pending"]),
        (
            "delete",
            Method::DELETE,
            "",
            Value::Null,
            &["active", "invited", "pending", "cancelled", "expired"],
        ),
        ("reactivate", Method::POST, "/reactivate", Value::Null, &["deleted"]),
        ("show", Method::GET, "", Value::Null, &STATUSES),
        ("record", Method::GET, "/audit", Value::Null, &STATUSES),
        ("courses", Method::GET, "/enrolments", Value::Null, &STATUSES),
    ]
}

/// What the rules say: may the operator reach the user, and change one with these roles?
fn expected(operator: &str, (unit, roles): (Option<u128>, i64), action: &str, fits: bool) -> &'static [u16] {
    let is_reading = ["show", "record", "courses"].contains(&action);
    match operator {
        "learner" => &[403],
        "nobody" => &[401],
        "outsider" => &[404],
        "manager" if unit != Some(YORK) => &[404],
        _ if !fits => &[409],
        "manager" if roles != 1 && !is_reading => &[403],
        _ => &[200],
    }
}

#[tokio::test]
async fn r1_every_role_every_action_every_scope() {
    let academy = Academy::open().await;
    let operators = [
        ("admin", academy.admin().await),
        ("manager", academy.manager().await),
        ("learner", academy.caller("learner@example.org").await),
        ("outsider", academy.caller("elsewhere@example.org").await),
        ("nobody", academy.holder(None)),
    ];
    let mut n = 10_000;
    let mut wrong = Vec::new();
    for (action, method, what, body, fitting) in actions() {
        for status in STATUSES {
            for (unit, roles) in [(Some(YORK), 1), (Some(YORK), 3), (Some(SALES), 1), (None, 1)] {
                for (operator, caller) in &operators {
                    n += 1;
                    someone(&academy, (status, roles, unit), n).await;
                    let answer = change(caller, method.clone(), (n, what), &body).await.status;
                    let fits = fitting.contains(&status);
                    if !expected(operator, (unit, roles), action, fits).contains(&answer) {
                        wrong.push(format!(
                            "{operator} {action} {status} unit {unit:?} roles {roles}: {answer}"
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn r1_lists_counts_and_the_record_are_limited_to_the_units_managed() {
    let academy = Academy::open().await;
    let (admin, manager) = (academy.admin().await, academy.manager().await);
    for n in [INVITED, LATE] {
        post(&admin, (n, "/invitation/resend"), &Value::Null).await.done();
    }
    let record = manager.read("audit").await;
    let about: Vec<String> =
        record["items"].as_array().unwrap().iter().map(|entry| text(&entry["email"])).collect();
    assert_eq!(about, ["Invited@Example.org"]);
    let all = admin.read("audit?kind=invitation&operator=admin@example.org").await;
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    assert!(admin.read("audit?kind=user").await["items"].as_array().unwrap().is_empty());
    assert!(admin.read("audit?operator=olga@example.org").await["items"].as_array().unwrap().is_empty());
    assert!(manager.read("changes").await["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn r1_a_manager_neither_grants_more_than_learner_nor_moves_out_of_the_units_managed() {
    let academy = Academy::open().await;
    let manager = academy.manager().await;
    let edit = async |edit: Value| edit_user(&manager, LEARNER, &edit).await;
    for roles in [json!(["learner", "manager"]), json!(["admin"])] {
        assert_eq!(edit(json!({ "roles": roles })).await.status, 403);
    }
    assert_eq!(edit(json!({ "unit": id(SALES) })).await.wrong()[0].0, "/unit");
    assert_eq!(edit(json!({ "unit": null })).await.wrong()[0].0, "/unit");
    assert_eq!(edit(json!({ "units_managed": [id(YORK)] })).await.wrong()[0].0, "/units_managed");
    edit(json!({ "unit": id(YORKSHIRE), "add_groups": [id(NIGHT_SHIFT)] })).await.done();
}

#[tokio::test]
async fn r1_who_loses_a_role_while_others_have_their_turn_changes_nothing_any_more() {
    let academy = Academy::open().await;
    let (olga, manager) = (academy.caller("olga@example.org").await, academy.manager().await);
    // Counted in advance, so that nothing but the turn is waited for.
    for caller in [&olga, &manager] {
        caller.read("users/counts").await;
    }
    let workspace = WorkspaceId::new(Uuid::from_u128(2));
    let mut turn = academy.turn().await;
    let delete = change(&olga, Method::DELETE, (LEARNER, ""), &Value::Null);
    let demote = async {
        academy.figures_say(ONE_WAITS).await;
        let olgas = UserId::new(Uuid::from_u128(116));
        managing::set_state(&mut turn, workspace, olgas, UserState::Deleted).await.unwrap();
        turn.commit().await.unwrap();
    };
    let (refused, ()) = tokio::join!(delete, demote);
    assert_eq!(refused.status, 404, "{}", refused.text());
    assert_eq!(status(&manager, LEARNER).await, "active");
}

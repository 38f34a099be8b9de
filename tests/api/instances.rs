//! Several servers on one database are as one.

use std::collections::BTreeMap;

use admit::api::changes::UserChange;
use admit::api::events::Event;
use admit::api::jobs::Job;
use admit::domain::clock::Clock;
use admit::domain::ids::{AccountId, ChangeId, WorkspaceId};
use admit::server::store::jobs::{self, StoredJob};
use admit::server::store::news::Heard;
use serde_json::json;
use uuid::Uuid;

use crate::academy::*;
use crate::values;

#[tokio::test]
async fn two_servers_let_through_no_more_than_one() {
    let academy = Academy::with_rate(4).await;
    let beside = academy.beside().await;
    let here = academy.admin().await;
    let there = here.at(&beside);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(here.get("/api/v1/session").await.status);
        statuses.push(there.get("/api/v1/session").await.status);
    }
    assert_eq!(statuses, [200, 200, 200, 200, 429, 429, 429, 429]);
    academy.clock.advance(jiff::SignedDuration::from_secs(1));
    assert_eq!(there.get("/api/v1/session").await.status, 200, "time brings it back");
}

#[tokio::test]
async fn what_was_counted_is_swept_once_it_is_over() {
    let academy = Academy::with_rate(4).await;
    let (admin, manager) = (academy.admin().await, academy.manager().await);
    let rows = async || academy.database.numbers("SELECT COUNT(*) FROM limits", values![]).await[0];
    admin.get("/api/v1/session").await.done();
    assert_eq!(rows().await, 1);
    academy.clock.advance(jiff::SignedDuration::from_mins(10));
    manager.get("/api/v1/session").await.done();
    assert_eq!(rows().await, 1, "that of the admin is gone");
}

#[tokio::test]
async fn r9_two_servers_mail_every_letter_once() {
    let academy = Academy::open().await;
    let beside = academy.beside().await;
    let here = academy.admin().await;
    let there = here.at(&beside);
    for n in 0..12 {
        let form = with(ann(), &json!({ "email": format!("guest{n}@example.org") }));
        let caller = if n % 2 == 0 { &here } else { &there };
        caller.invite(&form).await.done();
    }
    let (one, other) = tokio::join!(academy.server.deliver_due(), beside.deliver_due());
    one.unwrap();
    other.unwrap();
    let mails = academy.mails().await;
    let mut to: BTreeMap<&str, usize> = BTreeMap::new();
    for mail in &mails {
        *to.entry(mail.lines().find(|line| line.starts_with("To:")).unwrap()).or_default() += 1;
    }
    assert_eq!((to.len(), to.values().all(|count| *count == 1)), (12, true), "{to:?}");
    let tries = academy.database.numbers("SELECT attempts FROM letters WHERE attempts <> 1", values![]).await;
    assert_eq!(tries, [0; 0], "none was claimed twice");
}

#[tokio::test]
async fn two_servers_change_every_user_of_a_job_once() {
    let academy = Academy::open().await;
    let beside = academy.beside().await;
    let here = academy.admin().await;
    let there = here.at(&beside);
    let everybody = here.read("users/counts").await["total"].clone();
    let body = json!({ "change": { "action": "enrol", "courses": [id(ROMAN_HISTORY)] },
        "target": { "matching": { "filter": {} } }, "expected": everybody });
    let job = here.post("jobs", "both", &body).await.done();
    assert_eq!(there.post("jobs", "both", &body).await.done()["id"], job["id"], "asked again elsewhere");
    let job = crate::manage::over(&there, &text(&job["id"])).await;
    assert_eq!(job["state"], "finished");
    let changed = "SELECT COUNT(*) FROM audit WHERE change_id = ?";
    let of_users = "SELECT COUNT(DISTINCT user_id) FROM audit WHERE change_id = ?";
    let (changed, of_users) = (
        academy.database.numbers(changed, values![text(&job["id"])]).await,
        academy.database.numbers(of_users, values![text(&job["id"])]).await,
    );
    assert_eq!((changed[0], of_users[0]), (job["done"].as_i64().unwrap(), job["done"].as_i64().unwrap()));
}

/// A job of nobody, by `actor`.
fn job_of_nobody(academy: &Academy, n: u128, actor: u128) -> StoredJob {
    let (id, by) = (ChangeId::new(Uuid::from_u128(n)), "somebody@example.org".into());
    let job = Job::begun(id, (UserChange::Delete, "delete".into()), by, academy.clock.now());
    StoredJob { job, actor: AccountId::new(Uuid::from_u128(actor)), origin: "api".to_owned() }
}

#[tokio::test]
async fn the_jobs_of_one_workspace_do_not_keep_another_waiting() {
    let academy = Academy::open().await;
    let workspaces = [2, 3].map(|n| WorkspaceId::new(Uuid::from_u128(n)));
    let [long, short] = workspaces;
    let accounts = ["admin@example.org", "elsewhere@example.org"].map(async |email| {
        let id = academy.column("SELECT id FROM accounts WHERE email = ?", email).await.remove(0);
        id.parse::<Uuid>().unwrap().as_u128()
    });
    let [admin, elsewhere] = accounts;
    let (admin, elsewhere) = (admin.await, elsewhere.await);
    for (workspace, n, actor) in (900..920).map(|n| (long, n, admin)).chain([(short, 920, elsewhere)]) {
        let mut tx = academy.store.write(workspace).await.unwrap();
        jobs::insert(&mut tx, workspace, &job_of_nobody(&academy, n, actor)).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut news = academy.store.newsroom().listen();
    let body = json!({ "change": { "action": "delete" }, "target": { "users": [] } });
    academy.admin().await.post("jobs", "wake", &body).await.done();
    let mut before = 0;
    loop {
        match news.recv().await.unwrap() {
            Heard::Told(told) if told.workspace == short => break,
            Heard::Told(told) if matches!(told.event, Event::Job { .. }) => before += 1,
            _ => {}
        }
    }
    assert!(before < 10, "{before} jobs of the other workspace came first");
}

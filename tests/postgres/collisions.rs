//! A transaction that another one was in the way of is made again, and nothing twice.

use reqwest::Method;
use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};

use crate::academy::*;
use crate::database::Database;
use crate::values;

/// Somebody who holds the row of a user, as a change in the middle of its transaction does.
async fn holder(academy: &Academy, user: u128) -> PgConnection {
    let mut other = PgConnection::connect(&academy.database.url()).await.unwrap();
    // It is the server that is to give way.
    other.execute("SET deadlock_timeout = '60s'").await.unwrap();
    other.execute("BEGIN").await.unwrap();
    let held = "SELECT 1 FROM users WHERE id = $1 FOR UPDATE";
    sqlx::query(held).bind(id(user)).execute(&mut other).await.unwrap();
    other
}

/// The process of the server's that waits for a lock, once there is one.
async fn waiting(academy: &Academy) -> i64 {
    let sql = "SELECT CAST(pid AS BIGINT) FROM pg_stat_activity WHERE datname = current_database() \
               AND application_name = 'admit' AND wait_event_type = 'Lock' AND query LIKE '%users%'";
    loop {
        if let Some(process) = academy.database.numbers(sql, values![]).await.pop() {
            return process;
        }
    }
}

fn edit(admin: &Caller) -> reqwest::RequestBuilder {
    let path = format!("users/{}", id(LEARNER));
    let body = json!({ "expires_on": "2027-03-31" });
    admin.request(Method::PATCH, &path).header("Idempotency-Key", "edit").json(&body)
}

async fn recorded(academy: &Academy) -> i64 {
    let sql = "SELECT COUNT(*) FROM audit WHERE user_id = ? AND action = 'user.edited'";
    academy.database.numbers(sql, values![id(LEARNER)]).await[0]
}

#[tokio::test]
#[ignore = "needs a PostgreSQL server"]
async fn a_deadlock_is_got_out_of_and_the_change_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::make(folder.path()).await;
    // So that the server notices only once both wait.
    let name = database.texts("SELECT CAST(current_database() AS TEXT)", values![]).await.remove(0);
    database.run(&format!("ALTER DATABASE {name} SET deadlock_timeout = '4s'"), values![]).await;
    let academy = Academy::on(database, folder, 100_000).await;
    let admin = academy.admin().await;
    admin.invite(&ann()).await.done();
    let mut other = holder(&academy, LEARNER).await;
    let changing = tokio::spawn(Answer::of(edit(&admin)));
    waiting(&academy).await;
    // Now each waits for the other: for the user, and for the turn.
    other.execute("SELECT 1 FROM turns FOR UPDATE").await.unwrap();
    other.execute("COMMIT").await.unwrap();
    let changed = changing.await.unwrap();
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(changed.done()["result"], "done");
    // The count comes a moment later.
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    while academy.database.numbers(deadlocks, values![]).await[0] == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(recorded(&academy).await, 1);
}

#[tokio::test]
#[ignore = "needs a PostgreSQL server"]
async fn a_line_lost_in_mid_transaction_is_told_and_the_change_can_be_asked_for_again() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    admin.read("users").await;
    let mut other = holder(&academy, LEARNER).await;
    let changing = tokio::spawn(Answer::of(edit(&admin)));
    let process = waiting(&academy).await;
    academy
        .database
        .texts("SELECT CAST(pg_terminate_backend(CAST(? AS INTEGER)) AS TEXT)", values![process])
        .await;
    let refused = changing.await.unwrap();
    assert_eq!((refused.status, refused.header("retry-after")), (503, "3"));
    assert!(refused.problem().detail.as_str().contains("database does not answer"), "{}", refused.text());
    other.execute("COMMIT").await.unwrap();
    assert_eq!(Answer::of(edit(&admin)).await.status, 200);
    assert_eq!(Answer::of(edit(&admin)).await.status, 200);
    assert_eq!(recorded(&academy).await, 1, "under one key it happens once");
}

#[tokio::test]
#[ignore = "needs a PostgreSQL server"]
async fn a_statement_that_takes_too_long_is_ended_and_told() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    admin.read("users").await;
    let mut other = holder(&academy, LEARNER).await;
    let changing = tokio::spawn(Answer::of(edit(&admin)));
    let process = waiting(&academy).await;
    // What the statement time-out does, without the wait for it.
    academy
        .database
        .texts("SELECT CAST(pg_cancel_backend(CAST(? AS INTEGER)) AS TEXT)", values![process])
        .await;
    let refused = changing.await.unwrap();
    assert_eq!((refused.status, refused.header("retry-after")), (503, "3"));
    assert!(refused.problem().detail.as_str().contains("took too long"), "{}", refused.text());
    other.execute("COMMIT").await.unwrap();
    let bounds = "SELECT setting FROM pg_settings WHERE name = 'statement_timeout'";
    assert_eq!(academy.database.texts(bounds, values![]).await, ["0"], "the test's own lines have none");
    assert_eq!(Answer::of(edit(&admin)).await.status, 200);
}

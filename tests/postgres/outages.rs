//! A database that can't serve for a while: the server says so, and comes back by itself.

use admit::api::problem::ProblemCode;
use admit::server::store::Store;
use admit::server::store::engine::connect::Connections;

use crate::academy::*;
use crate::database::Database;
use crate::pg_server::PgServer;
use crate::values;

/// Ends the lines to the database, as settings hold for new ones.
const END_LINES: &str = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
    WHERE datname = current_database() AND application_name = 'admit'";

async fn readiness(caller: &Caller) -> (u16, String) {
    let answer = caller.get("/readyz").await;
    let words = if answer.status == 200 { String::new() } else { answer.problem().detail.to_string() };
    (answer.status, words)
}

/// Asks until the server is ready again.
async fn ready_again(caller: &Caller) {
    while readiness(caller).await.0 != 200 {
        tokio::task::yield_now().await;
    }
}

fn assert_unavailable(answer: &Answer, words: &str) {
    let problem = answer.problem();
    assert_eq!((problem.status, problem.code), (503, ProblemCode::Unavailable));
    assert_eq!(answer.header("retry-after"), "3");
    assert!(problem.detail.as_str().contains(words), "{}", problem.detail);
}

#[tokio::test]
#[ignore = "needs a PostgreSQL server"]
async fn a_database_that_takes_no_changes_can_still_be_read() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let set = async |value: &str| {
        let name =
            academy.database.texts("SELECT CAST(current_database() AS TEXT)", values![]).await.remove(0);
        let sql = format!("ALTER DATABASE {name} SET default_transaction_read_only = {value}");
        academy.database.run(&sql, values![]).await;
        academy.database.numbers(END_LINES, values![]).await;
    };
    set("on").await;
    assert_unavailable(&admin.get("/readyz").await, "takes no changes");
    assert_eq!(admin.get("users").await.status, 200);
    assert_unavailable(&admin.post("invitations", "k", &ann()).await, "takes no changes");
    set("off").await;
    ready_again(&admin).await;
    assert_eq!(admin.post("invitations", "k", &ann()).await.status, 201, "under the same key");
}

#[tokio::test]
#[ignore = "needs a PostgreSQL server"]
async fn a_full_database_is_told_until_there_is_room() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    academy
        .database
        .run_either(
            "",
            "CREATE FUNCTION has_no_room() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$; \
             CREATE TRIGGER no_room BEFORE INSERT ON users EXECUTE FUNCTION has_no_room(); \
             CREATE TRIGGER no_room BEFORE INSERT ON limits EXECUTE FUNCTION has_no_room()",
        )
        .await;
    assert_eq!(readiness(&admin).await.0, 200, "nobody has noticed yet");
    assert_unavailable(&admin.post("invitations", "k", &ann()).await, "is full");
    assert_unavailable(&admin.get("/readyz").await, "is full");
    assert_eq!(admin.get("users").await.status, 200);
    academy.database.run_either("", "DROP TRIGGER no_room ON users; DROP TRIGGER no_room ON limits").await;
    assert_eq!(readiness(&admin).await, (200, String::new()));
    assert_eq!(admin.post("invitations", "k", &ann()).await.status, 201);
}

#[tokio::test]
#[ignore = "needs a PostgreSQL server"]
async fn the_tables_of_another_version_are_told() {
    let academy = Academy::open().await;
    let admin = academy.admin().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'from the future', TRUE, '', 1)";
    academy.database.run(newer, values![]).await;
    assert_unavailable(&admin.get("/readyz").await, "another version");
    let refused = Store::open(&academy.database.address).await.unwrap_err().to_string();
    assert!(refused.ends_with("was written by a newer version of admit; use that version"), "{refused}");
    academy.database.run("ALTER TABLE users RENAME TO people", values![]).await;
    assert_unavailable(&admin.get("users").await, "another version");
    academy.database.run("ALTER TABLE people RENAME TO users", values![]).await;
    academy.database.run("DELETE FROM _sqlx_migrations WHERE version = 9999", values![]).await;
    assert_eq!(readiness(&admin).await, (200, String::new()));
    assert_eq!(admin.get("users").await.status, 200);
}

#[tokio::test]
#[ignore = "needs a PostgreSQL server"]
async fn a_database_server_that_was_away_is_found_again() {
    let mut server = PgServer::start(&[]).await;
    let database = Database::at(&server.url("?sslmode=disable")).await;
    let academy = Academy::on(database, tempfile::tempdir().unwrap(), 100_000).await;
    let admin = academy.admin().await;
    assert_eq!(admin.get("users").await.status, 200);
    server.stop();
    assert_unavailable(&admin.get("users").await, "does not answer");
    assert_unavailable(&admin.post("invitations", "k", &ann()).await, "does not answer");
    assert_unavailable(&admin.get("/readyz").await, "does not answer");
    assert_eq!(admin.get("/healthz").await.status, 200, "it lives, but can't work");
    let gone = Store::open(&academy.database.address).await.unwrap_err().to_string();
    assert!(gone.starts_with("can't connect to postgres://postgres@localhost:"), "{gone}");
    server.resume().await;
    ready_again(&admin).await;
    assert_eq!(admin.post("invitations", "k", &ann()).await.status, 201);
    assert_eq!(admin.emails("users?search=ann.lee").await, ["ann.lee@example.org"]);
}

#[tokio::test]
#[ignore = "needs a PostgreSQL server"]
async fn a_server_is_started_before_its_database() {
    let mut server = PgServer::start(&[]).await;
    let address = server.url("?sslmode=disable").parse().unwrap();
    server.stop();
    let (store, awaited) = Store::open_or_await(&address, Connections::default()).await.unwrap();
    let awaited = awaited.unwrap();
    assert!(awaited.why.to_string().starts_with("can't connect to postgres://"), "{}", awaited.why);
    assert_eq!(store.check().await.unwrap_err().to_string(), "the database does not answer");
    server.resume().await;
    awaited.up_to_date().await.unwrap();
    store.check().await.unwrap();
}

#[tokio::test]
#[ignore = "needs a PostgreSQL server"]
async fn a_database_that_lets_nobody_in_is_not_awaited() {
    let server = PgServer::start(&[]).await;
    let nobody = server.url("?sslmode=disable").replace("postgres@", "nobody@");
    let refused = Store::open_or_await(&nobody.parse().unwrap(), Connections::default()).await;
    let refused = refused.map(drop).unwrap_err().to_string();
    assert!(refused.contains("role \"nobody\" does not exist"), "{refused}");
}

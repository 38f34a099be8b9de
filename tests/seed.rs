//! The sample: the same for the same seed, believable, and never over data that is there.

#![expect(clippy::unwrap_used, reason = "a test that can't go on is to stop there")]

use std::path::Path;

use admit::server::seed::{Plan, SeedError, fill};
use admit::server::store::Store;
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Row};

fn plan(seed: u64) -> Plan {
    let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    Plan { users: 240, units: 40, groups: 12, courses: 120, seed, now, password_hash: "hash".to_owned() }
}

async fn filled(folder: &Path, name: &str, plan: &Plan) -> SqliteConnection {
    let path = folder.join(name);
    let store = Store::open(&format!("sqlite:{}", path.display())).await.unwrap();
    fill(&store, plan, |_| ()).await.unwrap();
    store.close().await;
    SqliteConnectOptions::new().filename(&path).connect().await.unwrap()
}

async fn number(database: &mut SqliteConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(database).await.unwrap()
}

/// Every row of every table as text.
async fn everything(database: &mut SqliteConnection) -> Vec<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_migrations'",
    )
    .fetch_all(&mut *database)
    .await
    .unwrap();
    let mut all = Vec::new();
    for table in tables {
        let columns: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT name FROM pragma_table_info('{table}')")))
                .fetch_all(&mut *database)
                .await
                .unwrap();
        let row =
            columns.iter().map(|name| format!("quote(\"{name}\")")).collect::<Vec<_>>().join(" || '|' || ");
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {row} FROM \"{table}\" ORDER BY 1")))
            .fetch_all(&mut *database)
            .await
            .unwrap();
        all.extend(rows.iter().map(|row| format!("{table}: {}", row.get::<String, _>(0))));
    }
    all
}

#[tokio::test]
async fn the_same_seed_gives_the_same_rows_and_another_seed_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = filled(folder.path(), "a.db", &plan(7)).await;
    let mut again = filled(folder.path(), "b.db", &plan(7)).await;
    let mut other = filled(folder.path(), "c.db", &plan(8)).await;
    let first = everything(&mut first).await;
    assert!(first.len() > 2_000, "{}", first.len());
    assert_eq!(first, everything(&mut again).await);
    assert_ne!(first, everything(&mut other).await);
}

#[tokio::test]
async fn the_sample_has_what_the_design_promises() {
    let folder = tempfile::tempdir().unwrap();
    let mut database = filled(folder.path(), "a.db", &plan(1)).await;
    let counts = [
        ("SELECT COUNT(*) FROM customers", 1),
        ("SELECT COUNT(*) FROM workspaces", 2),
        (
            "SELECT COUNT(*) FROM users u JOIN workspaces w ON w.id = u.workspace_id AND w.slug = 'academy'",
            240,
        ),
        (
            "SELECT COUNT(*) FROM units u JOIN workspaces w ON w.id = u.workspace_id AND w.slug = 'academy'",
            40,
        ),
        (
            "SELECT COUNT(*) FROM groups g JOIN workspaces w ON w.id = g.workspace_id AND w.slug = 'academy'",
            12,
        ),
        (
            "SELECT COUNT(*) FROM courses c JOIN workspaces w ON w.id = c.workspace_id AND w.slug = 'academy'",
            120,
        ),
        ("SELECT COUNT(DISTINCT state) FROM users", 5),
        ("SELECT COUNT(DISTINCT state) FROM enrolments", 5),
        ("SELECT COUNT(*) FROM letters WHERE state NOT IN ('sent', 'failed')", 0),
        ("SELECT COUNT(*) FROM accounts WHERE password_hash = 'hash'", 4),
        (
            "SELECT COUNT(*) FROM users u JOIN workspaces w ON w.id = u.workspace_id \
          WHERE u.email_key = 'elsewhere@example.org'",
            1,
        ),
        (
            "SELECT COUNT(*) FROM users u JOIN workspaces w ON w.id = u.workspace_id \
          WHERE u.email_key = 'elsewhere@example.org' AND w.slug = 'volunteers'",
            1,
        ),
        (
            "SELECT COUNT(*) FROM units_managed m JOIN users u ON u.id = m.user_id JOIN units n ON n.id = m.unit_id \
          WHERE u.email_key = 'manager@example.org' AND n.path = 'Operations › Yorkshire'",
            1,
        ),
        // An account is one person: no user's address and account differ.
        (
            "SELECT COUNT(*) FROM users u JOIN accounts a ON a.id = u.account_id WHERE a.email_key <> u.email_key",
            0,
        ),
        ("SELECT COUNT(*) FROM users WHERE (state IN ('active', 'deleted')) <> (account_id IS NOT NULL)", 0),
        ("SELECT COUNT(*) FROM pragma_foreign_key_check", 0),
    ];
    for (sql, expected) in counts {
        assert_eq!(number(&mut database, sql).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn the_times_of_the_sample_fit_together() {
    let folder = tempfile::tempdir().unwrap();
    let mut database = filled(folder.path(), "a.db", &plan(1)).await;
    let now = plan(1).now.as_microsecond();
    let ended = format!("SELECT COUNT(*) FROM users WHERE state = 'active' AND ends_at <= {now}");
    let overdue = format!("SELECT COUNT(*) FROM users WHERE state = 'invited' AND link_ends_at <= {now}");
    let future = format!(
        "SELECT (SELECT COUNT(*) FROM audit WHERE at > {now}) \
        + (SELECT COUNT(*) FROM users WHERE last_active_at > {now} OR invited_at > {now} \
           OR last_active_at < created_at) + (SELECT COUNT(*) FROM letters WHERE settled_at > {now})"
    );
    let mut ask = async |sql: String| -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut database).await.unwrap()
    };
    assert!(ask(ended).await > 2);
    assert!(ask(overdue).await > 2);
    assert_eq!(ask(future).await, 0);
}

#[tokio::test]
async fn a_database_that_holds_something_is_refused_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut database = filled(folder.path(), "a.db", &plan(1)).await;
    let before = everything(&mut database).await;
    let store = Store::open(&format!("sqlite:{}", folder.path().join("a.db").display())).await.unwrap();
    let error = fill(&store, &plan(2), |_| ()).await.unwrap_err();
    assert!(matches!(error, SeedError::NotEmpty), "{error}");
    assert_eq!(before, everything(&mut database).await);
}

#[tokio::test]
async fn a_sample_without_units_groups_or_courses_is_possible() {
    let folder = tempfile::tempdir().unwrap();
    let bare = Plan { users: 5, units: 0, groups: 0, courses: 0, ..plan(1) };
    let mut database = filled(folder.path(), "a.db", &bare).await;
    assert_eq!(number(&mut database, "SELECT COUNT(*) FROM units_managed").await, 0);
    assert_eq!(number(&mut database, "SELECT COUNT(*) FROM enrolments").await, 0);
}

//! The sample: the same for the same seed, believable, and never over data that is there.

#![expect(clippy::unwrap_used, reason = "a test that can't go on is to stop there")]

#[path = "support/database.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod database;

use admit::server::seed::{Plan, SeedError, fill};
use admit::server::store::Store;
use jiff::Timestamp;
use tempfile::TempDir;

use database::Database;

fn plan(seed: u64) -> Plan {
    let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    Plan { users: 240, units: 40, groups: 12, courses: 120, seed, now, password_hash: "hash".to_owned() }
}

/// A database that was filled, and the folder that it may be in.
async fn filled(plan: &Plan) -> (Database, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::make(folder.path()).await;
    let store = Store::open(&database.address).await.unwrap();
    fill(&store, plan, |_| ()).await.unwrap();
    store.close().await;
    (database, folder)
}

async fn number(database: &Database, sql: &str) -> i64 {
    database.numbers(sql, &[]).await.pop().unwrap()
}

/// Every row of every table as text.
async fn everything(database: &Database) -> Vec<String> {
    let mut all = Vec::new();
    for table in database.tables().await {
        if !table.ends_with("_migrations") {
            all.extend(database.rows(&table).await.into_iter().map(|row| format!("{table}: {row}")));
        }
    }
    all
}

#[tokio::test]
async fn the_same_seed_gives_the_same_rows_and_another_seed_others() {
    let (first, _folder) = filled(&plan(7)).await;
    let (again, _folder) = filled(&plan(7)).await;
    let (other, _folder) = filled(&plan(8)).await;
    let first = everything(&first).await;
    assert!(first.len() > 2_000, "{}", first.len());
    assert_eq!(first, everything(&again).await);
    assert_ne!(first, everything(&other).await);
}

#[tokio::test]
async fn the_sample_has_what_the_design_promises() {
    let (database, _folder) = filled(&plan(1)).await;
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
    ];
    for (sql, expected) in counts {
        assert_eq!(number(&database, sql).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn the_times_of_the_sample_fit_together() {
    let (database, _folder) = filled(&plan(1)).await;
    let now = plan(1).now.as_microsecond();
    let ended = format!("SELECT COUNT(*) FROM users WHERE state = 'active' AND ends_at <= {now}");
    let overdue = format!("SELECT COUNT(*) FROM users WHERE state = 'invited' AND link_ends_at <= {now}");
    let future = format!(
        "SELECT (SELECT COUNT(*) FROM audit WHERE at > {now}) \
        + (SELECT COUNT(*) FROM users WHERE last_active_at > {now} OR invited_at > {now} \
           OR last_active_at < created_at) + (SELECT COUNT(*) FROM letters WHERE settled_at > {now})"
    );
    assert!(number(&database, &ended).await > 2);
    assert!(number(&database, &overdue).await > 2);
    assert_eq!(number(&database, &future).await, 0);
}

#[tokio::test]
async fn a_database_that_holds_something_is_refused_and_kept() {
    let (database, _folder) = filled(&plan(1)).await;
    let before = everything(&database).await;
    let store = Store::open(&database.address).await.unwrap();
    let error = fill(&store, &plan(2), |_| ()).await.unwrap_err();
    assert!(matches!(error, SeedError::NotEmpty), "{error}");
    assert_eq!(before, everything(&database).await);
}

#[tokio::test]
async fn a_sample_without_units_groups_or_courses_is_possible() {
    let bare = Plan { users: 5, units: 0, groups: 0, courses: 0, ..plan(1) };
    let (database, _folder) = filled(&bare).await;
    assert_eq!(number(&database, "SELECT COUNT(*) FROM units_managed").await, 0);
    assert_eq!(number(&database, "SELECT COUNT(*) FROM enrolments").await, 0);
}

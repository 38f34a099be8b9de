//! The store: opening a database, and the shape of its tables.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use admit::server::store::{Store, StoreError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Row};

/// Tables that belong to no workspace: they are looked up before the workspace is known.
const GLOBAL: &[&str] = &["customers", "accounts", "workspaces", "tokens", "_sqlx_migrations"];

fn address(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

async fn made(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("people.db");
    Store::open(&address(&path)).await.unwrap().close().await;
    path
}

#[tokio::test]
async fn a_new_database_is_made_for_its_owner_alone_and_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path()).await;
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    Store::open(&address(&path)).await.unwrap().close().await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.db");
    let text = "dear diary, ".repeat(1000);
    fs::write(&path, &text).unwrap();
    let error = Store::open(&address(&path)).await.unwrap_err();
    assert!(matches!(error, StoreError::NotADatabase(_)), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_newer_database_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path()).await;
    let mut other = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'from the future', 1, x'00', 1)";
    sqlx::query(newer).execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    let error = Store::open(&address(&path)).await.unwrap_err();
    assert!(matches!(error, StoreError::Newer(_)), "{error}");
    assert!(error.to_string().ends_with("was written by a newer version of admit; use that version"));
}

#[tokio::test]
async fn a_folder_that_is_not_there_and_an_unknown_address_are_told() {
    let error = Store::open("sqlite:/nowhere/at/all/people.db").await.unwrap_err();
    assert!(error.to_string().contains("/nowhere/at/all/people.db"), "{error}");
    assert!(matches!(Store::open("mysql://x").await.unwrap_err(), StoreError::BadAddress(_)));
    assert!(matches!(Store::open("sqlite:").await.unwrap_err(), StoreError::BadAddress(_)));
}

#[tokio::test]
async fn every_key_of_a_workspaces_table_begins_with_the_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path()).await;
    let mut db = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    let tables = sqlx::query("SELECT name FROM sqlite_schema WHERE type = 'table'").fetch_all(&mut db).await;
    let tables: Vec<String> = tables.unwrap().iter().map(|row| row.get("name")).collect();
    assert!(tables.len() > 12, "the tables are there: {tables:?}");
    let mut wrong = Vec::new();
    for table in tables.iter().filter(|table| !GLOBAL.contains(&table.as_str())) {
        let keys = "SELECT il.name AS name, ii.name AS first FROM pragma_index_list($1) il \
                    JOIN pragma_index_info(il.name) ii ON ii.seqno = 0 WHERE il.\"unique\" = 1";
        for key in sqlx::query(keys).bind(table).fetch_all(&mut db).await.unwrap() {
            if key.get::<String, _>("first") != "workspace_id" {
                wrong.push(format!("{table}.{}", key.get::<String, _>("name")));
            }
        }
        let foreign =
            "SELECT \"table\" AS target, \"from\" AS first FROM pragma_foreign_key_list($1) WHERE seq = 0";
        for key in sqlx::query(foreign).bind(table).fetch_all(&mut db).await.unwrap() {
            let target: String = key.get("target");
            let own = !GLOBAL.contains(&target.as_str()) || target == "workspaces";
            if own && key.get::<String, _>("first") != "workspace_id" {
                wrong.push(format!("{table} to {target}"));
            }
        }
    }
    assert!(wrong.is_empty(), "keys that do not begin with workspace_id: {wrong:?}");
}

#[tokio::test]
async fn r13_what_is_recorded_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(folder.path()).await;
    let mut db = SqliteConnectOptions::new().filename(&path).foreign_keys(false).connect().await.unwrap();
    let entry = "INSERT INTO audit (workspace_id, id, at, actor, origin, action, summary) \
                 VALUES ('w', 'a', 1, 'dana@example.org', 'page', 'user.activated', 'active')";
    sqlx::query(entry).execute(&mut db).await.unwrap();
    for change in ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"] {
        let error = sqlx::query(change).execute(&mut db).await.unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
}

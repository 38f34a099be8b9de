//! A database in a file: made for its owner alone, and refused where it is something else.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use admit::server::store::engine::address::DatabaseAddress;
use admit::server::store::{Store, StoreError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

fn address(path: &Path) -> DatabaseAddress {
    DatabaseAddress::Sqlite(path.to_owned())
}

async fn made(folder: &Path) -> PathBuf {
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
async fn a_folder_that_is_not_there_is_told() {
    let error = Store::open(&address(Path::new("/nowhere/at/all/people.db"))).await.unwrap_err();
    assert!(error.to_string().contains("/nowhere/at/all/people.db"), "{error}");
}

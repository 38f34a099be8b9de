//! The store: opening a database, the shape of its tables, and what no request can bring about.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use admit::api::users::UserFilter;
use admit::domain::clock::ManualClock;
use admit::domain::email::EmailAddress;
use admit::domain::entropy::SeededEntropy;
use admit::domain::ids::{UserId, WorkspaceId};
use admit::domain::role::{Role, Roles};
use admit::server::access::hash;
use admit::server::store::search::Viewpoint;
use admit::server::store::users::{self, NewInvitee};
use admit::server::store::{Store, StoreError, Tx, accounts};
use admit::server::tokens;
use jiff::Timestamp;
use secrecy::SecretString;
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

/// A workspace of a customer, and the id of both.
async fn with_workspace(folder: &Path) -> (Store, WorkspaceId) {
    let path = made(folder).await;
    let mut other = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    let workspace = WorkspaceId::new(uuid::Uuid::from_u128(2));
    for sql in [
        "INSERT INTO customers (id, name) VALUES ('c', 'Nordwind')",
        "INSERT INTO workspaces (id, customer_id, slug, name, time_zone, created_at) \
         VALUES ('00000000-0000-0000-0000-000000000002', 'c', 'academy', 'Academy', 'Europe/Berlin', 0)",
        "INSERT INTO accounts (id, email, email_key, first_name, last_name, created_at) \
         VALUES ('00000000-0000-0000-0000-000000000003', 'mara@example.org', 'mara@example.org', 'Mara', 'J', 0)",
    ] {
        sqlx::query(sql).execute(&mut other).await.unwrap();
    }
    other.close().await.unwrap();
    (Store::open(&address(&path)).await.unwrap(), workspace)
}

fn invitee(n: u128, email: &str) -> NewInvitee {
    NewInvitee {
        id: UserId::new(uuid::Uuid::from_u128(n)),
        account: None,
        email: EmailAddress::parse(email).unwrap(),
        first_name: "Ann".to_owned(),
        last_name: "Lee".to_owned(),
        roles: Roles::NONE.with(Role::Learner),
        unit: None,
        expires: None,
        invited_at: Timestamp::UNIX_EPOCH,
        link_ends_at: Timestamp::MAX,
    }
}

fn everybody(workspace: WorkspaceId) -> Viewpoint {
    Viewpoint { workspace, manager: None, now: Timestamp::UNIX_EPOCH }
}

#[tokio::test]
async fn r3_the_store_itself_keeps_an_address_to_one_user() {
    let folder = tempfile::tempdir().unwrap();
    let (store, workspace) = with_workspace(folder.path()).await;
    let mut tx = store.write(workspace).await.unwrap();
    users::insert(&mut tx, workspace, &invitee(10, "ann@bücher.example")).await.unwrap();
    let again = users::insert(&mut tx, workspace, &invitee(11, "ANN@xn--bcher-kva.example")).await;
    assert!(matches!(again, Err(StoreError::Duplicate)), "{again:?}");
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let counts = users::counts(&mut tx, everybody(workspace), &UserFilter::default()).await.unwrap();
    assert_eq!(counts.total, 1);
}

#[tokio::test]
async fn r9_a_transaction_that_is_dropped_or_rolled_back_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (store, workspace) = with_workspace(folder.path()).await;
    let mut dropped = store.write(workspace).await.unwrap();
    users::insert(&mut dropped, workspace, &invitee(10, "ann@example.org")).await.unwrap();
    drop(dropped);
    let mut taken_back = store.write(workspace).await.unwrap();
    users::insert(&mut taken_back, workspace, &invitee(10, "ann@example.org")).await.unwrap();
    taken_back.rollback().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let found = users::find(&mut tx, everybody(workspace), invitee(10, "a@example.org").id).await.unwrap();
    assert_eq!(found, None);
}

#[tokio::test]
async fn readers_see_one_state_while_a_writer_is_at_work() {
    let folder = tempfile::tempdir().unwrap();
    let (store, workspace) = with_workspace(folder.path()).await;
    let total = async |tx: &mut Tx| {
        users::counts(tx, everybody(workspace), &UserFilter::default()).await.unwrap().total
    };
    let mut reader = store.read().await.unwrap();
    assert_eq!(total(&mut reader).await, 0);
    let mut writer = store.write(workspace).await.unwrap();
    users::insert(&mut writer, workspace, &invitee(10, "ann@example.org")).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(total(&mut reader).await, 0, "the state in which it began");
    drop(reader);
    assert_eq!(total(&mut store.read().await.unwrap()).await, 1);
}

#[tokio::test]
async fn a_column_that_makes_no_sense_is_told_and_not_guessed_at() {
    let folder = tempfile::tempdir().unwrap();
    let (store, workspace) = with_workspace(folder.path()).await;
    let mut tx = store.write(workspace).await.unwrap();
    users::insert(&mut tx, workspace, &invitee(10, "ann@example.org")).await.unwrap();
    tx.commit().await.unwrap();
    let path = folder.path().join("people.db");
    let mut other = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    sqlx::query("UPDATE users SET state = 'asleep'").execute(&mut other).await.unwrap();
    let mut tx = store.read().await.unwrap();
    let found = users::find(&mut tx, everybody(workspace), invitee(10, "a@example.org").id).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
}

#[tokio::test]
async fn a_token_replaces_those_of_its_label_only() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = with_workspace(folder.path()).await;
    let (clock, entropy) = (ManualClock::at(Timestamp::UNIX_EPOCH), SeededEntropy::new(1));
    let mara = EmailAddress::parse("Mara@Example.org").unwrap();
    let make = async |label, replacing| {
        tokens::create(&store, (&clock, &entropy), &mara, (label, replacing)).await.unwrap()
    };
    let works = async |token: &SecretString| {
        let mut tx = store.read().await.unwrap();
        accounts::of_token(&mut tx, &hash(token)).await.unwrap().is_some()
    };
    let (laptop, script) = (make("laptop", false).await, make("script", false).await);
    let again = make("laptop", true).await;
    assert_eq!((works(&laptop).await, works(&script).await, works(&again).await), (false, true, true));
    let nobody = EmailAddress::parse("nobody@example.org").unwrap();
    let error = tokens::create(&store, (&clock, &entropy), &nobody, ("laptop", false)).await.unwrap_err();
    assert_eq!(error.to_string(), "no account has the address nobody@example.org");
}

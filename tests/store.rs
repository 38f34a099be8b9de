//! The store: the shape of its tables, what no request can bring about, and what it does on a
//! PostgreSQL server and in a file alike.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on has failed")]

#[path = "support/database.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod database;

#[path = "store/file.rs"]
mod file;
#[path = "store/pages.rs"]
mod pages;
#[path = "store/schema.rs"]
mod schema;

use admit::api::users::UserFilter;
use admit::domain::clock::ManualClock;
use admit::domain::email::EmailAddress;
use admit::domain::entropy::SeededEntropy;
use admit::domain::ids::{UserId, WorkspaceId};
use admit::domain::role::{Role, Roles};
use admit::server::access::hash;
use admit::server::founding::{FoundingError, NewWorkspace, found};
use admit::server::store::search::Viewpoint;
use admit::server::store::user_list::counts;
use admit::server::store::users::{self, NewInvitee};
use admit::server::store::{Store, StoreError, Tx, accounts};
use admit::server::tokens;
use jiff::Timestamp;
use secrecy::SecretString;
use tempfile::TempDir;
use uuid::Uuid;

use database::Database;

/// A workspace of a customer with an account, in a database of its own.
struct Place {
    store: Store,
    database: Database,
    workspace: WorkspaceId,
    _folder: TempDir,
}

async fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::make(folder.path()).await;
    for sql in [
        "INSERT INTO customers (id, name) VALUES ('c', 'Nordwind')",
        "INSERT INTO workspaces (id, customer_id, slug, name, time_zone, created_at) \
         VALUES ('00000000-0000-0000-0000-000000000002', 'c', 'academy', 'Academy', 'Europe/Berlin', 0)",
        "INSERT INTO accounts (id, email, email_key, first_name, last_name, created_at) \
         VALUES ('00000000-0000-0000-0000-000000000003', 'mara@example.org', 'mara@example.org', 'Mara', 'J', 0)",
    ] {
        database.run(sql, values![]).await;
    }
    let store = Store::open(&database.address).await.unwrap();
    Place { store, database, workspace: WorkspaceId::new(Uuid::from_u128(2)), _folder: folder }
}

fn invitee(n: u128, email: &str) -> NewInvitee {
    NewInvitee {
        id: UserId::new(Uuid::from_u128(n)),
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
    let Place { store, workspace, .. } = &place().await;
    let workspace = *workspace;
    let mut tx = store.write(workspace).await.unwrap();
    users::insert(&mut tx, workspace, &invitee(10, "ann@bücher.example")).await.unwrap();
    tx.begin_part().await.unwrap();
    let again = users::insert(&mut tx, workspace, &invitee(11, "ANN@xn--bcher-kva.example")).await;
    assert!(matches!(again, Err(StoreError::Duplicate)), "{again:?}");
    tx.drop_part().await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let counts = counts::of(&mut tx, everybody(workspace), &UserFilter::default()).await.unwrap();
    assert_eq!(counts.total, 1);
}

#[tokio::test]
async fn r9_a_transaction_that_is_dropped_or_rolled_back_leaves_nothing() {
    let Place { store, workspace, .. } = &place().await;
    let workspace = *workspace;
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
    let Place { store, workspace, .. } = &place().await;
    let workspace = *workspace;
    let total =
        async |tx: &mut Tx| counts::of(tx, everybody(workspace), &UserFilter::default()).await.unwrap().total;
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
    let Place { store, database, workspace, .. } = &place().await;
    let workspace = *workspace;
    let mut tx = store.write(workspace).await.unwrap();
    users::insert(&mut tx, workspace, &invitee(10, "ann@example.org")).await.unwrap();
    tx.commit().await.unwrap();
    database.run("UPDATE users SET state = 'asleep'", values![]).await;
    let mut tx = store.read().await.unwrap();
    let found = users::find(&mut tx, everybody(workspace), invitee(10, "a@example.org").id).await;
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
}

#[tokio::test]
async fn a_token_replaces_those_of_its_label_only() {
    let Place { store, .. } = &place().await;
    let (clock, entropy) = (ManualClock::at(Timestamp::UNIX_EPOCH), SeededEntropy::new(1));
    let mara = EmailAddress::parse("Mara@Example.org").unwrap();
    let make = async |label, replacing| {
        tokens::create(store, (&clock, &entropy), &mara, (label, replacing)).await.unwrap()
    };
    let works = async |token: &SecretString| {
        let mut tx = store.read().await.unwrap();
        accounts::of_token(&mut tx, &hash(token)).await.unwrap().is_some()
    };
    let (laptop, script) = (make("laptop", false).await, make("script", false).await);
    let again = make("laptop", true).await;
    assert_eq!((works(&laptop).await, works(&script).await, works(&again).await), (false, true, true));
    let nobody = EmailAddress::parse("nobody@example.org").unwrap();
    let error = tokens::create(store, (&clock, &entropy), &nobody, ("laptop", false)).await.unwrap_err();
    assert_eq!(error.to_string(), "no account has the address nobody@example.org");
}

#[tokio::test]
async fn a_workspace_is_founded_beside_others_and_has_its_slug_to_itself() {
    let Place { store, .. } = &place().await;
    let (clock, entropy) = (ManualClock::at(Timestamp::UNIX_EPOCH), SeededEntropy::new(1));
    let new = |slug: &str| NewWorkspace {
        customer: "Northgate Care".to_owned(),
        name: "Northgate Docks".to_owned(),
        slug: slug.to_owned(),
        time_zone: "UTC".to_owned(),
        email: EmailAddress::parse("ann@example.org").unwrap(),
        first_name: "Ann".to_owned(),
        last_name: "Lee".to_owned(),
    };
    let first = found(store, (&clock, &entropy), &new("docks")).await.unwrap();
    let second = found(store, (&clock, &entropy), &new("yards")).await.unwrap();
    assert_eq!((first.customer, first.had_account, second.had_account), (second.customer, false, true));
    let mut tx = store.read().await.unwrap();
    let counts = counts::of(&mut tx, everybody(second.workspace), &UserFilter::default()).await.unwrap();
    assert_eq!(counts.active, 1, "its Admin");
    let again = found(store, (&clock, &entropy), &new("docks")).await;
    assert!(matches!(again, Err(FoundingError::SlugTaken(_))), "{:?}", again.err());
}

#[tokio::test]
async fn r13_what_is_recorded_stays() {
    let Place { database, .. } = &place().await;
    let entry = "INSERT INTO audit (workspace_id, id, at, actor, origin, action, summary) \
                 SELECT id, 'a', 1, 'dana@example.org', 'page', 'user.activated', 'active' FROM workspaces";
    database.run(entry, values![]).await;
    for change in ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"] {
        let error = database.try_run(change, values![]).await.unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
}

//! A database in a file: SQLite with a write-ahead log.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::migrate::MigrateError;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Sqlite, Transaction};

use super::connect::{Text, migrator};
use super::hot_pool::{Hold, HotPool};
use super::steps::{AT_ONCE, Steps};
use crate::server::store::StoreError;

/// How long a writer waits for another before it gives up.
const BUSY: Duration = Duration::from_secs(10);
/// Connections that read beside the one that writes.
const READERS: u32 = 8;
/// What each of them keeps of the file, in units of 1 024 bytes, counted downwards. The file is not mapped: a page of
/// users lies all over it, and to be shown a page of a mapping takes longer than to copy it.
const CACHE: &str = "-8192";
/// The longest that reading may take.
const LONGEST_READ: Duration = Duration::from_secs(10);

/// The migrations.
pub(super) const MIGRATIONS: &[Text] = &[
    (1, "workspace", include_str!("../migrations/sqlite/0001_workspace.sql")),
    (2, "changes", include_str!("../migrations/sqlite/0002_changes.sql")),
    (3, "shared", include_str!("../migrations/sqlite/0003_shared.sql")),
    (4, "pages", include_str!("../migrations/sqlite/0004_pages.sql")),
    (5, "catalogue_revisions", include_str!("../migrations/sqlite/0005_catalogue_revisions.sql")),
    (
        6,
        "marks",
        concat!(
            include_str!("../migrations/sqlite/0006_marks.sql"),
            include_str!("../migrations/0006_orders.sql")
        ),
    ),
    (7, "staff", include_str!("../migrations/0007_staff.sql")),
    (8, "grams", include_str!("../migrations/sqlite/0008_grams.sql")),
    (
        9,
        "covering",
        concat!(
            include_str!("../migrations/sqlite/0009_memberships.sql"),
            include_str!("../migrations/0009_covering.sql")
        ),
    ),
    (
        10,
        "listed",
        concat!(
            include_str!("../migrations/0010_orders_away.sql"),
            include_str!("../migrations/sqlite/0010_listed_as.sql"),
            include_str!("../migrations/0010_listed.sql")
        ),
    ),
];

/// The connections that read, and the one that writes.
pub async fn open(path: &Path) -> Result<(HotPool<Sqlite>, SqlitePool), StoreError> {
    make_private_file(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(BUSY);
    let writer = pool(1, options.clone());
    drop(writer.acquire().await.map_err(|error| said_of(path, error))?);
    migrator(MIGRATIONS).run(&writer).await.map_err(|error| migration_said_of(path, error))?;
    let options = options.pragma("cache_size", CACHE);
    let readers = HotPool::new(READERS, |most| pool(most, options.clone()));
    drop(readers.next().0.acquire().await.map_err(|error| said_of(path, error))?);
    Ok((readers, writer))
}

/// A transaction that reads, and ends by itself when it takes too long.
pub async fn read(
    readers: &HotPool<Sqlite>,
    steps: &Steps,
) -> Result<(Transaction<'static, Sqlite>, Hold), StoreError> {
    let (pool, hold) = readers.next();
    let mut transaction = pool.begin().await?;
    #[expect(
        clippy::disallowed_methods,
        reason = "measures how long the database takes, which is no clock of the domain"
    )]
    let until = Instant::now() + LONGEST_READ;
    #[expect(clippy::disallowed_methods, reason = "as above")]
    let is_in_time = move || Instant::now() < until;
    let steps = steps.clone();
    let may_go_on = move || steps.take() && is_in_time();
    transaction.lock_handle().await?.set_progress_handler(AT_ONCE, may_go_on);
    Ok((transaction, hold))
}

/// Moves what was written from the log into the file, and makes the log short.
pub async fn tidy(writer: &SqlitePool) -> Result<(), StoreError> {
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA cache_size = -2000").execute(writer).await?;
    Ok(())
}

/// Up to so many connections, none of which is made before it is needed.
fn pool(connections: u32, options: SqliteConnectOptions) -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(BUSY)
        // A transaction that SQLite took back by itself, as it does where the disk is full, is still open
        // as far as sqlx knows, and no other could begin on this connection.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
        .connect_lazy_with(options)
}

fn make_private_file(path: &Path) -> Result<(), StoreError> {
    match OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .map(drop)
            .map_err(|cause| StoreError::CantOpen { path: path.to_owned(), cause }),
        Err(cause) => Err(StoreError::CantOpen { path: path.to_owned(), cause }),
    }
}

fn migration_said_of(path: &Path, error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
            StoreError::Newer(path.display().to_string())
        }
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => said_of(path, cause),
        other => StoreError::Migration(other),
    }
}

/// SQLite says 26 (`SQLITE_NOTADB`) or 11 (`SQLITE_CORRUPT`) of a file it can't read.
fn said_of(path: &Path, error: sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(|said| said.code()?.parse::<u32>().ok());
    match code.map(|code| code & 0xff) {
        Some(26 | 11) => StoreError::NotADatabase(path.to_owned()),
        _ => error.into(),
    }
}

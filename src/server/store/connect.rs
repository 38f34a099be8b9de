//! Opening a database: address, file, settings, migrations.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::SqlSafeStr;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::news::Newsroom;
use super::{Engine, Store, StoreError};

/// How long a writer waits for another before it gives up.
const BUSY: Duration = Duration::from_secs(10);
/// Connections that read beside the one that writes.
const READERS: u32 = 8;

/// The migrations of one engine: number, name, text. Both engines have the same numbers and names.
const SQLITE: &[(i64, &str, &str)] = &[
    (1, "workspace", include_str!("migrations/sqlite/0001_workspace.sql")),
    (2, "changes", include_str!("migrations/sqlite/0002_changes.sql")),
    (6, "catalogue_revisions", include_str!("migrations/sqlite/0006_catalogue_revisions.sql")),
];

impl Store {
    /// Opens the database at `address` (`sqlite:PATH`), making the file (mode 0600) where there is
    /// none, and brings its tables up to date. A file that is damaged, newer or not a database is
    /// refused and left as it is.
    pub async fn open(address: &str) -> Result<Self, StoreError> {
        let path = address
            .strip_prefix("sqlite://")
            .or_else(|| address.strip_prefix("sqlite:"))
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
            .ok_or_else(|| StoreError::BadAddress(address.to_owned()))?;
        make_private_file(&path)?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(BUSY);
        let writer = pool(1, options.clone()).await.map_err(|error| said_of(&path, error))?;
        let migrator = migrations(SQLITE);
        migrator.run(&writer).await.map_err(|error| migration_said_of(&path, error))?;
        let readers = pool(READERS, options).await.map_err(|error| said_of(&path, error))?;
        Ok(Self { engine: Engine::Sqlite { readers, writer }, newsroom: Newsroom::default() })
    }
}

async fn pool(connections: u32, options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    SqlitePoolOptions::new().max_connections(connections).acquire_timeout(BUSY).connect_with(options).await
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

fn migrations(texts: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migrations = texts.iter().map(|(number, name, text)| {
        Migration::new(*number, (*name).into(), MigrationType::Simple, text.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

fn migration_said_of(path: &Path, error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
            StoreError::Newer(path.to_owned())
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

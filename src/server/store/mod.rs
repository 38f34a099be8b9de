//! The store (own stand-in until the branches meet).

pub mod audit;
pub mod outbox;
pub mod registration;
pub mod verifications;

use crate::domain::ids::WorkspaceId;

/// Error.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Database.
    #[error(transparent)]
    Sqlx(#[from] sqlx::Error),
    /// Broken row.
    #[error("row: {0}")]
    Corrupt(String),
}

/// Tx.
pub enum Tx {
    /// SQLite.
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
}

impl Tx {
    /// Commit.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => Ok(tx.commit().await?),
        }
    }
}

/// Store.
#[derive(Clone)]
pub struct Store(sqlx::SqlitePool);

impl Store {
    /// Open.
    pub async fn open(path: &std::path::Path) -> Result<Self, StoreError> {
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal);
        let pool = sqlx::SqlitePool::connect_with(options).await?;
        sqlx::raw_sql(include_str!("migrations/sqlite/0001_workspace.sql")).execute(&pool).await?;
        Ok(Self(pool))
    }

    /// Read.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(Tx::Sqlite(self.0.begin().await?))
    }

    /// Write.
    pub async fn write(&self, _workspace: WorkspaceId) -> Result<Tx, StoreError> {
        Ok(Tx::Sqlite(self.0.begin_with("BEGIN IMMEDIATE").await?))
    }
}

macro_rules! on_engine {
    ($tx:expr, |$conn:ident| $body:expr) => {
        match $tx {
            $crate::server::store::Tx::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on_engine;

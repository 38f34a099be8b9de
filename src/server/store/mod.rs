//! The store (own stand-in until the branches meet).

pub mod audit;
pub mod outbox;
pub mod registration;

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

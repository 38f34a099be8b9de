//! The store: the only module that knows which database engine it speaks to.

pub mod accounts;
pub mod audit;
pub mod auto_enrolments;
pub mod bulk;
pub mod catalogue;
pub mod changes;
mod connect;
pub mod courses;
pub mod enrolments;
mod error;
pub mod groups;
pub mod idempotency;
pub mod invitations;
pub mod jobs;
pub mod managing;
pub mod news;
pub mod order;
pub mod outbox;
pub mod placement;
pub mod registration;
pub mod revisions;
pub mod search;
pub mod set_up;
mod statement;
pub mod tokens;
pub mod units;
mod user_row;
pub mod users;
mod value;
pub mod verifications;
pub mod whole_lists;
mod words;
pub mod workspaces;

use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, Transaction};

pub use error::StoreError;

use crate::domain::ids::{UnitId, UserId, WorkspaceId};
use news::{News, Newsroom};

/// The database of a workspace server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    engine: Engine,
    newsroom: Newsroom,
}

/// The engines. A second one joins as a variant here, one in [`Tx`] and an arm in [`on_engine!`];
/// no statement is written twice.
#[derive(Clone, Debug)]
enum Engine {
    /// One connection writes, several read beside it (write-ahead log).
    Sqlite { readers: SqlitePool, writer: SqlitePool },
}

/// A transaction. Dropped without [`Tx::commit`] it is rolled back, and nobody hears of it.
#[derive(Debug)]
pub struct Tx {
    on: TxEngine,
    news: News,
    newsroom: Newsroom,
}

#[derive(Debug)]
enum TxEngine {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
}

/// Runs one statement on whichever engine the transaction is on. Both accept `$1` parameters,
/// `RETURNING` and `ON CONFLICT`; times and ids are bound, never made by the database.
macro_rules! on_engine {
    ($tx:expr, |$connection:ident| $body:expr) => {
        match &mut $tx.on {
            $crate::server::store::TxEngine::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $body
            }
        }
    };
}
pub(crate) use on_engine;

impl Store {
    /// A transaction that reads one state of the database and may not write.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        match &self.engine {
            Engine::Sqlite { readers, .. } => Ok(self.tx(TxEngine::Sqlite(readers.begin().await?))),
        }
    }

    fn tx(&self, on: TxEngine) -> Tx {
        Tx { on, news: News::default(), newsroom: self.newsroom.clone() }
    }

    /// Where committed changes are told.
    pub fn newsroom(&self) -> &Newsroom {
        &self.newsroom
    }

    /// A transaction that writes in `workspace`. It takes the workspace's lock first, so that a
    /// rule that reads before it writes can't be overtaken. SQLite has one lock for all.
    pub async fn write(&self, _workspace: WorkspaceId) -> Result<Tx, StoreError> {
        self.write_all().await
    }

    /// A transaction that writes what belongs to no workspace, or to many at once.
    pub async fn write_all(&self) -> Result<Tx, StoreError> {
        match &self.engine {
            Engine::Sqlite { writer, .. } => {
                Ok(self.tx(TxEngine::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)))
            }
        }
    }

    /// Closes every connection, after which the files may be moved.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }
}

impl Tx {
    /// Begins a part that can be taken back by itself.
    pub async fn begin_part(&mut self) -> Result<(), StoreError> {
        self.run("SAVEPOINT part").await
    }

    /// Keeps the part.
    pub async fn keep_part(&mut self) -> Result<(), StoreError> {
        self.run("RELEASE SAVEPOINT part").await
    }

    /// Takes back what was written since the part began.
    pub async fn drop_part(&mut self) -> Result<(), StoreError> {
        self.run("ROLLBACK TO SAVEPOINT part").await?;
        self.keep_part().await
    }

    async fn run(&mut self, text: &'static str) -> Result<(), StoreError> {
        on_engine!(self, |connection| sqlx::query(text).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Makes what was written last, and tells it.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.on {
            TxEngine::Sqlite(transaction) => transaction.commit().await?,
        }
        self.newsroom.publish(self.news);
        Ok(())
    }

    /// Notes that `user` is about to be changed; `left` is the unit that they leave.
    pub fn touch_user(&mut self, workspace: WorkspaceId, user: UserId, left: Option<UnitId>) {
        self.news.user(workspace, user, left);
    }

    /// Nothing is told after all: what was changed was taken back.
    pub fn forget_news(&mut self) {
        self.news = News::default();
    }

    /// Notes what else is about to be changed.
    pub fn news(&mut self) -> &mut News {
        &mut self.news
    }

    /// Takes back what was written.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self.on {
            TxEngine::Sqlite(transaction) => Ok(transaction.rollback().await?),
        }
    }
}

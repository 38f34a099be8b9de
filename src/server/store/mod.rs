//! The store: the only module that knows which database engine it speaks to.

pub mod accounts;
pub mod audit;
pub mod auto_enrolments;
pub mod bulk;
pub mod catalogue;
pub mod changes;
pub mod courses;
pub mod engine;
pub mod enrolments;
mod error;
pub mod expired;
pub mod groups;
pub mod idempotency;
pub mod invitations;
pub mod jobs;
pub mod limits;
pub mod managing;
pub mod marks;
pub mod memberships;
pub mod news;
pub mod outbox;
pub mod placement;
pub mod registration;
pub mod revisions;
pub mod search;
pub mod set_up;
mod statement;
pub mod tokens;
pub mod units;
pub mod user_list;
pub mod users;
mod value;
pub mod verifications;
pub mod whole_lists;
pub mod words;
pub mod workspaces;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::sqlite::SqlitePool;
use sqlx::{Postgres, Sqlite, Transaction};
use tokio::sync::oneshot::Sender;
use tokio_util::sync::CancellationToken;

pub use error::{Outage, StoreError};

use crate::domain::ids::{UnitId, UserId, WorkspaceId};
use crate::server::metrics::begins::{Begins, Use};
use engine::hot_pool::{Hold, HotPool};
use engine::steps::Steps;
use engine::{connect, postgres, sqlite};
use news::{News, Newsroom};

/// The database of a workspace server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    engine: Engine,
    newsroom: Newsroom,
    begins: Begins,
    was_full: Arc<AtomicBool>,
}

/// How many connections there are.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Open ones.
    pub open: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
    /// At most.
    pub most: u32,
}

impl Usage {
    fn of<'a, D: sqlx::Database>(pools: impl IntoIterator<Item = &'a sqlx::Pool<D>>) -> Self {
        let none = Self { open: 0, idle: 0, most: 0 };
        pools.into_iter().fold(none, |Self { open, idle, most }, pool| Self {
            open: open + pool.size(),
            idle: idle.saturating_add(u32::try_from(pool.num_idle()).unwrap_or(u32::MAX)),
            most: most + pool.options().get_max_connections(),
        })
    }
}

/// The engines. Each is a variant here, one in [`Tx`] and an arm in [`on_engine!`]; no statement is
/// written twice.
#[derive(Clone, Debug)]
enum Engine {
    /// One connection writes, several read beside it (write-ahead log).
    Sqlite { readers: HotPool<Sqlite>, writer: SqlitePool },
    /// Many programs read and write; those that write in one workspace take turns.
    Postgres { readers: HotPool<Postgres>, writers: HotPool<Postgres> },
}

/// A transaction. Dropped without [`Tx::commit`] it is rolled back, and nobody hears of it.
#[derive(Debug)]
pub struct Tx {
    on: TxEngine,
    /// How far a statement may go that reads on SQLite.
    steps: Steps,
    news: News,
    newsroom: Newsroom,
    /// Outlasts `on`, whose connection it keeps from others.
    _hold: Hold,
}

#[derive(Debug)]
enum TxEngine {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
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
            $crate::server::store::TxEngine::Postgres(transaction) => {
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
        let steps = Steps::default();
        let begun = self.begins.timed(Use::READING, async {
            Ok::<_, StoreError>(match &self.engine {
                Engine::Sqlite { readers, .. } => {
                    let (transaction, hold) = sqlite::read(readers, &steps).await?;
                    (TxEngine::Sqlite(transaction), hold)
                }
                Engine::Postgres { readers, .. } => {
                    let (transaction, hold) = postgres::read(readers).await?;
                    (TxEngine::Postgres(transaction), hold)
                }
            })
        });
        let (on, hold) = begun.await?;
        Ok(Tx { steps, ..self.tx(on, hold) })
    }

    /// Whether the database answers, and takes changes.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the reason.
    pub async fn check(&self) -> Result<(), StoreError> {
        let mut tx = self.write_beside().await?;
        if let TxEngine::Postgres(transaction) = &mut tx.on {
            postgres::check(transaction).await?;
        }
        let version = connect::version(&mut tx).await?;
        if self.was_full.load(Ordering::Relaxed) {
            self.seek_room(tx).await?;
            self.was_full.store(false, Ordering::Relaxed);
        } else {
            tx.rollback().await?;
        }
        if version == connect::VERSION { Ok(()) } else { Err(StoreError::Unavailable(Outage::OtherVersion)) }
    }

    /// Whether there is room for a change; what is written for that is gone afterwards.
    async fn seek_room(&self, mut tx: Tx) -> Result<(), StoreError> {
        limits::try_to_fill(&mut tx).await?;
        match self.engine {
            Engine::Postgres { .. } => tx.rollback().await,
            // SQLite would keep in memory what is not committed, and find room for it.
            Engine::Sqlite { .. } => {
                tx.commit().await?;
                let mut tx = self.write_beside().await?;
                limits::take_out(&mut tx).await?;
                tx.commit().await
            }
        }
    }

    /// Remembers that the database had no room for a change: until there is some, which [`Store::check`]
    /// finds out, it does not count as one that takes changes.
    pub fn note_full(&self) {
        self.was_full.store(true, Ordering::Relaxed);
    }

    fn tx(&self, on: TxEngine, hold: Hold) -> Tx {
        let newsroom = self.newsroom.clone();
        Tx { on, steps: Steps::default(), news: News::default(), newsroom, _hold: hold }
    }

    /// Where committed changes are told.
    pub fn newsroom(&self) -> &Newsroom {
        &self.newsroom
    }

    /// A transaction that writes in `workspace`. It takes the workspace's lock first, so that a
    /// rule that reads before it writes can't be overtaken. SQLite has one lock for all.
    pub async fn write(&self, workspace: WorkspaceId) -> Result<Tx, StoreError> {
        match &self.engine {
            Engine::Sqlite { .. } => self.write_beside().await,
            Engine::Postgres { writers, .. } => {
                let begun = self.begins.timed(Use::WRITING, postgres::write(writers, workspace));
                let (transaction, hold) = begun.await?;
                Ok(self.tx(TxEngine::Postgres(transaction), hold))
            }
        }
    }

    /// A transaction that writes what belongs to no workspace, or what it claims row by row, beside
    /// whoever holds a workspace's lock.
    pub async fn write_beside(&self) -> Result<Tx, StoreError> {
        let begun = self.begins.timed(Use::WRITING, async {
            Ok::<_, StoreError>(match &self.engine {
                Engine::Sqlite { writer, .. } => {
                    (TxEngine::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?), None)
                }
                Engine::Postgres { writers, .. } => {
                    let (transaction, hold) = postgres::write_beside(writers).await?;
                    (TxEngine::Postgres(transaction), hold)
                }
            })
        });
        let (on, hold) = begun.await?;
        Ok(self.tx(on, hold))
    }

    /// How long transactions wait until they have begun.
    pub fn begins(&self) -> &Begins {
        &self.begins
    }

    /// How many connections there are for what.
    pub fn usage(&self) -> [(&'static str, Usage); 2] {
        let (reading, writing) = match &self.engine {
            Engine::Sqlite { readers, writer } => (Usage::of(readers.pools()), Usage::of([writer])),
            Engine::Postgres { readers, writers } => (Usage::of(readers.pools()), Usage::of(writers.pools())),
        };
        [("reading", reading), ("writing", writing)]
    }

    /// Tells the database what its tables hold by now, after much was written.
    pub async fn tidy(&self) -> Result<(), StoreError> {
        match &self.engine {
            Engine::Sqlite { writer, .. } => sqlite::tidy(writer).await,
            Engine::Postgres { writers, .. } => postgres::tidy(writers).await,
        }
    }

    /// Passes on what this and other programs change, until `stop`. Once it listens, or can't, `began`
    /// is dropped. A database in a file has no others, and tells by itself.
    pub async fn relay_news(&self, began: Sender<()>, stop: CancellationToken) {
        match &self.engine {
            Engine::Sqlite { .. } => drop(began),
            Engine::Postgres { readers, .. } => {
                postgres::relay(readers.queue(), &self.newsroom, began, &stop).await;
            }
        }
    }

    /// How long a worker that nothing wakes may leave the database unlooked at. What is on one
    /// machine is told of what this program writes, and only what another one left is to be found.
    pub fn patience(&self) -> Duration {
        match &self.engine {
            Engine::Sqlite { .. } => Duration::from_mins(5),
            Engine::Postgres { .. } => Duration::from_secs(15),
        }
    }

    /// Closes every connection, after which the files may be moved.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Engine::Postgres { readers, writers } => {
                readers.close().await;
                writers.close().await;
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

    /// Copies rows in, where the engine has a way for that; whether it has.
    async fn copy(&mut self, head: &str, rows: impl FnOnce() -> String) -> Result<bool, StoreError> {
        match &mut self.on {
            TxEngine::Sqlite(_) => Ok(false),
            TxEngine::Postgres(transaction) => postgres::copy(transaction, head, rows()).await.map(|()| true),
        }
    }

    async fn run(&mut self, text: &'static str) -> Result<(), StoreError> {
        on_engine!(self, |connection| sqlx::query(text).execute(connection).await.map(drop))?;
        Ok(())
    }

    /// Makes what was written last, and tells it.
    ///
    /// Where other programs share the database, all hear of it from there, this one too. The memberships of whoever
    /// was noted as changed are renewed before.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        for (workspace, users) in self.news.users() {
            memberships::renew(&mut self, workspace, &users).await?;
        }
        #[cfg(debug_assertions)]
        {
            memberships::check(&mut self).await?;
            expired::check(&mut self).await?;
        }
        let told = self.news.into_told();
        match self.on {
            TxEngine::Sqlite(transaction) => {
                transaction.commit().await?;
                self.newsroom.publish(told);
            }
            TxEngine::Postgres(mut transaction) => {
                postgres::tell(&mut transaction, &told).await?;
                transaction.commit().await?;
            }
        }
        Ok(())
    }

    /// What a claim adds to its `SELECT`, so that several workers pass each other by. SQLite lets one
    /// write at a time anyway.
    fn skip_locked(&self) -> &'static str {
        match self.on {
            TxEngine::Sqlite(_) => "",
            TxEngine::Postgres(_) => " FOR UPDATE SKIP LOCKED",
        }
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
            TxEngine::Postgres(transaction) => Ok(transaction.rollback().await?),
        }
    }
}

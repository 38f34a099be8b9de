//! Opening a database, and bringing its tables up to date.

use std::sync::Arc;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::address::{DatabaseAddress, PostgresAddress};
use super::postgres::PAUSE;
use super::{line, postgres, sqlite};
use crate::server::metrics::begins::Begins;
use crate::server::store::news::Newsroom;
use crate::server::store::{Engine, Store, StoreError, Tx, on_engine};

/// The number, name and text of a migration.
pub(super) type Text = (i64, &'static str, &'static str);

impl Store {
    /// Opens the database at `address`, making the file (mode 0600) where it is one and there is
    /// none, and brings its tables up to date. A database that is damaged, newer or something else is
    /// refused and left as it is.
    ///
    /// # Errors
    /// Every [`StoreError`] that tells of an address, a file, a server or a migration.
    pub async fn open(address: &DatabaseAddress) -> Result<Self, StoreError> {
        Self::open_with(address, Connections::default()).await
    }

    /// The same with so many connections to a database server; a file takes no notice of it.
    pub async fn open_with(address: &DatabaseAddress, most: Connections) -> Result<Self, StoreError> {
        match Self::open_or_await(address, most).await? {
            (store, None) => Ok(store),
            (_, Some(awaited)) => Err(awaited.why),
        }
    }

    /// The same for a server that may be started before its database: one that does not answer, or takes
    /// no changes, is awaited. Whatever is asked of the store meanwhile is refused as unavailable.
    ///
    /// # Errors
    /// Those that do not pass by themselves.
    pub async fn open_or_await(
        address: &DatabaseAddress,
        most: Connections,
    ) -> Result<(Self, Option<Awaited>), StoreError> {
        let (engine, awaited) = match address {
            DatabaseAddress::Sqlite(path) => {
                let (readers, writer) = sqlite::open(path).await?;
                (Engine::Sqlite { readers, writer }, None)
            }
            DatabaseAddress::Postgres(address) => {
                let (readers, writers) = postgres::pools(address, most)?;
                let awaited = match line::migrate(address).await {
                    Ok(()) => None,
                    Err(why) if why.may_pass() => Some(Awaited { address: address.clone(), why }),
                    Err(why) => return Err(why),
                };
                (Engine::Postgres { readers, writers }, awaited)
            }
        };
        let (newsroom, begins) = (Newsroom::default(), Begins::default());
        Ok((Self { engine, newsroom, begins, was_full: Arc::default() }, awaited))
    }
}

/// A database whose tables are still to be brought up to date.
#[derive(Debug)]
pub struct Awaited {
    address: PostgresAddress,
    /// Why they could not be yet.
    pub why: StoreError,
}

impl Awaited {
    /// Waits for the database, and brings its tables up to date.
    ///
    /// # Errors
    /// Those that do not pass by themselves.
    pub async fn up_to_date(self) -> Result<(), StoreError> {
        let mut tries = tokio::time::interval(PAUSE);
        loop {
            tries.tick().await;
            match line::migrate(&self.address).await {
                Err(why) if why.may_pass() => tracing::debug!(%why, "the database is still awaited"),
                done => return done,
            }
        }
    }
}

/// How many connections to a database server one program keeps at most; two more listen and migrate.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    /// For what only reads.
    pub readers: u32,
    /// For what writes.
    pub writers: u32,
}

impl Connections {
    /// `most` in all, shared out between reading and writing.
    pub fn of(most: u32) -> Self {
        let writers = (most * 2 / 5).max(1);
        Self { readers: most.saturating_sub(writers).max(1), writers }
    }
}

impl Default for Connections {
    fn default() -> Self {
        Self::of(20)
    }
}

pub(super) fn migrator(texts: &[Text]) -> Migrator {
    let migrations = texts.iter().map(|(number, name, text)| {
        Migration::new(*number, (*name).into(), MigrationType::Simple, text.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// The number of the last migration that this program knows.
pub(in crate::server::store) const VERSION: i64 = match sqlite::MIGRATIONS.last() {
    Some((number, ..)) => *number,
    None => 0,
};

/// The number of the last migration that the database has seen.
pub(in crate::server::store) async fn version(tx: &mut Tx) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT MAX(version) FROM _sqlx_migrations";
    let (version,): (i64,) = on_engine!(tx, |connection| sqlx::query_as(SQL).fetch_one(connection).await)?;
    Ok(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_have_the_same_migrations() {
        let names =
            |texts: &[Text]| texts.iter().map(|(number, name, _)| (*number, *name)).collect::<Vec<_>>();
        assert_eq!(names(sqlite::MIGRATIONS), names(postgres::MIGRATIONS));
    }

    #[test]
    fn connections_are_shared_out() {
        let share = |most| {
            let Connections { readers, writers } = Connections::of(most);
            (readers, writers)
        };
        assert_eq!([share(20), share(2), share(1)], [(12, 8), (1, 1), (1, 1)]);
    }
}

//! A database on a PostgreSQL server: connections, their settings, and news between programs.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgListener, PgPool, PgPoolOptions};
use sqlx::{Connection, Executor, Postgres, Transaction};
use tokio::sync::oneshot::Sender;
use tokio_util::sync::CancellationToken;

use super::address::PostgresAddress;
use super::connect::{Connections, Text};
use super::hot_pool::{Hold, HotPool};
use super::line::options;
use crate::domain::ids::WorkspaceId;
use crate::server::store::news::{Newsroom, Told};
use crate::server::store::{Outage, StoreError};

/// How long a request waits for a connection before it is told to come back.
pub(super) const WAIT: Duration = Duration::from_secs(5);
/// How long a server that gives no connection is asked whether it is there at all.
const PROBE: Duration = Duration::from_secs(1);
/// A connection that rested for longer is asked for a sign of life before it is used.
const RESTED: Duration = Duration::from_secs(2);
/// How long to wait before connecting anew, after that failed.
pub(super) const PAUSE: Duration = Duration::from_secs(1);
/// Where programs tell each other what they changed.
const CHANNEL: &str = "admit_news";

/// What every connection is set to: bounded waits, so that nothing hangs on a slow database. Every read
/// is of few rows by an index: whatever the statistics say, nothing is gained by reading whole tables.
const FOR_READING: &str = "SET statement_timeout = '10s'; SET lock_timeout = '5s'; \
    SET idle_in_transaction_session_timeout = '60s'; SET default_transaction_read_only = on; \
    SET jit = off; SET max_parallel_workers_per_gather = 0; SET enable_seqscan = off; SET random_page_cost = 0.2; \
    SET work_mem = '16MB'";
/// The same for what writes; making a job for a million users takes a while.
const FOR_WRITING: &str = "SET statement_timeout = '60s'; SET lock_timeout = '8s'; \
    SET idle_in_transaction_session_timeout = '60s'";

/// The migrations.
pub(super) const MIGRATIONS: &[Text] = &[
    (1, "workspace", include_str!("../migrations/postgres/0001_workspace.sql")),
    (2, "changes", include_str!("../migrations/postgres/0002_changes.sql")),
    (3, "shared", include_str!("../migrations/postgres/0003_shared.sql")),
    (4, "pages", include_str!("../migrations/postgres/0004_pages.sql")),
    (5, "catalogue_revisions", include_str!("../migrations/postgres/0005_catalogue_revisions.sql")),
    (
        6,
        "marks",
        concat!(
            include_str!("../migrations/postgres/0006_marks.sql"),
            include_str!("../migrations/0006_orders.sql")
        ),
    ),
    (7, "staff", include_str!("../migrations/0007_staff.sql")),
    (8, "grams", include_str!("../migrations/postgres/0008_grams.sql")),
    (
        9,
        "covering",
        concat!(
            include_str!("../migrations/postgres/0009_memberships.sql"),
            include_str!("../migrations/0009_covering.sql")
        ),
    ),
    (
        10,
        "listed",
        concat!(
            include_str!("../migrations/0010_orders_away.sql"),
            include_str!("../migrations/postgres/0010_listed_as.sql"),
            include_str!("../migrations/0010_listed.sql")
        ),
    ),
];

/// A transaction, and what is kept as long as it.
type Begun = (Transaction<'static, Postgres>, Hold);

/// The connections that read, and those that write. None is made before it is needed.
pub fn pools(
    address: &PostgresAddress,
    most: Connections,
) -> Result<(HotPool<Postgres>, HotPool<Postgres>), StoreError> {
    let options = options(address)?;
    let readers = HotPool::new(most.readers, |most| pool(&options, most, FOR_READING));
    let writers = HotPool::new(most.writers, |most| pool(&options, most, FOR_WRITING));
    Ok((readers, writers))
}

fn pool(options: &PgConnectOptions, most: u32, settings: &'static str) -> PgPool {
    PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(WAIT)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                // Asking at every use would cost a round trip each.
                if meta.idle_for > RESTED { connection.ping().await.map(|()| true) } else { Ok(true) }
            })
        })
        .after_connect(move |connection, _| {
            Box::pin(async move { connection.execute(sqlx::raw_sql(settings)).await.map(drop) })
        })
        .connect_lazy_with(options.clone())
}

/// A transaction that reads one state of the database.
pub async fn read(readers: &HotPool<Postgres>) -> Result<Begun, StoreError> {
    begin(readers, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
}

/// A transaction that writes.
pub async fn write_beside(writers: &HotPool<Postgres>) -> Result<Begun, StoreError> {
    begin(writers, "BEGIN").await
}

async fn begin(pools: &HotPool<Postgres>, how: &'static str) -> Result<Begun, StoreError> {
    let (pool, hold) = pools.next();
    // Where the server was started anew, every connection of the pool is broken and none knows it.
    let mut left = pool.size();
    loop {
        match pool.begin_with(how).await {
            Ok(transaction) => return Ok((transaction, hold)),
            Err(sqlx::Error::PoolTimedOut) => {
                return Err(StoreError::Unavailable(why_no_connection(pool).await));
            }
            Err(error) => match StoreError::from(error) {
                StoreError::Unavailable(Outage::Away) if left > 0 => left -= 1,
                error => return Err(error),
            },
        }
    }
}

/// Whether all connections are in use, or there is nobody to connect to: the pool tries again and
/// again, and then tells both the same way.
async fn why_no_connection(pool: &PgPool) -> Outage {
    let options = pool.connect_options();
    match tokio::time::timeout(PROBE, PgConnection::connect_with(&options)).await {
        Ok(Ok(connection)) => {
            drop(connection.close().await);
            Outage::Busy
        }
        _ => Outage::Away,
    }
}

/// A transaction that holds the lock of `workspace`.
pub async fn write(writers: &HotPool<Postgres>, workspace: WorkspaceId) -> Result<Begun, StoreError> {
    let (mut transaction, hold) = write_beside(writers).await?;
    if !take_turn(&mut transaction, workspace).await? {
        // The first change of this workspace.
        sqlx::query("INSERT INTO turns (workspace_id) VALUES ($1) ON CONFLICT (workspace_id) DO NOTHING")
            .bind(workspace.to_string())
            .execute(&mut *transaction)
            .await?;
        take_turn(&mut transaction, workspace).await?;
    }
    Ok((transaction, hold))
}

/// Lets the server see which rows everybody sees, so that indexes answer alone, and what they hold.
pub async fn tidy(writers: &HotPool<Postgres>) -> Result<(), StoreError> {
    let (pool, _hold) = writers.next();
    let mut connection = pool.acquire().await?;
    connection.execute(sqlx::raw_sql("SET statement_timeout = 0")).await?;
    let tidied = connection.execute(sqlx::raw_sql("VACUUM ANALYZE")).await;
    connection.execute(sqlx::raw_sql(FOR_WRITING)).await?;
    tidied?;
    Ok(())
}

/// Copies `rows`, in PostgreSQL's text format, into the table and columns that `head` names.
pub async fn copy(transaction: &mut PgConnection, head: &str, rows: String) -> Result<(), StoreError> {
    let mut copying = transaction.copy_in_raw(&format!("COPY {head} FROM STDIN")).await?;
    copying.send(rows.into_bytes()).await?;
    copying.finish().await?;
    Ok(())
}

async fn take_turn(transaction: &mut PgConnection, workspace: WorkspaceId) -> Result<bool, sqlx::Error> {
    let sql = "SELECT 1 FROM turns WHERE workspace_id = $1 FOR UPDATE";
    let turn = sqlx::query(sql).bind(workspace.to_string()).fetch_optional(transaction).await?;
    Ok(turn.is_some())
}

/// Whether the server takes changes: one that follows another does not.
pub async fn check(transaction: &mut PgConnection) -> Result<(), StoreError> {
    let sql = "SELECT current_setting('transaction_read_only') = 'on' OR pg_is_in_recovery()";
    let (is_read_only,): (bool,) = sqlx::query_as(sql).fetch_one(transaction).await?;
    if is_read_only { Err(StoreError::Unavailable(Outage::ReadOnly)) } else { Ok(()) }
}

/// Tells the other programs, once the transaction is committed.
pub async fn tell(transaction: &mut PgConnection, told: &[Told]) -> Result<(), StoreError> {
    for told in told {
        sqlx::query("SELECT pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(told.to_text())
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}

/// Hears what other programs, and this one, changed, and tells it in `newsroom`, until `stop`. What
/// was changed while the line was broken can't be known: everything may have been.
pub async fn relay(lines: &PgPool, newsroom: &Newsroom, began: Sender<()>, stop: &CancellationToken) {
    let mut began = Some(began);
    while !stop.is_cancelled() {
        if let Err(error) = listen(lines, newsroom, &mut began, stop).await {
            tracing::warn!(%error, "what other programs change can't be heard");
        }
        drop(began.take());
        newsroom.tell_of_a_gap();
        drop(tokio::time::timeout(PAUSE, stop.cancelled()).await);
    }
}

async fn listen(
    lines: &PgPool,
    newsroom: &Newsroom,
    began: &mut Option<Sender<()>>,
    stop: &CancellationToken,
) -> Result<(), StoreError> {
    // A connection of its own: one of the pool would be missed there for good.
    let options = lines.connect_options();
    let own =
        PgPoolOptions::new().max_connections(1).acquire_timeout(WAIT).connect_lazy_with((*options).clone());
    let mut listener = PgListener::connect_with(&own).await?;
    listener.listen(CHANNEL).await?;
    if began.take().is_none() {
        newsroom.tell_of_a_gap();
    }
    loop {
        let heard = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            heard = listener.try_recv() => heard?,
        };
        match heard {
            Some(notification) => newsroom.pass_on(notification.payload()),
            None => return Err(StoreError::Unavailable(Outage::Away)),
        }
    }
}

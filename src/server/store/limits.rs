//! SQL of limits: how often something was done lately, counted for all servers of the database.

use jiff::Timestamp;

use super::value::{count, instant};
use super::{StoreError, Tx, on_engine};

/// Rows and their length in bytes, more than pages that are there already have room for.
const FILLING: usize = 256;
const LENGTH: usize = 1000;

/// How often something was done since its window began, and when that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// This time too.
    pub uses: u32,
    /// From then on it is counted anew.
    pub ends_at: Timestamp,
}

/// Counts one more use of `key` at `now`, the first of a window that ends at `ends_at` where none is
/// under way.
pub async fn count_use(
    tx: &mut Tx,
    key: &str,
    now: Timestamp,
    ends_at: Timestamp,
) -> Result<Counted, StoreError> {
    const SQL: &str = "INSERT INTO limits (key, uses, ends_at) VALUES ($1, 1, $3) \
        ON CONFLICT (key) DO UPDATE SET \
        uses = CASE WHEN limits.ends_at <= $2 THEN 1 ELSE limits.uses + 1 END, \
        ends_at = CASE WHEN limits.ends_at <= $2 THEN excluded.ends_at ELSE limits.ends_at END \
        RETURNING uses, ends_at";
    let (uses, ends_at): (i64, i64) = on_engine!(tx, |connection| sqlx::query_as(SQL)
        .bind(key)
        .bind(now.as_microsecond())
        .bind(ends_at.as_microsecond())
        .fetch_one(connection)
        .await)?;
    Ok(Counted { uses: count(uses)?, ends_at: instant(ends_at)? })
}

/// What a claim asks for, as stretches of time.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// When it is made.
    pub now: Timestamp,
    /// How long it uses `key` up, in microseconds.
    pub cost: i64,
    /// So long, in microseconds, it may be used up in advance.
    pub room: i64,
}

/// Uses `key` up for a while longer. Where that is too long, nothing is written, and the answer is
/// until when it is used up already.
pub async fn claim(tx: &mut Tx, key: &str, claim: Claim) -> Result<Result<(), Timestamp>, StoreError> {
    const CLAIM: &str = "INSERT INTO limits (key, uses, ends_at) VALUES ($1, 1, $2 + $3) \
        ON CONFLICT (key) DO UPDATE SET uses = limits.uses + 1, \
        ends_at = CASE WHEN limits.ends_at < $2 THEN $2 ELSE limits.ends_at END + $3 \
        WHERE CASE WHEN limits.ends_at < $2 THEN $2 ELSE limits.ends_at END + $3 <= $2 + $4";
    const USED: &str = "SELECT ends_at FROM limits WHERE key = $1";
    let claimed = on_engine!(tx, |connection| sqlx::query(CLAIM)
        .bind(key)
        .bind(claim.now.as_microsecond())
        .bind(claim.cost)
        .bind(claim.room)
        .execute(connection)
        .await
        .map(|done| done.rows_affected()))?;
    if claimed > 0 {
        return Ok(Ok(()));
    }
    let (until,): (i64,) =
        on_engine!(tx, |connection| sqlx::query_as(USED).bind(key).fetch_one(connection).await)?;
    Ok(Err(instant(until)?))
}

/// Counts one use of `key` less.
pub async fn give_back(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE limits SET uses = uses - 1 WHERE key = $1 AND uses > 0";
    on_engine!(tx, |connection| sqlx::query(SQL).bind(key).execute(connection).await.map(drop))?;
    Ok(())
}

/// Forgets what was counted of `key`.
pub async fn forget(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    const SQL: &str = "DELETE FROM limits WHERE key = $1";
    on_engine!(tx, |connection| sqlx::query(SQL).bind(key).execute(connection).await.map(drop))?;
    Ok(())
}

/// Forgets all that is over at `now`.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "DELETE FROM limits WHERE ends_at <= $1";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(now.as_microsecond())
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// Writes so much that a database without room refuses it. It is meant to be taken back, or taken out.
pub async fn try_to_fill(tx: &mut Tx) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO limits (key, uses, ends_at) VALUES ($1, 0, 0) \
        ON CONFLICT (key) DO UPDATE SET ends_at = 0";
    for n in 0..FILLING {
        let key = format!("{n:0LENGTH$}");
        on_engine!(tx, |connection| sqlx::query(SQL).bind(key).execute(connection).await.map(drop))?;
    }
    Ok(())
}

/// Takes out what [`try_to_fill`] wrote.
pub async fn take_out(tx: &mut Tx) -> Result<(), StoreError> {
    const SQL: &str = "DELETE FROM limits WHERE uses = 0 AND ends_at = 0";
    on_engine!(tx, |connection| sqlx::query(SQL).execute(connection).await.map(drop))?;
    Ok(())
}

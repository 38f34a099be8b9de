//! A pool of connections, of which one that was used lately is used next.
//!
//! Each keeps for itself pages of a file, or what a server knows of it, and statements made ready. A pool of sqlx is a
//! queue: it would hand out the one that has rested for longest, so that what one operator looks at had to be fetched
//! and made ready by all in turn.

use std::sync::Arc;

use sqlx::{Database, Pool};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many are asked one after the other before the queue of the others is: a request reads twice, and begins the
/// second time while the first connection is still on its way back.
const LANES: u32 = 2;

/// Connections to a database.
#[derive(Debug)]
pub struct HotPool<D: Database> {
    lanes: Vec<Lane<D>>,
    others: Pool<D>,
}

/// A connection by itself.
#[derive(Debug)]
struct Lane<D: Database> {
    pool: Pool<D>,
    free: Arc<Semaphore>,
}

/// Keeps a connection from others for as long as it is used; none: one of the queue.
pub type Hold = Option<OwnedSemaphorePermit>;

impl<D: Database> HotPool<D> {
    /// Up to `most` connections, one at least; `pool` makes a pool of so many.
    pub fn new(most: u32, pool: impl Fn(u32) -> Pool<D>) -> Self {
        let lanes = LANES.min(most.saturating_sub(1));
        let lane = |_| Lane { pool: pool(1), free: Arc::new(Semaphore::new(1)) };
        Self { lanes: (0..lanes).map(lane).collect(), others: pool(most.saturating_sub(lanes).max(1)) }
    }

    /// Where the next connection is taken, and what has to be kept as long as it.
    pub fn next(&self) -> (&Pool<D>, Hold) {
        // On its way back it may have to end first what nobody waits for any more.
        let is_back = |pool: &Pool<D>| pool.num_idle() > 0 || pool.size() == 0;
        let free = |lane: &Lane<D>| Arc::clone(&lane.free).try_acquire_owned().ok();
        let mut back = self.lanes.iter().filter(|lane| is_back(&lane.pool));
        let lane = back.find_map(|lane| Some((&lane.pool, Some(free(lane)?))));
        lane.unwrap_or((&self.others, None))
    }

    /// Those that stand in a queue.
    pub fn queue(&self) -> &Pool<D> {
        &self.others
    }

    /// All of them.
    pub fn pools(&self) -> impl Iterator<Item = &Pool<D>> {
        self.lanes.iter().map(|lane| &lane.pool).chain([&self.others])
    }

    /// Closes every connection.
    pub async fn close(&self) {
        for pool in self.pools() {
            pool.close().await;
        }
    }
}

impl<D: Database> Clone for HotPool<D> {
    fn clone(&self) -> Self {
        let lane = |lane: &Lane<D>| Lane { pool: lane.pool.clone(), free: Arc::clone(&lane.free) };
        Self { lanes: self.lanes.iter().map(lane).collect(), others: self.others.clone() }
    }
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

    use super::*;

    fn of(most: u32) -> HotPool<sqlx::Sqlite> {
        let options = SqlitePoolOptions::new();
        HotPool::new(most, |most| {
            options.clone().max_connections(most).connect_lazy_with(SqliteConnectOptions::new())
        })
    }

    #[tokio::test]
    async fn the_first_that_is_free_is_next_and_the_queue_where_none_is() {
        let pool = of(5);
        let size = |pool: &Pool<_>| pool.options().get_max_connections();
        assert_eq!(pool.pools().map(size).collect::<Vec<_>>(), [1, 1, 3]);
        let ((first, one), (second, two), (rest, none)) = (pool.next(), pool.next(), pool.next());
        assert_eq!([first, second, rest].map(size), [1, 1, 3]);
        assert!(one.is_some() && two.is_some() && none.is_none());
        assert!(!std::ptr::eq(first, second));
        drop(two);
        assert!(std::ptr::eq(pool.next().0, second));
        drop(one);
        assert!(std::ptr::eq(pool.next().0, first));
    }

    #[tokio::test]
    async fn there_are_never_more_than_at_most() {
        for (most, total) in [(0, 1), (1, 1), (2, 2), (3, 3), (12, 12)] {
            let of_all = of(most).pools().map(|pool| pool.options().get_max_connections()).sum::<u32>();
            assert_eq!(of_all, total, "{most}");
        }
    }
}

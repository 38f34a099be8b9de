//! A list of users: a page of it, and how many there are of each status.

mod column;
pub mod counts;
mod entry;
mod on_postgres;
mod on_sqlite;
pub mod order;
mod part;
mod place;
mod progress;
pub(super) mod row;
pub(super) mod sieve;
pub(super) mod sources;
mod walk;
mod ways;

use order::{SortKeys, Start};
use sieve::Sieve;

use super::search::Viewpoint;
use super::users::with_placement;
use super::{StoreError, Tx};
use crate::api::users::{User, UserFilter, UserOrder};

pub(super) use part::LINK_EXPIRED;
pub(super) use sources::entered_by;
pub use ways::Reach;

/// The users that a filter lets through, in an order.
///
/// A page of it costs the same wherever it begins, and about the same however many users there are: each
/// section of the list is read along the index of its order, or, where few pass the filter, from theirs.
#[derive(Debug)]
pub struct UserList {
    sieve: Sieve,
    order: UserOrder,
    reach: Reach,
}

impl UserList {
    /// Those whom `filter` lets through, as `view` sees them.
    pub async fn of(
        tx: &mut Tx,
        view: Viewpoint,
        filter: &UserFilter,
        order: UserOrder,
    ) -> Result<Self, StoreError> {
        Ok(Self { sieve: Sieve::of(tx, view, filter).await?, order, reach: Reach::default() })
    }

    /// The same, each page being sought so far one way and no farther.
    pub fn within(self, reach: Reach) -> Self {
        Self { reach, ..self }
    }

    /// Up to `most` of them where `start` says, each with its sort keys.
    pub async fn page(
        &self,
        tx: &mut Tx,
        start: &Start,
        most: i64,
    ) -> Result<Vec<(SortKeys, User)>, StoreError> {
        let view = self.sieve.view;
        let mut rows = ways::rows_of(tx, &self.sieve, self.order, (start, most), self.reach).await?;
        if start.is_back() {
            rows.reverse();
        }
        let keyed = rows.into_iter().map(|row| row.keyed(self.order, view.now));
        with_placement(tx, view.workspace, keyed.collect::<Result<Vec<_>, _>>()?).await
    }

    /// Whether there is anybody where `start` says.
    pub async fn is_any(&self, tx: &mut Tx, start: &Start) -> Result<bool, StoreError> {
        ways::is_any(tx, &self.sieve, self.order, start, self.reach).await
    }
}

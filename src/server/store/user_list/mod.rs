//! A list of users: a page of it, and how many there are of each status.

mod column;
pub mod counts;
mod entry;
mod on_postgres;
mod on_sqlite;
pub mod order;
mod part;
mod place;
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

pub use ways::Reach;

/// Up to `most` users that `filter` lets through, in order, where `start` says, each with its sort keys.
///
/// It costs the same wherever it begins, and about the same however many users there are: each section
/// of the list is read along the index of its order, or, where few pass the filter, from theirs.
pub async fn page(
    tx: &mut Tx,
    view: Viewpoint,
    which: (&UserFilter, UserOrder),
    start: &Start,
    most: i64,
) -> Result<Vec<(SortKeys, User)>, StoreError> {
    page_within(tx, view, which, (start, most), Reach::default()).await
}

/// The same, found so far and no farther.
pub async fn page_within(
    tx: &mut Tx,
    view: Viewpoint,
    (filter, order): (&UserFilter, UserOrder),
    (start, most): (&Start, i64),
    reach: Reach,
) -> Result<Vec<(SortKeys, User)>, StoreError> {
    let sieve = Sieve::of(tx, view, filter).await?;
    let mut rows = ways::rows_of(tx, &sieve, order, (start, most), reach).await?;
    if start.is_back() {
        rows.reverse();
    }
    let rows = rows.into_iter().map(|row| row.keyed(order, view.now)).collect::<Result<Vec<_>, _>>()?;
    with_placement(tx, view.workspace, rows).await
}

/// Whether there is anybody where `start` says.
pub async fn is_any(
    tx: &mut Tx,
    view: Viewpoint,
    which: (&UserFilter, UserOrder),
    start: &Start,
) -> Result<bool, StoreError> {
    is_any_within(tx, view, which, start, Reach::default()).await
}

/// The same, found so far and no farther.
pub async fn is_any_within(
    tx: &mut Tx,
    view: Viewpoint,
    (filter, order): (&UserFilter, UserOrder),
    start: &Start,
    reach: Reach,
) -> Result<bool, StoreError> {
    let sieve = Sieve::of(tx, view, filter).await?;
    ways::is_any(tx, &sieve, order, start, reach).await
}

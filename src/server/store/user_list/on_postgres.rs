//! The way to a page of a section on PostgreSQL, which can't be stopped on its way: walks that are bounded
//! beforehand tell how far it is.

use super::progress::Progress;
use super::sieve::Sieve;
use super::walk::Stretch;
use super::ways::{Found, Reach, by_words, within};
use crate::server::store::statement::fetch_all;
use crate::server::store::{StoreError, Tx};

/// No more is weighed up than what costs this.
const DEAREST: i64 = 300_000;

/// So many who pass tell well enough how far it is to a page of them. The order is gone along without a bound
/// then: what does not pass need not be put into the order of all.
const TELLING: i64 = 4;

/// How much further than to one who passes it is taken to be, where none was met near.
const UNMET: i64 = 4;

/// The page of `stretch`, or by what the `whole` list is rather fetched.
pub(super) async fn seek(
    tx: &mut Tx,
    (whole, stretch): (&Sieve, Stretch<'_>),
    reach: Reach,
) -> Result<Found, StoreError> {
    let mut page = Progress::new(stretch);
    for is_near in [true, false] {
        let bound = if is_near { reach.near } else { reach.far };
        let rows = fetch_all!(tx, page.rest().bounded_walk(bound))?;
        page.take(rows, bound)?;
        if page.is_full() {
            return Ok(Found::Rows(page.into_rows()));
        }
        let is_unmet = page.found() == 0 && is_near;
        let further = page.expected().saturating_mul(if is_unmet { UNMET } else { 1 });
        if let Some(fetch) = within(tx, whole, further.min(DEAREST)).await? {
            return Ok(Found::Rather(fetch.source));
        }
        if page.found() >= TELLING {
            break;
        }
        // Names that stand together are soon passed.
        if let Some(fetch) = by_words(tx, whole).await?
            && fetch.cost <= page.expected()
        {
            return Ok(Found::Rather(fetch.source));
        }
    }
    let rows = fetch_all!(tx, page.rest().walk())?;
    page.take(rows, 0)?;
    Ok(Found::Rows(page.into_rows()))
}

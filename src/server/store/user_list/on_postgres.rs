//! The way to a page of a section on PostgreSQL, which can't be stopped on its way: walks that are bounded
//! beforehand tell how far it is.

use super::progress::Progress;
use super::sieve::Sieve;
use super::walk::Stretch;
use super::ways::{Found, Reach, as_far_as_telling, by_words, within};
use crate::server::store::statement::fetch_all;
use crate::server::store::{StoreError, Tx};

/// More are not counted to tell which index gives the fewest.
const MANY: i64 = 300_000;

/// To fetch a row and sort it costs as much as to look at so many in an index, or at so many rows.
const FETCHED_FOR: (i64, i64) = (12, 2);

/// So many who pass tell well enough how far it is to a page of them. The order is gone along without a bound
/// then, where it answers alone: what does not pass need not be put into the order of all.
const TELLING: i64 = 4;

/// How much further than to one who passes it is taken to be, where none was met near.
const UNMET: i64 = 4;

/// The page of `stretch`, or by what the `whole` list is rather fetched.
pub(super) async fn seek(
    tx: &mut Tx,
    (whole, stretch): (&Sieve, Stretch<'_>),
    reach: Reach,
) -> Result<Found, StoreError> {
    let is_alone = stretch.is_by_index_alone();
    let near = if is_alone { reach.near } else { reach.near / 2 };
    let mut far = reach.far;
    let mut page = Progress::new(stretch);
    for is_near in [true, false] {
        let bound = if is_near { near } else { far };
        let rows = fetch_all!(tx, page.rest().bounded_walk(bound))?;
        page.take(rows, bound)?;
        if page.is_full() {
            return Ok(Found::Rows(page.into_rows()));
        }
        let is_cheap = is_alone && !stretch.is_of_ended();
        let worth = page.expected() / if is_cheap { FETCHED_FOR.0 } else { FETCHED_FOR.1 };
        let is_unmet = page.found() == 0 && is_near;
        let further = if is_unmet { worth.saturating_mul(UNMET) } else { worth };
        if let Some((source, _)) = within(tx, whole, further.min(MANY)).await? {
            return Ok(Found::Rather(source));
        }
        if page.found() >= TELLING {
            if is_alone {
                break;
            }
            continue;
        }
        if let Some((source, count)) = by_words(tx, whole).await? {
            // Names that stand together are soon passed where the index of the order answers alone.
            if count <= if is_alone { worth } else { further } {
                return Ok(Found::Rather(source));
            }
            far = as_far_as_telling(whole, stretch.most).map_or(far, |rows| far.min(rows));
        }
    }
    let rows = fetch_all!(tx, page.rest().walk())?;
    page.take(rows, 0)?;
    Ok(Found::Rows(page.into_rows()))
}

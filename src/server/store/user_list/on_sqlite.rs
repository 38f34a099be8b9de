//! The way to a page of a section on SQLite, whose machine can be stopped on its way: no walk takes longer than
//! what would be done instead.

use super::progress::Progress;
use super::sieve::Sieve;
use super::walk::Stretch;
use super::ways::{Found, Reach, by_words, within};
use crate::server::store::statement::fetch_into;
use crate::server::store::{StoreError, Tx};

/// So many rows are looked at meanwhile, most of which nothing is asked of but the first condition.
const ROWS_AT_ONCE: i64 = 150;

/// So many times as far is near here, where no statement is made ready for a bound.
const NEARER: i64 = 4;

/// So many who pass tell well enough how far it is to the rest of a page of them.
const TELLING: i64 = 4;

/// So many times as far as that is gone at most: what is not met by then stands together elsewhere.
const UNMET: i64 = 3;

/// To fetch what costs so many times as much as was looked at so far is weighed up. No sooner: in an order of names,
/// last ones stand together by the first, and none at the beginning does not tell that they are few.
const DEARER: i64 = 4;

/// The page of `stretch`, or by what the `whole` list is rather fetched. `sought` is how many rows were looked at
/// before, in what precedes `stretch`.
///
/// It is sought farther and farther, and each time more are counted who might be fetched instead: neither takes
/// much longer than what is found to be shortest.
pub(super) async fn seek(
    tx: &mut Tx,
    (whole, stretch): (&Sieve, Stretch<'_>),
    (reach, sought): (Reach, &mut i64),
) -> Result<Found, StoreError> {
    let mut page = Progress::new(stretch);
    let mut known = None;
    // Most pages are found so near that nothing else need be asked.
    let mut more = reach.near * NEARER;
    for farther in [reach.far, reach.farther, i64::MAX] {
        if more > 0 && go_on(tx, &mut page, more, sought).await? {
            return Ok(Found::Rows(page.into_rows()));
        }
        let is_told = page.found() >= TELLING;
        let likely = if is_told { page.expected() / 2 } else { i64::MAX };
        let dearest = sought.saturating_mul(DEARER);
        let mut fetch = within(tx, whole, likely.min(dearest)).await?;
        if is_told && fetch.is_none() && page.expected() <= reach.farther {
            let bound = page.expected().saturating_mul(UNMET);
            if go_on(tx, &mut page, bound, sought).await? {
                return Ok(Found::Rows(page.into_rows()));
            }
        }
        if fetch.is_none() {
            fetch = by_words(tx, whole).await?.filter(|fetch| fetch.cost <= dearest);
        }
        if let Some(fetch) = fetch.filter(|fetch| fetch.cost <= page.expected()) {
            return Ok(Found::Rather(fetch.source));
        }
        known = fetch.or(known);
        more = farther.saturating_sub(*sought);
    }
    let bound = known.map_or(i64::MAX, |fetch| fetch.cost);
    let is_found = go_on(tx, &mut page, bound, sought).await?;
    Ok(match known {
        Some(fetch) if !is_found => Found::Rather(fetch.source),
        _ => Found::Rows(page.into_rows()),
    })
}

/// Goes on with the page, if no more than about `bound` others have to be looked at for the rest of it; whether all
/// of it was found. Adds to `sought` how many were looked at.
async fn go_on(
    tx: &mut Tx,
    page: &mut Progress<'_>,
    bound: i64,
    sought: &mut i64,
) -> Result<bool, StoreError> {
    let steps = bound.saturating_add(page.stale()) / ROWS_AT_ONCE + 1;
    tx.steps.allow(steps);
    let mut rows = Vec::new();
    let walked = fetch_into!(tx, page.rest().walk(), rows);
    let left = tx.steps.left();
    tx.steps.allow(i64::MAX);
    let looked = (steps - left).saturating_mul(ROWS_AT_ONCE);
    *sought = sought.saturating_add(looked);
    page.take(rows, looked)?;
    match walked {
        Err(_) if left < 0 => Ok(page.is_full()),
        walked => Ok(walked.map(|()| true)?),
    }
}

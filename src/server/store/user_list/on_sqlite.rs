//! The way to a page of a section on SQLite, whose machine can be stopped on its way: no walk takes longer than
//! what would be done instead.

use super::progress::Progress;
use super::sieve::Sieve;
use super::walk::Stretch;
use super::ways::{Found, Reach, by_words, sources, within};
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

/// What takes longer than to look so many times as far as before is not done instead of looking on.
const FARTHEST: i64 = 3;

/// The page of `stretch`, or by what the `whole` list is rather fetched. `sought` is how many rows were looked at
/// before, in what precedes `stretch`.
pub(super) async fn seek(
    tx: &mut Tx,
    (whole, stretch): (&Sieve, Stretch<'_>),
    (reach, sought): (Reach, &mut i64),
) -> Result<Found, StoreError> {
    let mut page = Progress::new(stretch);
    // Most pages are found so near that nothing else need be asked.
    if go_on(tx, &mut page, reach.near * NEARER, sought).await? {
        return Ok(Found::Rows(page.into_rows()));
    }
    let is_told = page.found() >= TELLING;
    // Nobody is counted for longer than it takes to look on.
    let dearest = if is_told { page.expected() / 2 } else { reach.farther };
    let mut fetch = within(tx, whole, dearest.min(reach.farther)).await?;
    if is_told && fetch.is_none() && page.expected() <= reach.farther {
        let bound = reach.farther.min(page.expected().saturating_mul(UNMET));
        if go_on(tx, &mut page, bound, sought).await? {
            return Ok(Found::Rows(page.into_rows()));
        }
    }
    if fetch.is_none_or(|fetch| fetch.cost > reach.near) {
        let others = fetch.into_iter().chain(by_words(tx, whole).await?);
        fetch = others.min_by_key(|fetch| fetch.cost);
    }
    if let Some(fetch) = fetch.filter(|fetch| fetch.cost <= page.expected()) {
        return Ok(Found::Rather(fetch.source));
    }
    let bound = match fetch {
        Some(fetch) => reach.farther.min(fetch.cost),
        None if sources(whole).is_empty() => i64::MAX,
        None => reach.farther,
    };
    if bound > *sought && go_on(tx, &mut page, bound - *sought, sought).await? {
        return Ok(Found::Rows(page.into_rows()));
    }
    let dearest = page.expected().min(FARTHEST * reach.farther);
    let fetch = match fetch {
        None => within(tx, whole, dearest).await?,
        known => known,
    };
    if let Some(fetch) = fetch {
        let is_soon_full = page.expected() < fetch.cost;
        if !(is_soon_full && go_on(tx, &mut page, fetch.cost, sought).await?) {
            return Ok(Found::Rather(fetch.source));
        }
    } else {
        go_on(tx, &mut page, i64::MAX, sought).await?;
    }
    Ok(Found::Rows(page.into_rows()))
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

//! The way to a page of a section on SQLite, whose machine can be stopped on its way: no walk takes longer than
//! what would be done instead.

use super::row::UserRow;
use super::sieve::Sieve;
use super::sources::Source;
use super::walk::Stretch;
use super::ways::{Found, Reach, as_far_as_telling, by_words, sources, within};
use crate::server::store::statement::{Statement, fetch_all};
use crate::server::store::{StoreError, Tx};

/// So many rows are looked at meanwhile, most of which nothing is asked of but the first condition.
const ROWS_AT_ONCE: i64 = 150;

/// Instead of fetching a row and sorting it so many are looked at in an index, or so many rows, which takes half as
/// long: most often a page of them is met on the way.
const FETCHED_FOR: (i64, i64) = (10, 2);

/// So many times as far is near here, where the index of the order answers alone.
const NEARER: i64 = 4;

/// What takes longer than to look so many times as far as before is not done instead of looking on.
const FARTHEST: i64 = 3;

/// The page of `stretch`, or by what the `whole` list is rather fetched. `sought` is how many rows were looked at
/// before, in what precedes `stretch`.
pub(super) async fn seek(
    tx: &mut Tx,
    (whole, stretch): (&Sieve, Stretch<'_>),
    (reach, sought): (Reach, &mut i64),
) -> Result<Found, StoreError> {
    let is_alone = stretch.is_by_index_alone();
    let (near, far, fetched_for) = if is_alone {
        (reach.near.saturating_mul(NEARER), reach.farther, FETCHED_FOR.0)
    } else {
        (reach.near, reach.far, FETCHED_FOR.1)
    };
    // Most pages are found so near that nothing else need be asked.
    if let Some(rows) = fetch_within(tx, stretch.walk(), near, sought).await? {
        return Ok(Found::Rows(rows));
    }
    let mut fewest = within(tx, whole, far / fetched_for).await?;
    if fewest.is_none_or(|(_, count)| count > reach.few) {
        let others = fewest.into_iter().chain(by_words(tx, whole).await?);
        fewest = others.min_by_key(|(_, count)| *count);
    }
    let bound = match fewest {
        None if sources(whole).is_empty() => return Ok(Found::Rows(fetch_all!(tx, stretch.walk())?)),
        None => far,
        Some((source, count)) => {
            let worth = far.min(count.saturating_mul(fetched_for));
            // Rows are dear; an index that answers alone is gone along as long as they take to be fetched.
            let telling = as_far_as_telling(whole, stretch.most);
            telling.filter(|_| source == Source::Words && !is_alone).map_or(worth, |rows| worth.min(rows))
        }
    } - *sought;
    // No further than before nothing else would be met.
    if bound > near
        && let Some(rows) = fetch_within(tx, stretch.walk(), bound, sought).await?
    {
        return Ok(Found::Rows(rows));
    }
    if fewest.is_none() {
        fewest = within(tx, whole, FARTHEST * far / fetched_for).await?;
    }
    Ok(match fewest {
        Some((source, _)) => Found::Rather(source),
        None => Found::Rows(fetch_all!(tx, stretch.walk())?),
    })
}

/// The rows of `statement`, if no more than about `bound` others have to be looked at for them. Adds to `sought` how
/// many were.
async fn fetch_within(
    tx: &mut Tx,
    statement: Statement,
    bound: i64,
    sought: &mut i64,
) -> Result<Option<Vec<UserRow>>, StoreError> {
    let steps = bound.max(0) / ROWS_AT_ONCE + 1;
    tx.steps.allow(steps);
    let rows = fetch_all!(tx, statement);
    let left = tx.steps.left();
    tx.steps.allow(i64::MAX);
    *sought += (steps - left) * ROWS_AT_ONCE;
    match rows {
        Err(_) if left < 0 => Ok(None),
        rows => Ok(Some(rows?)),
    }
}

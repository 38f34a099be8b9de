//! The way to a page of a section on SQLite, whose machine can be stopped on its way: no walk takes longer than
//! what would be done instead.

use super::progress::Progress;
use super::sieve::Sieve;
use super::sources::Source;
use super::walk::Stretch;
use super::ways::{Found, Reach, as_far_as_telling, by_words, sources, within};
use crate::server::store::statement::fetch_into;
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

/// So many who pass tell well enough how far it is to the rest of a page of them.
const TELLING: i64 = 4;

/// So many times as far as that is gone at most: what is not met by then stands together elsewhere.
const UNMET: i64 = 3;

/// What an order that is gone along is weighed by.
#[derive(Clone, Copy)]
struct Scale {
    /// Whether the index of the order answers alone.
    is_alone: bool,
    near: i64,
    far: i64,
    /// What a row that is fetched costs.
    fetched_for: i64,
}

impl Scale {
    fn of(stretch: Stretch<'_>, reach: Reach) -> Self {
        if stretch.is_by_index_alone() {
            let near = reach.near.saturating_mul(NEARER);
            Self { is_alone: true, near, far: reach.farther, fetched_for: FETCHED_FOR.0 }
        } else {
            Self { is_alone: false, near: reach.near, far: reach.far, fetched_for: FETCHED_FOR.1 }
        }
    }
}

/// The page of `stretch`, or by what the `whole` list is rather fetched. `sought` is how many rows were looked at
/// before, in what precedes `stretch`.
pub(super) async fn seek(
    tx: &mut Tx,
    (whole, stretch): (&Sieve, Stretch<'_>),
    (reach, sought): (Reach, &mut i64),
) -> Result<Found, StoreError> {
    let scale = Scale::of(stretch, reach);
    let mut page = Progress::new(stretch);
    // Most pages are found so near that nothing else need be asked.
    if go_on(tx, &mut page, scale.near, sought).await? {
        return Ok(Found::Rows(page.into_rows()));
    }
    if page.found() >= TELLING && page.expected() <= scale.far {
        let bound = scale.far.min(page.expected().saturating_mul(UNMET));
        if go_on(tx, &mut page, bound, sought).await? {
            return Ok(Found::Rows(page.into_rows()));
        }
    }
    let mut rather = fewest(tx, whole, (reach, scale)).await?;
    let bound = match rather {
        Some(rather) => as_far_as_worth(whole, stretch, rather, scale),
        None if sources(whole).is_empty() => i64::MAX,
        None => scale.far,
    };
    if bound > *sought && go_on(tx, &mut page, bound - *sought, sought).await? {
        return Ok(Found::Rows(page.into_rows()));
    }
    if rather.is_none() {
        rather = within(tx, whole, FARTHEST * scale.far / scale.fetched_for).await?;
    }
    if let Some((source, count)) = rather {
        let worth = count.saturating_mul(scale.fetched_for);
        let is_soon_full = page.found() >= TELLING && page.expected() <= worth;
        if !(is_soon_full && go_on(tx, &mut page, worth, sought).await?) {
            return Ok(Found::Rather(source));
        }
    } else {
        go_on(tx, &mut page, i64::MAX, sought).await?;
    }
    Ok(Found::Rows(page.into_rows()))
}

/// What gives the fewest, and about how many, where it may be worth it.
async fn fewest(
    tx: &mut Tx,
    whole: &Sieve,
    (reach, scale): (Reach, Scale),
) -> Result<Option<(Source, i64)>, StoreError> {
    let fewest = within(tx, whole, scale.far / scale.fetched_for).await?;
    if fewest.is_some_and(|(_, count)| count <= reach.few) {
        return Ok(fewest);
    }
    let others = fewest.into_iter().chain(by_words(tx, whole).await?);
    Ok(others.min_by_key(|(_, count)| *count))
}

/// How far the order is gone along before so many are rather fetched by another index.
fn as_far_as_worth(whole: &Sieve, stretch: Stretch<'_>, (source, count): (Source, i64), scale: Scale) -> i64 {
    let worth = scale.far.min(count.saturating_mul(scale.fetched_for));
    // Rows are dear; an index that answers alone is gone along as long as they take to be fetched.
    let telling = as_far_as_telling(whole, stretch.most);
    let telling = telling.filter(|_| source == Source::Words && !scale.is_alone);
    telling.map_or(worth, |rows| worth.min(rows))
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

//! The way to a page that is the shortest: along the orders of its sections, or by an index that narrows
//! the whole list down.

use super::entry::weighed;
use super::order::{Section, Start, sections};
use super::sieve::Sieve;
use super::sources::{Source, fewest};
use super::statement::fetch_all;
use super::user_row::UserRow;
use super::walk::Stretch;
use super::{StoreError, Tx, TxEngine};
use crate::api::users::UserOrder;

/// How far a page is sought one way before another is tried. It decides what a page costs, never what
/// stands on it.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// So few whom an index gives are fetched and sorted, before anything else is tried.
    pub least: i64,
    /// So few of a part of the list are rather fetched from what it is narrowed to than sought along the order.
    pub few: i64,
    /// The same of a part that only the filter makes so few: elsewhere as many are soon met along the order.
    pub rare: i64,
    /// So many rows are looked at along the order to see how many of them pass; half of it where
    /// each has to be looked up.
    pub near: i64,
    /// So many are looked at along an order that answers alone before a word is taken for rare.
    pub on: i64,
    /// So many are looked at before the order is given up, where something else may be shorter.
    pub far: i64,
    /// The same in SQLite, where the index of the order answers alone. PostgreSQL takes the bound for what
    /// will be looked at, and would rather sort everything.
    pub farther: i64,
}

impl Default for Reach {
    fn default() -> Self {
        Self { least: 500, few: 2_000, rare: 200, near: 1_000, on: 10_000, far: 20_000, farther: 100_000 }
    }
}

/// A search index, which can't say beforehand how many it gives, is asked where fewer than one in so many pass.
const SPARSE: i64 = 400;
/// More are not counted to tell which index gives the fewest.
const MANY: i64 = 300_000;
/// To fetch a row and sort it costs as much as to look at so many in an index, or at so many rows.
const FETCHED_FOR: (i64, i64) = (12, 2);

/// So many who pass tell well enough how far it is to a page of them. The order is gone along without a bound
/// then, where it answers alone: what does not pass need not be put into the order of all.
const TELLING: i64 = 4;

/// How much further than to one who passes it is taken to be, where none was met near.
const UNMET: i64 = 4;

/// What is known of a section of a list.
enum Found {
    /// Its rows.
    Rows(Vec<UserRow>),
    /// That it, and what follows it, is rather fetched by this.
    Rather(Source),
}

/// Up to `most` rows where `start` says; from the end of the page where that is sought backwards.
///
/// Which way is shorter is found out by trying, within bounds: statistics may be old or missing, and a
/// filter and an order may have everything or nothing to do with each other.
pub(super) async fn rows_of(
    tx: &mut Tx,
    sieve: &Sieve,
    order: UserOrder,
    (start, most): (&Start, i64),
    reach: Reach,
) -> Result<Vec<UserRow>, StoreError> {
    let by_statistics = matches!(tx.on, TxEngine::Postgres(_));
    let whole = Section::whole(order);
    let list = Stretch { sieve, section: &whole, start, most, by_statistics };
    if let Some(source) = within(tx, sieve, reach.least).await? {
        return Ok(fetch_all!(tx, list.fetch(tx, source))?);
    }
    let mut rows: Vec<UserRow> = Vec::new();
    let mut place = start.clone();
    for section in sections(order, start) {
        let rest = most.saturating_sub(number(&rows));
        let mut narrowed = sieve.narrowed(&section.only);
        narrowed.parts = weighed(tx, &narrowed, reach).await?;
        let stretch =
            Stretch { sieve: &narrowed, section: &section, start: &place, most: rest, by_statistics };
        match read(tx, (sieve, stretch), reach).await? {
            Found::Rows(more) => rows.extend(more),
            // Together with what was found before.
            Found::Rather(source) => return Ok(fetch_all!(tx, list.fetch(tx, source))?),
        }
        if number(&rows) >= most {
            break;
        }
        place = if start.is_back() { Start::Last } else { Start::First };
    }
    Ok(rows)
}

async fn read(
    tx: &mut Tx,
    (whole, stretch): (&Sieve, Stretch<'_>),
    reach: Reach,
) -> Result<Found, StoreError> {
    if stretch.is_empty() {
        return Ok(Found::Rows(Vec::new()));
    }
    let sieve = stretch.sieve;
    if sieve.parts.iter().all(|part| part.few_by.is_some()) {
        return Ok(Found::Rows(fetch_all!(tx, stretch.walk())?));
    }
    // Of a section that is narrowed to nothing it was asked before, as of the whole list.
    if !sieve.only.is_empty()
        && let Some(source) = within(tx, sieve, reach.least).await?
    {
        return Ok(Found::Rows(fetch_all!(tx, stretch.fetch(tx, source))?));
    }
    let by_words = sieve.is_indexed();
    if sources(sieve).is_empty() && !by_words {
        return Ok(Found::Rows(fetch_all!(tx, stretch.walk())?));
    }
    let is_alone = stretch.is_by_index_alone();
    let far = if is_alone && !stretch.by_statistics { reach.farther } else { reach.far };
    let near = if is_alone { reach.near } else { reach.near / 2 };
    // Near the beginning of an order the same names stand together: a word is taken for rare no sooner than
    // some way on.
    let on = (by_words && is_alone).then_some(reach.on);
    for bound in [Some(near), on, Some(far)].into_iter().flatten() {
        let rows: Vec<UserRow> = fetch_all!(tx, stretch.bounded_walk(bound))?;
        let found = number(&rows);
        if found >= stretch.most {
            return Ok(Found::Rows(rows));
        }
        if bound == far {
            let visited: Vec<(i64,)> = fetch_all!(tx, stretch.visited(bound))?;
            if visited.iter().all(|(visited,)| *visited < bound) {
                return Ok(Found::Rows(rows));
            }
        }
        // So many would have to be looked at to fill the page, if it goes on like this.
        let further = if found == 0 && bound < far { UNMET } else { 1 };
        let expected = bound.saturating_mul(stretch.most * further) / found.max(1);
        let is_cheap = is_alone && !stretch.is_of_ended();
        let worth = expected / if is_cheap { FETCHED_FOR.0 } else { FETCHED_FOR.1 };
        if let Some(source) = within(tx, whole, worth.min(MANY)).await? {
            return Ok(Found::Rather(source));
        }
        if by_words && found.saturating_mul(SPARSE) < bound && (bound > near || !is_alone) {
            return Ok(Found::Rather(Source::Words));
        }
        if is_alone && found >= TELLING {
            return Ok(Found::Rows(fetch_all!(tx, stretch.walk())?));
        }
    }
    if by_words {
        return Ok(Found::Rather(Source::Words));
    }
    Ok(Found::Rows(fetch_all!(tx, stretch.walk())?))
}

/// The indexes to choose from. Those who have ended are sought part by part.
fn sources(sieve: &Sieve) -> Vec<Source> {
    let mut sources = Source::of(sieve);
    sources.retain(|source| *source != Source::Ends || sieve.expires_before.is_some());
    sources
}

/// What gives the fewest of `sieve`, where it gives no more than `most`.
async fn within(tx: &mut Tx, sieve: &Sieve, most: i64) -> Result<Option<Source>, StoreError> {
    let least = fewest(tx, sieve, &sources(sieve), most).await?;
    Ok(least.filter(|(_, count)| *count <= most).map(|(source, _)| source))
}

fn number(rows: &[UserRow]) -> i64 {
    i64::try_from(rows.len()).unwrap_or(i64::MAX)
}

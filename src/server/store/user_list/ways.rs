//! The way to a page that is the shortest: along the orders of its sections, or by an index that narrows
//! the whole list down.

use super::entry::weighed;
use super::order::{Section, Start, sections};
use super::row::UserRow;
use super::sieve::Sieve;
use super::sources::{Fetch, SAMPLED, Source, how_many, push_sample};
use super::walk::Stretch;
use super::{on_postgres, on_sqlite};
use crate::api::users::UserOrder;
use crate::server::store::statement::{Statement, fetch_all};
use crate::server::store::{StoreError, Tx, TxEngine};

/// How far a page is sought one way before another is tried. It decides what a page costs, never what
/// stands on it.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Whom an index gives are fetched and sorted, before anything else is tried, if it costs no more.
    pub least: i64,
    /// So few of a part of the list are rather fetched from what it is narrowed to than sought along the order.
    pub few: i64,
    /// The same of a part that only the filter makes so few: elsewhere as many are soon met along the order.
    pub rare: i64,
    /// So many rows are looked at along the order at least.
    pub near: i64,
    /// So many are looked at before the order is given up, where something else may be shorter.
    pub far: i64,
    /// The same on SQLite. PostgreSQL takes the bound for what will be looked at, and would rather sort
    /// everything.
    pub farther: i64,
}

impl Default for Reach {
    fn default() -> Self {
        Self { least: 3_000, few: 2_000, rare: 200, near: 1_000, far: 20_000, farther: 100_000 }
    }
}

/// Where so many of the sample have what is searched for, the order is rather gone along to its end.
const COMMON: i64 = 400;

/// What is known of a section of a list.
pub(super) enum Found {
    /// Its rows.
    Rows(Vec<UserRow>),
    /// That it, and what follows it, is rather fetched by this.
    Rather(Source),
}

/// Up to `most` rows where `start` says; from the end of the page where that is sought backwards.
pub(super) async fn rows_of(
    tx: &mut Tx,
    sieve: &Sieve,
    order: UserOrder,
    (start, most): (&Start, i64),
    reach: Reach,
) -> Result<Vec<UserRow>, StoreError> {
    let whole = Section::whole(order);
    let list = Stretch { sieve, section: &whole, start, most, by_statistics: plans_by_statistics(tx) };
    Ok(match seek(tx, list, reach).await? {
        Found::Rows(rows) => rows,
        Found::Rather(source) => fetch_all!(tx, list.fetch(tx, source))?,
    })
}

/// Whether there is a row where `start` says. The first that an index gives tells, so that no order is gone
/// along where it gives no more than are soon read.
pub(super) async fn is_any(
    tx: &mut Tx,
    sieve: &Sieve,
    order: UserOrder,
    start: &Start,
    reach: Reach,
) -> Result<bool, StoreError> {
    let mut fetch = within(tx, sieve, reach.near).await?;
    if fetch.is_none() {
        fetch = by_words(tx, sieve).await?;
    }
    let Some(Fetch { source, .. }) = fetch else {
        return Ok(!rows_of(tx, sieve, order, (start, 1), reach).await?.is_empty());
    };
    // All whom the index gives would be read where nobody at all is.
    let unfiltered = sieve.by_status_alone();
    if rows_of(tx, &unfiltered, order, (start, 1), reach).await?.is_empty() {
        return Ok(false);
    }
    let whole = Section::whole(order);
    let list = Stretch { sieve, section: &whole, start, most: 1, by_statistics: plans_by_statistics(tx) };
    let one: Vec<(i64,)> = fetch_all!(tx, list.any(tx, source))?;
    Ok(!one.is_empty())
}

fn plans_by_statistics(tx: &Tx) -> bool {
    matches!(tx.on, TxEngine::Postgres(_))
}

/// The rows of `list`, or by what all of it is rather fetched.
///
/// Which way is shorter is found out by trying, within bounds: statistics may be old or missing, and a
/// filter and an order may have everything or nothing to do with each other.
async fn seek(tx: &mut Tx, list: Stretch<'_>, reach: Reach) -> Result<Found, StoreError> {
    let Stretch { sieve, start, most, .. } = list;
    if let Some(fetch) = within(tx, sieve, reach.least).await? {
        return Ok(Found::Rather(fetch.source));
    }
    let mut rows: Vec<UserRow> = Vec::new();
    let mut place = start.clone();
    let mut sought = 0;
    for section in sections(list.section.order, start) {
        let rest = most.saturating_sub(number(&rows));
        let mut narrowed = sieve.narrowed(&section.only);
        narrowed.parts = weighed(tx, &narrowed, reach).await?;
        let stretch = Stretch { sieve: &narrowed, section: &section, start: &place, most: rest, ..list };
        match read(tx, (sieve, stretch), (reach, &mut sought)).await? {
            Found::Rows(more) => rows.extend(more),
            // Together with what was found before.
            rather @ Found::Rather(_) => return Ok(rather),
        }
        if number(&rows) >= most {
            break;
        }
        place = if start.is_back() { Start::Last } else { Start::First };
    }
    Ok(Found::Rows(rows))
}

async fn read(
    tx: &mut Tx,
    (whole, stretch): (&Sieve, Stretch<'_>),
    (reach, sought): (Reach, &mut i64),
) -> Result<Found, StoreError> {
    let sieve = stretch.sieve;
    if stretch.is_empty() {
        return Ok(Found::Rows(Vec::new()));
    }
    if sieve.parts.iter().all(|part| part.few_by.is_some()) {
        return Ok(Found::Rows(fetch_all!(tx, stretch.walk())?));
    }
    // Of a section that is narrowed to nothing it was asked before, as of the whole list.
    if !sieve.only.is_empty()
        && let Some(fetch) = within(tx, sieve, reach.least).await?
    {
        return Ok(Found::Rows(fetch_all!(tx, stretch.fetch(tx, fetch.source))?));
    }
    if sources(sieve).is_empty() && !sieve.is_indexed() {
        return Ok(Found::Rows(fetch_all!(tx, stretch.walk())?));
    }
    if stretch.by_statistics {
        on_postgres::seek(tx, (whole, stretch), reach).await
    } else {
        on_sqlite::seek(tx, (whole, stretch), (reach, sought)).await
    }
}

/// The indexes to choose from. Those who have ended, or whose link has, are sought part by part.
pub(super) fn sources(sieve: &Sieve) -> Vec<Source> {
    let mut sources = Source::of(sieve);
    sources.retain(|source| match source {
        Source::Ends => sieve.expires_before.is_some(),
        Source::Links => false,
        _ => true,
    });
    sources
}

/// The index from which the users of `sieve` are fetched soonest, if it costs no more than `most`.
pub(super) async fn within(tx: &mut Tx, sieve: &Sieve, most: i64) -> Result<Option<Fetch>, StoreError> {
    let mut sources = sources(sieve);
    // A group is as large for every section: it was asked of the whole list.
    sources.retain(|source| *source != Source::Group || sieve.only.is_empty());
    let counts = how_many(tx, sieve, &sources, |tx, source| source.so_many_for(tx, most)).await?;
    let costs = counts.into_iter().map(|(source, users)| source.of_so_many(tx, users));
    Ok(costs.filter(|fetch| fetch.cost <= most).min_by_key(|fetch| fetch.cost))
}

/// The search index; none where it does not help, or so many have what is searched
/// for that the order is rather gone along to its end. It can't say itself before all of them are fetched.
pub(super) async fn by_words(tx: &mut Tx, sieve: &Sieve) -> Result<Option<Fetch>, StoreError> {
    if !sieve.is_indexed() {
        return Ok(None);
    }
    let having = having(tx, sieve).await?;
    Ok((having < COMMON).then(|| Source::Words.of_so_many(tx, having * i64::from(SAMPLED))))
}

/// How many of the sample have what is searched for.
async fn having(tx: &mut Tx, sieve: &Sieve) -> Result<i64, StoreError> {
    if let Some(having) = sieve.having.get() {
        return Ok(*having);
    }
    let mut statement = Statement::new("SELECT COUNT(*) FROM (SELECT 1");
    push_sample(&mut statement, tx);
    statement.push("u.workspace_id = ").bind(sieve.view.workspace.to_string());
    sieve.push_words(&mut statement);
    statement.push(" LIMIT ").literal(COMMON).push(") AS s");
    let counts: Vec<(i64,)> = fetch_all!(tx, statement)?;
    Ok(*sieve.having.get_or_init(|| counts.first().map_or(0, |(count,)| *count)))
}

pub(super) fn number(rows: &[UserRow]) -> i64 {
    i64::try_from(rows.len()).unwrap_or(i64::MAX)
}

//! SQL of counts of users by status.

use super::part::Only;
use super::sieve::Sieve;
use super::sources::{SAMPLED, Source, entered_by, how_many, push_sample};
use crate::api::users::{UserCounts, UserFilter};
use crate::domain::status::UserStatus;
use crate::server::store::search::{Viewpoint, push_invited, push_status, status_numbered};
use crate::server::store::statement::{Statement, fetch_all};
use crate::server::store::value::{corrupt, count};
use crate::server::store::{StoreError, Tx};

/// More than so many are not counted, but estimated.
const EXACT: i64 = 10_000;

/// How many users `filter` lets through, by status. The deleted are counted when no status is asked
/// for, but are no part of the total.
///
/// Exact where an index gives no more than ten thousand to be looked at, and for what is searched for
/// where about so many have it. Otherwise every number is what one in 64 users, chosen by chance, tell of
/// all, and the counts are marked as approximate; where nothing but the status is asked for, statuses of
/// up to ten thousand are exact even then.
pub async fn of(tx: &mut Tx, view: Viewpoint, filter: &UserFilter) -> Result<UserCounts, StoreError> {
    let mut filter = filter.clone();
    if filter.status.is_empty() {
        filter.status.0 = UserStatus::ALL.to_vec();
    }
    let sieve = Sieve::of(tx, view, &filter).await?;
    if sieve.parts.is_empty() {
        return Ok(UserCounts::default());
    }
    let sources = [Source::of(&sieve), vec![Source::Statuses]].concat();
    let told = how_many(tx, &sieve, &sources, |_, _| EXACT).await?;
    let fewest = told.into_iter().min_by_key(|(_, users)| *users);
    if let Some((source, _)) = fewest.filter(|(_, users)| *users <= EXACT) {
        return exact(tx, &sieve, source).await;
    }
    let sampled = sample(tx, &sieve).await?;
    let is_much =
        |users: u64| users.saturating_mul(SAMPLED.into()) > u64::try_from(EXACT).unwrap_or_default();
    let found = sampled.total + sampled.deleted;
    if sieve.is_by_status_alone() {
        return by_status(tx, &sieve, sampled, is_much).await;
    }
    if sieve.is_indexed() && !is_much(found) {
        return exact(tx, &sieve, Source::Words).await;
    }
    Ok(scaled(sampled))
}

/// Counts one by one.
async fn exact(tx: &mut Tx, sieve: &Sieve, source: Source) -> Result<UserCounts, StoreError> {
    let rest = source.rest_of(sieve);
    let mut statement = Statement::new("WITH u AS MATERIALIZED (");
    // Of the invited it is told whose link has ended.
    source.push(&mut statement, tx, sieve, &[rest.columns(), vec!["u.link_ends_at"]].concat());
    statement.push(") ");
    push_counted(&mut statement, &rest);
    statement.push(" FROM u WHERE ");
    rest.push(&mut statement);
    statement.push(" GROUP BY 1");
    counted(tx, statement).await
}

/// Counts in the sample.
async fn sample(tx: &mut Tx, sieve: &Sieve) -> Result<UserCounts, StoreError> {
    let mut statement = Statement::new("");
    push_counted(&mut statement, sieve);
    if let Some(group) = sieve.group.map(|(id, _)| id) {
        statement.push(" FROM group_users m").push(entered_by(tx, " INDEXED BY group_users_sampled"));
        statement.push(" CROSS JOIN users u WHERE substr(m.user_id, 35, 2) < '04'");
        statement.push(" AND m.workspace_id = ").bind(sieve.view.workspace.to_string());
        statement.push(" AND m.group_id = ").bind(group.to_string());
        statement.push(" AND u.workspace_id = m.workspace_id AND u.id = m.user_id AND ");
    } else {
        push_sample(&mut statement, tx);
    }
    sieve.push(&mut statement);
    statement.push(" GROUP BY 1");
    counted(tx, statement).await
}

fn push_counted(statement: &mut Statement, sieve: &Sieve) {
    statement.push("SELECT CAST(");
    push_status(statement, sieve.view.now);
    statement.push(" AS BIGINT), COUNT(*), CAST(SUM(CASE WHEN ");
    push_invited(statement, sieve.view.now);
    statement.push(" AND u.link_ends_at <= ").bind(sieve.now());
    statement.push(" THEN 1 ELSE 0 END) AS BIGINT)");
}

async fn counted(tx: &mut Tx, statement: Statement) -> Result<UserCounts, StoreError> {
    let rows: Vec<(i64, i64, i64)> = fetch_all!(tx, statement)?;
    let mut counts = UserCounts::default();
    for (status, users, link_expired) in rows {
        let status = status_numbered(status).ok_or_else(|| corrupt(&status))?;
        *slot(&mut counts, status) = count(users)?;
        counts.link_expired += count::<u64>(link_expired)?;
    }
    Ok(summed(counts))
}

/// What the sample tells, but for statuses of few users, which an index of their own counts.
async fn by_status(
    tx: &mut Tx,
    sieve: &Sieve,
    sampled: UserCounts,
    is_much: impl Fn(u64) -> bool,
) -> Result<UserCounts, StoreError> {
    let mut counts = scaled(sampled);
    for status in UserStatus::ALL {
        let only = sieve.narrowed(&[Only::Status(status)]);
        if only.parts.is_empty() || is_much(sampled.of(status)) {
            continue;
        }
        let source = if status == UserStatus::Expired { Source::Ends } else { Source::Statuses };
        let few = exact(tx, &only, source).await?;
        *slot(&mut counts, status) = few.of(status);
        if status == UserStatus::Invited {
            counts.link_expired = few.link_expired;
        }
    }
    Ok(summed(counts))
}

fn scaled(sampled: UserCounts) -> UserCounts {
    let mut counts = UserCounts { approximate: true, ..UserCounts::default() };
    for status in UserStatus::ALL {
        *slot(&mut counts, status) = sampled.of(status).saturating_mul(SAMPLED.into());
    }
    counts.link_expired = sampled.link_expired.saturating_mul(SAMPLED.into());
    summed(counts)
}

fn summed(counts: UserCounts) -> UserCounts {
    let UserCounts { active, invited, pending, cancelled, expired, .. } = counts;
    UserCounts { total: active + invited + pending + cancelled + expired, ..counts }
}

fn slot(counts: &mut UserCounts, status: UserStatus) -> &mut u64 {
    match status {
        UserStatus::Active => &mut counts.active,
        UserStatus::Invited => &mut counts.invited,
        UserStatus::Pending => &mut counts.pending,
        UserStatus::Cancelled => &mut counts.cancelled,
        UserStatus::Expired => &mut counts.expired,
        UserStatus::Deleted => &mut counts.deleted,
    }
}

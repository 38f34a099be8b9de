//! SQL of jobs: whom they are for, and what became of each.

use jiff::Timestamp;

use super::search::{Viewpoint, push_scope};
use super::statement::{Statement, execute, fetch_all};
use super::user_list::sieve::Sieve;
use super::value::{corrupt, count, instant, instant_some, parse};
use super::{StoreError, Tx, on_engine};
use crate::api::changes::{Tally, UserResult};
use crate::api::jobs::{Job, JobResult, JobState, OnRefusal};
use crate::api::users::UserFilter;
use crate::domain::ids::{AccountId, ChangeId, UserId, WorkspaceId};

/// A job as it is stored.
#[derive(Clone, Debug)]
pub struct StoredJob {
    /// What everybody sees of it. `undo_until` is left empty here.
    pub job: Job,
    /// In whose name it is done.
    pub actor: AccountId,
    /// From where it was asked for, for the record.
    pub origin: String,
}

/// Writes a job that has no users yet.
pub async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    StoredJob { job, actor, origin }: &StoredJob,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO jobs (workspace_id, id, change, summary, on_refusal, dry_run, state, \
        actor, actor_id, origin, created_at, leased_until, total, tally) \
        VALUES ($1, $2, $3, $4, $5, $6, 'running', $7, $8, $9, $10, 0, 0, $11)";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(job.id.to_string())
        .bind(json(&job.change)?)
        .bind(job.summary.as_str())
        .bind(job.on_refusal.as_str())
        .bind(i64::from(job.dry_run))
        .bind(job.by.as_str())
        .bind(actor.to_string())
        .bind(origin)
        .bind(job.created_at.as_microsecond())
        .bind(json(&Tally::default())?)
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn add_users(workspace: WorkspaceId, job: ChangeId) -> Statement {
    let mut statement =
        Statement::new("INSERT INTO job_users (workspace_id, job_id, user_id) SELECT u.workspace_id, ");
    statement.bind(job.to_string()).push(", u.id FROM users u WHERE u.workspace_id = ");
    statement.bind(workspace.to_string()).push(" AND ");
    statement
}

/// Adds those of `users` who are in sight; how many.
pub async fn add_named(
    tx: &mut Tx,
    view: Viewpoint,
    job: ChangeId,
    users: &[UserId],
) -> Result<u64, StoreError> {
    let mut statement = add_users(view.workspace, job);
    push_scope(&mut statement, view);
    statement.push(" AND u.id IN ").bind_all(users.iter().map(ToString::to_string));
    Ok(execute!(tx, statement)?)
}

/// Adds all whom `filter` lets through, less `except`; how many.
pub async fn add_matching(
    tx: &mut Tx,
    view: Viewpoint,
    job: ChangeId,
    (filter, except): (&UserFilter, &[UserId]),
) -> Result<u64, StoreError> {
    let sieve = Sieve::of(tx, view, filter).await?;
    let mut statement = add_users(view.workspace, job);
    sieve.push(&mut statement);
    if !except.is_empty() {
        statement.push(" AND u.id NOT IN ").bind_all(except.iter().map(ToString::to_string));
    }
    Ok(execute!(tx, statement)?)
}

/// Adds all in sight whom `change` changed; how many.
pub async fn add_changed(
    tx: &mut Tx,
    view: Viewpoint,
    job: ChangeId,
    change: ChangeId,
) -> Result<u64, StoreError> {
    let mut statement = add_users(view.workspace, job);
    push_scope(&mut statement, view);
    statement
        .push(" AND u.id IN (SELECT a.user_id FROM audit a WHERE a.workspace_id = ")
        .bind(view.workspace.to_string())
        .push(" AND a.change_id = ")
        .bind(change.to_string())
        .push(")");
    Ok(execute!(tx, statement)?)
}

/// Writes how many users a job has.
pub async fn set_total(
    tx: &mut Tx,
    workspace: WorkspaceId,
    job: ChangeId,
    total: u64,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE jobs SET total = $3 WHERE workspace_id = $1 AND id = $2";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(job.to_string())
        .bind(i64::try_from(total).unwrap_or(i64::MAX))
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// The workspaces that have a job to be done.
pub async fn workspaces_waiting(tx: &mut Tx) -> Result<Vec<WorkspaceId>, StoreError> {
    const SQL: &str = "SELECT DISTINCT workspace_id FROM jobs WHERE state IN ('running', 'taking_back') \
        ORDER BY workspace_id";
    let rows: Vec<(String,)> = on_engine!(tx, |connection| sqlx::query_as(SQL).fetch_all(connection).await)?;
    rows.iter().map(|(id,)| parse(id)).collect()
}

/// How many jobs of all workspaces are not over.
pub async fn unfinished(tx: &mut Tx) -> Result<u64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM workspaces w \
        JOIN jobs j ON j.workspace_id = w.id AND j.state IN ('running', 'taking_back')";
    let (jobs,): (i64,) = on_engine!(tx, |connection| sqlx::query_as(SQL).fetch_one(connection).await)?;
    count(jobs)
}

/// The job of `workspace` to go on with: the one that waits longest for its turn, so that a long
/// one does not keep the others waiting.
pub async fn next(tx: &mut Tx, workspace: WorkspaceId) -> Result<Option<StoredJob>, StoreError> {
    let mut statement = Statement::new(COLUMNS);
    statement.bind(workspace.to_string());
    statement.push(" AND state IN ('running', 'taking_back') ORDER BY leased_until, id LIMIT 1");
    statement.push(tx.skip_locked());
    let rows: Vec<Row> = fetch_all!(tx, statement)?;
    rows.into_iter().next().map(stored).transpose()
}

/// The job `id`.
pub async fn find(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ChangeId,
) -> Result<Option<StoredJob>, StoreError> {
    let mut statement = Statement::new(COLUMNS);
    statement.bind(workspace.to_string()).push(" AND id = ").bind(id.to_string());
    let rows: Vec<Row> = fetch_all!(tx, statement)?;
    rows.into_iter().next().map(stored).transpose()
}

/// Up to `most` jobs before `before`, the latest first; only `of`'s, where given. Dry runs are left
/// out.
pub async fn list(
    tx: &mut Tx,
    workspace: WorkspaceId,
    of: Option<AccountId>,
    before: Option<ChangeId>,
    most: i64,
) -> Result<Vec<StoredJob>, StoreError> {
    let mut statement = Statement::new(COLUMNS);
    statement.bind(workspace.to_string()).push(" AND dry_run = 0");
    if let Some(account) = of {
        statement.push(" AND actor_id = ").bind(account.to_string());
    }
    if let Some(before) = before {
        statement.push(" AND id < ").bind(before.to_string());
    }
    statement.push(" ORDER BY id DESC LIMIT ").bind(most);
    let rows: Vec<Row> = fetch_all!(tx, statement)?;
    rows.into_iter().map(stored).collect()
}

const COLUMNS: &str = "SELECT id, change, summary, on_refusal, dry_run, state, actor, actor_id, origin, \
    created_at, finished_at, total, done, unchanged, refused, tally FROM jobs WHERE workspace_id = ";
type Row = (
    String,
    String,
    String,
    String,
    i64,
    String,
    String,
    String,
    String,
    i64,
    Option<i64>,
    i64,
    i64,
    i64,
    i64,
    String,
);

fn stored(row: Row) -> Result<StoredJob, StoreError> {
    let (
        id,
        change,
        summary,
        on_refusal,
        dry_run,
        state,
        by,
        actor,
        origin,
        at,
        over,
        total,
        done,
        unchanged,
        refused,
        tally,
    ) = row;
    let job = Job {
        id: parse(&id)?,
        change: serde_json::from_str(&change).map_err(|_| corrupt(&change))?,
        summary: summary.into(),
        on_refusal: OnRefusal::from_name(&on_refusal).ok_or_else(|| corrupt(&on_refusal))?,
        dry_run: dry_run != 0,
        state: JobState::from_name(&state).ok_or_else(|| corrupt(&state))?,
        by: by.into(),
        created_at: instant(at)?,
        finished_at: instant_some(over)?,
        total: count(total)?,
        done: count(done)?,
        unchanged: count(unchanged)?,
        refused: count(refused)?,
        tally: serde_json::from_str(&tally).map_err(|_| corrupt(&tally))?,
        undo_until: None,
    };
    Ok(StoredJob { job, actor: parse(&actor)?, origin })
}

/// Whether a job that makes `change` is running.
pub async fn is_running(
    tx: &mut Tx,
    workspace: WorkspaceId,
    change: &crate::api::changes::UserChange,
) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM jobs WHERE workspace_id = $1 AND state = 'running' \
        AND dry_run = 0 AND change = $2";
    let (jobs,): (i64,) = on_engine!(tx, |connection| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(json(change)?)
        .fetch_one(connection)
        .await)?;
    Ok(jobs > 0)
}

/// Users of a job who have no result yet; in taking back, those who were changed.
pub async fn next_users(
    tx: &mut Tx,
    workspace: WorkspaceId,
    job: &Job,
    most: i64,
) -> Result<Vec<UserId>, StoreError> {
    let mut statement = Statement::new("SELECT user_id FROM job_users WHERE workspace_id = ");
    statement.bind(workspace.to_string()).push(" AND job_id = ").bind(job.id.to_string());
    statement.push(match job.state {
        JobState::TakingBack => " AND result = 'done'",
        _ => " AND result IS NULL",
    });
    statement.push(" ORDER BY user_id LIMIT ").bind(most);
    let rows: Vec<(String,)> = fetch_all!(tx, statement)?;
    rows.iter().map(|(user,)| parse(user)).collect()
}

/// What became of one user.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The user.
    pub user: UserId,
    /// What became of it.
    pub result: UserResult,
    /// Why it was refused, for programs.
    pub code: Option<String>,
    /// What happened, for people.
    pub detail: String,
}

/// Writes what became of a user.
pub async fn settle(
    tx: &mut Tx,
    workspace: WorkspaceId,
    job: ChangeId,
    settled: &Settled,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE job_users SET result = $4, code = $5, detail = $6 \
        WHERE workspace_id = $1 AND job_id = $2 AND user_id = $3";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(job.to_string())
        .bind(settled.user.to_string())
        .bind(settled.result.as_str())
        .bind(settled.code.as_deref())
        .bind(&settled.detail)
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// Skips the users who have no result yet.
pub async fn skip_rest(tx: &mut Tx, workspace: WorkspaceId, job: ChangeId) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE job_users SET result = 'skipped' \
        WHERE workspace_id = $1 AND job_id = $2 AND result IS NULL";
    super::registration::change(tx, SQL, workspace, &job.to_string()).await
}

/// Writes how a job stands now; `at` orders the turns of several.
pub async fn update(tx: &mut Tx, workspace: WorkspaceId, job: &Job, at: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE jobs SET state = $3, finished_at = $4, done = $5, unchanged = $6, refused = $7, \
        tally = $8, leased_until = $9 WHERE workspace_id = $1 AND id = $2";
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    tx.news().job(workspace, job.id);
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(job.id.to_string())
        .bind(job.state.as_str())
        .bind(job.finished_at.map(Timestamp::as_microsecond))
        .bind(number(job.done))
        .bind(number(job.unchanged))
        .bind(number(job.refused))
        .bind(json(&job.tally)?)
        .bind(at.as_microsecond())
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// Forgets dry runs that were asked for before `before`.
pub async fn forget_dry_runs(
    tx: &mut Tx,
    workspace: WorkspaceId,
    before: Timestamp,
) -> Result<(), StoreError> {
    const USERS: &str = "DELETE FROM job_users WHERE workspace_id = $1 AND job_id IN \
        (SELECT id FROM jobs WHERE workspace_id = $1 AND dry_run = 1 AND created_at < $2)";
    const JOBS: &str = "DELETE FROM jobs WHERE workspace_id = $1 AND dry_run = 1 AND created_at < $2";
    for sql in [USERS, JOBS] {
        on_engine!(tx, |connection| sqlx::query(sql)
            .bind(workspace.to_string())
            .bind(before.as_microsecond())
            .execute(connection)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// Which results of a job are listed.
#[derive(Clone, Copy, Debug)]
pub struct Results<'a> {
    /// Only these; empty: all.
    pub only: &'a [UserResult],
    /// Only who was not changed, and of whom something was kept.
    pub notable: bool,
    /// Only those after this user.
    pub after: Option<UserId>,
}

/// Up to `most` results of a job, by the users' ids.
pub async fn results(
    tx: &mut Tx,
    view: Viewpoint,
    job: ChangeId,
    Results { only, notable, after }: Results<'_>,
    most: i64,
) -> Result<Vec<JobResult>, StoreError> {
    type Found = (String, String, String, String, Option<String>, Option<String>, String);
    let mut statement = Statement::new(
        "SELECT u.id, u.email, u.first_name, u.last_name, r.result, r.code, r.detail FROM job_users r \
         CROSS JOIN users u WHERE u.id = r.user_id AND u.workspace_id = r.workspace_id AND r.workspace_id = ",
    );
    statement.bind(view.workspace.to_string()).push(" AND r.job_id = ").bind(job.to_string());
    if !only.is_empty() {
        statement.push(" AND r.result IN ").bind_all(only.iter().map(|result| result.as_str()));
    }
    if notable {
        statement.push(" AND (r.result <> 'done' OR r.code IS NOT NULL)");
    }
    if let Some(after) = after {
        statement.push(" AND r.user_id > ").bind(after.to_string());
    }
    statement.push(" ORDER BY r.user_id LIMIT ").bind(most);
    let rows: Vec<Found> = fetch_all!(tx, statement)?;
    let result = |(id, email, first, last, result, code, detail): Found| {
        let result = result.map(|name| UserResult::from_name(&name).ok_or_else(|| corrupt(&name)));
        Ok(JobResult {
            user_id: parse(&id)?,
            email: email.into(),
            first_name: first.into(),
            last_name: last.into(),
            result: result.transpose()?,
            code: code.map(Into::into),
            detail: detail.into(),
        })
    };
    rows.into_iter().map(result).collect()
}

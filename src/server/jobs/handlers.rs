//! Looking at jobs, and stopping one.

use crate::api::endpoint::Request;
use crate::api::jobs::{CancelJob, GetJob, Job, JobResult, JobState, ListJobResults, ListJobs};
use crate::api::page::Page;
use crate::domain::ids::ChangeId;
use crate::domain::policy::Scope;
use crate::server::change::Begun;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::page::Paging;
use crate::server::store::changes::{self, Which};
use crate::server::store::jobs::{self, Results, StoredJob};
use crate::server::store::{StoreError, Tx};

/// The jobs, the latest first: an Admin sees everybody's, a Manager their own.
pub async fn list_jobs(people: People, request: Request<ListJobs>) -> Result<Page<Job>, ApiError> {
    let query = request.query;
    let paging = Paging::<ChangeId>::read(&"jobs", query.cursor.as_deref(), query.limit)?;
    let before = paging.after.as_ref().map(|(id, _)| *id);
    let mut tx = people.store().read().await?;
    let of = (people.scope != Scope::Everybody).then_some(people.by.account.id);
    let mut rows = Vec::new();
    for stored in jobs::list(&mut tx, people.workspace.id, of, before, paging.most()).await? {
        let job = with_undo(&mut tx, &people, stored.job).await?;
        rows.push((job.id, job));
    }
    paging.page(rows, |job| job.id.to_string())
}

/// How a job stands.
pub async fn get_job(people: People, request: Request<GetJob>) -> Result<Job, ApiError> {
    let mut tx = people.store().read().await?;
    let stored = find(&mut tx, &people, request.path.j).await?;
    Ok(with_undo(&mut tx, &people, stored.job).await?)
}

/// What became of each user of a job.
pub async fn list_job_results(
    people: People,
    request: Request<ListJobResults>,
) -> Result<Page<JobResult>, ApiError> {
    let (id, query) = (request.path.j, request.query);
    let list = ("results", id, &query.result, query.notable);
    let paging = Paging::read(&list, query.cursor.as_deref(), query.limit)?;
    let after = paging.after.as_ref().map(|(id, _)| *id);
    let mut tx = people.store().read().await?;
    find(&mut tx, &people, id).await?;
    let which = Results { only: &query.result.0, notable: query.notable == Some(true), after };
    let rows = jobs::results(&mut tx, people.viewpoint(), id, which, paging.most()).await?;
    let rows = rows.into_iter().map(|result| (result.user_id, result)).collect();
    paging.page(rows, |result| result.user_id.to_string())
}

/// Stops a job; one that is over stays as it is. What was done stays, and can be taken back.
pub async fn cancel_job(people: People, request: Request<CancelJob>) -> Result<Job, ApiError> {
    let mut begun = match people.begin(&request).await? {
        Begun::Now(begun) => begun,
        Begun::Before(reply) => return Ok(reply),
    };
    let StoredJob { mut job, .. } = find(&mut begun.tx, &people, request.path.j).await?;
    if !job.state.is_over() {
        let (workspace, now) = (people.workspace.id, people.by.now);
        job.state = JobState::Cancelled;
        job.finished_at = Some(now);
        jobs::skip_rest(&mut begun.tx, workspace, job.id).await?;
        jobs::update(&mut begun.tx, workspace, &job, now).await?;
    }
    let job = with_undo(&mut begun.tx, &people, job).await?;
    begun.finish(&job, 0).await?;
    Ok(job)
}

async fn find(tx: &mut Tx, people: &People, id: ChangeId) -> Result<StoredJob, ApiError> {
    let found = jobs::find(tx, people.workspace.id, id).await?;
    let is_in_reach =
        |stored: &StoredJob| people.scope == Scope::Everybody || stored.actor == people.by.account.id;
    found.filter(is_in_reach).ok_or(ApiError::NotFound("job"))
}

/// Adds up to when the job can be taken back.
async fn with_undo(tx: &mut Tx, people: &People, job: Job) -> Result<Job, StoreError> {
    let which = Which { only: Some(job.id), undoable_at: Some(people.by.now), ..Which::default() };
    let made = changes::list(tx, people.workspace.id, which, 1).await?.pop();
    Ok(Job { undo_until: made.and_then(|made| made.undo_until), ..job })
}

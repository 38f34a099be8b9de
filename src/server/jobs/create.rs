//! `POST …/jobs` and `POST …/changes/{c}/undo`: whom a job is for is written down when it begins.

use std::collections::HashSet;

use jiff::SignedDuration;

use super::summary::summary;
use crate::api::changes::{UndoChange, Undoing, UserChange};
use crate::api::endpoint::Request;
use crate::api::jobs::{CreateJob, Job, MOST_NAMED, NewJob, OnRefusal, Target};
use crate::domain::ids::{ChangeId, UserId};
use crate::domain::policy::Scope;
use crate::server::change::{Begun, Change};
use crate::server::conflict::Conflict;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::manage::MAIL_IS_OUT;
use crate::server::page::read_search;
use crate::server::store::changes::{self, Which};
use crate::server::store::jobs::{self, StoredJob};

/// How long a dry run is kept.
const DRY_RUNS_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Begins a job for many users.
pub async fn create_job(people: People, request: Request<CreateJob>) -> Result<Job, ApiError> {
    let mut begun = match people.begin_job(&request).await? {
        Begun::Now(begun) => begun,
        Begun::Before(reply) => return Ok(reply),
    };
    let NewJob { change, target, on_refusal, expected } = &request.body;
    if matches!(change, UserChange::Undo(_)) {
        return Err(ApiError::field("/change", "unknown", "take a change back at …/changes/{c}/undo"));
    }
    let told = summary(&mut begun.tx, people.workspace.id, change).await?;
    let job = insert(&mut begun, &people, (change, told, *on_refusal), request.query.dry_run).await?;
    let total = match target {
        Target::Users(users) => add_named(&mut begun, &people, job.id, users).await?,
        Target::Matching { filter, except } => {
            read_search(filter.search.as_deref())?;
            check_count("/target/matching/except", except)?;
            jobs::add_matching(&mut begun.tx, people.viewpoint(), job.id, (filter, except)).await?
        }
    };
    if expected.is_some_and(|expected| expected != total) {
        return Err(ApiError::Conflict(Conflict::SelectionChanged(total)));
    }
    finish(begun, &people, Job { total, ..job }).await
}

async fn add_named(
    begun: &mut Change<'_>,
    people: &People,
    job: ChangeId,
    users: &[UserId],
) -> Result<u64, ApiError> {
    check_count("/target/users", users)?;
    let users: HashSet<UserId> = users.iter().copied().collect();
    let users: Vec<UserId> = users.into_iter().collect();
    let added = jobs::add_named(&mut begun.tx, people.viewpoint(), job, &users).await?;
    let missing = u64::try_from(users.len()).unwrap_or(u64::MAX) - added;
    if missing > 0 {
        let detail = format!("{missing} of these users are not there, or not in your reach");
        return Err(ApiError::field("/target/users", "unknown", detail));
    }
    Ok(added)
}

fn check_count(pointer: &str, users: &[UserId]) -> Result<(), ApiError> {
    if users.len() > MOST_NAMED {
        return Err(ApiError::field(
            pointer,
            "too_many",
            "name at most 10000 users; select more by a filter",
        ));
    }
    Ok(())
}

/// Takes a change back, for every user that it changed.
pub async fn undo_change(people: People, request: Request<UndoChange>) -> Result<Job, ApiError> {
    let mut begun = match people.begin_job(&request).await? {
        Begun::Now(begun) => begun,
        Begun::Before(reply) => return Ok(reply),
    };
    let id = request.path.c;
    let of = (people.scope != Scope::Everybody).then_some(people.by.account.id);
    let which = Which { of, only: Some(id), ..Which::default() };
    let made = changes::list(&mut begun.tx, people.workspace.id, which, 1).await?.pop();
    let made = made.ok_or(ApiError::NotFound("change"))?;
    if made.undone {
        return Err(ApiError::Conflict(Conflict::CantUndo("it was taken back already")));
    }
    let change = UserChange::Undo(Undoing { change: id });
    if jobs::is_running(&mut begun.tx, people.workspace.id, &change).await? {
        return Err(ApiError::Conflict(Conflict::CantUndo("it is being taken back already")));
    }
    match made.undo_until {
        None => {
            return Err(ApiError::Conflict(Conflict::CantUndo(MAIL_IS_OUT)));
        }
        Some(until) if until <= people.by.now => {
            return Err(ApiError::Conflict(Conflict::CantUndo(
                "it is too long ago; changes can be taken back for a day",
            )));
        }
        Some(_) => {}
    }
    let told = format!("take back: {}", made.summary);
    let job = insert(&mut begun, &people, (&change, told, OnRefusal::GoOn), request.query.dry_run).await?;
    let total = jobs::add_changed(&mut begun.tx, people.viewpoint(), job.id, id).await?;
    finish(begun, &people, Job { total, ..job }).await
}

async fn insert(
    begun: &mut Change<'_>,
    people: &People,
    (change, summary, on_refusal): (&UserChange, String, OnRefusal),
    dry_run: bool,
) -> Result<Job, ApiError> {
    let (workspace, now) = (people.workspace.id, people.by.now);
    let (id, by) = (ChangeId::new(people.uuid()), people.by.account.email.clone().into());
    let job = Job::begun(id, (change.clone(), summary.clone().into()), by, now);
    let job = Job { on_refusal, dry_run, ..job };
    let oldest = now.saturating_sub(DRY_RUNS_KEPT).unwrap_or(now);
    jobs::forget_dry_runs(&mut begun.tx, workspace, oldest).await?;
    let stored = StoredJob { job, actor: people.by.account.id, origin: people.by.origin.clone() };
    jobs::insert(&mut begun.tx, workspace, &stored).await?;
    if !dry_run {
        let new = people.new_change(stored.job.id, (change, summary), 0);
        changes::insert(&mut begun.tx, workspace, &new).await?;
    }
    Ok(stored.job)
}

async fn finish(mut begun: Change<'_>, people: &People, job: Job) -> Result<Job, ApiError> {
    jobs::set_total(&mut begun.tx, people.workspace.id, job.id, job.total).await?;
    begun.finish(&job, 0).await?;
    people.by.tools.jobs.notify_one();
    Ok(job)
}

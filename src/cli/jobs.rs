//! `admit jobs`, `admit changes` and `admit undo`.

use super::Sending;
use super::args::manage::JobsCommand;
use super::change::{follow, get};
use super::exit::Failure;
use super::output::{Format, Output};
use super::place::Place;
use super::report::{conclude, report};
use super::when::minute;
use crate::api::changes::{ChangePath, ChangesQuery, ListChanges, MadeChange, UndoChange};
use crate::api::endpoint::{ChangeQuery, Empty, Request};
use crate::api::jobs::{CancelJob, Job, JobPath, ListJobs};
use crate::api::page::MAX_LIMIT;
use crate::api::users::PageQuery;
use crate::client::WorkspaceApi;
use crate::domain::ids::ChangeId;

const JOBS: [&str; 7] = ["ID", "WHAT", "USERS", "DONE", "REFUSED", "STATE", "BY"];
const CHANGES: [&str; 6] = ["ID", "WHEN", "BY", "WHAT", "USERS", "UNDO UNTIL"];

/// Lists, shows or stops jobs.
pub async fn run<A: WorkspaceApi>(
    place: &Place<'_, A>,
    command: &JobsCommand,
    sending: Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    match command {
        JobsCommand::List => list(place, output).await,
        JobsCommand::Show { job } => {
            let job = get(place, id(job)?).await?;
            report(place, &job, output).await
        }
        JobsCommand::Cancel { job } => {
            let path = JobPath { w: place.workspace.id.to_string(), j: id(job)? };
            let query = ChangeQuery { dry_run: false };
            let request = Request::<CancelJob>::change(path, query, Empty {}, sending.key);
            let job = place.api.call(request).await?;
            report(place, &job, output).await
        }
    }
}

fn id(text: &str) -> Result<ChangeId, Failure> {
    text.parse().map_err(|_| {
        Failure::usage(format!("{text:?} is no id; admit jobs list and admit changes list show them"))
    })
}

async fn list<A: WorkspaceApi>(place: &Place<'_, A>, output: &mut Output) -> Result<(), Failure> {
    output.begin(&JOBS)?;
    let mut query = PageQuery { cursor: None, limit: Some(MAX_LIMIT) };
    loop {
        let page = place.ask::<ListJobs>(query.clone()).await?;
        output.rows(&JOBS, &page.items, |job: &Job| {
            let (total, done, refused) =
                (job.total.to_string(), job.done.to_string(), job.refused.to_string());
            let (what, by) = (job.summary.to_string(), job.by.to_string());
            vec![job.id.to_string(), what, total, done, refused, job.state.as_str().to_owned(), by]
        })?;
        query.cursor = page.next;
        if query.cursor.is_none() {
            return output.end();
        }
    }
}

/// Lists changes.
pub async fn changes<A: WorkspaceApi>(
    place: &Place<'_, A>,
    undoable: bool,
    output: &mut Output,
) -> Result<(), Failure> {
    output.begin(&CHANGES)?;
    let zone = place.zone();
    let mut query = ChangesQuery { undoable, limit: Some(MAX_LIMIT), ..ChangesQuery::default() };
    loop {
        let page = place.ask::<ListChanges>(query.clone()).await?;
        output.rows(&CHANGES, &page.items, |made: &MadeChange| {
            let until = match (made.undone, made.undo_until) {
                (true, _) => "taken back".to_owned(),
                (false, until) => until.map(|until| minute(until, &zone)).unwrap_or_default(),
            };
            let (at, by) = (minute(made.at, &zone), made.by.to_string());
            vec![made.id.to_string(), at, by, made.summary.to_string(), made.users.to_string(), until]
        })?;
        query.cursor = page.next;
        if query.cursor.is_none() {
            return output.end();
        }
    }
}

/// Takes a change back: the one named, or one's last.
pub async fn undo<A: WorkspaceApi>(
    place: &Place<'_, A>,
    change: Option<&str>,
    sending: Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    let change = if let Some(text) = change {
        id(text)?
    } else {
        let query = ChangesQuery { mine: true, undoable: true, limit: Some(1), ..ChangesQuery::default() };
        let last = place.ask::<ListChanges>(query).await?.items.pop();
        let last = last.ok_or_else(|| Failure::failed("there is nothing of yours to take back"))?;
        if output.format() != Format::Json {
            output.note(&format!("taking back: {}", last.summary));
        }
        last.id
    };
    let path = ChangePath { w: place.workspace.id.to_string(), c: change };
    let request = Request::<UndoChange>::change(path, ChangeQuery { dry_run: false }, Empty {}, sending.key);
    let job = place.api.call(request).await?;
    let job = follow(place, job, output).await?;
    conclude(place, &job, output).await
}

//! What became of a change, or would: each user, the sum, and how the command ends.

use serde_json::json;

use super::exit::{Exit, Failure};
use super::output::{Format, Output};
use super::place::Place;
use crate::api::changes::{Tally, UserResult};
use crate::api::endpoint::Request;
use crate::api::jobs::{Job, JobPath, JobResult, JobState, ListJobResults, ResultsQuery};
use crate::api::page::MAX_LIMIT;
use crate::client::WorkspaceApi;
use crate::domain::ids::ChangeId;

const HEAD: [&str; 3] = ["EMAIL", "RESULT", "DETAIL"];

pub(super) fn users(count: u64) -> String {
    if count == 1 { "1 user".to_owned() } else { format!("{count} users") }
}

/// What a job did or would do, a line each.
pub(super) fn told(job: &Job) -> Vec<String> {
    let Tally { mails, links_kept, links_replaced, enrolled, already_enrolled, completed, withdrawn } =
        job.tally;
    let numbers = [
        (job.unchanged, "so already"),
        (job.refused, "refused"),
        (mails, "mails"),
        (links_kept, "links stay the same"),
        (links_replaced, "links replaced"),
        (enrolled, "enrolments"),
        (already_enrolled, "already enrolled"),
        (completed, "completed, left alone"),
        (withdrawn, "withdrawn"),
    ];
    numbers
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect()
}

/// Writes what became of each user; fails when some, or all, were refused.
pub(super) async fn report<A: WorkspaceApi>(
    place: &Place<'_, A>,
    job: &Job,
    output: &mut Output,
) -> Result<(), Failure> {
    let results = results(place, job.id).await?;
    if output.format() == Format::Json {
        output.json(&json!({ "job": job, "results": results }))?;
    } else {
        output.begin(&HEAD)?;
        output.rows(&HEAD, &results, cells)?;
        output.end()?;
        output.note(&summary(job));
    }
    output.flush()?;
    let failed = results.iter().filter(|result| result.result == Some(UserResult::Refused)).count();
    match (failed, job.done + job.unchanged) {
        (0, _) if job.state != JobState::TakenBack => Ok(()),
        (failed, 0) => {
            let why = results.iter().find(|result| result.result == Some(UserResult::Refused));
            let why = why.map_or_else(String::new, |result| result.detail.to_string());
            let told = if failed == 1 { why } else { format!("all {failed} were refused: {why}") };
            Err(Failure::new(Exit::Refused, told))
        }
        (failed, _) => {
            let told = format!("{failed} of {} were refused", job.total);
            Err(Failure::new(Exit::SomeFailed, told))
        }
    }
}

/// The same for a job that was waited for: one that somebody cancelled meanwhile did not do all.
pub(super) async fn conclude<A: WorkspaceApi>(
    place: &Place<'_, A>,
    job: &Job,
    output: &mut Output,
) -> Result<(), Failure> {
    let reported = report(place, job, output).await;
    cut_short(job).map_or(reported, Err)
}

fn cut_short(job: &Job) -> Option<Failure> {
    let told = || format!("cancelled before the end: {} of {} were done", job.done, job.total);
    (job.state == JobState::Cancelled).then(|| Failure::new(Exit::SomeFailed, told()))
}

fn summary(job: &Job) -> String {
    let verb = if job.dry_run { "would change" } else { "changed" };
    let mut parts = vec![format!("{verb} {}", users(job.done))];
    parts.extend(told(job));
    match job.state {
        JobState::TakenBack => parts.push("taken back, since some were refused".to_owned()),
        JobState::Cancelled => parts.push("cancelled before the end".to_owned()),
        _ => {}
    }
    if job.undo_until.is_some() && job.done > 0 && !job.dry_run {
        parts.push(format!("admit undo {} takes it back", job.id));
    }
    parts.join("; ")
}

fn cells(result: &JobResult) -> Vec<String> {
    let words = result.result.map_or("waits", UserResult::as_str);
    vec![result.email.to_string(), words.to_owned(), result.detail.to_string()]
}

/// What became of every user of a job.
async fn results<A: WorkspaceApi>(place: &Place<'_, A>, id: ChangeId) -> Result<Vec<JobResult>, Failure> {
    let mut all = Vec::new();
    let mut query = ResultsQuery { limit: Some(MAX_LIMIT), ..ResultsQuery::default() };
    loop {
        let path = JobPath { w: place.workspace.id.to_string(), j: id };
        let page = place.api.call::<ListJobResults>(Request::read(path, query.clone())).await?;
        all.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(state: &str) -> Job {
        let job = json!({
            "id": uuid::Uuid::nil(), "change": { "action": "delete" }, "summary": "delete",
            "on_refusal": "go_on", "dry_run": false, "state": state, "by": "ada@example.org",
            "created_at": "2026-11-23T12:00:00Z", "finished_at": null, "total": 9, "done": 4,
            "unchanged": 0, "refused": 0, "tally": Tally::default(), "undo_until": null
        });
        serde_json::from_value(job).unwrap()
    }

    #[test]
    fn a_job_that_was_cancelled_meanwhile_did_not_do_all() {
        let failure = cut_short(&job("cancelled")).unwrap();
        assert_eq!(failure.exit, Exit::SomeFailed);
        assert_eq!(failure.message.as_str(), "cancelled before the end: 4 of 9 were done");
        assert_eq!(cut_short(&job("finished")), None);
    }
}

//! A change of users, one or many, from the command line: tried out, agreed to, made, reported.

use std::time::Duration;

use serde_json::json;

use super::Sending;
use super::args::manage::{OnRefusal, Which, Whom};
use super::consent::Consent;
use super::exit::{Exit, Failure};
use super::output::{Format, Output};
use super::place::Place;
use crate::api::changes::{Tally, UserChange, UserResult};
use crate::api::endpoint::{ChangeQuery, Empty, Request};
use crate::api::jobs::{
    self, CreateJob, GetJob, Job, JobPath, JobResult, JobState, ListJobResults, NewJob, ResultsQuery, Target,
};
use crate::api::page::{CommaList, MAX_LIMIT};
use crate::api::users::UserFilter;
use crate::client::WorkspaceApi;
use crate::domain::expiry::read_day;
use crate::domain::ids::ChangeId;
use crate::domain::safe_text::SafeText;

/// So often a job is asked how it stands.
const POLL: Duration = Duration::from_millis(200);

const HEAD: [&str; 3] = ["EMAIL", "RESULT", "DETAIL"];

/// Makes `change` of those whom the command line names.
pub async fn run<A: WorkspaceApi>(
    place: &Place<'_, A>,
    change: UserChange,
    (whom, sending): (&Whom, Sending),
    output: &mut Output,
) -> Result<(), Failure> {
    let target = target(place, whom, &sending).await?;
    let on_refusal = match whom.on_refusal {
        OnRefusal::GoOn => jobs::OnRefusal::GoOn,
        OnRefusal::TakeBack => jobs::OnRefusal::TakeBack,
    };
    let mut wanted = NewJob { change, target, on_refusal, expected: None };
    let tried = create(place, &wanted, (&sending.key, true), output).await?;
    if whom.dry_run || tried.state == JobState::Cancelled {
        return conclude(place, &tried, output).await;
    }
    if tried.done == 0 {
        report(place, &tried, output).await?;
        return Ok(());
    }
    agree(place, &tried, sending.consent, output).await?;
    wanted.expected = Some(tried.total);
    let made = create(place, &wanted, (&sending.key, false), output).await?;
    conclude(place, &made, output).await
}

/// Whom the command line names.
async fn target<A: WorkspaceApi>(
    place: &Place<'_, A>,
    whom: &Whom,
    sending: &Sending,
) -> Result<Target, Failure> {
    let filter = place.filter(&whom.which, sending).await?;
    let is_filtered = filter != UserFilter::default();
    if whom.users.is_empty() {
        if !is_filtered && !whom.all {
            return Err(Failure::usage("say whom: addresses, a filter such as --status invited, or --all"));
        }
        return Ok(Target::Matching { filter: Box::new(filter), except: Vec::new() });
    }
    if is_filtered || whom.all {
        return Err(Failure::usage("give either addresses, or a filter, or --all"));
    }
    let mut users = Vec::new();
    for name in named(&whom.users)? {
        users.push(place.user(&name).await?);
    }
    if users.is_empty() {
        return Err(Failure::usage("standard input names nobody"));
    }
    Ok(Target::Users(users))
}

/// The names on the command line, and those on standard input.
fn named(words: &[String]) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for word in words {
        if word == "-" {
            let text = std::io::read_to_string(std::io::stdin()).map_err(Failure::failed)?;
            names.extend(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
        } else {
            names.push(word.clone());
        }
    }
    Ok(names)
}

impl<A: WorkspaceApi> Place<'_, A> {
    /// The filter that the command line gives.
    pub(super) async fn filter(&self, which: &Which, sending: &Sending) -> Result<UserFilter, Failure> {
        let before = which.expires_before.as_deref();
        let day = |text| {
            read_day(text, self.today(sending.now))
                .map_err(|error| Failure::usage(format!("--expires-before {text:?}: {error}")))
        };
        Ok(UserFilter {
            search: which.search.clone(),
            status: CommaList(super::users::parsed(&which.status)?),
            role: CommaList(super::users::parsed(&which.role)?),
            unit: match &which.unit {
                Some(unit) => Some(self.unit(unit).await?),
                None => None,
            },
            group: match &which.group {
                Some(group) => Some(self.group(group).await?),
                None => None,
            },
            link_expired: which.link_expired.then_some(true),
            expires_before: before.map(day).transpose()?,
        })
    }
}

/// Begins a job and waits until it is over.
async fn create<A: WorkspaceApi>(
    place: &Place<'_, A>,
    wanted: &NewJob,
    (key, dry_run): (&str, bool),
    output: &mut Output,
) -> Result<Job, Failure> {
    let query = ChangeQuery { dry_run };
    let request = Request::<CreateJob>::change(place.path(), query, wanted.clone(), key.to_owned());
    let job = place.api.call(request).await?;
    follow(place, job, output).await
}

/// Waits until `job` is over, saying how far it is.
pub(super) async fn follow<A: WorkspaceApi>(
    place: &Place<'_, A>,
    mut job: Job,
    output: &mut Output,
) -> Result<Job, Failure> {
    let mut ticks = tokio::time::interval(POLL);
    let is_long = job.total > 100 && !job.dry_run;
    if is_long && !job.state.is_over() {
        output.note(&format!("job {id}; interrupted it goes on: admit jobs show {id}", id = job.id));
    }
    while !job.state.is_over() {
        ticks.tick().await;
        job = get(place, job.id).await?;
        if is_long && output.format() == Format::Table {
            output.progress(&format!("{} of {}", job.settled(), job.total));
        }
    }
    if is_long && output.format() == Format::Table {
        output.note("");
    }
    Ok(job)
}

/// How the job `id` stands.
pub(super) async fn get<A: WorkspaceApi>(place: &Place<'_, A>, id: ChangeId) -> Result<Job, Failure> {
    let path = JobPath { w: place.workspace.id.to_string(), j: id };
    Ok(place.api.call::<GetJob>(Request::read(path, Empty {})).await?)
}

/// Asks before what is not easily taken back is done: by the address or the count for a deletion.
async fn agree<A: WorkspaceApi>(
    place: &Place<'_, A>,
    tried: &Job,
    consent: Consent,
    output: &mut Output,
) -> Result<(), Failure> {
    let is_grave = matches!(tried.change, UserChange::Delete | UserChange::Cancel);
    if consent == Consent::Missing && !is_grave {
        return Ok(());
    }
    let what = format!("{}: {}", tried.summary, users(tried.done));
    let consequences = told(tried);
    match tried.change {
        UserChange::Delete => {
            let wanted = match only_one(place, tried).await? {
                Some(email) => email.into_string(),
                None => tried.done.to_string(),
            };
            consent.typed(&what, &wanted, &consequences, output).await
        }
        _ if is_grave || tried.total > 1 => consent.to(&what, &consequences, output).await,
        _ => Ok(()),
    }
}

/// The address of the one user that a tried job would change, where it is one.
async fn only_one<A: WorkspaceApi>(place: &Place<'_, A>, tried: &Job) -> Result<Option<SafeText>, Failure> {
    if tried.done != 1 {
        return Ok(None);
    }
    let path = JobPath { w: place.workspace.id.to_string(), j: tried.id };
    let result = CommaList(vec![UserResult::Done]);
    let query = ResultsQuery { result, limit: Some(1), ..ResultsQuery::default() };
    let page = place.api.call::<ListJobResults>(Request::read(path, query)).await?;
    Ok(page.items.into_iter().next().map(|result| result.email))
}

fn users(count: u64) -> String {
    if count == 1 { "1 user".to_owned() } else { format!("{count} users") }
}

/// What a job did or would do, a line each.
fn told(job: &Job) -> Vec<String> {
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

//! A change of users, one or many, from the command line: tried out, agreed to, made.

use std::time::Duration;

use super::Sending;
use super::args::manage::{OnRefusal, Which, Whom};
use super::consent::Consent;
use super::exit::Failure;
use super::input;
use super::output::{Format, Output};
use super::place::Place;
use super::report::{conclude, report, told, users};
use crate::api::changes::{UserChange, UserResult};
use crate::api::endpoint::{ChangeQuery, Empty, Request};
use crate::api::jobs::{
    self, CreateJob, GetJob, Job, JobPath, JobState, ListJobResults, NewJob, ResultsQuery, Target,
};
use crate::api::page::CommaList;
use crate::api::users::UserFilter;
use crate::client::WorkspaceApi;
use crate::domain::expiry::read_day;
use crate::domain::ids::ChangeId;
use crate::domain::safe_text::SafeText;

/// So often a job is asked how it stands.
const POLL: Duration = Duration::from_millis(200);

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
    for name in named(&whom.users).await? {
        users.push(place.user(&name).await?);
    }
    if users.is_empty() {
        return Err(Failure::usage("standard input names nobody"));
    }
    Ok(Target::Users(users))
}

/// The names on the command line, and those on standard input.
async fn named(words: &[String]) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for word in words {
        if word == "-" {
            let bytes = input::read("-").await.map_err(Failure::failed)?;
            let text = String::from_utf8(bytes).map_err(Failure::failed)?;
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

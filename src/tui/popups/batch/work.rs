//! What a batch asks the server, and what it makes of the answers.

use std::time::Duration;

use super::{Batch, Stage};
use crate::api::changes::{UserChange, UserResult};
use crate::api::jobs::{Job, JobResult, JobState, MOST_NAMED, ResultsQuery};
use crate::api::page::{CommaList, MAX_LIMIT, Page};
use crate::client::ClientError;
use crate::domain::ids::ChangeId;
use crate::tui::context::{Context, Tone};
use crate::tui::effect::{Asked, Call, Reply};

/// So often a job is asked how it stands.
const POLL: Duration = Duration::from_millis(400);

impl Batch {
    fn create(&mut self, asked: Asked, context: &mut Context<'_>) {
        let Some(wanted) = &self.wanted else { return };
        let call = Call::CreateJob(Box::new(wanted.clone()), asked.clone());
        self.awaited = Some(context.change(self.name().unwrap_or_default(), call));
        self.asked = asked;
        self.error = None;
        self.job = None;
        self.refused.clear();
    }

    pub(super) fn try_out(&mut self, context: &mut Context<'_>) {
        self.stage = Stage::Trying;
        self.create(context.asked_dry(), context);
    }

    pub(super) fn go(&mut self, context: &mut Context<'_>) {
        // What would be asked for is what was shown: the same number of users.
        let shown = self.job.as_ref().map(|job| job.total);
        if let Some(wanted) = &mut self.wanted {
            wanted.expected = shown;
        }
        self.stage = Stage::Doing;
        self.create(context.asked(), context);
    }

    pub(super) fn job_came(&mut self, job: &Job, context: &mut Context<'_>) {
        let id = job.id;
        let is_over = job.state.is_over();
        self.job = Some(job.clone());
        if !is_over {
            self.awaited = Some(context.after(POLL));
            return;
        }
        self.stage = if self.stage == Stage::Trying { Stage::Asking } else { Stage::Over };
        self.awaited = None;
        self.refused.clear();
        let is_undo = matches!(job.change, UserChange::Undo(_));
        if job.refused > 0 || job.state == JobState::Cancelled || is_undo {
            self.ask_results(id, None, context);
        }
    }

    /// Asks for the users who were refused, or not come to; of taking back also for those of whom something was
    /// kept, which is to be named (DESIGN R18).
    fn ask_results(&mut self, id: ChangeId, cursor: Option<String>, context: &mut Context<'_>) {
        let is_undo = self.job.as_ref().is_some_and(|job| matches!(job.change, UserChange::Undo(_)));
        let mut query = ResultsQuery { cursor, limit: Some(MAX_LIMIT), ..ResultsQuery::default() };
        if is_undo {
            query.notable = Some(true);
        } else {
            query.result = CommaList(vec![UserResult::Refused, UserResult::Skipped]);
        }
        self.awaited = Some(context.call(Call::ListJobResults(id, query)));
    }

    fn results_came(&mut self, page: &Page<JobResult>, context: &mut Context<'_>) {
        self.awaited = None;
        self.refused.extend(page.items.iter().cloned());
        if let (Some(id), Some(cursor)) = (self.id(), page.next.clone())
            && self.refused.len() < MOST_NAMED
        {
            self.ask_results(id, Some(cursor), context);
        }
    }

    pub(super) fn cancel(&mut self, context: &mut Context<'_>) {
        let (Some(id), Some(name)) = (self.id(), self.name()) else { return };
        let call = Call::CancelJob(id, context.asked());
        self.cancelling = Some(context.change(format!("cancelling {name}"), call));
    }

    /// Takes whether the job is cancelled. Where it is not, it goes on and can be cancelled again.
    pub(super) fn cancel_answered(&mut self, reply: &Reply, context: &mut Context<'_>) {
        self.cancelling = None;
        match reply {
            Reply::Job(Ok(job)) => self.job_came(job, context),
            Reply::Job(Err(ClientError::Refused(problem))) => {
                context.say(Tone::Error, format!("the job is not cancelled: {}", problem.detail));
            }
            Reply::Job(Err(error)) => {
                context.say(Tone::Error, format!("not known to be cancelled, c tries again: {error}"));
            }
            _ => {}
        }
    }

    /// Says why nothing more is asked.
    fn give_up(&mut self, what: &str, error: &ClientError, context: &mut Context<'_>) {
        self.awaited = None;
        context.say(Tone::Error, format!("{what}: {error}"));
    }

    /// Asks again what was asked, under the same key: an answer may have been lost (DESIGN R15).
    pub(super) fn retry(&mut self, context: &mut Context<'_>) {
        self.stage = if self.asked.dry_run { Stage::Trying } else { Stage::Doing };
        let asked = self.asked.clone();
        self.create(asked, context);
    }

    /// Takes the answer that is awaited.
    pub(super) fn answered(&mut self, reply: &Reply, context: &mut Context<'_>) {
        match reply {
            Reply::Job(Ok(job)) => self.job_came(job, context),
            Reply::JobResults(Ok(page)) => self.results_came(page, context),
            Reply::Job(Err(error)) if self.job.is_none() => {
                self.awaited = None;
                self.stage = Stage::Asking;
                self.error = Some(error.to_string().into());
            }
            // The line is down: the job goes on, and the same is asked again.
            Reply::Job(Err(error)) | Reply::JobResults(Err(error)) if error.may_pass() => {
                self.awaited = Some(context.after(POLL * 4));
            }
            Reply::Job(Err(error)) => self.give_up("how the job stands can't be told", error, context),
            Reply::JobResults(Err(error)) => {
                self.refused.clear();
                self.give_up("who was refused can't be listed", error, context);
            }
            _ => {}
        }
    }

    /// Asks on, after a while: how the job `id` stands, or who was refused.
    pub(super) fn ask_on(&mut self, id: ChangeId, context: &mut Context<'_>) {
        match self.stage {
            Stage::Trying | Stage::Doing => self.awaited = Some(context.call_quietly(Call::GetJob(id))),
            // The job is over: what is waited for is who was refused.
            Stage::Asking | Stage::Over => {
                self.refused.clear();
                self.ask_results(id, None, context);
            }
        }
    }
}

//! Taking the last change back (DESIGN R18).

use std::time::Duration;

use super::matter::Matter;
use super::{ASKED, Awaited, Happened, Manage, over, told};
use crate::api::changes::{ChangesQuery, MadeChange};
use crate::api::jobs::{Job, JobResult, ResultsQuery};
use crate::tui::about::About;
use crate::tui::context::{Context, Tone, Wish};
use crate::tui::effect::{Call, Reply};
use crate::tui::parts::ago::ago;
use crate::tui::parts::text::counted;
use crate::tui::popups::Popup;
use crate::tui::popups::batch::Batch;
use crate::tui::popups::confirm::Confirm;

/// So often a job for one user is asked how it stands.
const POLL: Duration = Duration::from_millis(200);

impl Manage {
    /// Asks for the last change of the operator that can be taken back.
    pub fn ask_last_change(&mut self, context: &mut Context<'_>) {
        let query = ChangesQuery { mine: true, undoable: true, cursor: None, limit: Some(1) };
        self.awaited.push((context.call(Call::ListChanges(query)), Awaited::LastChange));
    }

    pub(super) fn undo(&mut self, change: &MadeChange, context: &mut Context<'_>) {
        let call = Call::Undo(change.id, context.asked());
        self.awaited.push((context.change(format!("take back: {}", change.summary), call), Awaited::Undo));
    }

    /// Takes an answer about the job that takes a change back; which, as soon as there is one.
    pub(super) fn undo_replied(
        &mut self,
        job: Option<Box<Job>>,
        reply: &Reply,
        context: &mut Context<'_>,
    ) -> Option<Happened> {
        match (job, reply) {
            (_, Reply::Job(Ok(job))) => return self.undo_went_on(job, context),
            (Some(job), Reply::JobResults(results)) => {
                let result = results.as_ref().ok().and_then(|page| page.items.first());
                let named = |result: &JobResult| {
                    format!("{} {}: {}", result.first_name, result.last_name, result.detail)
                };
                // That it is over is known, whatever becomes of asking for more.
                context.say(Tone::Done, result.map_or_else(|| over(&job), named));
            }
            // The line is down: the job goes on, and is asked again how it stands.
            (Some(job), Reply::Job(Err(error))) if error.may_pass() => {
                self.awaited.push((context.after(POLL * 10), Awaited::Undoing(job)));
            }
            (_, reply) => {
                if let Some(error) = reply.error() {
                    context.say(Tone::Error, told("take back", error));
                }
            }
        }
        None
    }

    /// One user is waited for in silence; many are followed in a popup.
    fn undo_went_on(&mut self, job: &Job, context: &mut Context<'_>) -> Option<Happened> {
        let is_worth_showing = job.total > 1 || (job.state.is_over() && job.refused > 0);
        if is_worth_showing {
            context.wishes.push(Wish::Popup(Popup::Batch(Box::new(Batch::following(job.clone())))));
            return Some(Happened::Changed);
        }
        if job.state.is_over() {
            // The result says what was kept (DESIGN R18).
            let query = ResultsQuery { limit: Some(1), ..ResultsQuery::default() };
            let ticket = context.call(Call::ListJobResults(job.id, query));
            self.awaited.push((ticket, Awaited::Undoing(Box::new(job.clone()))));
            return Some(Happened::Changed);
        }
        self.awaited.push((context.after(POLL), Awaited::Undoing(Box::new(job.clone()))));
        None
    }

    pub(super) fn ask_undoing(&mut self, job: Box<Job>, context: &mut Context<'_>) {
        self.awaited.push((context.call_quietly(Call::GetJob(job.id)), Awaited::Undoing(job)));
    }
}

/// Asks whether to take the last change back, where there is one.
pub(super) fn offer_last(reply: &Reply, context: &mut Context<'_>) {
    match reply {
        Reply::Changes(Ok(page)) => match page.items.first() {
            Some(change) => confirm(change.clone(), context),
            None => context.say(Tone::Note, "there is nothing of yours to take back"),
        },
        reply => {
            if let Some(error) = reply.error() {
                context.say(Tone::Error, told("", error));
            }
        }
    }
}

/// Asks whether to take `change` back.
pub fn confirm(change: MadeChange, context: &mut Context<'_>) {
    let (when, users) = (ago(change.at, context.now), counted(change.users, "user", "users"));
    let body = format!("{} ({users}, {when}). What somebody changed since is kept.", change.summary);
    let popup = Popup::Confirm(Confirm::new(ASKED, "Take this back?", body, "Take back"));
    context.ask(popup, About::Users(Matter::Undo(change)));
}

//! Taking the last change back (DESIGN R18).

use std::time::Duration;

use jiff::Timestamp;

use super::told;
use super::{Awaited, Happened, Manage, UNDO, Waiting};
use crate::api::changes::{ChangesQuery, MadeChange};
use crate::api::jobs::{Job, ResultsQuery};
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

    /// Asks whether to take `change` back.
    pub fn confirm_undo(&mut self, change: MadeChange) {
        self.waiting.push_back(Waiting::Undo(change));
    }

    pub(super) fn undo(&mut self, change: &MadeChange, context: &mut Context<'_>) {
        self.awaited.push((context.call(Call::Undo(change.id, context.asked())), Awaited::Undo));
    }

    pub(super) fn undo_replied(&mut self, reply: &Reply, context: &mut Context<'_>) -> Option<Happened> {
        match reply {
            Reply::Changes(Ok(page)) => {
                match page.items.first() {
                    Some(change) => self.confirm_undo(change.clone()),
                    None => context.say(Tone::Note, "there is nothing of yours to take back"),
                }
                None
            }
            Reply::Job(Ok(job)) => self.undo_went_on(job, context),
            Reply::JobResults(Ok(page)) => {
                if let Some(result) = page.items.first() {
                    let (first, last) = (&result.first_name, &result.last_name);
                    context.say(Tone::Done, format!("{first} {last}: {}", result.detail));
                }
                None
            }
            // The line is down: the job goes on, and is asked again how it stands.
            Reply::Job(Err(error)) if self.undoing.is_some() && error.may_pass() => {
                self.awaited.push((context.after(POLL * 10), Awaited::Undo));
                None
            }
            reply => {
                self.undoing = None;
                if let Some(error) = reply.error() {
                    context.say(Tone::Error, told(error));
                }
                None
            }
        }
    }

    /// One user is waited for in silence; many are followed in a popup.
    fn undo_went_on(&mut self, job: &Job, context: &mut Context<'_>) -> Option<Happened> {
        let is_worth_showing = job.total > 1 || (job.state.is_over() && job.refused > 0);
        if is_worth_showing {
            self.undoing = None;
            context.wishes.push(Wish::Popup(Popup::Batch(Box::new(Batch::following(job.clone())))));
            return Some(Happened::Changed);
        }
        if job.state.is_over() {
            // The result says what was kept (DESIGN R18).
            let query = ResultsQuery { limit: Some(1), ..ResultsQuery::default() };
            self.awaited.push((context.call(Call::ListJobResults(job.id, query)), Awaited::Undo));
            self.undoing = None;
            return Some(Happened::Changed);
        }
        self.undoing = Some(job.clone());
        self.awaited.push((context.after(POLL), Awaited::Undo));
        None
    }

    pub(super) fn ask_undo(&mut self, context: &mut Context<'_>) {
        if let Some(job) = &self.undoing {
            self.awaited.push((context.call_quietly(Call::GetJob(job.id)), Awaited::Undo));
        }
    }
}

/// Asks whether to take `change` back.
pub(super) fn confirm(change: &MadeChange, now: Timestamp) -> Confirm {
    let (when, users) = (ago(change.at, now), counted(change.users, "user", "users"));
    let body = format!("{} ({users}, {when}). What somebody changed since is kept.", change.summary);
    Confirm::new(UNDO, "Take this back?", body, "Take back")
}

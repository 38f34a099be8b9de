//! Jobs that nobody looks at: the end of each is said, once.

use std::time::Duration;

use super::App;
use crate::api::events::Event;
use crate::api::jobs::Job;
use crate::domain::ids::ChangeId;
use crate::domain::safe_text::SafeText;
use crate::tui::context::Tone;
use crate::tui::effect::{Call, Effect, Reply, Ticket};
use crate::tui::manage::over;

/// So often it is asked how they stand, while the server does not tell.
const POLL: Duration = Duration::from_secs(5);

/// The jobs that nobody looks at.
#[derive(Debug, Default)]
pub(super) struct Watch {
    jobs: Vec<Watched>,
    wake: Option<Ticket>,
}

#[derive(Debug)]
struct Watched {
    id: ChangeId,
    summary: SafeText,
    awaited: Option<Ticket>,
}

impl App {
    /// Says when `job` is over, from now on.
    pub(super) fn watch(&mut self, job: &Job) {
        if !self.watch.jobs.iter().any(|watched| watched.id == job.id) {
            let (id, summary) = (job.id, job.summary.clone());
            self.watch.jobs.push(Watched { id, summary, awaited: None });
        }
        // It may have come to its end before anybody listened for that.
        self.ask_watched(Some(job.id));
        self.wake_watch();
    }

    /// Says when each of `jobs` is over, from now on.
    pub(super) fn watch_all(&mut self, jobs: &[Job]) {
        for job in jobs {
            self.watch(job);
        }
    }

    /// Something changed at the server.
    pub(super) fn watch_heard(&mut self, event: &Event) {
        match event {
            Event::Job { job } => self.ask_watched(Some(*job)),
            Event::Everything {} => self.ask_watched(None),
            Event::Users { .. } | Event::Catalogue {} => return,
        }
        self.wake_watch();
    }

    /// The time asked for is over.
    pub(super) fn watch_rang(&mut self, ticket: Ticket) {
        if self.watch.wake == Some(ticket) {
            self.watch.wake = None;
            if !self.link.is_live() {
                self.ask_watched(None);
            }
            self.wake_watch();
        }
    }

    /// Takes how a job stands.
    pub(super) fn watched(&mut self, ticket: Ticket, reply: &Reply) {
        let Some(at) = self.watch.jobs.iter().position(|job| job.awaited == Some(ticket)) else { return };
        match reply {
            Reply::Job(Ok(job)) if job.state.is_over() => {
                self.watch.jobs.remove(at);
                self.say(Tone::Done, over(job));
            }
            Reply::Job(Err(error)) if !error.may_pass() => {
                let Watched { summary, .. } = self.watch.jobs.remove(at);
                self.say(Tone::Error, format!("{summary}: how it stands can't be told: {error}"));
            }
            _ => {
                if let Some(job) = self.watch.jobs.get_mut(at) {
                    job.awaited = None;
                }
            }
        }
    }

    /// Asks how one stands, or all.
    fn ask_watched(&mut self, only: Option<ChangeId>) {
        for job in &mut self.watch.jobs {
            if only.is_none_or(|only| only == job.id) {
                // An answer to what was asked before the news may be older than these.
                let ticket = self.mint.quiet_ticket();
                job.awaited = Some(ticket);
                self.effects.push(Effect::Call(ticket, Call::GetJob(job.id)));
            }
        }
    }

    /// Sees to being woken while a job is watched that the server tells nothing of.
    fn wake_watch(&mut self) {
        if self.watch.wake.is_none() && !self.watch.jobs.is_empty() && !self.link.is_live() {
            let ticket = self.mint.ticket();
            self.watch.wake = Some(ticket);
            self.effects.push(Effect::After(POLL, ticket));
        }
    }
}

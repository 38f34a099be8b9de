//! The worker that makes jobs: a few users to a transaction, each result written with its change.
//!
//! Whatever kills the server, a user's change and its result are both there or neither is; the next
//! start goes on with those who have no result.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::api::changes::{Tally, Undoing, UserChange, UserResult};
use crate::api::jobs::{Job, JobState, OnRefusal};
use crate::api::problem::Problem;
use crate::domain::ids::{UserId, WorkspaceId};
use crate::server::context::{People, SignedIn, Tools};
use crate::server::error::ApiError;
use crate::server::manage::{Applied, apply};
use crate::server::metrics::Stopwatch;
use crate::server::rounds::{RETRY, in_rounds};
use crate::server::store::jobs::{self, Settled, StoredJob};
use crate::server::store::{StoreError, Tx, accounts, changes};

/// Users changed by one transaction at most.
const AT_ONCE: i64 = 100;
/// So long others wait for one transaction at most, and for the user that it is at: a slow database
/// changes fewer users at once.
const TURN: Duration = Duration::from_millis(300);
/// Other changes that may be in the way of one turn before it is left for later.
const MOST_COLLISIONS: u32 = 5;

/// Makes jobs.
pub struct JobWorker {
    tools: Arc<Tools>,
}

impl JobWorker {
    /// A worker with `tools`.
    pub fn new(tools: Arc<Tools>) -> Self {
        Self { tools }
    }

    /// Works whenever it is woken, and from time to time, until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let mut wait = self.tools.store.patience();
            if let Err(error) = self.work(&stop).await {
                self.tools.metrics.failed("jobs", &error);
                let error = error.problem().detail;
                tracing::error!(%error, "a job could not be gone on with");
                wait = wait.min(RETRY);
            }
            tokio::select! {
                () = stop.cancelled() => {}
                _ = tokio::time::timeout(wait, self.tools.jobs.notified()) => {}
            }
        }
    }

    /// Goes on with every job until none is left, or `stop`.
    async fn work(&self, stop: &CancellationToken) -> Result<(), ApiError> {
        in_rounds(stop, || self.waiting(), |workspace| self.work_in(workspace)).await
    }

    async fn waiting(&self) -> Result<Vec<WorkspaceId>, ApiError> {
        let mut tx = self.tools.store.read().await?;
        Ok(jobs::workspaces_waiting(&mut tx).await?)
    }

    async fn work_in(&self, workspace: WorkspaceId) -> Result<bool, ApiError> {
        for _ in 0..MOST_COLLISIONS {
            match self.turn(workspace).await {
                Err(ApiError::Collision) => {}
                done => return done,
            }
        }
        self.turn(workspace).await
    }

    /// The next few users of the job whose turn it is; whether there was one.
    async fn turn(&self, workspace: WorkspaceId) -> Result<bool, ApiError> {
        let mut tx = self.tools.store.write(workspace).await?;
        let Some(stored) = jobs::next(&mut tx, workspace).await? else { return Ok(false) };
        let people = match self.operator(&mut tx, workspace, &stored).await {
            Ok(people) => people,
            Err(error) if error.is_of_server() => return Err(error),
            Err(_) => {
                // Whoever asked for it may no longer do so.
                self.stop(tx, workspace, stored.job).await?;
                return Ok(true);
            }
        };
        let users = jobs::next_users(&mut tx, workspace, &stored.job, AT_ONCE).await?;
        let mut part = Part { people, job: stored.job, letters: 0, came_to: 0, begun: Stopwatch::start() };
        part.make(&mut tx, &users).await?;
        let Part { people, job, letters, came_to, .. } = part;
        jobs::update(&mut tx, workspace, &job, people.by.now).await?;
        tx.commit().await?;
        self.tools.metrics.job_users(came_to);
        if letters > 0 {
            self.tools.letters.notify_one();
        }
        Ok(true)
    }

    async fn stop(&self, mut tx: Tx, workspace: WorkspaceId, mut job: Job) -> Result<(), StoreError> {
        let now = self.tools.clock.now();
        job.state = JobState::Cancelled;
        job.finished_at = Some(now);
        jobs::skip_rest(&mut tx, workspace, job.id).await?;
        jobs::update(&mut tx, workspace, &job, now).await?;
        tx.commit().await
    }

    /// The operator in whose name the job is made, with what they may do now.
    async fn operator(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        stored: &StoredJob,
    ) -> Result<People, ApiError> {
        let account = accounts::find(tx, stored.actor).await?.ok_or(ApiError::NotSignedIn)?;
        let by = SignedIn {
            tools: Arc::clone(&self.tools),
            account,
            origin: stored.origin.clone(),
            now: self.tools.clock.now(),
        };
        People::of(tx, by, Some(&workspace.to_string())).await
    }
}

/// A part of a job, made in one transaction.
struct Part {
    people: People,
    job: Job,
    letters: u64,
    came_to: u64,
    begun: Stopwatch,
}

impl Part {
    async fn make(&mut self, tx: &mut Tx, users: &[UserId]) -> Result<(), ApiError> {
        if users.is_empty() {
            self.job.finished_at = Some(self.people.by.now);
            self.mark_undone(tx).await?;
            self.job.state = match self.job.state {
                JobState::TakingBack => JobState::TakenBack,
                _ => JobState::Finished,
            };
            return Ok(());
        }
        match self.job.state {
            JobState::TakingBack => self.take_back(tx, users).await,
            _ if self.job.dry_run => self.try_out(tx, users).await,
            _ => self.change(tx, users).await,
        }
    }

    /// A change counts as taken back once some of it is.
    async fn mark_undone(&self, tx: &mut Tx) -> Result<(), StoreError> {
        match self.job.change {
            UserChange::Undo(undoing) if self.job.done > 0 && !self.job.dry_run => {
                changes::mark_undone(tx, self.people.workspace.id, undoing.change, self.job.id).await
            }
            _ => Ok(()),
        }
    }

    async fn change(&mut self, tx: &mut Tx, users: &[UserId]) -> Result<(), ApiError> {
        let workspace = self.people.workspace.id;
        let before = self.job.done;
        for user in users {
            let settled = self.one(tx, *user).await?;
            jobs::settle(tx, workspace, self.job.id, &settled).await?;
            self.came_to += 1;
            if settled.result == UserResult::Refused && self.job.on_refusal == OnRefusal::TakeBack {
                self.job.state = JobState::TakingBack;
                jobs::skip_rest(tx, workspace, self.job.id).await?;
                break;
            }
            if self.begun.elapsed() > TURN {
                break;
            }
        }
        let changed = i64::try_from(self.job.done - before).unwrap_or(i64::MAX);
        changes::count_users(tx, workspace, self.job.id, changed).await?;
        Ok(())
    }

    /// The same, and then all of it taken back but the results (DESIGN R17).
    async fn try_out(&mut self, tx: &mut Tx, users: &[UserId]) -> Result<(), ApiError> {
        let mut results = Vec::with_capacity(users.len());
        tx.begin_part().await?;
        for user in users {
            results.push(self.one(tx, *user).await?);
            if self.begun.elapsed() > TURN {
                break;
            }
        }
        tx.drop_part().await?;
        tx.forget_news();
        for settled in &results {
            jobs::settle(tx, self.people.workspace.id, self.job.id, settled).await?;
        }
        self.letters = 0;
        self.came_to += results.len() as u64;
        Ok(())
    }

    async fn one(&mut self, tx: &mut Tx, user: UserId) -> Result<Settled, ApiError> {
        let change = self.job.change.clone();
        let id = (!matches!(change, UserChange::Undo(_))).then_some(self.job.id);
        tx.begin_part().await?;
        let applied = apply(&self.people, tx, (user, &change), id).await;
        match applied {
            Ok(applied) => {
                tx.keep_part().await?;
                self.count(&applied);
                Ok(Settled { user, result: applied.result(), code: applied.code(), detail: applied.detail })
            }
            Err(error) if error.passes() => Err(error),
            Err(refusal) => {
                tx.drop_part().await?;
                self.job.refused += 1;
                let problem = self.problem(&refusal);
                let code = problem.rule.map(|rule| rule.to_string());
                let code = code.or_else(|| problem.errors.first().map(|error| error.code.clone()));
                let code = code.or_else(|| problem.kind.rsplit(':').next().map(str::to_owned));
                let detail = problem.detail.to_string();
                Ok(Settled { user, result: UserResult::Refused, code, detail })
            }
        }
    }

    /// What became of a user of whom something makes no sense is the same whenever it is tried again: it is
    /// told like a refusal, so that the others have their turn.
    fn problem(&self, refusal: &ApiError) -> Problem {
        if let ApiError::Internal(cause) = refusal {
            tracing::error!(job = %self.job.id, %cause, "a user of a job could not be changed");
        }
        refusal.problem()
    }

    fn count(&mut self, applied: &Applied) {
        self.job.tally += applied.tally;
        self.letters += applied.tally.mails;
        if applied.is_changed {
            self.job.done += 1;
        } else {
            self.job.unchanged += 1;
        }
    }

    /// Takes back what was done, because somebody was refused.
    async fn take_back(&mut self, tx: &mut Tx, users: &[UserId]) -> Result<(), ApiError> {
        let workspace = self.people.workspace.id;
        let undo = UserChange::Undo(Undoing { change: self.job.id });
        let mut taken_back = 0_u64;
        for user in users {
            tx.begin_part().await?;
            let (result, code, detail) = match apply(&self.people, tx, (*user, &undo), None).await {
                Ok(applied) => {
                    tx.keep_part().await?;
                    taken_back += 1;
                    (UserResult::TakenBack, applied.code(), applied.detail)
                }
                Err(error) if error.passes() => return Err(error),
                // What can't be taken back stays done, and says why.
                Err(refusal) => {
                    tx.drop_part().await?;
                    (UserResult::Unchanged, None, self.problem(&refusal).detail.to_string())
                }
            };
            let settled = Settled { user: *user, result, code, detail };
            jobs::settle(tx, workspace, self.job.id, &settled).await?;
            self.came_to += 1;
            if self.begun.elapsed() > TURN {
                break;
            }
        }
        self.job.done = self.job.done.saturating_sub(taken_back);
        self.job.tally = Tally::default();
        changes::count_users(tx, workspace, self.job.id, -i64::try_from(taken_back).unwrap_or(0)).await?;
        Ok(())
    }
}

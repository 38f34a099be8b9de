//! A change of many users: what it would do, the question whether to, progress, and what came of it.

mod plan;
mod view;
mod work;

use ratatui::layout::Rect;

use super::{Overlay, PopupOutcome};
use crate::api::changes::UserChange;
use crate::api::jobs::{Job, JobResult, NewJob, OnRefusal, Target};
use crate::domain::ids::{ChangeId, UserId};
use crate::domain::safe_text::SafeText;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::context::{Context, Look, Tone};
use crate::tui::effect::{Asked, Call, Reply, Ticket};
use crate::tui::parts::line_edit::LineEdit;

/// A change of many users.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    stage: Stage,
    /// What is asked for; none when it is followed only.
    wanted: Option<NewJob>,
    job: Option<Job>,
    refused: Vec<JobResult>,
    awaited: Option<Ticket>,
    /// That the job is cancelled; how it stands is asked on meanwhile.
    cancelling: Option<Ticket>,
    /// How the job that is asked for is asked for: the key stays until an answer came.
    asked: Asked,
    /// What has to be typed before a deletion.
    count: LineEdit,
    is_miscounted: bool,
    error: Option<SafeText>,
    top: usize,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The server finds out what would happen.
    Trying,
    /// The operator is asked.
    Asking,
    /// The server is at it.
    Doing,
    /// It is over.
    Over,
}

impl Batch {
    /// Asks what `change` would do to `target`, whom the operator was told to be `expected` users.
    pub fn new(change: UserChange, target: Target, expected: Option<u64>) -> Self {
        let on_refusal = OnRefusal::GoOn;
        Self { wanted: Some(NewJob { change, target, on_refusal, expected }), ..Self::at(Stage::Trying) }
    }

    /// Follows a job that is there already.
    pub fn following(job: Job) -> Self {
        let stage = if job.state.is_over() { Stage::Over } else { Stage::Doing };
        Self { job: Some(job), ..Self::at(stage) }
    }

    fn at(stage: Stage) -> Self {
        Self {
            stage,
            wanted: None,
            job: None,
            refused: Vec::new(),
            awaited: None,
            cancelling: None,
            asked: Asked::default(),
            count: LineEdit::default(),
            is_miscounted: false,
            error: None,
            top: 0,
        }
    }

    /// Whether it is not known who was refused.
    fn is_unlisted(&self) -> bool {
        self.awaited.is_some()
            || self.refused.is_empty() && self.job.as_ref().is_some_and(|job| job.refused > 0)
    }

    /// The users who were refused, who stay marked.
    fn failed(&self) -> Vec<UserId> {
        self.refused.iter().map(|result| result.user_id).collect()
    }

    /// The job, as it stood when it was last heard of.
    pub fn job(&self) -> Option<&Job> {
        self.job.as_ref()
    }

    fn id(&self) -> Option<ChangeId> {
        self.job.as_ref().map(|job| job.id)
    }

    fn close(&self, context: &mut Context<'_>) -> PopupOutcome {
        match self.stage {
            Stage::Doing => match &self.job {
                Some(job) => {
                    context.say(Tone::Note, "the job goes on at the server; 5 shows how far it is");
                    PopupOutcome::BatchLeft(Box::new(job.clone()))
                }
                // Not known to be begun: the marks stay as they are, and what becomes of it is said.
                None => PopupOutcome::Dismissed,
            },
            // Whoever was refused is not known: the marks stay as they are.
            Stage::Over if self.is_unlisted() => PopupOutcome::Dismissed,
            // What is only followed has nothing to do with the marks.
            Stage::Over if self.wanted.is_none() => PopupOutcome::BatchOver(None, Vec::new()),
            Stage::Over => PopupOutcome::BatchOver(self.job.clone().map(Box::new), self.failed()),
            Stage::Trying | Stage::Asking => PopupOutcome::Dismissed,
        }
    }

    fn key_of_question(&mut self, key: Key, context: &mut Context<'_>) -> Option<PopupOutcome> {
        if self.needs_count() {
            match key.code {
                KeyCode::Enter if self.is_counted() => self.go(context),
                KeyCode::Enter => self.is_miscounted = true,
                KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown => self.scroll(key),
                _ if key == Key::ctrl('t') => self.toggle_refusal(),
                _ => {
                    self.count.key(key);
                    self.is_miscounted = false;
                }
            }
            return None;
        }
        match key.code {
            _ if key.ctrl || key.alt => {}
            KeyCode::Char('y') if self.has_effect() => self.go(context),
            KeyCode::Char('n' | 'q') | KeyCode::Enter => return Some(PopupOutcome::Dismissed),
            KeyCode::Char('a') => self.toggle_again(context),
            KeyCode::Char('t') => self.toggle_refusal(),
            _ => self.scroll(key),
        }
        None
    }

    fn key_of_work(&mut self, key: Key, context: &mut Context<'_>) {
        if key == Key::char('c') && self.cancelling.is_none() {
            self.cancel(context);
        }
    }

    fn scroll(&mut self, key: Key) {
        match key.code {
            KeyCode::Down | KeyCode::Char('j') => self.top = self.top.saturating_add(1),
            KeyCode::Up | KeyCode::Char('k') => self.top = self.top.saturating_sub(1),
            KeyCode::PageDown => self.top = self.top.saturating_add(8),
            KeyCode::PageUp => self.top = self.top.saturating_sub(8),
            _ => {}
        }
        let last = self.lines().len().saturating_sub(1);
        self.top = self.top.min(last);
    }
}

impl Overlay for Batch {
    fn opened(&mut self, context: &mut Context<'_>) {
        match (&self.job, self.stage) {
            (None, _) => self.try_out(context),
            (Some(job), Stage::Doing) => {
                self.awaited = Some(context.call(Call::GetJob(job.id)));
            }
            (Some(job), _) => {
                let job = job.clone();
                self.job_came(&job, context);
            }
        }
    }

    fn key(&mut self, key: Key, context: &mut Context<'_>) -> Option<PopupOutcome> {
        if key.code == KeyCode::Esc {
            return Some(self.close(context));
        }
        match self.stage {
            Stage::Trying => None,
            Stage::Asking if self.error.is_some() => {
                if key == Key::char('r') {
                    self.retry(context);
                }
                matches!(key.code, KeyCode::Enter | KeyCode::Char('q')).then_some(PopupOutcome::Dismissed)
            }
            Stage::Asking => self.key_of_question(key, context),
            Stage::Doing => {
                self.key_of_work(key, context);
                None
            }
            Stage::Over if matches!(key.code, KeyCode::Enter | KeyCode::Char('q')) => {
                Some(self.close(context))
            }
            Stage::Over => {
                self.scroll(key);
                None
            }
        }
    }

    fn cancelled(&self, context: &mut Context<'_>) -> PopupOutcome {
        self.close(context)
    }

    fn replied(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) {
        if self.awaited == Some(ticket) {
            self.answered(reply, context);
        }
        if self.cancelling == Some(ticket) {
            self.cancel_answered(reply, context);
        }
    }

    fn rang(&mut self, ticket: Ticket, context: &mut Context<'_>) {
        if let Some(id) = self.id().filter(|_| self.awaited == Some(ticket)) {
            self.ask_on(id, context);
        }
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        self.draw(canvas, area, look);
    }
}

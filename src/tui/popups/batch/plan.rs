//! What a batch would do, or did, in words.

use std::collections::BTreeMap;

use super::{Batch, Stage};
use crate::api::changes::{UserChange, UserResult};
use crate::api::jobs::{Job, JobState, OnRefusal};
use crate::tui::context::Context;
use crate::tui::parts::text::{counted, number};

impl Batch {
    /// Whether anything would happen.
    pub(super) fn has_effect(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.done > 0)
    }

    /// Whether the count has to be typed: what is deleted should be meant.
    pub(super) fn needs_count(&self) -> bool {
        let is_deletion = matches!(self.wanted.as_ref().map(|job| &job.change), Some(UserChange::Delete));
        is_deletion && self.has_effect()
    }

    pub(super) fn is_counted(&self) -> bool {
        let done = self.job.as_ref().map_or(0, |job| job.done);
        self.count.value().trim() == done.to_string()
    }

    /// Those who completed a course: left out, or to begin again (DESIGN R19).
    pub(super) fn toggle_again(&mut self, context: &mut Context<'_>) {
        if let Some(UserChange::Enrol(enrolling)) = self.wanted.as_mut().map(|job| &mut job.change) {
            enrolling.again = !enrolling.again;
            self.try_out(context);
        }
    }

    pub(super) fn toggle_refusal(&mut self) {
        if let Some(job) = &mut self.wanted
            && job.change.is_reversible()
        {
            job.on_refusal = match job.on_refusal {
                OnRefusal::GoOn => OnRefusal::TakeBack,
                OnRefusal::TakeBack => OnRefusal::GoOn,
            };
        }
    }

    /// What would happen, or happened: a line each.
    pub(super) fn lines(&self) -> Vec<String> {
        let Some(job) = &self.job else { return Vec::new() };
        let is_plan = self.stage == Stage::Asking;
        let mut lines = told(job, is_plan);
        lines.extend(self.reasons(is_plan));
        if !is_plan {
            let told = self.refused.iter().filter(|user| user.result != Some(UserResult::Skipped));
            let names = told.map(|user| format!("  {}: {}", user.email, user.detail));
            lines.extend(names);
        }
        lines
    }

    /// Why users are refused, the most frequent reason first.
    fn reasons(&self, is_plan: bool) -> Vec<String> {
        let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
        for result in self.refused.iter().filter(|result| result.result == Some(UserResult::Refused)) {
            *reasons.entry(result.detail.as_str()).or_default() += 1;
        }
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        if !is_plan {
            return Vec::new();
        }
        reasons.into_iter().map(|(why, count)| format!("  {}: {why}", number(count))).collect()
    }

    /// What can be chosen besides yes and no.
    pub(super) fn choices(&self) -> Vec<String> {
        let (Some(wanted), Some(job)) = (&self.wanted, &self.job) else { return Vec::new() };
        let mut choices = Vec::new();
        if let UserChange::Enrol(enrolling) = &wanted.change
            && (job.tally.completed > 0 || enrolling.again)
        {
            let what = if enrolling.again { "begin again" } else { "are left out" };
            choices.push(format!("a  who completed it: {what}"));
        }
        if job.refused > 0 && job.done > 0 && wanted.change.is_reversible() {
            let what = match wanted.on_refusal {
                OnRefusal::GoOn => "the others are changed",
                OnRefusal::TakeBack => "nobody is changed",
            };
            let key = if self.needs_count() { "Ctrl-T" } else { "t" };
            choices.push(format!("{key}  when one is refused: {what}"));
        }
        choices
    }
}

/// What a change is called, before and after: `deleted`, `enrolled`.
fn participle(change: &UserChange) -> &'static str {
    match change {
        UserChange::Resend => "sent a mail again",
        UserChange::Cancel => "cancelled",
        UserChange::Edit(_) => "changed",
        UserChange::Enrol(_) => "enrolled",
        UserChange::Withdraw(_) => "withdrawn",
        UserChange::Delete => "deleted",
        UserChange::Reactivate => "reactivated",
        UserChange::Undo(_) => "changed back",
    }
}

fn told(job: &Job, is_plan: bool) -> Vec<String> {
    let verb = |n: u64| match (is_plan, n) {
        (true, _) => "will be",
        (false, 1) => "was",
        (false, _) => "were",
    };
    let mut lines = Vec::new();
    let tally = &job.tally;
    let done =
        format!("{} {} {}", counted(job.done, "user", "users"), verb(job.done), participle(&job.change));
    lines.push(done);
    if let UserChange::Enrol(enrolling) = &job.change {
        if enrolling.courses.len() > 1 {
            lines.push(counted(tally.enrolled, "enrolment begins", "enrolments begin"));
        }
        if tally.already_enrolled > 0 {
            lines.push(format!("{} already", counted(tally.already_enrolled, "is enrolled", "are enrolled")));
        }
        if tally.completed > 0 {
            lines.push(format!("{} completed it", number(tally.completed)));
        }
    } else if job.unchanged > 0 {
        lines.push(format!("{} already so", counted(job.unchanged, "is", "are")));
    }
    if tally.mails > 0 {
        let kept = format!("{} stay the same", counted(tally.links_kept, "link", "links"));
        let replaced = format!("{} replaced", number(tally.links_replaced));
        lines.push(format!("{} out: {kept}, {replaced}", counted(tally.mails, "mail goes", "mails go")));
    }
    if job.refused > 0 {
        lines.push(format!("{} {} refused", number(job.refused), verb(job.refused)));
    }
    match job.state {
        JobState::Cancelled if !is_plan => {
            lines.push(format!(
                "cancelled: {} were left alone",
                number(job.total - job.settled().min(job.total))
            ));
        }
        JobState::TakenBack => lines.push("one was refused: what was done is taken back".to_owned()),
        _ => {}
    }
    lines
}

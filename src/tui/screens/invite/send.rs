//! Sending: judged as a whole, handed to the outbox, and on to the next.

use super::check::Check;
use super::field::Field;
use super::form::Form;
use super::state::State;
use crate::api::invitations::EmailCheck;
use crate::api::problem::ProblemCode;
use crate::client::ClientError;
use crate::tui::context::{Context, Tone, Wish};
use crate::tui::draft::{Attempt, Draft};
use crate::tui::outbox::Failed;

impl State {
    /// Sends what is in the form, unless something is wrong with it: then the first wrong field
    /// has the focus. Whether it was sent.
    pub(super) fn send(&mut self, context: &mut Context<'_>) -> bool {
        // What the server refused is its own to judge again.
        self.refused.clear();
        let fields = self.shown(context.catalogue);
        self.judged.clone_from(&fields);
        self.judge(context);
        if let Some(first) = self.errors.keys().next().copied() {
            self.go_to(first, context);
            let count = self.errors.len();
            let words = if count == 1 { "1 field needs another value" } else { "fields need another value" };
            let words = if count == 1 { words.to_owned() } else { format!("{count} {words}") };
            context.say(Tone::Error, format!("not sent: {words}"));
            return false;
        }
        let draft = self.form.draft();
        let form = self.form.invitation(context.today(), self.check.theirs());
        // The same again has the same key: an answer may have been lost on its way here (DESIGN R15).
        let replaces = draft.replaces.as_ref().map(|replaced| replaced.user);
        let is_same = |attempt: &Attempt| attempt.form == form && attempt.replaces == replaces;
        let before = self.attempt.take().filter(|attempt| is_same(attempt));
        let key = || context.mint.idempotency_key(context.now);
        let attempt = before.unwrap_or_else(|| Box::new(Attempt { key: key(), form, replaces }));
        let effects = context.outbox.send(draft, attempt, context.mint);
        context.effects.extend(effects);
        self.next(context);
        self.keep_draft(context);
        true
    }

    /// An empty form again, with what is kept, for the next of those pasted if there are any.
    pub(super) fn next(&mut self, context: &mut Context<'_>) {
        let before = self.form.draft();
        let mut next = Draft::default();
        for field in &self.kept {
            match field {
                Field::Roles => next.roles = before.roles,
                Field::Unit => next.unit.clone_from(&before.unit),
                Field::UnitsManaged => next.units_managed.clone_from(&before.units_managed),
                Field::Expiry => next.expiry.clone_from(&before.expiry),
                Field::Groups => next.groups.clone_from(&before.groups),
                Field::Courses => {
                    next.courses.clone_from(&before.courses);
                    next.without_courses.clone_from(&before.without_courses);
                }
                Field::Email | Field::FirstName | Field::LastName | Field::Send => {}
            }
        }
        self.fill(&next);
        self.added.follow(&self.form, context);
        if let Some(person) = self.waiting.pop_front() {
            self.put(&person, context);
        } else {
            self.pasted = 0;
        }
    }

    /// Puts `draft` into the form; nothing is known or judged of it yet.
    pub(super) fn fill(&mut self, draft: &Draft) {
        self.form = Form::of(draft);
        self.focus = Field::Email;
        self.judged.clear();
        self.errors.clear();
        self.refused.clear();
        self.check = Check::default();
        self.is_restored = false;
        self.attempt.clone_from(&draft.attempt);
    }

    /// Opens the last invitation that failed, with everything in it and the errors at their
    /// fields.
    pub(super) fn reopen(&mut self, context: &mut Context<'_>) {
        if self.is_replacement || self.form.draft().names_somebody() {
            context.say(Tone::Note, "send this one first, or clear it with Ctrl-X");
            return;
        }
        let Some(Failed { draft, error }) = context.outbox.take_failed() else {
            context.say(Tone::Note, "no invitation has failed");
            return;
        };
        self.fill(&draft);
        self.added.follow(&self.form, context);
        self.show_refusal(&error);
        let first = self.refused.keys().next().copied().unwrap_or(Field::Email);
        self.go_to(first, context);
        self.keep_draft(context);
    }

    /// The errors of a refusal, each at its field.
    fn show_refusal(&mut self, error: &ClientError) {
        let ClientError::Refused(problem) = error else {
            self.refused.insert(Field::Send, format!("{error}; send it again"));
            return;
        };
        if problem.code == ProblemCode::KnownHere {
            let check = EmailCheck::KnownHere { user_id: problem.user_id, status: problem.user_status };
            self.check.learn(self.form.email.value(), check);
        }
        for wrong in &problem.errors {
            let field = Field::of_pointer(&wrong.pointer).unwrap_or(Field::Send);
            self.refused.insert(field, wrong.detail.to_string());
        }
        if problem.errors.is_empty() {
            let told = self.check.refusal().unwrap_or_else(|| problem.detail.to_string());
            self.refused.insert(Field::Email, told);
        }
    }

    /// Opens the page of the user that the address belongs to (DESIGN R5).
    pub(super) fn open_known(&mut self, context: &mut Context<'_>) -> bool {
        let Some(user) = self.check.user() else { return false };
        context.wishes.push(Wish::Open(crate::tui::screens::Route::User(user)));
        true
    }
}

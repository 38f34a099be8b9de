//! What is done to users, from the menu to the message: shared by the table and the user page.

mod many;
pub mod offer;
mod one;
mod undo;

use crate::api::changes::{ChangeOutcome, Enrolling};
use crate::api::enrolments::Enrolment;
use crate::api::events::Event;
use crate::api::jobs::{Job, Target};
use crate::api::users::User;
use crate::client::ClientError;
use crate::domain::ids::{ChangeId, UserId};
use crate::domain::managing::UserAction;
use crate::tui::context::{Context, Wish};
use crate::tui::effect::{Call, Reply, Ticket};
use crate::tui::popups::menu::Menu;
use crate::tui::popups::{Popup, PopupOutcome, Question};
use crate::tui::screens::Route;
use offer::Deed;

/// Which action.
const ACTIONS: Question = "manage.actions";
/// Whether to cancel one invitation.
const CANCEL: Question = "manage.cancel";
/// The address of a user to be deleted, typed.
const DELETE: Question = "manage.delete";
/// The expiry date.
const EXPIRY: Question = "manage.expiry";
/// The unit to move to.
const UNIT: Question = "manage.unit";
/// Groups to join.
const ADD_GROUPS: Question = "manage.add_groups";
/// Groups to leave.
const REMOVE_GROUPS: Question = "manage.remove_groups";
/// Courses to enrol in.
const ENROL: Question = "manage.enrol";
/// Courses to withdraw from, of many users.
const WITHDRAW: Question = "manage.withdraw";
/// Enrolments to end, of one user.
const END: Question = "manage.end";
/// Whether a completed course begins again.
const AGAIN: Question = "manage.again";
/// Whether to take the last change back.
const UNDO: Question = "manage.undo";

/// Whom something is done to.
#[derive(Clone, Debug, PartialEq)]
pub enum Whom {
    /// One user.
    One(Box<User>),
    /// Marked users, or all that match.
    Many {
        /// As the server is told.
        target: Target,
        /// How many, as shown; none: not counted yet.
        count: Option<u64>,
    },
}

/// What became of something that the screen below has to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Happened {
    /// Users were changed: ask for them anew.
    Changed,
    /// A batch is over; those who were refused stay marked.
    BatchOver(Vec<UserId>),
    /// A batch goes on by itself.
    BatchLeft,
}

/// An action under way.
#[derive(Debug, Default)]
pub struct Manage {
    whom: Option<Whom>,
    awaited: Vec<(Ticket, Awaited)>,
    offered: Vec<Deed>,
    enrolments: Vec<Enrolment>,
    enrolling: Enrolling,
    last: Option<crate::api::changes::MadeChange>,
    undoing: Option<Job>,
    /// A batch that nobody looks at: it is said when it is over.
    watched: Option<ChangeId>,
}

/// What is awaited.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Awaited {
    /// The answer to a change.
    Change,
    /// What an enrolment would do.
    TryEnrol,
    /// The enrolments to choose from.
    Enrolments,
    /// The invitation's link.
    Link,
    /// The last change.
    LastChange,
    /// How the batch stands that nobody looks at.
    Watched,
    /// A job that takes a change back, or the time to ask for it again.
    Undo,
}

impl Manage {
    /// Offers what can be done to `whom`.
    pub fn offer(&mut self, whom: Whom, context: &mut Context<'_>) {
        self.offered = offer::deeds(&whom, context.place);
        let title = match &whom {
            Whom::One(user) => format!("{} {}", user.first_name, user.last_name),
            Whom::Many { count, .. } => counted(*count),
        };
        if let Some(why) = offer::refusal(&whom, context.place) {
            context.say(crate::tui::context::Tone::Note, why);
            return;
        }
        let menu = Menu::one(ACTIONS, title, self.offered.iter().map(|deed| deed.item()).collect());
        self.whom = Some(whom);
        context.wishes.push(Wish::Popup(Popup::Menu(menu)));
    }

    /// Opens the edit form of `user`, unless nothing of it could be saved.
    pub fn edit(&mut self, user: &User, context: &mut Context<'_>) {
        let whom = Whom::One(Box::new(user.clone()));
        let wrong = UserAction::Edit.check(user.status).err();
        let wrong = wrong.filter(|_| !UserAction::SetExpiry.fits(user.status)).map(|wrong| wrong.to_string());
        match offer::refusal(&whom, context.place).or(wrong) {
            Some(why) => context.say(crate::tui::context::Tone::Note, why),
            None => context.wishes.push(Wish::Open(Route::Edit(user.id))),
        }
    }

    /// Does `deed` to `whom`, asking for what it needs.
    pub fn begin(&mut self, deed: Deed, whom: Whom, context: &mut Context<'_>) {
        match &whom {
            Whom::One(user) => {
                let user = user.clone();
                self.whom = Some(whom);
                self.begin_one(deed, &user, context);
            }
            Whom::Many { .. } => {
                self.whom = Some(whom);
                self.begin_many(deed, context);
            }
        }
    }

    /// Takes what a popup closed with, if the popup was one of these.
    pub fn returned(&mut self, outcome: &PopupOutcome, context: &mut Context<'_>) -> Option<Happened> {
        match outcome {
            PopupOutcome::Chosen(ACTIONS, lines) => {
                let deed = lines.first().and_then(|at| self.offered.get(*at)).copied();
                if let (Some(deed), Some(whom)) = (deed, self.whom.take()) {
                    self.begin(deed, whom, context);
                }
            }
            PopupOutcome::Confirmed(UNDO) => self.undo_last(context),
            PopupOutcome::BatchOver(None, _) => return Some(Happened::Changed),
            PopupOutcome::BatchOver(Some(_), failed) => return Some(Happened::BatchOver(failed.clone())),
            PopupOutcome::BatchLeft(job) => {
                self.watched = Some(*job);
                return Some(Happened::BatchLeft);
            }
            outcome => match self.whom.clone() {
                Some(Whom::One(user)) => self.answered_one(outcome, &user, context),
                Some(Whom::Many { target, count }) => many::answered_many(outcome, (target, count), context),
                None => {}
            },
        }
        None
    }

    /// Takes an answer, if it is awaited here.
    pub fn replied(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) -> Option<Happened> {
        let at = self.awaited.iter().position(|(own, _)| *own == ticket)?;
        let (_, awaited) = self.awaited.remove(at);
        match awaited {
            Awaited::Watched => {
                self.watched_went_on(reply, context);
                None
            }
            Awaited::LastChange | Awaited::Undo => self.undo_replied(reply, context),
            awaited => self.one_replied(awaited, reply, context),
        }
    }

    /// Something changed at the server.
    pub fn event(&mut self, event: &Event, context: &mut Context<'_>) {
        if let Event::Job { job } = event
            && self.watched == Some(*job)
        {
            self.awaited.push((context.call_quietly(Call::GetJob(*job)), Awaited::Watched));
        }
    }

    fn watched_went_on(&mut self, reply: &Reply, context: &mut Context<'_>) {
        let Reply::Job(Ok(job)) = reply else { return };
        if self.watched != Some(job.id) || !job.state.is_over() {
            return;
        }
        self.watched = None;
        let refused = if job.refused > 0 { format!(", {} refused", job.refused) } else { String::new() };
        let done = crate::tui::parts::text::counted(job.done, "user", "users");
        context.say(
            crate::tui::context::Tone::Done,
            format!("{} is over: {done} changed{refused}; 5 shows it", job.summary),
        );
    }

    /// The time asked for is over.
    pub fn rang(&mut self, ticket: Ticket, context: &mut Context<'_>) {
        if let Some(at) = self.awaited.iter().position(|awaited| *awaited == (ticket, Awaited::Undo)) {
            self.awaited.remove(at);
            self.ask_undo(context);
        }
    }
}

/// How many are selected, in words.
pub fn counted(count: Option<u64>) -> String {
    count.map_or_else(
        || "all that match".to_owned(),
        |count| crate::tui::parts::text::counted(count, "user", "users"),
    )
}

/// What a change of one user did.
pub fn outcome(outcome: &ChangeOutcome) -> String {
    let undo = if outcome.change.is_some() { "; z takes it back" } else { "" };
    let (first, last) = (&outcome.user.first_name, &outcome.user.last_name);
    format!("{first} {last}: {}{undo}", outcome.detail)
}

/// A refusal in the server's words, which say what to do.
pub fn told(error: &ClientError) -> String {
    match error {
        ClientError::Refused(problem) => problem.detail.to_string(),
        other => format!("not known whether it was done: {other}"),
    }
}

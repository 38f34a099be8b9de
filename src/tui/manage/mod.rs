//! What is done to users, from the menu to the message: shared by the table and the user page.

mod many;
pub mod offer;
mod one;
mod undo;

use std::collections::VecDeque;

use crate::api::changes::{ChangeOutcome, Enrolling, MadeChange};
use crate::api::enrolments::Enrolment;
use crate::api::events::Event;
use crate::api::jobs::{Job, Target};
use crate::api::users::User;
use crate::client::ClientError;
use crate::domain::ids::{ChangeId, UserId};
use crate::domain::managing::UserAction;
use crate::tui::context::{Context, Wish};
use crate::tui::draft::Draft;
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
    /// Questions that answers led to, until they can be asked.
    waiting: VecDeque<Waiting>,
    /// The one of them that is asked.
    asked: Option<Waiting>,
    undoing: Option<Job>,
    /// A batch that nobody looks at: it is said when it is over.
    watched: Option<ChangeId>,
}

/// A question that an answer of the server led to, with whom and what it is about: until it can be asked, or is
/// answered, something else may have been begun.
#[derive(Clone, Debug, PartialEq)]
enum Waiting {
    /// Whether a user who completed so many of the courses is to begin them again.
    Again(Box<User>, Enrolling, u64),
    /// Which of these enrolments of a user are to be ended.
    End(Box<User>, Vec<Enrolment>),
    /// Whether to take a change back.
    Undo(MadeChange),
    /// None: the form of what takes an invitation's place is to be filled in.
    Replace(Box<Draft>),
}

/// What is awaited.
#[derive(Clone, Debug, PartialEq)]
enum Awaited {
    /// The answer to a change.
    Change,
    /// What an enrolment would do.
    TryEnrol(Enrolling),
    /// The enrolments of a user, to choose from.
    Enrolments(Box<User>),
    /// The same, to be planned for whoever takes the user's place.
    Replace(Box<User>),
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
            PopupOutcome::Confirmed(UNDO) | PopupOutcome::Chosen(AGAIN | END, _) => {
                if let Some(asked) = self.asked.take() {
                    self.answered(asked, outcome, context);
                }
            }
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

    /// Asks what waits to be asked.
    pub fn ask_next(&mut self, context: &mut Context<'_>) {
        let Some(next) = self.waiting.pop_front() else { return };
        context.wishes.push(match &next {
            Waiting::Again(user, _, completed) => Wish::Popup(Popup::Menu(one::again(user, *completed))),
            Waiting::End(user, enrolments) => Wish::Popup(Popup::Menu(one::which(user, enrolments))),
            Waiting::Undo(change) => Wish::Popup(Popup::Confirm(undo::confirm(change, context.now))),
            Waiting::Replace(draft) => Wish::Open(Route::Replace(draft.clone())),
        });
        self.asked = Some(next);
    }

    fn answered(&mut self, asked: Waiting, outcome: &PopupOutcome, context: &mut Context<'_>) {
        match (asked, outcome) {
            (Waiting::Again(user, enrolling, _), PopupOutcome::Chosen(AGAIN, lines)) => {
                let again = lines.first() == Some(&1);
                self.call(Call::Enrol(user.id, Enrolling { again, ..enrolling }, context.asked()), context);
            }
            (Waiting::End(user, enrolments), PopupOutcome::Chosen(END, lines)) => {
                let chosen: Vec<_> = lines.iter().filter_map(|at| enrolments.get(*at)).collect();
                self.withdraw(&chosen, &user, context);
            }
            (Waiting::Undo(change), PopupOutcome::Confirmed(UNDO)) => self.undo(&change, context),
            _ => {}
        }
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

//! What is done to users, from the menu to the message: shared by the table and the user page.

mod many;
pub mod matter;
pub mod offer;
mod one;
pub mod undo;

use crate::api::changes::{ChangeOutcome, Enrolling};
use crate::api::jobs::{Job, JobState, Target};
use crate::api::users::User;
use crate::client::ClientError;
use crate::domain::ids::UserId;
use crate::domain::managing::UserAction;
use crate::tui::about::About;
use crate::tui::context::{Context, Tone, Wish};
use crate::tui::effect::{Reply, Ticket};
use crate::tui::popups::menu::Menu;
use crate::tui::popups::{Popup, PopupOutcome, Question};
use crate::tui::screens::Route;
use matter::Matter;
use offer::Deed;

/// The questions asked here: what each is about goes with it.
const ASKED: Question = "manage";

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

/// What is awaited of the server.
#[derive(Debug, Default)]
pub struct Manage {
    awaited: Vec<(Ticket, Awaited)>,
}

#[derive(Clone, Debug, PartialEq)]
enum Awaited {
    /// Something about one user.
    One(Box<User>, Step),
    /// The last change.
    LastChange,
    /// A job that takes a change back.
    Undo,
    /// How that job stands, what it did, or the time to ask for that.
    Undoing(Box<Job>),
}

/// What is awaited about one user.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// The answer to a change.
    Change,
    /// What an enrolment would do.
    TryEnrol(Enrolling),
    /// The enrolments, to choose from.
    Enrolments,
    /// The same, to be planned for whoever takes the user's place.
    Replace,
    /// The invitation's link.
    Link,
}

impl Manage {
    /// Offers what can be done to `whom`.
    pub fn offer(&mut self, whom: Whom, context: &mut Context<'_>) {
        if let Some(why) = offer::refusal(&whom, context.place) {
            context.say(Tone::Note, why);
            return;
        }
        let title = match &whom {
            Whom::One(user) => named(user),
            Whom::Many { count, .. } => counted(*count),
        };
        let deeds = offer::deeds(&whom, context.place);
        let menu = Menu::one(ASKED, title, deeds.iter().map(|deed| deed.item()).collect());
        context.ask(Popup::Menu(menu), About::Users(Matter::Offer(whom, deeds)));
    }

    /// Opens the edit form of `user`, unless nothing of it could be saved.
    pub fn edit(&mut self, user: &User, context: &mut Context<'_>) {
        let whom = Whom::One(Box::new(user.clone()));
        let wrong = UserAction::Edit.check(user.status).err();
        let wrong = wrong.filter(|_| !UserAction::SetExpiry.fits(user.status)).map(|wrong| wrong.to_string());
        match offer::refusal(&whom, context.place).or(wrong) {
            Some(why) => context.say(Tone::Note, why),
            None => context.wishes.push(Wish::Open(Route::Edit(user.id))),
        }
    }

    /// Does `deed` to `whom`, asking for what it needs.
    fn begin(&mut self, deed: Deed, whom: Whom, context: &mut Context<'_>) {
        match whom {
            Whom::One(user) => self.begin_one(deed, user, context),
            Whom::Many { target, count } => many::begin(deed, (target, count), context),
        }
    }

    /// Takes an answer, if it is awaited here.
    pub fn replied(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) -> Option<Happened> {
        let at = self.awaited.iter().position(|(own, _)| *own == ticket)?;
        match self.awaited.remove(at).1 {
            Awaited::One(user, step) => self.one_replied(user, step, reply, context),
            Awaited::LastChange => {
                undo::offer_last(reply, context);
                None
            }
            Awaited::Undo => self.undo_replied(None, reply, context),
            Awaited::Undoing(job) => self.undo_replied(Some(job), reply, context),
        }
    }

    /// The time asked for is over.
    pub fn rang(&mut self, ticket: Ticket, context: &mut Context<'_>) {
        let rung = |(own, awaited): &(Ticket, Awaited)| match awaited {
            Awaited::Undoing(job) if *own == ticket => Some(job.clone()),
            _ => None,
        };
        if let Some(job) = self.awaited.iter().find_map(rung) {
            self.awaited.retain(|(own, _)| *own != ticket);
            self.ask_undoing(job, context);
        }
    }

    /// The jobs of which it would be said here what becomes of them.
    pub fn followed(&self) -> Vec<Job> {
        let job = |(_, awaited): &(Ticket, Awaited)| match awaited {
            Awaited::Undoing(job) => Some(job.as_ref().clone()),
            _ => None,
        };
        self.awaited.iter().filter_map(job).collect()
    }
}

/// What a popup without a question closed with, as far as it was about users.
pub fn returned(outcome: &PopupOutcome) -> Option<Happened> {
    match outcome {
        PopupOutcome::BatchOver(None, _) => Some(Happened::Changed),
        PopupOutcome::BatchOver(Some(_), failed) => Some(Happened::BatchOver(failed.clone())),
        PopupOutcome::BatchLeft(_) => Some(Happened::BatchLeft),
        _ => None,
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
    format!("{}: {}{undo}", named(&outcome.user), outcome.detail)
}

/// A user, named.
pub fn named(user: &User) -> String {
    format!("{} {}", user.first_name, user.last_name)
}

/// What became of `job`, for whoever did not look on.
pub fn over(job: &Job) -> String {
    let how = match job.state {
        JobState::Cancelled => "was cancelled",
        JobState::TakenBack => {
            return format!("{}: one was refused, all is taken back; 5 shows it", job.summary);
        }
        JobState::Running | JobState::TakingBack | JobState::Finished => "is over",
    };
    let refused = if job.refused > 0 { format!(", {} refused", job.refused) } else { String::new() };
    format!("{} {how}: {} changed{refused}; 5 shows it", job.summary, counted(Some(job.done)))
}

/// Why a change of whom or what `about` names was refused, in the server's words, which say what to do.
pub fn told(about: &str, error: &ClientError) -> String {
    let why = match error {
        ClientError::Refused(problem) => problem.detail.to_string(),
        other => format!("not known whether it was done: {other}"),
    };
    if about.is_empty() { why } else { format!("{about}: {why}") }
}

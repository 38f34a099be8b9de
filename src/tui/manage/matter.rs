//! What a question about users is about, and what its answer leads to.

use super::offer::Deed;
use super::{Manage, Whom, named};
use crate::api::changes::{Enrolling, MadeChange};
use crate::api::enrolments::Enrolment;
use crate::api::users::User;
use crate::tui::about::About;
use crate::tui::context::Context;
use crate::tui::effect::Call;
use crate::tui::popups::PopupOutcome;

/// What a question about users is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Matter {
    /// Which of these is to be done to them.
    Offer(Whom, Vec<Deed>),
    /// Whether this is to be done to them, or how.
    Deed(Deed, Whom),
    /// Whether a user is to begin again what is completed of these courses.
    Again(Box<User>, Enrolling),
    /// Which of these enrolments of a user are to be ended.
    End(Box<User>, Vec<Enrolment>),
    /// Whether this is to be taken back.
    Undo(MadeChange),
}

impl Matter {
    /// What is to be said when its screen is left before it could be asked.
    pub fn left_unasked(&self) -> Option<String> {
        match self {
            Self::Again(user, _) => Some(not_enrolled(user)),
            // Nothing but the question itself was asked for.
            Self::Offer(..) | Self::Deed(..) | Self::End(..) | Self::Undo(_) => None,
        }
    }
}

/// An enrolment of `user` ended with the page that it was chosen on.
pub fn not_enrolled(user: &User) -> String {
    format!("{}: not enrolled, since the page was left before the server answered", named(user))
}

impl Manage {
    /// Takes what a question closed with.
    pub fn decided(&mut self, about: About, outcome: &PopupOutcome, context: &mut Context<'_>) {
        let About::Users(matter) = about else { return };
        match (matter, outcome) {
            (Matter::Offer(whom, deeds), PopupOutcome::Chosen(_, lines)) => {
                if let Some(deed) = lines.first().and_then(|at| deeds.get(*at)) {
                    self.begin(*deed, whom, context);
                }
            }
            (Matter::Deed(deed, Whom::One(user)), outcome) => self.decided_one(deed, user, outcome, context),
            (Matter::Deed(deed, Whom::Many { target, count }), outcome) => {
                super::many::decided(deed, (target, count), outcome, context);
            }
            (Matter::Again(user, enrolling), PopupOutcome::Chosen(_, lines)) => {
                let again = lines.first() == Some(&1);
                let call = Call::Enrol(user.id, Enrolling { again, ..enrolling }, context.asked());
                self.change(user, call, context);
            }
            (Matter::End(user, enrolments), PopupOutcome::Chosen(_, lines)) => {
                let chosen: Vec<_> = lines.iter().filter_map(|at| enrolments.get(*at)).collect();
                self.withdraw(&chosen, user, context);
            }
            (Matter::Undo(change), PopupOutcome::Confirmed(_)) => self.undo(&change, context),
            _ => {}
        }
    }
}

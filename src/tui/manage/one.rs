//! One user: each action with what it asks, and what is said of it.

use super::offer::Deed;
use super::{AGAIN, Awaited, CANCEL, DELETE, END, ENROL, EXPIRY, Happened, Manage, Waiting};
use crate::api::changes::{Enrolling, UserChange, UserEdit, Withdrawing};
use crate::api::enrolments::Enrolment;
use crate::api::jobs::Target;
use crate::api::page::MAX_LIMIT;
use crate::api::users::{PageQuery, User};
use crate::domain::enrolment::EnrolmentState;
use crate::domain::expiry::read_expiry;
use crate::tui::catalogue::Kind;
use crate::tui::context::{Context, Tone, Wish};
use crate::tui::draft::{Draft, Replaced};
use crate::tui::effect::{Asked, Call, Reply};
use crate::tui::popups::batch::Batch;
use crate::tui::popups::confirm::Confirm;
use crate::tui::popups::menu::{Item, Menu};
use crate::tui::popups::picker::Picker;
use crate::tui::popups::prompt::{Check, Prompt};
use crate::tui::popups::{Pick, Popup, PopupOutcome};
use crate::tui::screens::Route;

impl Manage {
    pub(super) fn begin_one(&mut self, deed: Deed, user: &User, context: &mut Context<'_>) {
        let name = named(user);
        let popup = match deed {
            Deed::Resend => return self.call(Call::Resend(user.id, context.asked()), context),
            Deed::Reactivate => return self.call(Call::Reactivate(user.id, context.asked()), context),
            Deed::CopyLink => {
                self.awaited.push((context.call(Call::GetLink(user.id)), Awaited::Link));
                return;
            }
            Deed::Replace => return self.ask_enrolments(user, Awaited::Replace, context),
            Deed::Edit => return context.wishes.push(Wish::Open(Route::Edit(user.id))),
            Deed::Withdraw => return self.ask_enrolments(user, Awaited::Enrolments, context),
            Deed::Cancel => {
                let body = format!("The invitation of {name}, {}: its link is dead at once.", user.email);
                Popup::Confirm(
                    Confirm::new(CANCEL, "Cancel the invitation?", body, "Cancel it").or("Keep it"),
                )
            }
            Deed::Delete => {
                let body = format!(
                    "{name} can no longer enter; the record is kept, and they can be reactivated. Type the address {} to delete.",
                    user.email
                );
                let check = Check::Exactly(user.email.to_string());
                Popup::Prompt(Prompt::new(DELETE, format!("Delete {name}?"), body, ("", check)))
            }
            Deed::SetExpiry => {
                let body = format!("The last day on which {name} may enter; nothing: no end.");
                let value = user.expires_on.map(|day| day.to_string()).unwrap_or_default();
                let check = Check::Expiry(context.today());
                Popup::Prompt(Prompt::new(EXPIRY, "Expiry date", body, (value.as_str(), check)))
            }
            Deed::Enrol => {
                context.fetch(Kind::Courses);
                Popup::Picker(Box::new(Picker::new(ENROL, Kind::Courses, true, Vec::new())))
            }
            Deed::Move | Deed::AddGroups | Deed::RemoveGroups => return,
        };
        context.wishes.push(Wish::Popup(popup));
    }

    pub(super) fn call(&mut self, call: Call, context: &mut Context<'_>) {
        self.awaited.push((context.call(call), Awaited::Change));
    }

    fn ask_enrolments(
        &mut self,
        user: &User,
        awaited: impl FnOnce(Box<User>) -> Awaited,
        context: &mut Context<'_>,
    ) {
        let query = PageQuery { cursor: None, limit: Some(MAX_LIMIT) };
        let ticket = context.call(Call::ListEnrolments(user.id, query));
        self.awaited.push((ticket, awaited(Box::new(user.clone()))));
    }

    pub(super) fn answered_one(&mut self, outcome: &PopupOutcome, user: &User, context: &mut Context<'_>) {
        match outcome {
            PopupOutcome::Confirmed(CANCEL) => self.call(Call::Cancel(user.id, context.asked()), context),
            PopupOutcome::Typed(DELETE, _) => self.call(Call::Delete(user.id, context.asked()), context),
            PopupOutcome::Typed(EXPIRY, typed) => {
                let Ok(expires_on) = read_expiry(typed, context.today()) else { return };
                let edit = UserEdit { expires_on: Some(expires_on), ..UserEdit::default() };
                let asked = Asked { version: Some(user.version), ..context.asked() };
                self.call(Call::Edit(user.id, Box::new(edit), asked), context);
            }
            PopupOutcome::Picked(ENROL, picks) if !picks.is_empty() => {
                let enrolling = Enrolling { courses: courses_of(picks), again: false };
                let call = Call::Enrol(user.id, enrolling.clone(), context.asked_dry());
                self.awaited.push((context.call(call), Awaited::TryEnrol(enrolling)));
            }
            _ => {}
        }
    }

    /// One enrolment is ended by itself; several by a job, so that they are one change.
    pub(super) fn withdraw(&mut self, chosen: &[&Enrolment], user: &User, context: &mut Context<'_>) {
        match chosen {
            [] => {}
            [only] => {
                let call = Call::Withdraw(user.id, only.id, context.asked());
                self.call(call, context);
            }
            several => {
                let courses = several.iter().map(|enrolment| enrolment.course.id).collect();
                let change = UserChange::Withdraw(Withdrawing { courses });
                let batch = Batch::new(change, Target::Users(vec![user.id]), Some(1));
                context.wishes.push(Wish::Popup(Popup::Batch(Box::new(batch))));
            }
        }
    }

    pub(super) fn one_replied(
        &mut self,
        awaited: Awaited,
        reply: &Reply,
        context: &mut Context<'_>,
    ) -> Option<Happened> {
        if let Some(error) = reply.error() {
            context.say(Tone::Error, super::told(error));
            return None;
        }
        match (awaited, reply) {
            (Awaited::TryEnrol(enrolling), Reply::Changed(Ok(outcome))) => {
                let user = &outcome.user;
                if outcome.tally.completed > 0 {
                    let completed = outcome.tally.completed;
                    self.waiting.push_back(Waiting::Again(Box::new(user.clone()), enrolling, completed));
                } else {
                    self.call(Call::Enrol(user.id, enrolling, context.asked()), context);
                }
                None
            }
            (_, Reply::Changed(Ok(outcome))) => {
                context.say(Tone::Done, super::outcome(outcome));
                Some(Happened::Changed)
            }
            (_, Reply::Link(Ok(link))) => {
                context.copy("the invitation link", link.link.as_str());
                None
            }
            (Awaited::Enrolments(user), Reply::Enrolments(Ok(page))) => {
                self.offer_enrolments(user, &page.items, context);
                None
            }
            (Awaited::Replace(user), Reply::Enrolments(Ok(page))) => {
                self.waiting.push_back(Waiting::Replace(Box::new(replacement(&user, &page.items))));
                None
            }
            _ => None,
        }
    }

    fn offer_enrolments(&mut self, user: Box<User>, enrolments: &[Enrolment], context: &mut Context<'_>) {
        use EnrolmentState as S;
        let can_end = |state| matches!(state, S::Planned | S::Enrolled | S::InProgress);
        let open: Vec<_> = enrolments.iter().filter(|enrolment| can_end(enrolment.state)).cloned().collect();
        if open.is_empty() {
            return context.say(Tone::Note, "there is no enrolment to end; completed ones stay");
        }
        self.waiting.push_back(Waiting::End(user, open));
    }
}

/// Asks which enrolments of `user` are to be ended.
pub(super) fn which(user: &User, enrolments: &[Enrolment]) -> Menu {
    let item = |(at, enrolment): (usize, &Enrolment)| {
        let key = u32::try_from(at + 1).ok().and_then(|digit| char::from_digit(digit, 10));
        let note = format!("{} {} %", enrolment.state, enrolment.progress);
        let label = enrolment.course.title.clone();
        Item { key, ..Item::new('0', label).note(note) }
    };
    let title = format!("End which enrolments of {}?", named(user));
    Menu::several(END, title, enrolments.iter().enumerate().map(item).collect())
}

/// The courses among `picks`.
pub(super) fn courses_of(picks: &[Pick]) -> Vec<crate::domain::ids::CourseId> {
    let course = |pick: &Pick| match pick {
        Pick::Course(course) => Some(course.id),
        Pick::Unit(_) | Pick::Group(_) => None,
    };
    picks.iter().filter_map(course).collect()
}

/// Asks whether `user` is to begin again what is completed.
pub(super) fn again(user: &User, completed: u64) -> Menu {
    let which = if completed == 1 { "it is completed" } else { "some are completed" };
    let items = vec![
        Item::new('s', "leave what is completed"),
        Item::new('a', "begin it again").note("progress is 0 %"),
    ];
    Menu::one(AGAIN, format!("Enrol {} again? {which}", named(user)), items)
}

fn named(user: &User) -> String {
    format!("{} {}", user.first_name, user.last_name)
}

/// The old invitation as a form for the new one, with the courses that were chosen for it: those of rules follow
/// from unit and groups again.
fn replacement(user: &User, enrolments: &[Enrolment]) -> Draft {
    let is_chosen = |planned: &&Enrolment| planned.state == EnrolmentState::Planned && planned.rule.is_none();
    Draft {
        email: user.email.to_string(),
        first_name: user.first_name.to_string(),
        last_name: user.last_name.to_string(),
        roles: user.roles,
        unit: user.unit.clone(),
        units_managed: user.units_managed.clone(),
        expiry: user.expires_on.map(|day| day.to_string()).unwrap_or_default(),
        groups: user.groups.clone(),
        courses: enrolments.iter().filter(is_chosen).map(|planned| planned.course.clone()).collect(),
        replaces: Some(Replaced { user: user.id, email: user.email.clone() }),
        ..Draft::default()
    }
}

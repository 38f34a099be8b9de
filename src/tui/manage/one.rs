//! One user: each action with what it asks, and what is said of it.

use super::matter::Matter;
use super::offer::Deed;
use super::{ASKED, Awaited, Happened, Manage, Step, Whom, named};
use crate::api::changes::{Enrolling, UserChange, UserEdit, Withdrawing};
use crate::api::enrolments::Enrolment;
use crate::api::jobs::Target;
use crate::api::page::MAX_LIMIT;
use crate::api::users::{PageQuery, User};
use crate::domain::enrolment::EnrolmentState;
use crate::domain::expiry::read_expiry;
use crate::domain::ids::UserId;
use crate::tui::about::About;
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
    pub(super) fn begin_one(&mut self, deed: Deed, user: Box<User>, context: &mut Context<'_>) {
        let (id, name) = (user.id, named(&user));
        let popup = match deed {
            Deed::Resend => return self.change(user, Call::Resend(id, context.asked()), context),
            Deed::Reactivate => return self.change(user, Call::Reactivate(id, context.asked()), context),
            Deed::CopyLink => return self.ask(user, (Call::GetLink(id), Step::Link), context),
            Deed::Replace => return self.ask(user, (enrolments_of(id), Step::Replace), context),
            Deed::Edit => return context.wishes.push(Wish::Open(Route::Edit(id))),
            Deed::Withdraw => return self.ask(user, (enrolments_of(id), Step::Enrolments), context),
            Deed::Cancel => {
                let body = format!("The invitation of {name}, {}: its link is dead at once.", user.email);
                Popup::Confirm(Confirm::new(ASKED, "Cancel the invitation?", body, "Cancel it").or("Keep it"))
            }
            Deed::Delete => {
                let body = format!(
                    "{name} can no longer enter; the record is kept, and they can be reactivated. Type the address {} to delete.",
                    user.email
                );
                let check = Check::Exactly(user.email.to_string());
                Popup::Prompt(Prompt::new(ASKED, format!("Delete {name}?"), body, ("", check)))
            }
            Deed::SetExpiry => {
                let body = format!("The last day on which {name} may enter; nothing: no end.");
                let value = user.expires_on.map(|day| day.to_string()).unwrap_or_default();
                let check = Check::Expiry(context.today());
                Popup::Prompt(Prompt::new(ASKED, "Expiry date", body, (value.as_str(), check)))
            }
            Deed::Enrol => {
                context.fetch(Kind::Courses);
                Popup::Picker(Box::new(Picker::new(ASKED, Kind::Courses, true, Vec::new()).beginning()))
            }
            Deed::Move | Deed::AddGroups | Deed::RemoveGroups => return,
        };
        context.ask(popup, About::Users(Matter::Deed(deed, Whom::One(user))));
    }

    pub(super) fn change(&mut self, user: Box<User>, call: Call, context: &mut Context<'_>) {
        let ticket = context.change(named(&user), call);
        self.awaited.push((ticket, Awaited::One(user, Step::Change)));
    }

    fn ask(&mut self, user: Box<User>, (call, step): (Call, Step), context: &mut Context<'_>) {
        self.awaited.push((context.call(call), Awaited::One(user, step)));
    }

    pub(super) fn decided_one(
        &mut self,
        deed: Deed,
        user: Box<User>,
        outcome: &PopupOutcome,
        context: &mut Context<'_>,
    ) {
        let id = user.id;
        match (deed, outcome) {
            (Deed::Cancel, PopupOutcome::Confirmed(_)) => {
                self.change(user, Call::Cancel(id, context.asked()), context);
            }
            (Deed::Delete, PopupOutcome::Typed(..)) => {
                self.change(user, Call::Delete(id, context.asked()), context);
            }
            (Deed::SetExpiry, PopupOutcome::Typed(_, typed)) => {
                let Ok(expires_on) = read_expiry(typed, context.today()) else { return };
                let edit = UserEdit { expires_on: Some(expires_on), ..UserEdit::default() };
                let asked = Asked { version: Some(user.version), ..context.asked() };
                self.change(user, Call::Edit(id, Box::new(edit), asked), context);
            }
            (Deed::Enrol, PopupOutcome::Picked(_, picks)) if !picks.is_empty() => {
                let enrolling = Enrolling { courses: Pick::courses(picks), again: false };
                let call = Call::Enrol(id, enrolling.clone(), context.asked_dry());
                let ticket = context.change(named(&user), call);
                self.awaited.push((ticket, Awaited::One(user, Step::TryEnrol(enrolling))));
            }
            _ => {}
        }
    }

    /// One enrolment is ended by itself; several by a job, so that they are one change.
    pub(super) fn withdraw(&mut self, chosen: &[&Enrolment], user: Box<User>, context: &mut Context<'_>) {
        match chosen {
            [] => {}
            [only] => {
                let call = Call::Withdraw(user.id, only.id, context.asked());
                self.change(user, call, context);
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
        user: Box<User>,
        step: Step,
        reply: &Reply,
        context: &mut Context<'_>,
    ) -> Option<Happened> {
        if let Some(error) = reply.error() {
            context.say(Tone::Error, super::told(&named(&user), error));
            return None;
        }
        match (step, reply) {
            (Step::TryEnrol(enrolling), Reply::Changed(Ok(outcome))) => {
                let user = Box::new(outcome.user.clone());
                if outcome.tally.completed > 0 {
                    ask_again(user, (enrolling, outcome.tally.completed), context);
                } else {
                    let call = Call::Enrol(user.id, enrolling, context.asked());
                    self.change(user, call, context);
                }
            }
            (_, Reply::Changed(Ok(outcome))) => {
                context.say(Tone::Done, super::outcome(outcome));
                return Some(Happened::Changed);
            }
            (_, Reply::Link(Ok(link))) => context.copy("the invitation link", link.link.as_str()),
            (Step::Enrolments, Reply::Enrolments(Ok(page))) => ask_which(user, &page.items, context),
            (Step::Replace, Reply::Enrolments(Ok(page))) => {
                let draft = Box::new(replacement(&user, &page.items));
                context.wishes.push(Wish::Open(Route::Replace(draft)));
            }
            _ => {}
        }
        None
    }
}

fn enrolments_of(user: UserId) -> Call {
    Call::ListEnrolments(user, PageQuery { cursor: None, limit: Some(MAX_LIMIT) })
}

/// Asks which enrolments of `user` are to be ended.
fn ask_which(user: Box<User>, enrolments: &[Enrolment], context: &mut Context<'_>) {
    use EnrolmentState as S;
    let can_end = |state| matches!(state, S::Planned | S::Enrolled | S::InProgress);
    let open: Vec<_> = enrolments.iter().filter(|enrolment| can_end(enrolment.state)).cloned().collect();
    if open.is_empty() {
        return context.say(Tone::Note, "there is no enrolment to end; completed ones stay");
    }
    let item = |(at, enrolment): (usize, &Enrolment)| {
        let note = format!("{} {} %", enrolment.state, enrolment.progress);
        Item::numbered(at, enrolment.course.title.clone()).note(note)
    };
    let title = format!("End which enrolments of {}?", named(&user));
    let menu = Menu::several(ASKED, title, open.iter().enumerate().map(item).collect()).beginning();
    context.ask(Popup::Menu(menu), About::Users(Matter::End(user, open)));
}

/// Asks whether `user` is to begin again what is completed.
fn ask_again(user: Box<User>, (enrolling, completed): (Enrolling, u64), context: &mut Context<'_>) {
    let which = if completed == 1 { "it is completed" } else { "some are completed" };
    let items = vec![
        Item::new('s', "leave what is completed"),
        Item::new('a', "begin it again").note("progress is 0 %"),
    ];
    let menu = Menu::one(ASKED, format!("Enrol {} again? {which}", named(&user)), items);
    context.ask(Popup::Menu(menu), About::Users(Matter::Again(user, enrolling)));
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

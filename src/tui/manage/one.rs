//! One user: each action with what it asks, and what is said of it.

use super::offer::Deed;
use super::{AGAIN, Awaited, CANCEL, DELETE, END, ENROL, EXPIRY, Happened, Manage};
use crate::api::changes::{Enrolling, UserChange, UserEdit, Withdrawing};
use crate::api::jobs::Target;
use crate::api::page::MAX_LIMIT;
use crate::api::users::{PageQuery, User};
use crate::domain::enrolment::EnrolmentState;
use crate::domain::expiry::read_expiry;
use crate::tui::catalogue::Kind;
use crate::tui::context::{Context, Tone, Wish};
use crate::tui::draft::{Draft, Replaced};
use crate::tui::effect::{Call, Reply};
use crate::tui::popups::batch::Batch;
use crate::tui::popups::confirm::Confirm;
use crate::tui::popups::menu::{Item, Menu};
use crate::tui::popups::picker::Picker;
use crate::tui::popups::prompt::{Check, Prompt};
use crate::tui::popups::{Pick, Popup, PopupOutcome};
use crate::tui::screens::Route;

impl Manage {
    pub(super) fn begin_one(&mut self, deed: Deed, user: &User, context: &mut Context<'_>) {
        let name = format!("{} {}", user.first_name, user.last_name);
        let popup = match deed {
            Deed::Resend => return self.call(Call::Resend(user.id, context.asked()), context),
            Deed::Reactivate => return self.call(Call::Reactivate(user.id, context.asked()), context),
            Deed::CopyLink => {
                self.awaited.push((context.call(Call::GetLink(user.id)), Awaited::Link));
                return;
            }
            Deed::Replace => {
                let draft = Box::new(replacement(user));
                return context.wishes.push(Wish::Open(Route::Replace(draft)));
            }
            Deed::Edit => return context.wishes.push(Wish::Open(Route::Edit(user.id))),
            Deed::Withdraw => {
                let query = PageQuery { cursor: None, limit: Some(MAX_LIMIT) };
                let ticket = context.call(Call::ListEnrolments(user.id, query));
                self.awaited.push((ticket, Awaited::Enrolments));
                return;
            }
            Deed::Cancel => {
                let body = format!(
                    "The invitation of {name}, {}, is withdrawn: its link is dead at once.",
                    user.email
                );
                Popup::Confirm(Confirm::new(CANCEL, "Cancel the invitation?", body, "Withdraw"))
            }
            Deed::Delete => {
                let body = format!(
                    "{name} can no longer enter; the record is kept, and they can be brought back. Type the address {} to delete.",
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

    fn call(&mut self, call: Call, context: &mut Context<'_>) {
        self.awaited.push((context.call(call), Awaited::Change));
    }

    pub(super) fn answered_one(&mut self, outcome: &PopupOutcome, user: &User, context: &mut Context<'_>) {
        match outcome {
            PopupOutcome::Confirmed(CANCEL) => self.call(Call::Cancel(user.id, context.asked()), context),
            PopupOutcome::Typed(DELETE, _) => self.call(Call::Delete(user.id, context.asked()), context),
            PopupOutcome::Typed(EXPIRY, typed) => {
                let Ok(expires_on) = read_expiry(typed, context.today()) else { return };
                let edit = UserEdit { expires_on: Some(expires_on), ..UserEdit::default() };
                self.call(Call::Edit(user.id, Box::new(edit), context.asked()), context);
            }
            PopupOutcome::Picked(ENROL, picks) if !picks.is_empty() => {
                self.enrolling = Enrolling { courses: courses_of(picks), again: false };
                let call = Call::Enrol(user.id, self.enrolling.clone(), context.asked_dry());
                self.awaited.push((context.call(call), Awaited::TryEnrol));
            }
            PopupOutcome::Chosen(AGAIN, lines) => {
                self.enrolling.again = lines.first() == Some(&1);
                self.call(Call::Enrol(user.id, self.enrolling.clone(), context.asked()), context);
            }
            PopupOutcome::Chosen(END, lines) => self.withdraw(lines, user, context),
            _ => {}
        }
    }

    /// One enrolment is ended by itself; several by a job, so that they are one change.
    fn withdraw(&mut self, lines: &[usize], user: &User, context: &mut Context<'_>) {
        let chosen: Vec<_> = lines.iter().filter_map(|at| self.enrolments.get(*at)).collect();
        match chosen.as_slice() {
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
            (Awaited::TryEnrol, Reply::Changed(Ok(outcome))) => {
                let user = outcome.user.id;
                if outcome.tally.completed > 0 {
                    context.wishes.push(Wish::Popup(Popup::Menu(again(outcome.tally.completed))));
                } else {
                    self.call(Call::Enrol(user, self.enrolling.clone(), context.asked()), context);
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
            (_, Reply::Enrolments(Ok(page))) => {
                self.offer_enrolments(&page.items, context);
                None
            }
            _ => None,
        }
    }

    fn offer_enrolments(
        &mut self,
        enrolments: &[crate::api::enrolments::Enrolment],
        context: &mut Context<'_>,
    ) {
        use EnrolmentState as S;
        let can_end = |state| matches!(state, S::Planned | S::Enrolled | S::InProgress);
        self.enrolments = enrolments.iter().filter(|enrolment| can_end(enrolment.state)).cloned().collect();
        if self.enrolments.is_empty() {
            return context.say(Tone::Note, "there is no enrolment to end; completed ones stay");
        }
        let item = |(at, enrolment): (usize, &crate::api::enrolments::Enrolment)| {
            let key = u32::try_from(at + 1).ok().and_then(|digit| char::from_digit(digit, 10));
            let note = format!("{} {} %", enrolment.state, enrolment.progress);
            let label = enrolment.course.title.clone();
            Item { key, ..Item::new('0', label).note(note) }
        };
        let items = self.enrolments.iter().enumerate().map(item).collect();
        let menu = Menu::several(END, "End which enrolments?", items);
        context.wishes.push(Wish::Popup(Popup::Menu(menu)));
    }
}

/// The courses among `picks`.
pub(super) fn courses_of(picks: &[Pick]) -> Vec<crate::domain::ids::CourseId> {
    let course = |pick: &Pick| match pick {
        Pick::Course(course) => Some(course.id),
        Pick::Unit(_) | Pick::Group(_) => None,
    };
    picks.iter().filter_map(course).collect()
}

fn again(completed: u64) -> Menu {
    let which = if completed == 1 { "it is completed" } else { "some are completed" };
    let items = vec![
        Item::new('s', "leave what is completed"),
        Item::new('a', "begin it again").note("progress is 0 %"),
    ];
    Menu::one(AGAIN, format!("Enrol again? {which}"), items)
}

/// The old invitation as a form for the new one.
fn replacement(user: &User) -> Draft {
    Draft {
        email: user.email.to_string(),
        first_name: user.first_name.to_string(),
        last_name: user.last_name.to_string(),
        roles: user.roles,
        unit: user.unit.clone(),
        units_managed: user.units_managed.clone(),
        expiry: user.expires_on.map(|day| day.to_string()).unwrap_or_default(),
        groups: user.groups.clone(),
        replaces: Some(Replaced { user: user.id, email: user.email.clone() }),
        ..Draft::default()
    }
}

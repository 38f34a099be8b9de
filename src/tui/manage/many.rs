//! Many users: what the action asks, and then the batch.

use super::offer::Deed;
use super::one::courses_of;
use super::{ADD_GROUPS, ENROL, EXPIRY, Manage, REMOVE_GROUPS, UNIT, WITHDRAW, Whom, counted};
use crate::api::changes::{Enrolling, UserChange, UserEdit, Withdrawing};
use crate::api::jobs::Target;
use crate::domain::expiry::read_expiry;
use crate::domain::ids::{GroupId, UnitId};
use crate::tui::catalogue::Kind;
use crate::tui::context::{Context, Wish};
use crate::tui::popups::batch::Batch;
use crate::tui::popups::picker::Picker;
use crate::tui::popups::prompt::{Check, Prompt};
use crate::tui::popups::{Pick, Popup, PopupOutcome, Question};

impl Manage {
    pub(super) fn begin_many(&mut self, deed: Deed, context: &mut Context<'_>) {
        let Some(Whom::Many { target, count }) = self.whom.clone() else { return };
        match deed {
            Deed::Resend => start(UserChange::Resend, (target, count), context),
            Deed::Cancel => start(UserChange::Cancel, (target, count), context),
            Deed::Delete => start(UserChange::Delete, (target, count), context),
            Deed::Reactivate => start(UserChange::Reactivate, (target, count), context),
            Deed::SetExpiry => {
                let body = format!("The last day on which {} may enter; nothing: no end.", counted(count));
                let check = Check::Expiry(context.today());
                let prompt = Prompt::new(EXPIRY, "Expiry date", body, ("", check));
                context.wishes.push(Wish::Popup(Popup::Prompt(prompt)));
            }
            Deed::Move => pick(UNIT, (Kind::Units, false), context),
            Deed::AddGroups => pick(ADD_GROUPS, (Kind::Groups, true), context),
            Deed::RemoveGroups => pick(REMOVE_GROUPS, (Kind::Groups, true), context),
            Deed::Enrol => pick(ENROL, (Kind::Courses, true), context),
            Deed::Withdraw => pick(WITHDRAW, (Kind::Courses, true), context),
            Deed::Replace | Deed::CopyLink | Deed::Edit => {}
        }
    }
}

/// Takes what a popup closed with, and begins the batch.
pub(super) fn answered_many(outcome: &PopupOutcome, whom: (Target, Option<u64>), context: &mut Context<'_>) {
    let edit = |edit: UserEdit| Some(UserChange::Edit(edit));
    let change = match outcome {
        PopupOutcome::Typed(EXPIRY, typed) => read_expiry(typed, context.today())
            .ok()
            .and_then(|date| edit(UserEdit { expires_on: Some(date), ..UserEdit::default() })),
        PopupOutcome::Picked(UNIT, picks) => units_of(picks)
            .first()
            .and_then(|unit| edit(UserEdit { unit: Some(Some(*unit)), ..UserEdit::default() })),
        PopupOutcome::Picked(_, picks) if picks.is_empty() => None,
        PopupOutcome::Picked(ADD_GROUPS, picks) => {
            edit(UserEdit { add_groups: groups_of(picks), ..UserEdit::default() })
        }
        PopupOutcome::Picked(REMOVE_GROUPS, picks) => {
            edit(UserEdit { remove_groups: groups_of(picks), ..UserEdit::default() })
        }
        PopupOutcome::Picked(ENROL, picks) => {
            Some(UserChange::Enrol(Enrolling { courses: courses_of(picks), again: false }))
        }
        PopupOutcome::Picked(WITHDRAW, picks) => {
            Some(UserChange::Withdraw(Withdrawing { courses: courses_of(picks) }))
        }
        _ => None,
    };
    if let Some(change) = change {
        start(change, whom, context);
    }
}

fn start(change: UserChange, (target, count): (Target, Option<u64>), context: &mut Context<'_>) {
    let batch = Batch::new(change, target, count);
    context.wishes.push(Wish::Popup(Popup::Batch(Box::new(batch))));
}

fn pick(question: Question, (kind, several): (Kind, bool), context: &mut Context<'_>) {
    context.fetch(kind);
    let picker = Picker::new(question, kind, several, Vec::new());
    context.wishes.push(Wish::Popup(Popup::Picker(Box::new(picker))));
}

fn units_of(picks: &[Pick]) -> Vec<UnitId> {
    let unit = |pick: &Pick| match pick {
        Pick::Unit(unit) => Some(unit.id),
        Pick::Group(_) | Pick::Course(_) => None,
    };
    picks.iter().filter_map(unit).collect()
}

fn groups_of(picks: &[Pick]) -> Vec<GroupId> {
    let group = |pick: &Pick| match pick {
        Pick::Group(group) => Some(group.id),
        Pick::Unit(_) | Pick::Course(_) => None,
    };
    picks.iter().filter_map(group).collect()
}

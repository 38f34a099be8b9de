//! Many users: what the action asks, and then the batch.

use super::matter::Matter;
use super::offer::Deed;
use super::{ASKED, Whom, counted};
use crate::api::changes::{Enrolling, UserChange, UserEdit, Withdrawing};
use crate::api::jobs::Target;
use crate::domain::expiry::read_expiry;
use crate::domain::ids::{GroupId, UnitId};
use crate::tui::about::About;
use crate::tui::catalogue::Kind;
use crate::tui::context::{Context, Wish};
use crate::tui::popups::batch::Batch;
use crate::tui::popups::picker::Picker;
use crate::tui::popups::prompt::{Check, Prompt};
use crate::tui::popups::{Pick, Popup, PopupOutcome};

/// Begins `deed`, asking for what it needs.
pub(super) fn begin(deed: Deed, (target, count): (Target, Option<u64>), context: &mut Context<'_>) {
    let pick = |kind, several, context: &mut Context<'_>| {
        context.fetch(kind);
        Popup::Picker(Box::new(Picker::new(ASKED, kind, several, Vec::new()).beginning()))
    };
    let popup = match deed {
        Deed::Resend => return start(UserChange::Resend, (target, count), context),
        Deed::Cancel => return start(UserChange::Cancel, (target, count), context),
        Deed::Delete => return start(UserChange::Delete, (target, count), context),
        Deed::Reactivate => return start(UserChange::Reactivate, (target, count), context),
        Deed::SetExpiry => {
            let body = format!("The last day on which {} may enter; nothing: no end.", counted(count));
            let check = Check::Expiry(context.today());
            Popup::Prompt(Prompt::new(ASKED, "Expiry date", body, ("", check)))
        }
        Deed::Move => pick(Kind::Units, false, context),
        Deed::AddGroups | Deed::RemoveGroups => pick(Kind::Groups, true, context),
        Deed::Enrol | Deed::Withdraw => pick(Kind::Courses, true, context),
        Deed::Replace | Deed::CopyLink | Deed::Edit => return,
    };
    context.ask(popup, About::Users(Matter::Deed(deed, Whom::Many { target, count })));
}

/// Takes what the question about `deed` closed with, and begins the batch.
pub(super) fn decided(
    deed: Deed,
    whom: (Target, Option<u64>),
    outcome: &PopupOutcome,
    context: &mut Context<'_>,
) {
    let edit = |edit: UserEdit| Some(UserChange::Edit(edit));
    let change = match (deed, outcome) {
        (Deed::SetExpiry, PopupOutcome::Typed(_, typed)) => read_expiry(typed, context.today())
            .ok()
            .and_then(|date| edit(UserEdit { expires_on: Some(date), ..UserEdit::default() })),
        (Deed::Move, PopupOutcome::Picked(_, picks)) => units_of(picks)
            .first()
            .and_then(|unit| edit(UserEdit { unit: Some(Some(*unit)), ..UserEdit::default() })),
        (_, PopupOutcome::Picked(_, picks)) if picks.is_empty() => None,
        (Deed::AddGroups, PopupOutcome::Picked(_, picks)) => {
            edit(UserEdit { add_groups: groups_of(picks), ..UserEdit::default() })
        }
        (Deed::RemoveGroups, PopupOutcome::Picked(_, picks)) => {
            edit(UserEdit { remove_groups: groups_of(picks), ..UserEdit::default() })
        }
        (Deed::Enrol, PopupOutcome::Picked(_, picks)) => {
            Some(UserChange::Enrol(Enrolling { courses: Pick::courses(picks), again: false }))
        }
        (Deed::Withdraw, PopupOutcome::Picked(_, picks)) => {
            Some(UserChange::Withdraw(Withdrawing { courses: Pick::courses(picks) }))
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

//! What can be done to whom: only what would not be refused is offered.

use super::Whom;
use crate::api::users::User;
use crate::domain::managing::UserAction;
use crate::domain::policy::Refusal;
use crate::domain::role::Role;
use crate::tui::context::Place;
use crate::tui::popups::menu::Item;

/// Something that can be done, as the menu lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Sends the invitation, or the verification mail, again.
    Resend,
    /// Cancels the invitation.
    Cancel,
    /// Cancels and invites another address.
    Replace,
    /// Copies the link.
    CopyLink,
    /// Opens the edit form.
    Edit,
    /// Sets the expiry date.
    SetExpiry,
    /// Moves to a unit.
    Move,
    /// Adds to groups.
    AddGroups,
    /// Takes out of groups.
    RemoveGroups,
    /// Enrols in courses.
    Enrol,
    /// Ends enrolments.
    Withdraw,
    /// Deletes.
    Delete,
    /// Reactivates.
    Reactivate,
}

impl Deed {
    const ALL: [Self; 13] = [
        Self::Resend,
        Self::Cancel,
        Self::Replace,
        Self::CopyLink,
        Self::Edit,
        Self::SetExpiry,
        Self::Move,
        Self::AddGroups,
        Self::RemoveGroups,
        Self::Enrol,
        Self::Withdraw,
        Self::Delete,
        Self::Reactivate,
    ];

    /// The action whose rules it follows.
    const fn action(self) -> UserAction {
        match self {
            Self::Resend => UserAction::Resend,
            Self::Cancel => UserAction::Cancel,
            Self::Replace => UserAction::Replace,
            Self::CopyLink => UserAction::CopyLink,
            Self::Edit | Self::Move | Self::AddGroups | Self::RemoveGroups => UserAction::Edit,
            Self::SetExpiry => UserAction::SetExpiry,
            Self::Enrol => UserAction::Enrol,
            Self::Withdraw => UserAction::Withdraw,
            Self::Delete => UserAction::Delete,
            Self::Reactivate => UserAction::Reactivate,
        }
    }

    /// Whether it makes sense for several at once.
    const fn is_for_many(self) -> bool {
        !matches!(self, Self::Replace | Self::CopyLink | Self::Edit)
    }

    /// Its line in the menu. The keys keep clear of what split escape sequences leave behind.
    pub fn item(self) -> Item {
        match self {
            Self::Resend => Item::new('r', "resend").note("invitation or verification mail"),
            Self::Cancel => Item::new('c', "cancel").note("the link is dead at once"),
            Self::Replace => Item::new('p', "replace").note("another address"),
            Self::CopyLink => Item::new('l', "copy link").note("noted in the record"),
            Self::Edit => Item::new('e', "edit").note("roles, unit, groups, expiry"),
            Self::SetExpiry => Item::new('x', "expiry date"),
            Self::Move => Item::new('u', "move to a unit"),
            Self::AddGroups => Item::new('g', "add to groups"),
            Self::RemoveGroups => Item::new('o', "take out of groups"),
            Self::Enrol => Item::new('n', "enrol in courses"),
            Self::Withdraw => Item::new('w', "withdraw from courses"),
            Self::Delete => Item::new('d', "delete").note("kept for the record"),
            Self::Reactivate => Item::new('b', "reactivate"),
        }
    }
}

/// Why nothing can be done to `whom`, if so.
pub fn refusal(whom: &Whom, place: &Place) -> Option<String> {
    match whom {
        Whom::One(user) if is_beyond(user, place) => Some(Refusal::BeyondLearner.to_string()),
        _ => None,
    }
}

/// Whether a Manager's hand does not reach the user (DESIGN R1).
fn is_beyond(user: &User, place: &Place) -> bool {
    place.workspace.may.units.is_some() && user.roles.iter().any(|role| role != Role::Learner)
}

/// What can be done to `whom`, in the order of the menu.
pub fn deeds(whom: &Whom, place: &Place) -> Vec<Deed> {
    match whom {
        Whom::One(user) => Deed::ALL.into_iter().filter(|deed| fits(*deed, user, place)).collect(),
        Whom::Many { .. } => Deed::ALL.into_iter().filter(|deed| deed.is_for_many()).collect(),
    }
}

fn fits(deed: Deed, user: &User, place: &Place) -> bool {
    let is_self = user.id == place.workspace.user_id;
    let is_single = !matches!(deed, Deed::Move | Deed::AddGroups | Deed::RemoveGroups);
    is_single && deed.action().fits(user.status) && !(deed == Deed::Delete && is_self)
}

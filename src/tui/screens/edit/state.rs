//! What the edit form knows: the user as loaded, what is wanted, and where somebody else changed both.

use std::collections::BTreeMap;

use super::change::{Field, Values};
use crate::api::catalogue::AutoCourse;
use crate::api::users::{User, UserDetail};
use crate::domain::ids::{CourseId, UserId};
use crate::domain::role::Role;
use crate::domain::safe_text::SafeText;
use crate::tui::catalogue::{Catalogue, Kind};
use crate::tui::effect::Ticket;
use crate::tui::remote::Remote;

/// The edit form.
#[derive(Debug)]
pub struct State {
    pub(super) id: UserId,
    pub(super) detail: Remote<Box<UserDetail>>,
    /// What is wanted; none before the user is here.
    pub(super) mine: Option<Values>,
    pub(super) focus: Field,
    /// Fields that somebody else changed too since: what they made of it, and whether theirs is
    /// taken; none: not decided.
    pub(super) disputed: BTreeMap<Field, Option<Side>>,
    /// What somebody else made of the user meanwhile.
    pub(super) theirs: Option<Values>,
    /// What the server said of a field.
    pub(super) refused: BTreeMap<Field, String>,
    pub(super) saving: Option<(Ticket, Saving)>,
    /// The server said that the user was changed meanwhile.
    pub(super) is_stale: bool,
    /// The courses that the edit would enrol in.
    pub(super) added: Vec<AutoCourse>,
    pub(super) without: Vec<CourseId>,
}

/// Whose value is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The other operator's.
    Theirs,
    /// One's own.
    Mine,
}

/// How far saving is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saving {
    /// The server finds out what it would do.
    Trying,
    /// It is done.
    Doing,
}

impl State {
    /// The form for the user `id`.
    pub fn new(id: UserId) -> Self {
        Self {
            id,
            detail: Remote::Idle,
            mine: None,
            focus: Field::Roles,
            disputed: BTreeMap::new(),
            theirs: None,
            refused: BTreeMap::new(),
            saving: None,
            is_stale: false,
            added: Vec::new(),
            without: Vec::new(),
        }
    }

    pub(super) fn name(&self) -> SafeText {
        match self.user() {
            Some(user) => format!("Edit {} {}", user.first_name, user.last_name).into(),
            None => "Edit".into(),
        }
    }

    /// The user as loaded.
    pub(super) fn user(&self) -> Option<&User> {
        self.detail.value().map(|detail| &detail.user)
    }

    /// What the wishes are compared with.
    pub(super) fn base(&self) -> Option<Values> {
        self.user().map(Values::of)
    }

    /// The fields that are shown: those of empty lists are not.
    pub(super) fn shown(&self, catalogue: &Catalogue) -> Vec<Field> {
        let is_manager = self.mine.as_ref().is_some_and(|mine| mine.roles.contains(Role::Manager));
        let has_units = !catalogue.is_empty(Kind::Units);
        let is_shown = |field: &Field| match field {
            Field::Unit => has_units,
            Field::UnitsManaged => has_units && is_manager,
            Field::Groups => !catalogue.is_empty(Kind::Groups),
            Field::Roles | Field::Expiry => true,
        };
        Field::ALL.into_iter().filter(is_shown).collect()
    }

    /// The fields that would be changed.
    pub(super) fn changed(&self) -> Vec<Field> {
        match (&self.mine, self.base()) {
            (Some(mine), Some(base)) => mine.changed(&base),
            _ => Vec::new(),
        }
    }

    /// Somebody changed the user since: what only they changed is taken from them, what only the
    /// operator changed stays, and what both changed is to be decided.
    pub(super) fn reconcile(&mut self, before: &Values, now: &Values) {
        let Some(mine) = &mut self.mine else { return };
        for field in Field::ALL {
            let they_did = !now.is_same(field, before);
            let i_did = !mine.is_same(field, before);
            match (they_did, i_did) {
                (true, false) => mine.take(field, now),
                (true, true) if !mine.is_same(field, now) => {
                    self.disputed.insert(field, None);
                }
                _ => {}
            }
        }
        self.theirs = Some(now.clone());
    }
}

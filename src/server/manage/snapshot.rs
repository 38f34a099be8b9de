//! What a change kept of a user: only what it touched, before and after (DESIGN R13, R18).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::api::patch::present;
use crate::api::users::InvitationState;
use crate::domain::ids::{GroupId, InvitationId, UnitId};
use crate::domain::role::Roles;
use crate::domain::status::UserState;
use crate::server::store::enrolments::Held;

/// Part of a user, as the record keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    /// The stored state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<StateName>,
    /// The invitation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation: Option<InvitationKept>,
    /// The roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Roles>,
    /// The unit.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[expect(clippy::option_option, reason = "null is a value: no unit")]
    pub unit: Option<Option<UnitId>>,
    /// The units managed, in order of their ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units_managed: Option<Vec<UnitId>>,
    /// The groups, in order of their ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<GroupId>>,
    /// The last day of access.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[expect(clippy::option_option, reason = "null is a value: no end")]
    pub expires_on: Option<Option<Date>>,
    /// Enrolments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub enrolments: Vec<Held>,
}

/// How an invitation stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationKept {
    /// The invitation.
    pub id: InvitationId,
    /// Its state.
    pub state: InvitationState,
}

/// A stored state, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct StateName(pub UserState);

impl From<StateName> for String {
    fn from(StateName(state): StateName) -> Self {
        state.as_str().to_owned()
    }
}

impl TryFrom<String> for StateName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        UserState::from_name(&name).map(Self).ok_or_else(|| format!("no state is called {name}"))
    }
}

impl Snapshot {
    /// Drops what is the same in `before`.
    pub fn forget_unchanged(&mut self, before: &Self) {
        fn forget<T: PartialEq>(field: &mut Option<T>, before: Option<&T>) {
            if field.as_ref() == before {
                *field = None;
            }
        }
        forget(&mut self.roles, before.roles.as_ref());
        forget(&mut self.unit, before.unit.as_ref());
        forget(&mut self.units_managed, before.units_managed.as_ref());
        forget(&mut self.groups, before.groups.as_ref());
        forget(&mut self.expires_on, before.expires_on.as_ref());
    }

    /// Only what `like` says too.
    pub fn only(self, like: &Self) -> Self {
        Self {
            roles: self.roles.filter(|_| like.roles.is_some()),
            unit: self.unit.filter(|_| like.unit.is_some()),
            units_managed: self.units_managed.filter(|_| like.units_managed.is_some()),
            groups: self.groups.filter(|_| like.groups.is_some()),
            expires_on: self.expires_on.filter(|_| like.expires_on.is_some()),
            ..self
        }
    }

    /// What it says, for people.
    pub fn names(&self) -> Vec<&'static str> {
        [
            (self.roles.is_some(), "roles"),
            (self.unit.is_some(), "unit"),
            (self.units_managed.is_some(), "units managed"),
            (self.groups.is_some(), "groups"),
            (self.expires_on.is_some(), "expiry date"),
        ]
        .into_iter()
        .filter_map(|(is_there, name)| is_there.then_some(name))
        .collect()
    }
}

//! Roles, and sets of them (DESIGN R1, R6).

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a user may do in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Completes courses.
    Learner,
    /// Looks after the users of the units managed.
    Manager,
    /// Looks after the whole workspace.
    Admin,
}

impl Role {
    /// Every role, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Learner, Self::Manager, Self::Admin];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Learner => "learner",
            Self::Manager => "manager",
            Self::Admin => "admin",
        }
    }

    /// The name on a screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Learner => "Learner",
            Self::Manager => "Manager",
            Self::Admin => "Admin",
        }
    }

    /// One line that explains the role where it is chosen (DESIGN R6).
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Learner => "completes courses and downloads certificates",
            Self::Manager => "invites, edits and enrols learners in the units managed",
            Self::Admin => "does everything in this workspace, for everybody",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Learner => 1,
            Self::Manager => 2,
            Self::Admin => 4,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that names no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no role is called {0:?}; use learner, manager or admin")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// A set of roles; on the wire a list in the order of the form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "Vec<Role>", from = "Vec<Role>")]
pub struct Roles(u8);

impl Roles {
    /// No role.
    pub const NONE: Self = Self(0);

    /// The set as bits: learner 1, manager 2, admin 4. This is how the store keeps it.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set that `bits` stands for; unknown bits are ignored.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 7)
    }

    /// Whether `role` is in the set.
    pub const fn contains(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set with `role` added.
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | role.bit())
    }

    /// The set with `role` added where it was missing, taken away where it was there.
    pub const fn toggled(self, role: Role) -> Self {
        Self(self.0 ^ role.bit())
    }

    /// The roles, in the order of the form.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.contains(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::NONE, Self::with)
    }
}

impl From<Vec<Role>> for Roles {
    fn from(roles: Vec<Role>) -> Self {
        roles.into_iter().collect()
    }
}

impl From<Roles> for Vec<Role> {
    fn from(roles: Roles) -> Self {
        roles.iter().collect()
    }
}

impl JsonSchema for Roles {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Roles".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Vec::<Role>::json_schema(generator)
    }
}

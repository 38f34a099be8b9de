//! The states of an enrolment (DESIGN section 1, R8).

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far a user is with a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentState {
    /// Becomes `enrolled` when the user becomes active.
    Planned,
    /// May begin.
    Enrolled,
    /// Has begun.
    InProgress,
    /// Has finished.
    Completed,
    /// Taken off the course.
    Withdrawn,
}

impl EnrolmentState {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::Planned, Self::Enrolled, Self::InProgress, Self::Completed, Self::Withdrawn];

    /// The name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Enrolled => "enrolled",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The name on a screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::InProgress => "in progress",
            other => other.as_str(),
        }
    }

    /// The state that the store calls `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

impl fmt::Display for EnrolmentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

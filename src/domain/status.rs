//! The six statuses of a user (DESIGN section 1), and how they follow from what is stored.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The status that a user is shown with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// Registered and verified; may enter.
    Active,
    /// Invitation sent, not registered.
    Invited,
    /// Registered, address not verified.
    Pending,
    /// Invitation withdrawn, or declined by the invitee.
    Cancelled,
    /// Past the user's own expiry date.
    Expired,
    /// Removed; kept for the record.
    Deleted,
}

impl UserStatus {
    /// Every status, in the order in which counts are shown.
    pub const ALL: [Self; 6] =
        [Self::Active, Self::Invited, Self::Pending, Self::Cancelled, Self::Expired, Self::Deleted];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Pending => "pending",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
        }
    }

    /// The status of a user in `state` whose access ends at `ends_at`. `Expired` needs no job:
    /// it holds from the instant on at which the expiry date ends (DESIGN R7).
    pub fn of(state: UserState, ends_at: Option<Timestamp>, now: Timestamp) -> Self {
        let ended = ends_at.is_some_and(|end| end <= now);
        match state {
            UserState::Cancelled => Self::Cancelled,
            UserState::Deleted => Self::Deleted,
            _ if ended => Self::Expired,
            UserState::Active => Self::Active,
            UserState::Invited => Self::Invited,
            UserState::Pending => Self::Pending,
        }
    }
}

impl fmt::Display for UserStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that names no status.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no status is called {0:?}; use active, invited, pending, cancelled, expired or deleted")]
pub struct UnknownStatus(pub String);

impl FromStr for UserStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}

/// What is stored of a user's status: all but `expired`, which follows from the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserState {
    /// See [`UserStatus::Active`].
    Active,
    /// See [`UserStatus::Invited`].
    Invited,
    /// See [`UserStatus::Pending`].
    Pending,
    /// See [`UserStatus::Cancelled`].
    Cancelled,
    /// See [`UserStatus::Deleted`].
    Deleted,
}

impl UserState {
    /// The name in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Pending => "pending",
            Self::Cancelled => "cancelled",
            Self::Deleted => "deleted",
        }
    }

    /// The state that the store calls `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Invited, Self::Pending, Self::Cancelled, Self::Deleted]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}

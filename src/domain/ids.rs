//! One type for each kind of id, so that a group's can't be passed where a unit's is meant.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        ///
        /// A time-ordered UUID (version 7), written in its hyphenated form.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        #[schemars(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id that wraps `uuid`.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The wrapped UUID.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// A customer: the organisation that owns workspaces.
    CustomerId,
    /// A workspace.
    WorkspaceId,
    /// An account: a person across workspaces.
    AccountId,
    /// A user: membership of one workspace.
    UserId,
    /// An organisation unit.
    UnitId,
    /// A group.
    GroupId,
    /// A course.
    CourseId,
    /// An enrolment.
    EnrolmentId,
    /// An auto-enrolment rule.
    AutoEnrolmentId,
    /// An invitation.
    InvitationId,
    /// A verification of an invitee's address.
    VerificationId,
    /// An outgoing mail.
    LetterId,
    /// An entry of the audit log.
    AuditId,
    /// An API token (not its secret).
    TokenId,
    /// A change of one user or of many; the job that makes it has the same id.
    ChangeId,
}

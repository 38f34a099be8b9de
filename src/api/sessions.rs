//! Who is signed in, and what they may do where.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalogue::UnitRef;
use super::endpoint::{Access, Empty, Endpoint, Method};
use crate::domain::ids::{CustomerId, UserId, WorkspaceId};
use crate::domain::role::Roles;
use crate::domain::safe_text::SafeText;

/// The session of the token's owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    /// The signed-in person.
    pub operator: Operator,
    /// The workspaces they are an active user of, by name.
    pub workspaces: Vec<WorkspaceAccess>,
}

/// The signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Operator {
    /// The account's address.
    pub email: SafeText,
    /// The account's first name.
    pub first_name: SafeText,
    /// The account's last name.
    pub last_name: SafeText,
}

/// A customer's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CustomerRef {
    /// The customer.
    pub id: CustomerId,
    /// Its name.
    pub name: SafeText,
}

/// What the operator is and may in one workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceAccess {
    /// The workspace.
    pub id: WorkspaceId,
    /// Its name in addresses and on the command line.
    pub slug: String,
    /// Its name.
    pub name: SafeText,
    /// Its time zone, an IANA name; expiry dates end there (DESIGN R7).
    pub time_zone: String,
    /// The customer that owns it.
    pub customer: CustomerRef,
    /// The operator's user there.
    pub user_id: UserId,
    /// The operator's roles there.
    pub roles: Roles,
    /// What the operator may do there.
    pub may: Permissions,
}

/// What an operator may do in a workspace (DESIGN R1), so that nothing is offered that would be refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Permissions {
    /// See and manage people.
    pub people: bool,
    /// Why not, when `people` is false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<SafeText>,
    /// The roles that may be granted.
    pub grant: Roles,
    /// Whether an invitee must be placed in a unit.
    pub unit_required: bool,
    /// The units managed, when the scope is limited to them and all below; null: everybody.
    pub units: Option<Vec<UnitRef>>,
}

/// `GET /api/v1/session`.
pub struct GetSession;

impl Endpoint for GetSession {
    const NAME: &'static str = "get_session";
    const SUMMARY: &'static str = "Who is signed in, and what they may do in which workspace";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/session";
    const ACCESS: Access = Access::SignedIn;
    type Path = Empty;
    type Query = Empty;
    type Body = Empty;
    type Reply = Session;
}

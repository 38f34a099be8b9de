//! Invitations: check of an address, creation, link.

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalogue::CourseRef;
use super::endpoint::{Access, ChangeQuery, Empty, Endpoint, Method, UserPath, WorkspacePath};
use super::users::User;
use crate::domain::ids::{CourseId, GroupId, UnitId, UserId};
use crate::domain::role::Roles;
use crate::domain::safe_text::SafeText;
use crate::domain::status::UserStatus;

/// Which address to look up; a missing one counts as empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("required" = ["email"]))]
pub struct CheckQuery {
    /// The address, as typed.
    #[serde(default)]
    pub email: String,
}

/// What is known of an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum EmailCheck {
    /// Nothing.
    New,
    /// It has an account, but no user here (DESIGN R4): the invite uses the account's names.
    KnownElsewhere {
        /// The account's first name.
        first_name: SafeText,
        /// The account's last name.
        last_name: SafeText,
    },
    /// It is a user here (DESIGN R5). Both are null when the user is out of the operator's scope.
    KnownHere {
        /// The user.
        user_id: Option<UserId>,
        /// The user's status.
        status: Option<UserStatus>,
    },
}

/// The invite form (DESIGN R2). A required field that is missing counts as empty, so that all that
/// is wrong is told at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("required" = ["email", "first_name", "last_name", "roles"]))]
pub struct InvitationForm {
    /// The address (DESIGN R3).
    #[serde(default)]
    pub email: String,
    /// The first name.
    #[serde(default)]
    pub first_name: String,
    /// The last name.
    #[serde(default)]
    pub last_name: String,
    /// At least one role.
    #[serde(default)]
    pub roles: Roles,
    /// The unit to place the invitee in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The units that the invitee is to manage; required with the Manager role where there are units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units_managed: Vec<UnitId>,
    /// The last day of access in the workspace's time zone, after today (DESIGN R7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires_on: Option<Date>,
    /// The groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupId>,
    /// The courses to plan, besides those that auto-enrolments add (DESIGN R8).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub courses: Vec<CourseId>,
    /// Courses that auto-enrolments would add and that were deselected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without_courses: Vec<CourseId>,
}

/// What an invitation did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvitationOutcome {
    /// Whether nothing was written (DESIGN R17). The user's id then names nobody.
    pub dry_run: bool,
    /// The invited user.
    pub user: User,
    /// The courses planned, by title.
    pub courses: Vec<CourseRef>,
    /// How many mails go out.
    pub mails: u32,
    /// Whether the address has an account already, whose names were taken (DESIGN R4).
    pub account_exists: bool,
    /// When the link ends (DESIGN R10).
    #[schemars(with = "String")]
    pub link_ends_at: Timestamp,
}

/// The link of a user's open invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvitationLink {
    /// The address of the registration page. It lets whoever has it register: pass it on with care.
    pub link: SafeText,
    /// When it ends.
    #[schemars(with = "String")]
    pub ends_at: Timestamp,
    /// Whether it has ended.
    pub expired: bool,
}

/// `GET …/invitations/check`.
pub struct CheckEmail;

impl Endpoint for CheckEmail {
    const NAME: &'static str = "check_email";
    const SUMMARY: &'static str = "What is known of an address, before inviting it";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/workspaces/{w}/invitations/check";
    const ACCESS: Access = Access::People;
    type Path = WorkspacePath;
    type Query = CheckQuery;
    type Body = Empty;
    type Reply = EmailCheck;
}

/// `POST …/invitations`.
pub struct CreateInvitation;

impl Endpoint for CreateInvitation {
    const NAME: &'static str = "create_invitation";
    const SUMMARY: &'static str = "Invite a person";
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/workspaces/{w}/invitations";
    const ACCESS: Access = Access::People;
    const SUCCESS: u16 = 201;
    type Path = WorkspacePath;
    type Query = ChangeQuery;
    type Body = InvitationForm;
    type Reply = InvitationOutcome;
}

/// `GET …/users/{u}/invitation/link`. Being asked for is in the record (DESIGN R10).
pub struct GetInvitationLink;

impl Endpoint for GetInvitationLink {
    const NAME: &'static str = "get_invitation_link";
    const SUMMARY: &'static str = "The original link of an open invitation, to pass on by hand";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/workspaces/{w}/users/{u}/invitation/link";
    const ACCESS: Access = Access::People;
    type Path = UserPath;
    type Query = Empty;
    type Body = Empty;
    type Reply = InvitationLink;
}

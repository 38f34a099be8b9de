//! What can be changed of a user: one at a time here, many by a job.

use std::ops::AddAssign;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalogue::AutoCourse;
use super::endpoint::{Access, ChangeQuery, Empty, Endpoint, Method, UserPath, WorkspacePath};
use super::invitations::{InvitationForm, InvitationOutcome};
use super::jobs::Job;
use super::page::Page;
use super::patch::present;
use super::users::User;
use crate::domain::ids::{ChangeId, CourseId, EnrolmentId, GroupId, UnitId, UserId};
use crate::domain::managing::UserAction;
use crate::domain::role::Roles;
use crate::domain::safe_text::SafeText;

/// What is to become of a user. A field that is left out stays as it is; null takes the value away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserEdit {
    /// The roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Roles>,
    /// The unit.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub unit: Option<Option<UnitId>>,
    /// The units that a Manager manages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units_managed: Option<Vec<UnitId>>,
    /// The groups, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<GroupId>>,
    /// Groups to join, besides the present ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_groups: Vec<GroupId>,
    /// Groups to leave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_groups: Vec<GroupId>,
    /// The last day of access, after today (DESIGN R7).
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires_on: Option<Option<Date>>,
    /// Courses that auto-enrolments of the new unit and groups would add, and that were deselected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without_courses: Vec<CourseId>,
}

impl UserEdit {
    /// Whether it only concerns the expiry date, which expired users may be given too (DESIGN R7).
    pub fn is_expiry_only(&self) -> bool {
        self.expires_on.is_some() && *self == Self { expires_on: self.expires_on, ..Self::default() }
    }

    /// Whether it leaves everything as it is.
    pub fn is_empty(&self) -> bool {
        let without = Self { without_courses: self.without_courses.clone(), ..Self::default() };
        *self == without
    }
}

/// A change of a user, of one or of each of many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum UserChange {
    /// Sends the invitation, or the mail that verifies the address, again.
    Resend,
    /// Withdraws the invitation.
    Cancel,
    /// Edits roles, unit, units managed, groups, expiry date.
    Edit(UserEdit),
    /// Enrols in courses.
    Enrol(Enrolling),
    /// Ends enrolments in courses.
    Withdraw(Withdrawing),
    /// Deletes the user.
    Delete,
    /// Brings a deleted user back.
    Reactivate,
    /// Takes an earlier change back (DESIGN R18).
    Undo(Undoing),
}

impl UserChange {
    /// The name on the wire.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Resend => "resend",
            Self::Cancel => "cancel",
            Self::Edit(_) => "edit",
            Self::Enrol(_) => "enrol",
            Self::Withdraw(_) => "withdraw",
            Self::Delete => "delete",
            Self::Reactivate => "reactivate",
            Self::Undo(_) => "undo",
        }
    }

    /// The action that decides which users it fits; none for taking back.
    pub fn action(&self) -> Option<UserAction> {
        match self {
            Self::Resend => Some(UserAction::Resend),
            Self::Cancel => Some(UserAction::Cancel),
            Self::Edit(edit) if edit.is_expiry_only() => Some(UserAction::SetExpiry),
            Self::Edit(_) => Some(UserAction::Edit),
            Self::Enrol(_) => Some(UserAction::Enrol),
            Self::Withdraw(_) => Some(UserAction::Withdraw),
            Self::Delete => Some(UserAction::Delete),
            Self::Reactivate => Some(UserAction::Reactivate),
            Self::Undo(_) => None,
        }
    }

    /// Whether it can be taken back (DESIGN R18). A mail that went out can't.
    pub const fn is_reversible(&self) -> bool {
        !matches!(self, Self::Resend | Self::Undo(_))
    }
}

/// What to enrol in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Enrolling {
    /// The courses; at least one.
    pub courses: Vec<CourseId>,
    /// Whether those who completed a course begin it again; else they are left out (DESIGN R19).
    #[serde(default)]
    pub again: bool,
}

/// What to withdraw from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Withdrawing {
    /// The courses; at least one.
    pub courses: Vec<CourseId>,
}

/// What to take back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Undoing {
    /// The change.
    pub change: ChangeId,
}

/// What became of one user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserResult {
    /// Changed.
    Done,
    /// Was so already.
    Unchanged,
    /// A rule forbids it; nothing was changed.
    Refused,
    /// Changed, and taken back again because others were refused.
    TakenBack,
    /// Not come to before the job was cancelled.
    Skipped,
}

impl UserResult {
    /// Every result.
    pub const ALL: [Self; 5] = [Self::Done, Self::Unchanged, Self::Refused, Self::TakenBack, Self::Skipped];

    /// The name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
            Self::TakenBack => "taken_back",
            Self::Skipped => "skipped",
        }
    }

    /// The result that the store calls `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.as_str() == name)
    }
}

impl std::fmt::Display for UserResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that names no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no result is called {0:?}; use done, unchanged, refused, taken_back or skipped")]
pub struct UnknownResult(pub String);

impl std::str::FromStr for UserResult {
    type Err = UnknownResult;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_name(text).ok_or_else(|| UnknownResult(text.to_owned()))
    }
}

/// What changes did, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Tally {
    /// Mails that go out.
    pub mails: u64,
    /// Links that stayed and live longer.
    pub links_kept: u64,
    /// Links that were dead and were replaced.
    pub links_replaced: u64,
    /// Enrolments begun or planned.
    pub enrolled: u64,
    /// Enrolments that were there already.
    pub already_enrolled: u64,
    /// Enrolments left alone because the course is completed.
    pub completed: u64,
    /// Enrolments ended.
    pub withdrawn: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.mails += other.mails;
        self.links_kept += other.links_kept;
        self.links_replaced += other.links_replaced;
        self.enrolled += other.enrolled;
        self.already_enrolled += other.already_enrolled;
        self.completed += other.completed;
        self.withdrawn += other.withdrawn;
    }
}

/// What a change of one user did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeOutcome {
    /// Whether nothing was written (DESIGN R17).
    pub dry_run: bool,
    /// By which it can be taken back; null when it can't, or when nothing changed.
    pub change: Option<ChangeId>,
    /// Whether anything changed.
    pub result: UserResult,
    /// What happened, for people: "sent again; the link stays the same".
    pub detail: SafeText,
    /// The same in numbers.
    pub tally: Tally,
    /// The user, as after the change.
    pub user: User,
    /// The courses that auto-enrolments of a new unit or group add, and why (DESIGN R16).
    pub added: Vec<AutoCourse>,
}

/// A change that was made, as Activity lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MadeChange {
    /// The change.
    pub id: ChangeId,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// The operator's address.
    pub by: SafeText,
    /// What, by the name of [`UserChange`].
    pub action: SafeText,
    /// What, for people: "deleted ann@example.org", "412 users: enrolled in Fire Safety".
    pub summary: SafeText,
    /// How many users were changed.
    pub users: u64,
    /// Up to when it can be taken back; null when it can't.
    #[schemars(with = "Option<String>")]
    pub undo_until: Option<Timestamp>,
    /// Whether it was taken back.
    pub undone: bool,
}

/// Which changes, and where in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangesQuery {
    /// Only one's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mine: bool,
    /// Only those that can still be taken back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undoable: bool,
    /// The `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Items on the page: 1 to 500; 50 when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

/// An enrolment of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnrolmentPath {
    /// The workspace's id or slug.
    pub w: String,
    /// The user's id.
    pub u: UserId,
    /// The enrolment's id.
    pub e: EnrolmentId,
}

/// A change that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangePath {
    /// The workspace's id or slug.
    pub w: String,
    /// The change's id.
    pub c: ChangeId,
}

macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident = $operation:literal, $method:ident $path:literal, $parameters:ty, $body:ty => $reply:ty, $summary:literal;)+) => {$(
        $(#[$doc])*
        pub struct $name;

        impl Endpoint for $name {
            const NAME: &'static str = $operation;
            const SUMMARY: &'static str = $summary;
            const METHOD: Method = Method::$method;
            const PATH: &'static str = $path;
            const ACCESS: Access = Access::People;
            type Path = $parameters;
            type Query = ChangeQuery;
            type Body = $body;
            type Reply = $reply;
        }
    )+};
}

changes! {
    /// `POST …/users/{u}/invitation/resend` (DESIGN R12).
    ResendInvitation = "resend_invitation", Post "/api/v1/workspaces/{w}/users/{u}/invitation/resend",
        UserPath, Empty => ChangeOutcome, "Send the invitation, or the verification mail, again";
    /// `POST …/users/{u}/invitation/cancel` (DESIGN R12).
    CancelInvitation = "cancel_invitation", Post "/api/v1/workspaces/{w}/users/{u}/invitation/cancel",
        UserPath, Empty => ChangeOutcome, "Withdraw an invitation; its link is dead at once";
    /// `POST …/users/{u}/invitation/replace` (DESIGN R12).
    ReplaceInvitation = "replace_invitation", Post "/api/v1/workspaces/{w}/users/{u}/invitation/replace",
        UserPath, InvitationForm => InvitationOutcome, "Cancel an invitation and invite another address, in one step";
    /// `PATCH …/users/{u}` (DESIGN R14, R16).
    EditUser = "edit_user", Patch "/api/v1/workspaces/{w}/users/{u}",
        UserPath, UserEdit => ChangeOutcome, "Change roles, unit, units managed, groups, expiry date";
    /// `DELETE …/users/{u}`.
    DeleteUser = "delete_user", Delete "/api/v1/workspaces/{w}/users/{u}",
        UserPath, Empty => ChangeOutcome, "Delete a user, of whom the record is kept";
    /// `POST …/users/{u}/reactivate`.
    ReactivateUser = "reactivate_user", Post "/api/v1/workspaces/{w}/users/{u}/reactivate",
        UserPath, Empty => ChangeOutcome, "Bring a deleted user back";
    /// `POST …/users/{u}/enrolments` (DESIGN R8).
    EnrolUser = "enrol_user", Post "/api/v1/workspaces/{w}/users/{u}/enrolments",
        UserPath, Enrolling => ChangeOutcome, "Enrol a user in courses";
    /// `POST …/users/{u}/enrolments/{e}/withdraw` (DESIGN R19).
    WithdrawEnrolment = "withdraw_enrolment", Post "/api/v1/workspaces/{w}/users/{u}/enrolments/{e}/withdraw",
        EnrolmentPath, Empty => ChangeOutcome, "End an enrolment";
    /// `POST …/changes/{c}/undo` (DESIGN R18).
    UndoChange = "undo_change", Post "/api/v1/workspaces/{w}/changes/{c}/undo",
        ChangePath, Empty => Job, "Take a change back; what somebody changed since is kept and named";
}

/// `GET …/changes`.
pub struct ListChanges;

impl Endpoint for ListChanges {
    const NAME: &'static str = "list_changes";
    const SUMMARY: &'static str = "The changes that were made, the latest first";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/workspaces/{w}/changes";
    const ACCESS: Access = Access::People;
    type Path = WorkspacePath;
    type Query = ChangesQuery;
    type Body = Empty;
    type Reply = Page<MadeChange>;
}

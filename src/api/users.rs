//! Users: list, counts, one, and their record.

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalogue::{GroupRef, UnitRef};
use super::endpoint::{Access, Empty, Endpoint, Method, UserPath, WorkspacePath};
use super::page::{CommaList, Page};
use crate::domain::ids::{AuditId, ChangeId, GroupId, InvitationId, LetterId, UnitId, UserId};
use crate::domain::role::{Role, Roles};
use crate::domain::safe_text::SafeText;
use crate::domain::status::UserStatus;

pub use super::user_sort::{UnknownSort, UserColumn, UserOrder, UserSort};

/// A user of a workspace. Instants are RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// The user.
    pub id: UserId,
    /// The address, as typed.
    pub email: SafeText,
    /// The first name.
    pub first_name: SafeText,
    /// The last name.
    pub last_name: SafeText,
    /// The status, as of the answer.
    pub status: UserStatus,
    /// The roles.
    pub roles: Roles,
    /// The unit the user is in.
    pub unit: Option<UnitRef>,
    /// The units that a Manager manages.
    pub units_managed: Vec<UnitRef>,
    /// The groups, by name.
    pub groups: Vec<GroupRef>,
    /// The last day of access, in the workspace's time zone (DESIGN R7).
    #[schemars(with = "Option<String>")]
    pub expires_on: Option<Date>,
    /// Counts the changes; the `ETag` begins with it (DESIGN R14).
    pub version: u64,
    /// When the invitation was last sent.
    #[schemars(with = "Option<String>")]
    pub invited_at: Option<Timestamp>,
    /// When the link of the last invitation ends or ended (DESIGN R10).
    #[schemars(with = "Option<String>")]
    pub link_ends_at: Option<Timestamp>,
    /// When the user was last seen in the workspace.
    #[schemars(with = "Option<String>")]
    pub last_active_at: Option<Timestamp>,
    /// Whether the status is `invited` and the link is past its lifetime.
    pub link_expired: bool,
    /// Whether the status is `cancelled` because the invitee declined.
    #[serde(default)]
    pub declined: bool,
    /// How the last mail to the user fared.
    pub delivery: Option<DeliveryState>,
}

/// How a mail fares (DESIGN R9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waits to be sent, for the first time or again.
    Queued,
    /// Was taken by the mail server.
    Sent,
    /// Given up.
    Failed,
}

impl DeliveryState {
    /// The name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }

    /// The state that the store calls `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Queued, Self::Sent, Self::Failed].into_iter().find(|state| state.as_str() == name)
    }
}

/// One mail to a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Delivery {
    /// The mail.
    pub id: LetterId,
    /// What it is: `invitation` or `verification`.
    pub kind: SafeText,
    /// How it fares.
    pub state: DeliveryState,
    /// When it was sent, given up, or last tried; when it was queued, before the first try.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// When it is tried next, while queued.
    #[schemars(with = "Option<String>")]
    pub next_try_at: Option<Timestamp>,
    /// How often it was tried.
    pub attempts: u32,
    /// The mail server's last words.
    pub answer: Option<SafeText>,
}

/// A user's latest invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvitationInfo {
    /// The invitation.
    pub id: InvitationId,
    /// How it stands.
    pub state: InvitationState,
    /// When it was last sent.
    #[schemars(with = "String")]
    pub sent_at: Timestamp,
    /// The address of the operator who sent it; null when they have gone.
    pub sent_by: Option<SafeText>,
    /// When its link ends (DESIGN R10).
    #[schemars(with = "String")]
    pub link_ends_at: Timestamp,
}

/// How an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// The link works until it ends.
    Open,
    /// The invitee registered.
    Used,
    /// Withdrawn by an operator.
    Cancelled,
    /// Declined by the invitee.
    Declined,
}

impl InvitationState {
    /// The name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
            Self::Cancelled => "cancelled",
            Self::Declined => "declined",
        }
    }

    /// The state that the store calls `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::Used, Self::Cancelled, Self::Declined].into_iter().find(|s| s.as_str() == name)
    }
}

/// Everything about one user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserDetail {
    /// The user.
    #[serde(flatten)]
    pub user: User,
    /// The latest invitation.
    pub invitation: Option<InvitationInfo>,
    /// The mails to the user, the latest first.
    pub deliveries: Vec<Delivery>,
}

/// Which users; the same for list and counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserFilter {
    /// Only users whose name or address holds every word of this, accents and case folded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only these statuses, separated by commas.
    #[serde(default, skip_serializing_if = "CommaList::is_empty")]
    pub status: CommaList<UserStatus>,
    /// Only users with one of these roles, separated by commas.
    #[serde(default, skip_serializing_if = "CommaList::is_empty")]
    pub role: CommaList<Role>,
    /// Only users of this unit and all below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Only users of this group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    /// Only invited users whose link is past its lifetime (true), or is not (false).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_expired: Option<bool>,
    /// Only users whose expiry date is before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires_before: Option<Date>,
}

/// A filter, an order, and a place in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsersQuery {
    /// See [`UserFilter::search`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// See [`UserFilter::status`].
    #[serde(default, skip_serializing_if = "CommaList::is_empty")]
    pub status: CommaList<UserStatus>,
    /// See [`UserFilter::role`].
    #[serde(default, skip_serializing_if = "CommaList::is_empty")]
    pub role: CommaList<Role>,
    /// See [`UserFilter::unit`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// See [`UserFilter::group`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    /// See [`UserFilter::link_expired`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_expired: Option<bool>,
    /// See [`UserFilter::expires_before`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires_before: Option<Date>,
    /// The order: one or two of `name`, `email`, `status`, `roles`, `unit`, `groups`, `expires`,
    /// `invited`, `last_active`, `delivery`, separated by a comma; `-` before one turns it round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// The `next` or `previous` of another page; only one of `cursor`, `from` and `last` may be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Begins at the first user who sorts at or after this text, accents and case folded; a key that
    /// begins with it counts as at it, whichever way round. For the sorts `name`, `email`, `unit`
    /// and `groups`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// True: the last users of the list, still in its order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<bool>,
    /// Items on the page: 1 to 500; 50 when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

impl UsersQuery {
    /// The first page of `filter` in the order `sort`.
    pub fn first(filter: UserFilter, order: impl Into<UserOrder>, limit: u16) -> Self {
        let UserFilter { search, status, role, unit, group, link_expired, expires_before } = filter;
        let sort = Some(order.into().to_string());
        let (limit, cursor, from, last) = (Some(limit), None, None, None);
        Self { search, status, role, unit, group, link_expired, expires_before, sort, cursor, from, last, limit }
    }

    /// The filter alone.
    pub fn filter(&self) -> UserFilter {
        UserFilter {
            search: self.search.clone(),
            status: self.status.clone(),
            role: self.role.clone(),
            unit: self.unit,
            group: self.group,
            link_expired: self.link_expired,
            expires_before: self.expires_before,
        }
    }
}

/// How many users a filter lets through, by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserCounts {
    /// All but the deleted, which are counted apart.
    pub total: u64,
    /// Active.
    pub active: u64,
    /// Invited, with those whose link has expired.
    pub invited: u64,
    /// Pending.
    pub pending: u64,
    /// Cancelled.
    pub cancelled: u64,
    /// Expired.
    pub expired: u64,
    /// Deleted.
    pub deleted: u64,
    /// Invited with a link past its lifetime.
    pub link_expired: u64,
    /// Whether any of these numbers is an estimate: those of more than ten thousand are, and under some filters smaller ones.
    #[serde(default, skip_serializing_if = "is_false")]
    pub approximate: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl UserCounts {
    /// The count of one status.
    pub const fn of(&self, status: UserStatus) -> u64 {
        match status {
            UserStatus::Active => self.active,
            UserStatus::Invited => self.invited,
            UserStatus::Pending => self.pending,
            UserStatus::Cancelled => self.cancelled,
            UserStatus::Expired => self.expired,
            UserStatus::Deleted => self.deleted,
        }
    }
}

/// An entry of the record (DESIGN R13).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditEntry {
    /// The entry.
    pub id: AuditId,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Who: an operator's or the invitee's address, or `system`.
    pub actor: SafeText,
    /// From where: a network address, `page` or `system`.
    pub origin: SafeText,
    /// What, for programs: `invitation.sent`, `invitation.link_copied`, `user.activated`, …
    pub action: SafeText,
    /// What, for people: "invited, 2 courses planned".
    pub summary: SafeText,
    /// What it was before, where something was.
    pub before: Option<serde_json::Value>,
    /// What it is after.
    pub after: Option<serde_json::Value>,
    /// The user it is about.
    pub user_id: Option<UserId>,
    /// The change that it belongs to, by which it can be taken back.
    pub change: Option<ChangeId>,
}

/// A place in a list that has no filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PageQuery {
    /// The `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Items on the page: 1 to 500; 50 when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

/// `GET …/users`.
pub struct ListUsers;

impl Endpoint for ListUsers {
    const NAME: &'static str = "list_users";
    const SUMMARY: &'static str = "The users of a workspace, filtered, sorted and searched";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/workspaces/{w}/users";
    const ACCESS: Access = Access::People;
    type Path = WorkspacePath;
    type Query = UsersQuery;
    type Body = Empty;
    type Reply = Page<User>;
}

/// `GET …/users/counts`.
pub struct CountUsers;

impl Endpoint for CountUsers {
    const NAME: &'static str = "count_users";
    const SUMMARY: &'static str = "How many users a filter lets through, by status";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/workspaces/{w}/users/counts";
    const ACCESS: Access = Access::People;
    type Path = WorkspacePath;
    type Query = UserFilter;
    type Body = Empty;
    type Reply = UserCounts;
}

/// `GET …/users/{u}`.
pub struct GetUser;

impl Endpoint for GetUser {
    const NAME: &'static str = "get_user";
    const SUMMARY: &'static str = "Everything about one user";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/workspaces/{w}/users/{u}";
    const ACCESS: Access = Access::People;
    type Path = UserPath;
    type Query = Empty;
    type Body = Empty;
    type Reply = UserDetail;

    fn version(reply: &UserDetail) -> Option<u64> {
        Some(reply.user.version)
    }
}

/// `GET …/users/{u}/audit`.
pub struct ListUserAudit;

impl Endpoint for ListUserAudit {
    const NAME: &'static str = "list_user_audit";
    const SUMMARY: &'static str = "The record of one user, the latest first";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/workspaces/{w}/users/{u}/audit";
    const ACCESS: Access = Access::People;
    type Path = UserPath;
    type Query = PageQuery;
    type Body = Empty;
    type Reply = Page<AuditEntry>;
}

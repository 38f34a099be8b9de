//! What `update` asks the world to do, and what comes back: plain, comparable data.

use std::time::Duration;

use super::draft::Draft;
use crate::api::catalogue::{
    AutoCourse, CatalogueQuery, Course, Group, ListCourses, ListGroups, ListUnits, PlacementQuery,
    PreviewAutoEnrolments, Unit,
};
use crate::api::endpoint::{ChangeQuery, Empty, Endpoint, Request, UserPath, WorkspacePath};
use crate::api::enrolments::{Enrolment, ListUserEnrolments};
use crate::api::invitations::{
    CheckEmail, CheckQuery, CreateInvitation, EmailCheck, GetInvitationLink, InvitationForm, InvitationLink,
    InvitationOutcome,
};
use crate::api::page::Page;
use crate::api::users::{
    AuditEntry, CountUsers, GetUser, ListUserAudit, ListUsers, PageQuery, User, UserCounts, UserDetail,
    UserFilter, UsersQuery,
};
use crate::client::{ClientError, WorkspaceApi};
use crate::domain::ids::UserId;

/// Names one asking, so that an answer that came too late is known as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

impl Ticket {
    /// The bit that marks a call that nobody waits for.
    pub(super) const QUIET: u64 = 1 << 63;

    /// Whether nobody waits for the answer: a refresh in the background.
    pub fn is_quiet(self) -> bool {
        self.0 & Self::QUIET != 0
    }
}

/// What the program is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask the workspace API; the answer comes as `Msg::Replied`.
    Call(Ticket, Call),
    /// Drop a call whose answer nobody wants any more.
    Cancel(Ticket),
    /// Send `Msg::Rang` with this ticket after a while.
    After(Duration, Ticket),
    /// Put a text on the clipboard of the operator's terminal.
    Copy(String),
    /// Keep the draft of the form on disk.
    SaveDraft(Box<Draft>),
    /// Forget the kept draft.
    DropDraft,
    /// Give the terminal back until the program is brought to the front again.
    Suspend,
    /// Draw everything anew.
    Repaint,
    /// End the program.
    Quit,
}

/// What is asked of the workspace API, in the workspace that the program is in.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// A page of users.
    ListUsers(UsersQuery),
    /// Counts by status.
    CountUsers(UserFilter),
    /// One user.
    GetUser(UserId),
    /// A user's enrolments.
    ListEnrolments(UserId, PageQuery),
    /// A user's record.
    ListAudit(UserId, PageQuery),
    /// What is known of an address.
    CheckEmail(String),
    /// Send an invitation, under this idempotency key.
    Invite(Box<InvitationForm>, String),
    /// A user's invitation link.
    GetLink(UserId),
    /// A page of units.
    ListUnits(CatalogueQuery),
    /// A page of groups.
    ListGroups(CatalogueQuery),
    /// A page of courses.
    ListCourses(CatalogueQuery),
    /// What auto-enrolments would add.
    PreviewAutoEnrolments(PlacementQuery),
}

/// What the workspace API answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// To [`Call::ListUsers`].
    Users(Result<Page<User>, ClientError>),
    /// To [`Call::CountUsers`].
    Counts(Result<UserCounts, ClientError>),
    /// To [`Call::GetUser`].
    User(Result<Box<UserDetail>, ClientError>),
    /// To [`Call::ListEnrolments`].
    Enrolments(Result<Page<Enrolment>, ClientError>),
    /// To [`Call::ListAudit`].
    Audit(Result<Page<AuditEntry>, ClientError>),
    /// To [`Call::CheckEmail`].
    Checked(Result<EmailCheck, ClientError>),
    /// To [`Call::Invite`].
    Invited(Result<Box<InvitationOutcome>, ClientError>),
    /// To [`Call::GetLink`].
    Link(Result<InvitationLink, ClientError>),
    /// To [`Call::ListUnits`].
    Units(Result<Page<Unit>, ClientError>),
    /// To [`Call::ListGroups`].
    Groups(Result<Page<Group>, ClientError>),
    /// To [`Call::ListCourses`].
    Courses(Result<Page<Course>, ClientError>),
    /// To [`Call::PreviewAutoEnrolments`].
    AutoCourses(Result<Page<AutoCourse>, ClientError>),
}

impl Reply {
    /// Why the call failed, if it did.
    pub fn error(&self) -> Option<&ClientError> {
        match self {
            Self::Users(answer) => answer.as_ref().err(),
            Self::Counts(answer) => answer.as_ref().err(),
            Self::User(answer) => answer.as_ref().err(),
            Self::Enrolments(answer) => answer.as_ref().err(),
            Self::Audit(answer) => answer.as_ref().err(),
            Self::Checked(answer) => answer.as_ref().err(),
            Self::Invited(answer) => answer.as_ref().err(),
            Self::Link(answer) => answer.as_ref().err(),
            Self::Units(answer) => answer.as_ref().err(),
            Self::Groups(answer) => answer.as_ref().err(),
            Self::Courses(answer) => answer.as_ref().err(),
            Self::AutoCourses(answer) => answer.as_ref().err(),
        }
    }
}

/// Carries out one call in `workspace` (its id or slug): the only bridge between the two.
pub async fn perform<A: WorkspaceApi>(api: &A, workspace: &str, call: Call) -> Reply {
    let to = Caller { api, workspace };
    match call {
        Call::ListUsers(query) => Reply::Users(to.read::<ListUsers>(query).await),
        Call::CountUsers(filter) => Reply::Counts(to.read::<CountUsers>(filter).await),
        Call::GetUser(user) => Reply::User(to.read_of::<GetUser>(user, Empty {}).await.map(Box::new)),
        Call::ListEnrolments(user, query) => {
            Reply::Enrolments(to.read_of::<ListUserEnrolments>(user, query).await)
        }
        Call::ListAudit(user, query) => Reply::Audit(to.read_of::<ListUserAudit>(user, query).await),
        Call::CheckEmail(email) => Reply::Checked(to.read::<CheckEmail>(CheckQuery { email }).await),
        Call::Invite(form, key) => Reply::Invited(to.invite(*form, key).await.map(Box::new)),
        Call::GetLink(user) => Reply::Link(to.read_of::<GetInvitationLink>(user, Empty {}).await),
        Call::ListUnits(query) => Reply::Units(to.read::<ListUnits>(query).await),
        Call::ListGroups(query) => Reply::Groups(to.read::<ListGroups>(query).await),
        Call::ListCourses(query) => Reply::Courses(to.read::<ListCourses>(query).await),
        Call::PreviewAutoEnrolments(query) => {
            Reply::AutoCourses(to.read::<PreviewAutoEnrolments>(query).await)
        }
    }
}

struct Caller<'a, A> {
    api: &'a A,
    workspace: &'a str,
}

impl<A: WorkspaceApi> Caller<'_, A> {
    async fn read<E>(&self, query: E::Query) -> Result<E::Reply, ClientError>
    where
        E: Endpoint<Path = WorkspacePath, Body = Empty>,
    {
        let path = WorkspacePath { w: self.workspace.to_owned() };
        self.api.call::<E>(Request { path, query, body: Empty {}, idempotency_key: None }).await
    }

    async fn read_of<E>(&self, user: UserId, query: E::Query) -> Result<E::Reply, ClientError>
    where
        E: Endpoint<Path = UserPath, Body = Empty>,
    {
        let path = UserPath { w: self.workspace.to_owned(), u: user };
        self.api.call::<E>(Request { path, query, body: Empty {}, idempotency_key: None }).await
    }

    async fn invite(&self, body: InvitationForm, key: String) -> Result<InvitationOutcome, ClientError> {
        let path = WorkspacePath { w: self.workspace.to_owned() };
        let query = ChangeQuery { dry_run: false };
        self.api.call::<CreateInvitation>(Request { path, query, body, idempotency_key: Some(key) }).await
    }
}

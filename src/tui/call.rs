//! What is asked of the workspace API, and what it answers: one line for each operation.

mod caller;

use crate::api::audit::{AuditQuery, ListAudit, WorkspaceAuditEntry};
use crate::api::catalogue::{
    AutoCourse, CatalogueQuery, Course, Group, ListCourses, ListGroups, ListUnits, PlacementQuery,
    PreviewAutoEnrolments, Unit,
};
use crate::api::changes::{
    CancelInvitation, ChangeOutcome, ChangesQuery, DeleteUser, EditUser, EnrolUser, Enrolling, ListChanges,
    MadeChange, ReactivateUser, ReplaceInvitation, ResendInvitation, UndoChange, UserEdit, WithdrawEnrolment,
};
use crate::api::endpoint::Empty;
use crate::api::enrolments::{Enrolment, ListUserEnrolments};
use crate::api::invitations::{
    CheckEmail, CheckQuery, CreateInvitation, EmailCheck, GetInvitationLink, InvitationForm, InvitationLink,
    InvitationOutcome,
};
use crate::api::jobs::{
    CancelJob, CreateJob, GetJob, Job, JobResult, ListJobResults, ListJobs, NewJob, ResultsQuery,
};
use crate::api::page::Page;
use crate::api::set_up::{
    AutoEnrolment, AutoEnrolmentEdit, CourseEdit, CreateAutoEnrolment, CreateCourse, CreateGroup, CreateUnit,
    DeleteAutoEnrolment, DeleteCourse, DeleteGroup, DeleteUnit, EditAutoEnrolment, EditCourse, EditGroup,
    EditUnit, GroupEdit, ListAutoEnrolments, NewAutoEnrolment, NewCourse, NewGroup, NewUnit, Removal,
    UnitEdit,
};
use crate::api::users::{
    AuditEntry, CountUsers, GetUser, ListUserAudit, ListUsers, PageQuery, User, UserCounts, UserDetail,
    UserFilter, UsersQuery,
};
use crate::client::{ClientError, WorkspaceApi};
use crate::domain::ids::{AutoEnrolmentId, ChangeId, CourseId, EnrolmentId, GroupId, UnitId, UserId};
use caller::Caller;

/// How a change is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Only what it would do (DESIGN R17).
    pub dry_run: bool,
    /// The idempotency key (DESIGN R15).
    pub key: String,
    /// The version that the change is made on (DESIGN R14).
    pub version: Option<u64>,
}

/// Makes `Call`, `Reply`, `Reply::error` and `perform` of one table: the call and what it carries,
/// the reply and what that carries, and the operation between them. A change carries how it is asked for, too.
macro_rules! calls {
    (
        replies { $($(#[$reply_doc:meta])* $reply:ident($answer:ty);)+ }
        calls($to:ident) { $($(#[$doc:meta])* $call:ident($($name:ident: $carried:ty),+) => $answered:ident: $run:expr;)+ }
        changes($asked:ident) {
            $($(#[$change_doc:meta])* $change:ident($($part:ident: $holds:ty),+) => $made:ident: $make:expr;)+
        }
    ) => {
        /// What is asked of the workspace API, in the workspace that the program is in.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Call {
            $($(#[$doc])* $call($($carried),+),)+
            $($(#[$change_doc])* $change($($holds),+, Asked),)+
        }

        impl Call {
            /// How a change is asked for.
            fn asked(&self) -> Option<&Asked> {
                match self {
                    $(Self::$call(..) => None,)+
                    $(Self::$change(.., asked) => Some(asked),)+
                }
            }
        }

        /// What the workspace API answered.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Reply {
            $($(#[$reply_doc])* $reply(Result<$answer, ClientError>),)+
        }

        impl Reply {
            /// Why the call failed, if it did.
            pub fn error(&self) -> Option<&ClientError> {
                match self {
                    $(Self::$reply(answer) => answer.as_ref().err(),)+
                }
            }
        }

        /// Carries out one call in `workspace` (its id or slug): the only bridge between the two.
        pub async fn perform<A: WorkspaceApi>(api: &A, workspace: &str, call: Call) -> Reply {
            let $to = Caller { api, workspace };
            match call {
                $(Call::$call($($name),+) => Reply::$answered($run.await.map(Into::into)),)+
                $(Call::$change($($part),+, $asked) => Reply::$made($make.await.map(Into::into)),)+
            }
        }
    };
}

calls! {
    replies {
        /// A page of users.
        Users(Page<User>);
        /// Counts by status.
        Counts(UserCounts);
        /// One user.
        User(Box<UserDetail>);
        /// A user's enrolments.
        Enrolments(Page<Enrolment>);
        /// A user's record.
        Audit(Page<AuditEntry>);
        /// What is known of an address.
        Checked(EmailCheck);
        /// What an invitation did.
        Invited(Box<InvitationOutcome>);
        /// An invitation's link.
        Link(InvitationLink);
        /// A page of units.
        Units(Page<Unit>);
        /// A page of groups.
        Groups(Page<Group>);
        /// A page of courses.
        Courses(Page<Course>);
        /// What auto-enrolments would add.
        AutoCourses(Page<AutoCourse>);
        /// What a change of one user did.
        Changed(Box<ChangeOutcome>);
        /// How a job stands.
        Job(Box<Job>);
        /// A page of jobs.
        Jobs(Page<Job>);
        /// What became of the users of a job.
        JobResults(Page<JobResult>);
        /// The changes that were made.
        Changes(Page<MadeChange>);
        /// The record of the workspace.
        Record(Page<WorkspaceAuditEntry>);
        /// A unit that was made or changed.
        Unit(Box<Unit>);
        /// A group that was made or changed.
        Group(Box<Group>);
        /// A course that was made or changed.
        Course(Box<Course>);
        /// A page of auto-enrolments.
        AutoEnrolments(Page<AutoEnrolment>);
        /// An auto-enrolment that was made or changed.
        AutoEnrolment(Box<AutoEnrolment>);
        /// What deleting took along.
        Removed(Removal);
    }
    calls(to) {
        /// A page of users.
        ListUsers(query: UsersQuery) => Users: to.read::<ListUsers>(query);
        /// Counts by status.
        CountUsers(filter: UserFilter) => Counts: to.read::<CountUsers>(filter);
        /// One user.
        GetUser(user: UserId) => User: to.read_of::<GetUser>(user, Empty {});
        /// A user's enrolments.
        ListEnrolments(user: UserId, query: PageQuery) => Enrolments:
            to.read_of::<ListUserEnrolments>(user, query);
        /// A user's record.
        ListAudit(user: UserId, query: PageQuery) => Audit: to.read_of::<ListUserAudit>(user, query);
        /// What is known of an address.
        CheckEmail(email: String) => Checked: to.read::<CheckEmail>(CheckQuery { email });
        /// Send an invitation, under this idempotency key.
        Invite(form: Box<InvitationForm>, key: String) => Invited:
            to.change::<CreateInvitation>(to.place(), *form, Asked { key, ..Asked::default() });
        /// A user's invitation link.
        GetLink(user: UserId) => Link: to.read_of::<GetInvitationLink>(user, Empty {});
        /// A page of units.
        ListUnits(query: CatalogueQuery) => Units: to.read::<ListUnits>(query);
        /// A page of groups.
        ListGroups(query: CatalogueQuery) => Groups: to.read::<ListGroups>(query);
        /// A page of courses.
        ListCourses(query: CatalogueQuery) => Courses: to.read::<ListCourses>(query);
        /// What auto-enrolments would add.
        PreviewAutoEnrolments(query: PlacementQuery) => AutoCourses: to.read::<PreviewAutoEnrolments>(query);
        /// How a job stands.
        GetJob(job: ChangeId) => Job: to.read_at::<GetJob>(to.job(job), Empty {});
        /// The jobs.
        ListJobs(query: PageQuery) => Jobs: to.read::<ListJobs>(query);
        /// What became of the users of a job.
        ListJobResults(job: ChangeId, query: ResultsQuery) => JobResults:
            to.read_at::<ListJobResults>(to.job(job), query);
        /// The changes that were made.
        ListChanges(query: ChangesQuery) => Changes: to.read::<ListChanges>(query);
        /// The record of the workspace.
        ListRecord(query: AuditQuery) => Record: to.read::<ListAudit>(query);
        /// A page of auto-enrolments.
        ListAutoEnrolments(query: CatalogueQuery) => AutoEnrolments: to.read::<ListAutoEnrolments>(query);
    }
    changes(asked) {
        /// Send an invitation or a verification mail again.
        Resend(user: UserId) => Changed:
            to.change::<ResendInvitation>(to.user(user), Empty {}, asked);
        /// Withdraw an invitation.
        Cancel(user: UserId) => Changed:
            to.change::<CancelInvitation>(to.user(user), Empty {}, asked);
        /// Cancel an invitation and invite another address.
        Replace(user: UserId, form: Box<InvitationForm>) => Invited:
            to.change::<ReplaceInvitation>(to.user(user), *form, asked);
        /// Edit a user.
        Edit(user: UserId, edit: Box<UserEdit>) => Changed:
            to.change::<EditUser>(to.user(user), *edit, asked);
        /// Delete a user.
        Delete(user: UserId) => Changed: to.change::<DeleteUser>(to.user(user), Empty {}, asked);
        /// Bring a deleted user back.
        Reactivate(user: UserId) => Changed:
            to.change::<ReactivateUser>(to.user(user), Empty {}, asked);
        /// Enrol a user in courses.
        Enrol(user: UserId, enrolling: Enrolling) => Changed:
            to.change::<EnrolUser>(to.user(user), enrolling, asked);
        /// End an enrolment.
        Withdraw(user: UserId, enrolment: EnrolmentId) => Changed:
            to.change::<WithdrawEnrolment>(to.enrolment(user, enrolment), Empty {}, asked);
        /// Change many users.
        CreateJob(job: Box<NewJob>) => Job: to.change::<CreateJob>(to.place(), *job, asked);
        /// Stop a job.
        CancelJob(job: ChangeId) => Job: to.change::<CancelJob>(to.job(job), Empty {}, asked);
        /// Take a change back.
        Undo(change: ChangeId) => Job:
            to.change::<UndoChange>(to.change_path(change), Empty {}, asked);
        /// Make a unit.
        CreateUnit(unit: NewUnit) => Unit: to.change::<CreateUnit>(to.place(), unit, asked);
        /// Rename or move a unit.
        EditUnit(unit: UnitId, edit: UnitEdit) => Unit:
            to.change::<EditUnit>(to.unit(unit), edit, asked);
        /// Delete a unit and all below.
        DeleteUnit(unit: UnitId) => Removed:
            to.change::<DeleteUnit>(to.unit(unit), Empty {}, asked);
        /// Make a group.
        CreateGroup(group: NewGroup) => Group: to.change::<CreateGroup>(to.place(), group, asked);
        /// Rename a group.
        EditGroup(group: GroupId, edit: GroupEdit) => Group:
            to.change::<EditGroup>(to.group(group), edit, asked);
        /// Delete a group.
        DeleteGroup(group: GroupId) => Removed:
            to.change::<DeleteGroup>(to.group(group), Empty {}, asked);
        /// Make a course.
        CreateCourse(course: NewCourse) => Course:
            to.change::<CreateCourse>(to.place(), course, asked);
        /// Change a course's title or subject.
        EditCourse(course: CourseId, edit: CourseEdit) => Course:
            to.change::<EditCourse>(to.course(course), edit, asked);
        /// Delete a course.
        DeleteCourse(course: CourseId) => Removed:
            to.change::<DeleteCourse>(to.course(course), Empty {}, asked);
        /// Make an auto-enrolment.
        CreateAutoEnrolment(rule: NewAutoEnrolment) => AutoEnrolment:
            to.change::<CreateAutoEnrolment>(to.place(), rule, asked);
        /// Change an auto-enrolment.
        EditAutoEnrolment(rule: AutoEnrolmentId, edit: AutoEnrolmentEdit) => AutoEnrolment:
            to.change::<EditAutoEnrolment>(to.rule(rule), edit, asked);
        /// Delete an auto-enrolment.
        DeleteAutoEnrolment(rule: AutoEnrolmentId) => Removed:
            to.change::<DeleteAutoEnrolment>(to.rule(rule), Empty {}, asked);
    }
}

impl Call {
    /// Whether it changes something, or is the first half of what does: an enrolment is tried out unseen before.
    pub fn is_change(&self) -> bool {
        match self {
            // An invitation has an outbox of its own.
            Self::Replace(..) => false,
            Self::Enrol(..) => true,
            other => other.asked().is_some_and(|asked| !asked.dry_run),
        }
    }
}

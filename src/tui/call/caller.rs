//! From what a call carries to the request of its operation: its path, and how it is asked for.

use super::Asked;
use crate::api::changes::{ChangePath, EnrolmentPath};
use crate::api::endpoint::{ChangeQuery, Empty, Endpoint, Request, UserPath, WorkspacePath};
use crate::api::jobs::JobPath;
use crate::api::set_up::{AutoEnrolmentPath, CoursePath, GroupPath, UnitPath};
use crate::client::{ClientError, WorkspaceApi};
use crate::domain::ids::{AutoEnrolmentId, ChangeId, CourseId, EnrolmentId, GroupId, UnitId, UserId};

/// Calls in one workspace.
pub(super) struct Caller<'a, A> {
    pub(super) api: &'a A,
    pub(super) workspace: &'a str,
}

impl<A: WorkspaceApi> Caller<'_, A> {
    pub(super) async fn read<E>(&self, query: E::Query) -> Result<E::Reply, ClientError>
    where
        E: Endpoint<Path = WorkspacePath, Body = Empty>,
    {
        self.read_at::<E>(self.place(), query).await
    }

    pub(super) async fn read_of<E>(&self, user: UserId, query: E::Query) -> Result<E::Reply, ClientError>
    where
        E: Endpoint<Path = UserPath, Body = Empty>,
    {
        self.read_at::<E>(self.user(user), query).await
    }

    pub(super) async fn read_at<E>(&self, path: E::Path, query: E::Query) -> Result<E::Reply, ClientError>
    where
        E: Endpoint<Body = Empty>,
    {
        self.api.call::<E>(Request::read(path, query)).await
    }

    pub(super) async fn change<E>(
        &self,
        path: E::Path,
        body: E::Body,
        asked: Asked,
    ) -> Result<E::Reply, ClientError>
    where
        E: Endpoint<Query = ChangeQuery>,
    {
        let Asked { dry_run, key, version } = asked;
        let request = Request::<E>::change(path, ChangeQuery { dry_run }, body, key);
        self.api.call(Request { if_version: version, ..request }).await
    }

    fn w(&self) -> String {
        self.workspace.to_owned()
    }

    pub(super) fn place(&self) -> WorkspacePath {
        WorkspacePath { w: self.w() }
    }

    pub(super) fn user(&self, u: UserId) -> UserPath {
        UserPath { w: self.w(), u }
    }

    pub(super) fn enrolment(&self, u: UserId, e: EnrolmentId) -> EnrolmentPath {
        EnrolmentPath { w: self.w(), u, e }
    }

    pub(super) fn job(&self, j: ChangeId) -> JobPath {
        JobPath { w: self.w(), j }
    }

    pub(super) fn change_path(&self, c: ChangeId) -> ChangePath {
        ChangePath { w: self.w(), c }
    }

    pub(super) fn unit(&self, n: UnitId) -> UnitPath {
        UnitPath { w: self.w(), n }
    }

    pub(super) fn group(&self, g: GroupId) -> GroupPath {
        GroupPath { w: self.w(), g }
    }

    pub(super) fn course(&self, c: CourseId) -> CoursePath {
        CoursePath { w: self.w(), c }
    }

    pub(super) fn rule(&self, a: AutoEnrolmentId) -> AutoEnrolmentPath {
        AutoEnrolmentPath { w: self.w(), a }
    }
}

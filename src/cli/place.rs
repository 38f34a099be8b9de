//! Where a command works: who is signed in, and which workspace is meant.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::exit::{Exit, Failure};
use crate::api::endpoint::{Empty, Endpoint, Request, UserPath, WorkspacePath};
use crate::api::page::{MAX_LIMIT, Page};
use crate::api::sessions::{GetSession, Session, WorkspaceAccess};
use crate::api::users::PageQuery;
use crate::client::WorkspaceApi;
use crate::domain::expiry::today_in;
use crate::domain::ids::UserId;
use crate::domain::safe_text::SafeText;

/// A workspace of the operator's, and the way to its server.
pub struct Place<'a, A> {
    /// The server.
    pub api: &'a A,
    /// The workspace.
    pub workspace: WorkspaceAccess,
}

/// Who is signed in.
pub async fn session<A: WorkspaceApi>(api: &A) -> Result<Session, Failure> {
    let request = Request::read(Empty {}, Empty {});
    Ok(api.call::<GetSession>(request).await?)
}

/// The workspace called `wanted` (id or slug); without, the first in which the operator may manage
/// people, or the first.
pub fn choose(session: &Session, wanted: Option<&str>) -> Result<WorkspaceAccess, Failure> {
    let workspaces = &session.workspaces;
    let found = if let Some(name) = wanted {
        let is = |place: &&WorkspaceAccess| place.slug == name || place.id.to_string() == name;
        workspaces.iter().find(is).ok_or_else(|| {
            let names: Vec<&str> = workspaces.iter().map(|place| place.slug.as_str()).collect();
            let names = names.join(", ");
            Failure::usage(format!("no workspace {name:?} is open to you; there are: {names}"))
        })
    } else {
        let may = workspaces.iter().find(|place| place.may.people);
        may.or(workspaces.first()).ok_or_else(|| {
            let email = &session.operator.email;
            Failure::new(Exit::NotAllowed, format!("{email} is an active user of no workspace"))
        })
    };
    found.cloned()
}

impl<'a, A: WorkspaceApi> Place<'a, A> {
    /// The workspace that `wanted` means, in which the operator may manage people.
    pub async fn find(api: &'a A, wanted: Option<&str>) -> Result<Self, Failure> {
        let session = session(api).await?;
        let workspace = choose(&session, wanted)?;
        if !workspace.may.people {
            let why = workspace.may.refusal;
            let why = why.map_or_else(|| "people are not managed by you".to_owned(), SafeText::into_string);
            return Err(Failure::new(Exit::NotAllowed, why));
        }
        Ok(Self { api, workspace })
    }

    /// The workspace's path parameter.
    pub fn path(&self) -> WorkspacePath {
        WorkspacePath { w: self.workspace.id.to_string() }
    }

    /// Asks something of the workspace.
    pub async fn ask<E>(&self, query: E::Query) -> Result<E::Reply, Failure>
    where
        E: Endpoint<Path = WorkspacePath, Body = Empty>,
    {
        let request = Request::read(self.path(), query);
        Ok(self.api.call::<E>(request).await?)
    }

    /// Asks something of one of its users.
    pub async fn ask_user<E>(&self, user: UserId, query: E::Query) -> Result<E::Reply, Failure>
    where
        E: Endpoint<Path = UserPath, Body = Empty>,
    {
        let path = UserPath { w: self.workspace.id.to_string(), u: user };
        let request = Request::read(path, query);
        Ok(self.api.call::<E>(request).await?)
    }

    /// All that a list of one of its users holds, page after page.
    pub async fn all_of_user<E, T>(&self, user: UserId) -> Result<Vec<T>, Failure>
    where
        E: Endpoint<Path = UserPath, Query = PageQuery, Body = Empty, Reply = Page<T>>,
    {
        let mut all = Vec::new();
        let mut query = PageQuery { cursor: None, limit: Some(MAX_LIMIT) };
        loop {
            let page = self.ask_user::<E>(user, query.clone()).await?;
            all.extend(page.items);
            query.cursor = page.next;
            if query.cursor.is_none() {
                return Ok(all);
            }
        }
    }

    /// Its time zone.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.workspace.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// Today, there.
    pub fn today(&self, now: Timestamp) -> Date {
        today_in(now, &self.zone())
    }
}

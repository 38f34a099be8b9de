//! Where a command works: who is signed in, and which workspace is meant.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::exit::{Exit, Failure};
use crate::api::endpoint::{Empty, Endpoint, Request, UserPath, WorkspacePath};
use crate::api::sessions::{GetSession, WorkspaceAccess};
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

impl<'a, A: WorkspaceApi> Place<'a, A> {
    /// The workspace called `wanted` (id or slug); without, the only one, or the first in which the
    /// operator may manage people.
    pub async fn find(api: &'a A, wanted: Option<&str>) -> Result<Self, Failure> {
        let request = Request { path: Empty {}, query: Empty {}, body: Empty {}, idempotency_key: None };
        let session = api.call::<GetSession>(request).await?;
        let names = || {
            let names: Vec<&str> = session.workspaces.iter().map(|place| place.slug.as_str()).collect();
            names.join(", ")
        };
        let found = match wanted {
            Some(name) => {
                let is = |place: &&WorkspaceAccess| place.slug == name || place.id.to_string() == name;
                session.workspaces.iter().find(is).ok_or_else(|| {
                    Failure::usage(format!("no workspace {name:?} is open to you; there are: {}", names()))
                })
            }
            None => {
                let may = session.workspaces.iter().find(|place| place.may.people);
                may.or(session.workspaces.first()).ok_or_else(|| {
                    let email = &session.operator.email;
                    Failure::new(Exit::NotAllowed, format!("{email} is an active user of no workspace"))
                })
            }
        }?;
        let workspace = found.clone();
        if !workspace.may.people {
            let why = workspace
                .may
                .refusal
                .map_or_else(|| "people are not managed by you".to_owned(), SafeText::into_string);
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
        let request = Request { path: self.path(), query, body: Empty {}, idempotency_key: None };
        Ok(self.api.call::<E>(request).await?)
    }

    /// Asks something of one of its users.
    pub async fn ask_user<E>(&self, user: UserId, query: E::Query) -> Result<E::Reply, Failure>
    where
        E: Endpoint<Path = UserPath, Body = Empty>,
    {
        let path = UserPath { w: self.workspace.id.to_string(), u: user };
        let request = Request { path, query, body: Empty {}, idempotency_key: None };
        Ok(self.api.call::<E>(request).await?)
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

//! What committed transactions changed, told to whoever listens.

use std::collections::BTreeMap;

use tokio::sync::broadcast;

use crate::api::events::Event;
use crate::domain::ids::{ChangeId, UnitId, UserId, WorkspaceId};

/// Events that a listener may be behind before it misses some.
const BEHIND: usize = 256;
/// Users told by their ids; more at once are told as "everything".
const MOST_USERS: usize = 200;

/// Something that a transaction changed.
#[derive(Clone, Debug)]
pub struct Told {
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// What.
    pub event: Event,
    /// The units that users left, so that Managers of those hear of it too.
    pub left: BTreeMap<UserId, UnitId>,
}

/// What a transaction has changed so far.
#[derive(Debug, Default)]
pub struct News {
    users: BTreeMap<WorkspaceId, BTreeMap<UserId, Option<UnitId>>>,
    others: Vec<(WorkspaceId, Event)>,
}

impl News {
    /// A user is changed, and leaves the unit `left`.
    pub fn user(&mut self, workspace: WorkspaceId, user: UserId, left: Option<UnitId>) {
        let known = self.users.entry(workspace).or_default().entry(user).or_default();
        *known = left.or(*known);
    }

    /// A job went on.
    pub fn job(&mut self, workspace: WorkspaceId, job: ChangeId) {
        self.other(workspace, Event::Job { job });
    }

    /// Units, groups, courses or rules are changed.
    pub fn catalogue(&mut self, workspace: WorkspaceId) {
        self.other(workspace, Event::Catalogue {});
    }

    fn other(&mut self, workspace: WorkspaceId, event: Event) {
        let told = (workspace, event);
        if !self.others.contains(&told) {
            self.others.push(told);
        }
    }
}

/// Where what was committed is told.
#[derive(Clone, Debug)]
pub struct Newsroom(broadcast::Sender<Told>);

impl Default for Newsroom {
    fn default() -> Self {
        Self(broadcast::Sender::new(BEHIND))
    }
}

impl Newsroom {
    /// Hears of everything from now on.
    pub fn listen(&self) -> broadcast::Receiver<Told> {
        self.0.subscribe()
    }

    /// Tells what was committed. Nobody may be listening, which is fine.
    pub(super) fn publish(&self, news: News) {
        for (workspace, users) in news.users {
            let left = users.iter().filter_map(|(user, left)| Some((*user, (*left)?))).collect();
            let event = if users.len() > MOST_USERS {
                Event::Everything {}
            } else {
                Event::Users { users: users.into_keys().collect() }
            };
            drop(self.0.send(Told { workspace, event, left }));
        }
        for (workspace, event) in news.others {
            drop(self.0.send(Told { workspace, event, left: BTreeMap::new() }));
        }
    }
}

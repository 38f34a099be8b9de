//! What committed transactions changed, told to whoever listens.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::api::events::Event;
use crate::domain::ids::{ChangeId, UnitId, UserId, WorkspaceId};

/// Events that a listener may be behind before it misses some.
const BEHIND: usize = 256;
/// Users told by their ids; more at once are told as "everything".
const MOST_USERS: usize = 90;
/// Longest text, in bytes, that a database passes on from program to program (PostgreSQL: 8000).
const LONGEST: usize = 7900;

/// Something that a transaction changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Told {
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// What.
    pub event: Event,
    /// The units that users left, so that Managers of those hear of it too.
    pub left: BTreeMap<UserId, UnitId>,
}

impl Told {
    /// As text, for other programs; "everything" where it would be too long.
    pub(super) fn to_text(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        if text.len() <= LONGEST {
            return text;
        }
        let all = Self { workspace: self.workspace, event: Event::Everything {}, left: BTreeMap::new() };
        serde_json::to_string(&all).unwrap_or_default()
    }
}

/// What a listener hears.
#[derive(Clone, Debug)]
pub enum Heard {
    /// Of a change.
    Told(Told),
    /// That changes may have been missed, in whichever workspace.
    Gap,
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

    /// The users who are changed, by workspace.
    pub(super) fn users(&self) -> Vec<(WorkspaceId, Vec<UserId>)> {
        let of_each = self.users.iter();
        of_each.map(|(workspace, users)| (*workspace, users.keys().copied().collect())).collect()
    }

    /// The same, as it is told.
    pub(super) fn into_told(self) -> Vec<Told> {
        let of_users = self.users.into_iter().map(|(workspace, users)| {
            let left = users.iter().filter_map(|(user, left)| Some((*user, (*left)?))).collect();
            let event = if users.len() > MOST_USERS {
                Event::Everything {}
            } else {
                Event::Users { users: users.into_keys().collect() }
            };
            Told { workspace, event, left }
        });
        let others = self.others.into_iter();
        let others = others.map(|(workspace, event)| Told { workspace, event, left: BTreeMap::new() });
        of_users.chain(others).collect()
    }
}

/// Where what was committed is told.
#[derive(Clone, Debug)]
pub struct Newsroom(broadcast::Sender<Heard>);

impl Default for Newsroom {
    fn default() -> Self {
        Self(broadcast::Sender::new(BEHIND))
    }
}

impl Newsroom {
    /// Hears of everything from now on.
    pub fn listen(&self) -> broadcast::Receiver<Heard> {
        self.0.subscribe()
    }

    /// Tells what was committed. Nobody may be listening, which is fine.
    pub(super) fn publish(&self, told: Vec<Told>) {
        for told in told {
            drop(self.0.send(Heard::Told(told)));
        }
    }

    /// Tells what another program committed, as [`Told::to_text`] wrote it.
    pub(super) fn pass_on(&self, text: &str) {
        match serde_json::from_str(text) {
            Ok(told) => self.publish(vec![told]),
            // Of another version of the program, perhaps.
            Err(_) => self.tell_of_a_gap(),
        }
    }

    /// Tells that changes may have been missed.
    pub(super) fn tell_of_a_gap(&self) {
        drop(self.0.send(Heard::Gap));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_is_too_long_for_the_database_is_told_as_everything() {
        let workspace = WorkspaceId::new(Uuid::from_u128(1));
        let mut news = News::default();
        for n in 0..MOST_USERS {
            let left = Some(UnitId::new(Uuid::from_u128(2)));
            news.user(workspace, UserId::new(Uuid::from_u128(n as u128)), left);
        }
        let told = news.into_told();
        assert!(matches!(told[0].event, Event::Users { .. }));
        let newsroom = Newsroom::default();
        let mut ear = newsroom.listen();
        newsroom.pass_on(&told[0].to_text());
        assert!(matches!(ear.try_recv(), Ok(Heard::Told(Told { event: Event::Everything {}, .. }))));
        newsroom.pass_on("of another version");
        assert!(matches!(ear.try_recv(), Ok(Heard::Gap)));
    }
}

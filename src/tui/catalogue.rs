//! The lists to pick from: units, groups and courses. Each is fetched once, as a whole, and kept; while
//! a long one is on its way, or where it is too long to be here at all, the server narrows it.

mod list;
mod slot;

use std::sync::Arc;

pub use list::{Entry, List};

use super::context::Mint;
use super::effect::{Effect, Reply, Ticket};
use super::remote::Remote;
pub use crate::api::whole_list::Kind;
use crate::client::ClientError;
use crate::client::list_lines::Progress;
use slot::{Held, Slot};

/// Longer lists stay with the server. A million lines with their index take about 140 MiB, as much as
/// such a program may have.
pub const MOST: u64 = 1_000_000;
/// News of a list that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum ListNews {
    /// It was kept from before; whether it is still the same is being asked.
    Kept(Arc<List>),
    /// It is on its way.
    Arriving(Progress),
    /// The one that is here is the one that there is.
    Unchanged,
    /// It is here.
    Whole(Arc<List>),
    /// It is too long to be here: so many lines.
    TooLong(u64),
    /// It could not be had.
    Failed(ClientError),
}

/// The lists to pick from.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    most: u64,
    units: Slot,
    groups: Slot,
    courses: Slot,
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::new(MOST)
    }
}

impl Catalogue {
    /// No list yet; those of up to `most` lines will be here whole.
    pub fn new(most: u64) -> Self {
        Self { most, units: Slot::default(), groups: Slot::default(), courses: Slot::default() }
    }

    fn slot(&self, kind: Kind) -> &Slot {
        match kind {
            Kind::Units => &self.units,
            Kind::Groups => &self.groups,
            Kind::Courses => &self.courses,
        }
    }

    fn slot_mut(&mut self, kind: Kind) -> &mut Slot {
        match kind {
            Kind::Units => &mut self.units,
            Kind::Groups => &mut self.groups,
            Kind::Courses => &mut self.courses,
        }
    }

    /// Why the list of `kind` could not be had.
    pub fn error(&self, kind: Kind) -> Option<&ClientError> {
        self.slot(kind).list.error()
    }

    /// How far the list of `kind` is, while it is on its way for the first time.
    pub fn progress(&self, kind: Kind) -> Option<Progress> {
        let slot = self.slot(kind);
        slot.progress.filter(|_| slot.list.is_loading() && slot.list.value().is_none())
    }

    /// How many lines the list of `kind` has, where it is too long to be here.
    pub fn too_long(&self, kind: Kind) -> Option<u64> {
        match self.slot(kind).list.value() {
            Some(Held::TooLong(count)) => Some(*count),
            _ => None,
        }
    }

    /// The list to search for `typed`: the whole one, or else what the server made of it.
    pub fn list_for(&self, kind: Kind, typed: &str) -> Option<Arc<List>> {
        self.slot(kind).list_for(typed)
    }

    /// Whether the server is still to narrow the list of `kind` to what is typed.
    pub fn is_narrowing(&self, kind: Kind) -> bool {
        let slot = self.slot(kind);
        slot.whole().is_none() && slot.server.as_ref().is_some_and(|server| server.asking.is_some())
    }

    /// Why the server did not narrow the list of `kind` to what is typed.
    pub fn narrowing_error(&self, kind: Kind) -> Option<&ClientError> {
        let slot = self.slot(kind);
        slot.server.as_ref().filter(|_| slot.whole().is_none())?.failed.as_ref()
    }

    /// Whether this workspace has none of `kind`; known only once the list is here.
    pub fn is_empty(&self, kind: Kind) -> bool {
        self.slot(kind).whole().is_some_and(|list| list.is_empty())
    }

    /// Notes that the lists were changed: each is asked for anew when it is next needed, and what is
    /// here serves until then.
    pub fn forget(&mut self) {
        for kind in Kind::ALL {
            let slot = self.slot_mut(kind);
            slot.is_stale = !matches!(slot.list, Remote::Idle);
        }
    }

    /// Fetches the list of `kind` unless it is here as it is now, or on its way.
    #[must_use = "the effects are to be performed"]
    pub fn fetch(&mut self, kind: Kind, mint: &mut Mint) -> Vec<Effect> {
        let most = self.most;
        self.slot_mut(kind).fetch((kind, most), mint)
    }

    /// Fetches the list of `kind` again, where it is here and was changed since.
    #[must_use = "the effects are to be performed"]
    pub fn renew(&mut self, kind: Kind, mint: &mut Mint) -> Vec<Effect> {
        let slot = self.slot(kind);
        let is_old = slot.is_stale && matches!(slot.list, Remote::Loaded(_));
        if is_old { self.fetch(kind, mint) } else { Vec::new() }
    }

    /// Lets the server narrow a long list that is not here, once typing rests.
    #[must_use = "the effects are to be performed"]
    pub fn narrow(&mut self, kind: Kind, typed: &str, mint: &mut Mint) -> Vec<Effect> {
        self.slot_mut(kind).narrow(typed, mint)
    }

    /// The time asked for under `ticket` is over. Whether a list may be fetched again by now, and what
    /// is to be done.
    pub fn rang(&mut self, ticket: Ticket, mint: &mut Mint) -> (bool, Vec<Effect>) {
        for kind in Kind::ALL {
            let slot = self.slot_mut(kind);
            if slot.resting.take_if(|resting| *resting == ticket).is_some() {
                return (true, Vec::new());
            }
            let asking = slot
                .server
                .as_mut()
                .and_then(|server| server.asking.take_if(|(waiting, _)| *waiting == ticket));
            if let Some((_, typed)) = asking {
                return (false, slot.ask(kind, typed, mint));
            }
        }
        (false, Vec::new())
    }

    /// Takes news of a list; those under a ticket that it does not wait for are not its own.
    pub fn heard(&mut self, ticket: Ticket, news: ListNews, mint: &mut Mint) -> Vec<Effect> {
        let Some(kind) = Kind::ALL.into_iter().find(|kind| self.slot(*kind).list.awaits(ticket)) else {
            return Vec::new();
        };
        self.slot_mut(kind).heard(kind, news, mint)
    }

    /// Takes an answer; one to a ticket that it does not wait for is not its own.
    pub fn replied(&mut self, ticket: Ticket, reply: &Reply) {
        match reply {
            Reply::Units(answer) => self.units.take(ticket, answer),
            Reply::Groups(answer) => self.groups.take(ticket, answer),
            Reply::Courses(answer) => self.courses.take(ticket, answer),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;

//! The lists to pick from: units, groups and courses. Each is fetched once, as a whole, and kept; while
//! a long one is on its way, or where it is too long to be here at all, the server narrows it.

mod list;

use std::sync::Arc;
use std::time::Duration;

pub use list::{Entry, List};

use super::context::Mint;
use super::effect::{Call, Effect, Reply, Ticket};
use super::remote::Remote;
use crate::api::catalogue::CatalogueQuery;
use crate::api::page::{MAX_LIMIT, Page};
pub use crate::api::whole_list::Kind;
use crate::client::list_lines::Progress;
use crate::client::{ClientError, WantedList};

/// Longer lists stay with the server. A million lines with their index take about 140 MiB, as much as
/// such a program may have.
pub const MOST: u64 = 1_000_000;
/// Longer lists are shown as far as the server narrows them until they are here: shorter ones are here
/// as soon as that.
const SOON: u64 = 5_000;
/// How long typing rests before the server is asked to narrow.
const REST: Duration = Duration::from_millis(150);
/// How long a long list rests before it is fetched again, however often it changes meanwhile.
const BETWEEN: Duration = Duration::from_secs(5);

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

/// A list, as far as it can be here.
#[derive(Clone, Debug, PartialEq)]
enum Held {
    Whole(Arc<List>),
    TooLong(u64),
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Slot {
    list: Remote<Held>,
    progress: Option<Progress>,
    /// It was changed since it was asked for.
    is_stale: bool,
    /// It was fetched so lately that it is not yet to be fetched again.
    resting: Option<Ticket>,
    /// What is typed to search it.
    typed: String,
    /// What the server gives of a long list while it is not here whole.
    server: Option<Narrowed>,
}

/// What the server gives of a list.
#[derive(Clone, Debug, Default, PartialEq)]
struct Narrowed {
    /// The beginning of the list.
    first: Option<Arc<List>>,
    /// What fits a search.
    found: Option<(String, Arc<List>)>,
    /// What is to be asked when typing rests, or was asked; an empty search is the beginning.
    asking: Option<(Ticket, String)>,
    /// Why what was asked last could not be had.
    failed: Option<ClientError>,
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
        let slot = self.slot(kind);
        if let Some(list) = slot.whole() {
            return Some(Arc::clone(list));
        }
        let Narrowed { first, found, .. } = slot.server.as_ref()?;
        let found = found.as_ref().filter(|(query, _)| typed.starts_with(query.as_str()));
        found.map(|(_, list)| list).or(first.as_ref()).map(Arc::clone)
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
        let slot = self.slot_mut(kind);
        let is_here = matches!(slot.list, Remote::Loaded(_));
        if slot.list.is_loading() || (is_here && (!slot.is_stale || slot.resting.is_some())) {
            return Vec::new();
        }
        (slot.is_stale, slot.progress) = (false, None);
        let known = slot.whole().map(|list| list.tag().to_owned());
        let ticket = mint.quiet_ticket();
        slot.list.ask(ticket);
        vec![Effect::FetchList(ticket, WantedList { kind, known, most })]
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
        let slot = self.slot_mut(kind);
        typed.clone_into(&mut slot.typed);
        let is_here = slot.whole().is_some();
        let Some(server) = slot.server.as_mut().filter(|_| !is_here) else { return Vec::new() };
        let is_known = server.found.as_ref().is_some_and(|(query, _)| query == typed);
        if is_known || (typed.trim().is_empty() && server.first.is_some()) {
            (server.asking, server.failed) = (None, None);
            return Vec::new();
        }
        let ticket = mint.quiet_ticket();
        server.asking = Some((ticket, typed.to_owned()));
        vec![Effect::After(REST, ticket)]
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
        let slot = self.slot_mut(kind);
        match news {
            ListNews::Kept(list) => slot.list.show_meanwhile(Held::Whole(list)),
            ListNews::Arriving(progress) => {
                slot.progress = Some(progress);
                if progress.of > SOON && slot.list.value().is_none() {
                    return slot.lean_on_server(kind, mint);
                }
            }
            ListNews::Unchanged => match slot.list.value().cloned() {
                Some(held) => slot.list.settle(Ok(held)),
                None => slot.list = Remote::Idle,
            },
            ListNews::Whole(list) => return slot.settle(list, mint),
            ListNews::TooLong(count) => {
                slot.list.settle(Ok(Held::TooLong(count)));
                // What the server gave before the list changed may not be so any more.
                let server = slot.server.get_or_insert_default();
                (server.first, server.found, server.asking) = (None, None, None);
                return slot.lean_on_server(kind, mint);
            }
            ListNews::Failed(error) => slot.list.settle(Err(error)),
        }
        Vec::new()
    }

    /// Takes an answer; one to a ticket that it does not wait for is not its own.
    pub fn replied(&mut self, ticket: Ticket, reply: &Reply) {
        match reply {
            Reply::Units(answer) => self.take(Kind::Units, ticket, answer),
            Reply::Groups(answer) => self.take(Kind::Groups, ticket, answer),
            Reply::Courses(answer) => self.take(Kind::Courses, ticket, answer),
            _ => {}
        }
    }

    fn take<T>(&mut self, kind: Kind, ticket: Ticket, answer: &Result<Page<T>, ClientError>)
    where
        for<'a> List: From<(&'a [T], bool)>,
    {
        let Some(server) = &mut self.slot_mut(kind).server else { return };
        let Some((_, typed)) = server.asking.take_if(|(asked, _)| *asked == ticket) else { return };
        server.failed = answer.as_ref().err().cloned();
        let Ok(page) = answer else { return };
        let list = Arc::new(List::from((page.items.as_slice(), page.next.is_none())));
        if typed.trim().is_empty() {
            server.first = Some(list);
        } else {
            server.found = Some((typed, list));
        }
    }
}

impl Slot {
    fn whole(&self) -> Option<&Arc<List>> {
        match self.list.value() {
            Some(Held::Whole(list)) => Some(list),
            _ => None,
        }
    }

    /// The list is not here whole, and will not be soon: the server gives of it what is asked for.
    fn lean_on_server(&mut self, kind: Kind, mint: &mut Mint) -> Vec<Effect> {
        let server = self.server.get_or_insert_default();
        if server.first.is_some() || server.found.is_some() || server.asking.is_some() {
            return Vec::new();
        }
        let typed = self.typed.clone();
        self.ask(kind, typed, mint)
    }

    fn ask(&mut self, kind: Kind, typed: String, mint: &mut Mint) -> Vec<Effect> {
        let ticket = mint.quiet_ticket();
        let search = Some(typed.clone()).filter(|typed| !typed.trim().is_empty());
        self.server.get_or_insert_default().asking = Some((ticket, typed));
        let likely = search.is_some();
        let query = CatalogueQuery { search, likely, limit: Some(MAX_LIMIT), ..CatalogueQuery::default() };
        let call = match kind {
            Kind::Units => Call::ListUnits(query),
            Kind::Groups => Call::ListGroups(query),
            Kind::Courses => Call::ListCourses(query),
        };
        vec![Effect::Call(ticket, call)]
    }

    fn settle(&mut self, list: Arc<List>, mint: &mut Mint) -> Vec<Effect> {
        let had_one = self.whole().is_some();
        let is_long = list.len() as u64 > SOON;
        self.list.settle(Ok(Held::Whole(list)));
        (self.server, self.progress) = (None, None);
        let mut effects = Vec::new();
        if had_one {
            effects.push(Effect::ForgetRanking);
        }
        if is_long {
            let ticket = mint.quiet_ticket();
            self.resting = Some(ticket);
            effects.push(Effect::After(BETWEEN, ticket));
        }
        effects
    }
}

#[cfg(test)]
mod tests;

//! One list to pick from: whether it is here whole, on its way, or narrowed by the server.

use std::sync::Arc;
use std::time::Duration;

use super::{Kind, List, ListNews};
use crate::api::catalogue::CatalogueQuery;
use crate::api::page::{MAX_LIMIT, Page};
use crate::client::list_lines::Progress;
use crate::client::{ClientError, WantedList};
use crate::tui::context::Mint;
use crate::tui::effect::{Call, Effect, Ticket};
use crate::tui::remote::Remote;

/// Longer lists are shown as far as the server narrows them until they are here: shorter ones are here
/// as soon as that.
const SOON: u64 = 5_000;
/// How long typing rests before the server is asked to narrow.
const REST: Duration = Duration::from_millis(150);
/// How long a long list rests before it is fetched again, however often it changes meanwhile.
const BETWEEN: Duration = Duration::from_secs(5);

/// A list, as far as it can be here.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Held {
    Whole(Arc<List>),
    TooLong(u64),
}

/// A list to pick from, however much of it is here.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Slot {
    pub list: Remote<Held>,
    pub progress: Option<Progress>,
    /// It was changed since it was asked for.
    pub is_stale: bool,
    /// It was fetched so lately that it is not yet to be fetched again.
    pub resting: Option<Ticket>,
    /// What is typed to search it.
    pub typed: String,
    /// What the server gives of a long list while it is not here whole.
    pub server: Option<Narrowed>,
}

/// What the server gives of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Narrowed {
    /// The beginning of the list.
    pub first: Option<Arc<List>>,
    /// What fits a search.
    pub found: Option<(String, Arc<List>)>,
    /// What is to be asked when typing rests, or was asked; an empty search is the beginning.
    pub asking: Option<(Ticket, String)>,
    /// Why what was asked last could not be had.
    pub failed: Option<ClientError>,
}

impl Slot {
    pub fn whole(&self) -> Option<&Arc<List>> {
        match self.list.value() {
            Some(Held::Whole(list)) => Some(list),
            _ => None,
        }
    }

    /// The list to search for `typed`: the whole one, or else what the server made of it.
    pub fn list_for(&self, typed: &str) -> Option<Arc<List>> {
        if let Some(list) = self.whole() {
            return Some(Arc::clone(list));
        }
        let Narrowed { first, found, .. } = self.server.as_ref()?;
        let found = found.as_ref().filter(|(query, _)| typed.starts_with(query.as_str()));
        found.map(|(_, list)| list).or(first.as_ref()).map(Arc::clone)
    }

    /// Fetches it unless it is here as it is now, or on its way.
    pub fn fetch(&mut self, (kind, most): (Kind, u64), mint: &mut Mint) -> Vec<Effect> {
        let is_here = matches!(self.list, Remote::Loaded(_));
        if self.list.is_loading() || (is_here && (!self.is_stale || self.resting.is_some())) {
            return Vec::new();
        }
        (self.is_stale, self.progress) = (false, None);
        let known = self.whole().map(|list| list.tag().to_owned());
        let ticket = mint.quiet_ticket();
        self.list.ask(ticket);
        vec![Effect::FetchList(ticket, WantedList { kind, known, most })]
    }

    /// Lets the server narrow it to what is `typed`, where it is long and not here, once typing rests.
    pub fn narrow(&mut self, typed: &str, mint: &mut Mint) -> Vec<Effect> {
        typed.clone_into(&mut self.typed);
        let is_here = self.whole().is_some();
        let Some(server) = self.server.as_mut().filter(|_| !is_here) else { return Vec::new() };
        let is_known = server.found.as_ref().is_some_and(|(query, _)| query == typed);
        if is_known || (typed.trim().is_empty() && server.first.is_some()) {
            (server.asking, server.failed) = (None, None);
            return Vec::new();
        }
        let ticket = mint.quiet_ticket();
        server.asking = Some((ticket, typed.to_owned()));
        vec![Effect::After(REST, ticket)]
    }

    /// Takes news of it.
    pub fn heard(&mut self, kind: Kind, news: ListNews, mint: &mut Mint) -> Vec<Effect> {
        match news {
            ListNews::Kept(list) => self.list.show_meanwhile(Held::Whole(list)),
            ListNews::Arriving(progress) => {
                self.progress = Some(progress);
                if progress.of > SOON && self.list.value().is_none() {
                    return self.lean_on_server(kind, mint);
                }
            }
            ListNews::Unchanged => match self.list.value().cloned() {
                Some(held) => self.list.settle(Ok(held)),
                None => self.list = Remote::Idle,
            },
            ListNews::Whole(list) => return self.settle(list, mint),
            ListNews::TooLong(count) => {
                self.list.settle(Ok(Held::TooLong(count)));
                // What the server gave before the list changed may not be so any more.
                let server = self.server.get_or_insert_default();
                (server.first, server.found, server.asking) = (None, None, None);
                return self.lean_on_server(kind, mint);
            }
            ListNews::Failed(error) => self.list.settle(Err(error)),
        }
        Vec::new()
    }

    /// Takes what the server gives of it; an answer that it does not wait for is not its own.
    pub fn take<T>(&mut self, ticket: Ticket, answer: &Result<Page<T>, ClientError>)
    where
        for<'a> List: From<(&'a [T], bool)>,
    {
        let Some(server) = &mut self.server else { return };
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

    /// The list is not here whole, and will not be soon: the server gives of it what is asked for.
    fn lean_on_server(&mut self, kind: Kind, mint: &mut Mint) -> Vec<Effect> {
        let server = self.server.get_or_insert_default();
        if server.first.is_some() || server.found.is_some() || server.asking.is_some() {
            return Vec::new();
        }
        let typed = self.typed.clone();
        self.ask(kind, typed, mint)
    }

    pub fn ask(&mut self, kind: Kind, typed: String, mint: &mut Mint) -> Vec<Effect> {
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

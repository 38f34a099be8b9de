//! The lists to pick from: units, groups and courses, fetched once and kept.

use std::sync::Arc;
use std::time::Duration;

use super::context::Mint;
use super::effect::{Call, Effect, Reply, Ticket};
use super::popups::Pick;
use super::remote::Remote;
use crate::api::catalogue::{CatalogueQuery, Course, CourseRef, Group, GroupRef, Unit, UnitRef};
use crate::api::page::{MAX_LIMIT, Page};
use crate::client::ClientError;
use crate::domain::ids::UnitId;
use crate::domain::safe_text::SafeText;
use crate::fuzzy::Index;

/// Longer lists stay with the server, which narrows them by what is typed.
const MOST: usize = 10_000;
/// How long typing rests before the server is asked to narrow.
const REST: Duration = Duration::from_millis(150);

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Units.
    Units,
    /// Groups.
    Groups,
    /// Courses.
    Courses,
}

impl Kind {
    /// What one is called.
    pub fn one(self) -> &'static str {
        match self {
            Self::Units => "unit",
            Self::Groups => "group",
            Self::Courses => "course",
        }
    }

    /// What several are called.
    pub fn many(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Groups => "groups",
            Self::Courses => "courses",
        }
    }
}

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it stands for.
    pub pick: Pick,
    /// What is added to its name: a course's subject.
    pub note: SafeText,
    /// Users in it, or enrolled.
    pub count: u64,
    /// The unit above.
    pub parent: Option<UnitId>,
    /// The level in the tree, 1 at the top.
    pub level: u8,
}

/// A list, ready to be searched.
#[derive(Debug, PartialEq)]
pub struct List {
    /// Its lines, in the server's order.
    pub entries: Vec<Entry>,
    /// The same, to be ranked.
    pub index: Arc<Index>,
    /// Whether these are all.
    pub is_whole: bool,
}

impl List {
    fn new(entries: Vec<Entry>, is_whole: bool) -> Self {
        let index = Arc::new(Index::new(entries.iter().map(|entry| entry.pick.path().as_str())));
        Self { entries, index, is_whole }
    }
}

/// The lists to pick from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    units: Slot,
    groups: Slot,
    courses: Slot,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Slot {
    list: Remote<Arc<List>>,
    /// It was changed since it was asked for.
    is_stale: bool,
    gathered: Vec<Entry>,
    /// What the server narrowed to, when the list is too long to be here whole.
    narrowed: Option<(String, Arc<List>)>,
    /// What is to be asked when typing rests, or was asked.
    asking: Option<(Ticket, String)>,
}

impl Catalogue {
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

    /// The list of `kind`, as far as it is here.
    pub fn list(&self, kind: Kind) -> &Remote<Arc<List>> {
        &self.slot(kind).list
    }

    /// The list to search for `typed`: what the server narrowed to, where it had to.
    pub fn list_for(&self, kind: Kind, typed: &str) -> Option<Arc<List>> {
        let slot = self.slot(kind);
        let narrowed = slot.narrowed.as_ref().filter(|(query, _)| typed.starts_with(query.as_str()));
        narrowed.map(|(_, list)| list).or_else(|| slot.list.value()).map(Arc::clone)
    }

    /// Whether this workspace has none of `kind`; known only once the list is here.
    pub fn is_empty(&self, kind: Kind) -> bool {
        self.list(kind).value().is_some_and(|list| list.entries.is_empty())
    }

    /// Notes that the lists were changed: each is fetched anew when it is next needed, and what is
    /// here serves until then.
    pub fn forget(&mut self) {
        for kind in [Kind::Units, Kind::Groups, Kind::Courses] {
            let slot = self.slot_mut(kind);
            slot.is_stale = !matches!(slot.list, Remote::Idle);
        }
    }

    /// Fetches the list of `kind` unless it is here as it is now, or on its way.
    #[must_use = "the effects are to be performed"]
    pub fn fetch(&mut self, kind: Kind, mint: &mut Mint) -> Vec<Effect> {
        let slot = self.slot_mut(kind);
        let is_here = matches!(slot.list, Remote::Loading(..) | Remote::Loaded(_));
        if is_here && !slot.is_stale {
            return Vec::new();
        }
        slot.is_stale = false;
        slot.narrowed = None;
        slot.gathered.clear();
        let ticket = mint.quiet_ticket();
        slot.list.ask(ticket);
        vec![Effect::Call(ticket, call(kind, None, None))]
    }

    /// Lets the server narrow a list that is not here whole, once typing rests.
    #[must_use = "the effects are to be performed"]
    pub fn narrow(&mut self, kind: Kind, typed: &str, mint: &mut Mint) -> Vec<Effect> {
        let slot = self.slot_mut(kind);
        let is_short = slot.list.value().is_none_or(|list| list.is_whole);
        if is_short || typed.trim().is_empty() {
            slot.asking = None;
            return Vec::new();
        }
        let ticket = mint.quiet_ticket();
        slot.asking = Some((ticket, typed.to_owned()));
        vec![Effect::After(REST, ticket)]
    }

    /// The time asked for under `ticket` is over.
    pub fn rang(&mut self, ticket: Ticket, mint: &mut Mint) -> Vec<Effect> {
        for kind in [Kind::Units, Kind::Groups, Kind::Courses] {
            let slot = self.slot_mut(kind);
            if let Some((waiting, typed)) = slot.asking.take_if(|(waiting, _)| *waiting == ticket) {
                let _ = waiting;
                let ticket = mint.quiet_ticket();
                let effect = Effect::Call(ticket, call(kind, Some(typed.clone()), None));
                slot.asking = Some((ticket, typed));
                return vec![effect];
            }
        }
        Vec::new()
    }

    /// Takes an answer; one to a ticket that it does not wait for is not its own.
    pub fn replied(&mut self, ticket: Ticket, reply: &Reply, mint: &mut Mint) -> Vec<Effect> {
        match reply {
            Reply::Units(answer) => self.take(Kind::Units, ticket, entries(answer, of_unit), mint),
            Reply::Groups(answer) => self.take(Kind::Groups, ticket, entries(answer, of_group), mint),
            Reply::Courses(answer) => self.take(Kind::Courses, ticket, entries(answer, of_course), mint),
            _ => Vec::new(),
        }
    }

    fn take(
        &mut self,
        kind: Kind,
        ticket: Ticket,
        answer: Result<(Vec<Entry>, Option<String>), ClientError>,
        mint: &mut Mint,
    ) -> Vec<Effect> {
        let slot = self.slot_mut(kind);
        if let Some((_, typed)) = slot.asking.take_if(|(asked, _)| *asked == ticket) {
            if let Ok((entries, next)) = answer {
                slot.narrowed = Some((typed, Arc::new(List::new(entries, next.is_none()))));
            }
            return Vec::new();
        }
        if !slot.list.awaits(ticket) {
            return Vec::new();
        }
        let (entries, next) = match answer {
            Ok(page) => page,
            Err(error) => {
                slot.list.settle(Err(error));
                return Vec::new();
            }
        };
        slot.gathered.extend(entries);
        if let Some(cursor) = next.clone().filter(|_| slot.gathered.len() < MOST) {
            let ticket = mint.quiet_ticket();
            slot.list.ask(ticket);
            return vec![Effect::Call(ticket, call(kind, None, Some(cursor)))];
        }
        let gathered = std::mem::take(&mut slot.gathered);
        slot.list.settle(Ok(Arc::new(List::new(gathered, next.is_none()))));
        Vec::new()
    }
}

fn call(kind: Kind, search: Option<String>, cursor: Option<String>) -> Call {
    let query = CatalogueQuery { search, parent: None, cursor, limit: Some(MAX_LIMIT) };
    match kind {
        Kind::Units => Call::ListUnits(query),
        Kind::Groups => Call::ListGroups(query),
        Kind::Courses => Call::ListCourses(query),
    }
}

type Entries = Result<(Vec<Entry>, Option<String>), ClientError>;

fn entries<T>(answer: &Result<Page<T>, ClientError>, entry: fn(&T) -> Entry) -> Entries {
    answer
        .as_ref()
        .map(|page| (page.items.iter().map(entry).collect(), page.next.clone()))
        .map_err(Clone::clone)
}

fn of_unit(unit: &Unit) -> Entry {
    Entry {
        pick: Pick::Unit(UnitRef { id: unit.id, name: unit.name.clone(), path: unit.path.clone() }),
        note: SafeText::default(),
        count: unit.users,
        parent: unit.parent_id,
        level: unit.level,
    }
}

fn of_group(group: &Group) -> Entry {
    let pick = Pick::Group(GroupRef { id: group.id, name: group.name.clone() });
    Entry { pick, note: SafeText::default(), count: group.users, parent: None, level: 1 }
}

fn of_course(course: &Course) -> Entry {
    let pick = Pick::Course(CourseRef { id: course.id, title: course.title.clone() });
    Entry { pick, note: course.subject.clone(), count: course.enrolled, parent: None, level: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entropy::SeededEntropy;
    use crate::domain::ids::GroupId;
    use uuid::Uuid;

    fn page(from: u128, count: u128, next: Option<&str>) -> Reply {
        let group = |n: u128| Group {
            id: GroupId::new(Uuid::from_u128(n)),
            name: format!("group {n:06}").into(),
            users: 0,
        };
        let items = (from..from + count).map(group).collect();
        Reply::Groups(Ok(Page { items, next: next.map(str::to_owned), previous: None }))
    }

    fn mint() -> Mint {
        Mint::new(Arc::new(SeededEntropy::new(1)))
    }

    fn asked(effects: &[Effect]) -> (Ticket, CatalogueQuery) {
        match effects {
            [Effect::Call(ticket, Call::ListGroups(query))] => (*ticket, query.clone()),
            other => panic!("{other:?}"),
        }
    }

    fn rests(effects: &[Effect]) -> Ticket {
        match effects {
            [Effect::After(_, ticket)] => *ticket,
            other => panic!("{other:?}"),
        }
    }

    /// A catalogue whose groups are too many to be here whole.
    fn too_long(mint: &mut Mint) -> Catalogue {
        let mut catalogue = Catalogue::default();
        let mut effects = catalogue.fetch(Kind::Groups, mint);
        while !effects.is_empty() {
            let (ticket, query) = asked(&effects);
            let from = query.cursor.map_or(0, |cursor| cursor.parse().unwrap());
            let next = (from + 500).to_string();
            effects = catalogue.replied(ticket, &page(from, 500, Some(&next)), mint);
        }
        catalogue
    }

    fn names(catalogue: &Catalogue, typed: &str) -> Vec<String> {
        let list = catalogue.list_for(Kind::Groups, typed).unwrap();
        list.entries.iter().map(|entry| entry.pick.name().to_string()).collect()
    }

    #[test]
    fn all_pages_make_one_list_and_it_is_fetched_once() {
        let (mut catalogue, mut mint) = (Catalogue::default(), mint());
        let (first, query) = asked(&catalogue.fetch(Kind::Groups, &mut mint));
        assert_eq!((query.cursor, query.limit), (None, Some(MAX_LIMIT)));
        let (second, query) = asked(&catalogue.replied(first, &page(0, 2, Some("2")), &mut mint));
        assert_eq!(query.cursor.as_deref(), Some("2"));
        assert!(!catalogue.is_empty(Kind::Groups), "not known to be empty before it is here");
        assert_eq!(catalogue.replied(second, &page(2, 1, None), &mut mint), []);
        let list = catalogue.list_for(Kind::Groups, "").unwrap();
        assert_eq!((list.entries.len(), list.is_whole), (3, true));
        assert_eq!(catalogue.fetch(Kind::Groups, &mut mint), []);
        assert_eq!(catalogue.narrow(Kind::Groups, "two", &mut mint), [], "here whole: nothing to ask");
    }

    #[test]
    fn a_list_that_was_changed_is_fetched_anew_when_it_is_next_needed_and_serves_till_then() {
        let (mut catalogue, mut mint) = (Catalogue::default(), mint());
        catalogue.forget();
        let (first, _) = asked(&catalogue.fetch(Kind::Groups, &mut mint));
        catalogue.forget();
        let (second, _) = asked(&catalogue.fetch(Kind::Groups, &mut mint));
        assert_eq!(catalogue.replied(first, &page(9, 1, None), &mut mint), []);
        assert!(catalogue.list(Kind::Groups).is_loading(), "an answer from before the change");
        assert_eq!(catalogue.replied(second, &page(0, 1, None), &mut mint), []);
        assert_eq!(catalogue.fetch(Kind::Groups, &mut mint), []);
        catalogue.forget();
        assert_eq!(names(&catalogue, ""), ["group 000000"]);
        let (third, _) = asked(&catalogue.fetch(Kind::Groups, &mut mint));
        assert_eq!(names(&catalogue, ""), ["group 000000"]);
        assert_eq!(catalogue.fetch(Kind::Groups, &mut mint), [], "on its way");
        assert_eq!(catalogue.replied(third, &page(0, 2, None), &mut mint), []);
        assert_eq!(names(&catalogue, "").len(), 2);
    }

    #[test]
    fn a_list_that_failed_is_asked_for_from_its_beginning() {
        let (mut catalogue, mut mint) = (Catalogue::default(), mint());
        let (first, _) = asked(&catalogue.fetch(Kind::Groups, &mut mint));
        let (second, _) = asked(&catalogue.replied(first, &page(0, 2, Some("2")), &mut mint));
        let broken = Reply::Groups(Err(ClientError::Unreachable("gone".into())));
        assert_eq!(catalogue.replied(second, &broken, &mut mint), []);
        let (again, query) = asked(&catalogue.fetch(Kind::Groups, &mut mint));
        assert_eq!(query.cursor, None);
        assert_eq!(catalogue.replied(again, &page(0, 2, None), &mut mint), []);
        assert_eq!(names(&catalogue, "").len(), 2, "nothing twice");
    }

    #[test]
    fn the_server_narrows_a_long_list_once_typing_rests() {
        let mut mint = mint();
        let mut catalogue = too_long(&mut mint);
        assert_eq!(names(&catalogue, "").len(), MOST);
        let early = rests(&catalogue.narrow(Kind::Groups, "g", &mut mint));
        let late = rests(&catalogue.narrow(Kind::Groups, "gr", &mut mint));
        assert_eq!(catalogue.rang(early, &mut mint), [], "typing went on");
        let (ticket, query) = asked(&catalogue.rang(late, &mut mint));
        assert_eq!(query.search.as_deref(), Some("gr"));
        let _ = catalogue.replied(ticket, &page(70_000, 1, None), &mut mint);
        assert_eq!(names(&catalogue, "gr"), ["group 070000"]);
        assert_eq!(names(&catalogue, "x").len(), MOST, "another search begins with what is here");
    }

    #[test]
    fn an_older_answer_never_takes_the_place_of_a_newer_one() {
        let mut mint = mint();
        let mut catalogue = too_long(&mut mint);
        let ask = |catalogue: &mut Catalogue, typed: &str, mint: &mut Mint| {
            let rest = rests(&catalogue.narrow(Kind::Groups, typed, mint));
            asked(&catalogue.rang(rest, mint)).0
        };
        let older = ask(&mut catalogue, "a", &mut mint);
        let newer = ask(&mut catalogue, "ab", &mut mint);
        let _ = catalogue.replied(older, &page(1, 1, None), &mut mint);
        assert_eq!(names(&catalogue, "ab").len(), MOST, "not in the place of the newer one");
        let _ = catalogue.replied(newer, &page(2, 1, None), &mut mint);
        let _ = catalogue.replied(older, &page(1, 1, None), &mut mint);
        assert_eq!(names(&catalogue, "ab"), ["group 000002"]);
    }
}

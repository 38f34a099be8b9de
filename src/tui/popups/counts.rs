//! How many users the drawn units, groups and courses have. It changes all the time, so that it is no
//! part of the lists: it is asked for as rows are drawn, and again when users are changed.

use std::collections::BTreeMap;
use std::time::Duration;

use uuid::Uuid;

use crate::api::catalogue::CatalogueQuery;
use crate::api::page::{CommaList, MAX_LIMIT};
use crate::tui::catalogue::Kind;
use crate::tui::context::Context;
use crate::tui::effect::{Call, Reply, Ticket};

/// How long scrolling and typing rest before the rows that are drawn are asked for.
const REST: Duration = Duration::from_millis(150);
/// Counts that are remembered.
const MOST: usize = 5_000;

/// How many users things have, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    known: BTreeMap<Uuid, u64>,
    wanted: Vec<Uuid>,
    rests: Option<Ticket>,
    asked: Option<Ticket>,
}

impl Counts {
    /// How many users this one has.
    pub fn of(&self, id: Uuid) -> Option<u64> {
        self.known.get(&id).copied()
    }

    /// Asks for `drawn`, once it rests; what is known already is not asked for again.
    pub fn want(&mut self, drawn: impl Iterator<Item = Uuid>, context: &mut Context<'_>) {
        self.wanted = drawn.filter(|id| !self.known.contains_key(id)).take(usize::from(MAX_LIMIT)).collect();
        if self.rests.is_none() && !self.wanted.is_empty() {
            self.rests = Some(context.after(REST));
        }
    }

    /// The time asked for under `ticket` is over.
    pub fn rang(&mut self, ticket: Ticket, kind: Kind, context: &mut Context<'_>) {
        if self.rests.take_if(|rests| *rests == ticket).is_none() || self.wanted.is_empty() {
            return;
        }
        let ids = CommaList(std::mem::take(&mut self.wanted));
        let query = CatalogueQuery { ids, limit: Some(MAX_LIMIT), ..CatalogueQuery::default() };
        let call = match kind {
            Kind::Units => Call::ListUnits(query),
            Kind::Groups => Call::ListGroups(query),
            Kind::Courses => Call::ListCourses(query),
        };
        self.asked = Some(context.call_quietly(call));
    }

    /// Takes an answer; one to a ticket that it does not wait for is not its own.
    pub fn replied(&mut self, ticket: Ticket, reply: &Reply) {
        if self.asked.take_if(|asked| *asked == ticket).is_none() {
            return;
        }
        if self.known.len() > MOST {
            self.known.clear();
        }
        match reply {
            Reply::Units(Ok(page)) => {
                self.known.extend(page.items.iter().map(|unit| (unit.id.uuid(), unit.users)));
            }
            Reply::Groups(Ok(page)) => {
                self.known.extend(page.items.iter().map(|group| (group.id.uuid(), group.users)));
            }
            Reply::Courses(Ok(page)) => {
                self.known.extend(page.items.iter().map(|course| (course.id.uuid(), course.enrolled)));
            }
            // What can't be had is not shown.
            _ => {}
        }
    }

    /// Users were changed: what is known may be so no longer, and an answer on its way neither.
    pub fn forget(&mut self) {
        self.known.clear();
        self.asked = None;
    }
}

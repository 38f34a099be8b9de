//! The courses that auto-enrolments of the chosen unit and groups add (DESIGN R8).

use super::form::Form;
use crate::api::catalogue::{AutoCourse, PlacementQuery};
use crate::api::page::CommaList;
use crate::domain::ids::CourseId;
use crate::tui::context::Context;
use crate::tui::effect::{Call, Reply, Ticket};
use crate::tui::popups::Pick;
use crate::tui::remote::Remote;

/// The courses that auto-enrolments add.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Added {
    asked_for: PlacementQuery,
    courses: Remote<Vec<AutoCourse>>,
}

impl Added {
    /// Asks anew when unit or groups are others than before.
    pub fn follow(&mut self, form: &Form, context: &mut Context<'_>) {
        let unit = form.unit.picks.iter().find_map(|pick| match pick {
            Pick::Unit(unit) => Some(unit.id),
            _ => None,
        });
        let groups = form.groups.picks.iter().filter_map(|pick| match pick {
            Pick::Group(group) => Some(group.id),
            _ => None,
        });
        let placement = PlacementQuery { unit, groups: CommaList(groups.collect()) };
        if placement == self.asked_for {
            return;
        }
        if let Remote::Loading(ticket, _) = self.courses {
            context.cancel(ticket);
        }
        if placement == PlacementQuery::default() {
            self.courses = Remote::Idle;
        } else {
            let ticket = context.call(Call::PreviewAutoEnrolments(placement.clone()));
            self.courses.ask(ticket);
        }
        self.asked_for = placement;
    }

    /// Takes an answer.
    pub fn replied(&mut self, ticket: Ticket, reply: &Reply) {
        if let Reply::AutoCourses(answer) = reply
            && self.courses.awaits(ticket)
        {
            self.courses.settle(answer.clone().map(|page| page.items));
        }
    }

    /// The courses added to those `chosen`.
    pub fn besides<'a>(&'a self, chosen: &'a [Pick]) -> impl Iterator<Item = &'a AutoCourse> {
        let is_chosen =
            move |id: CourseId| chosen.iter().any(|pick| matches!(pick, Pick::Course(c) if c.id == id));
        self.courses.value().into_iter().flatten().filter(move |added| !is_chosen(added.course.id))
    }
}

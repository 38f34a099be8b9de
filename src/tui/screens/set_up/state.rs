//! What the two screens know: four lists, two of them on each.

use crate::api::catalogue::{CatalogueQuery, Course, Group, Unit, UnitRef};
use crate::api::set_up::AutoEnrolment;
use crate::tui::effect::{Call, Ticket};
use crate::tui::long::{Here, Long, Spot};
use crate::tui::parts::line_edit::LineEdit;

use super::change::Sent;

/// Lines that are asked for at once.
pub const PAGE: u16 = 200;

/// What a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Organisation units.
    Units,
    /// Groups.
    Groups,
    /// Courses.
    Courses,
    /// Auto-enrolments.
    Rules,
}

impl Subject {
    /// What the list is called.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Units => "Units",
            Self::Groups => "Groups",
            Self::Courses => "Courses",
            Self::Rules => "Rules",
        }
    }

    /// What one is called.
    pub const fn one(self) -> &'static str {
        match self {
            Self::Units => "unit",
            Self::Groups => "group",
            Self::Courses => "course",
            Self::Rules => "rule",
        }
    }

    /// The list beside it on its screen.
    pub const fn other(self) -> Self {
        match self {
            Self::Units => Self::Groups,
            Self::Groups => Self::Units,
            Self::Courses => Self::Rules,
            Self::Rules => Self::Courses,
        }
    }

    /// Both lists of its screen, from left to right.
    pub const fn both(self) -> [Self; 2] {
        match self {
            Self::Units | Self::Groups => [Self::Units, Self::Groups],
            Self::Courses | Self::Rules => [Self::Courses, Self::Rules],
        }
    }
}

/// One of the two screens.
#[derive(Debug)]
pub struct State {
    pub(super) tab: Subject,
    pub(super) spot: Spot,
    pub(super) units: Long<Unit>,
    pub(super) groups: Long<Group>,
    pub(super) courses: Long<Course>,
    pub(super) rules: Long<AutoEnrolment>,
    pub(super) search: String,
    /// The search while it is typed.
    pub(super) typing: Option<LineEdit>,
    pub(super) debounce: Option<Ticket>,
    /// A refresh that was put off, so that a burst of events is one.
    pub(super) heard: Option<Ticket>,
    pub(super) is_covered: bool,
    pub(super) may_change: bool,
    /// What the server is working on.
    pub(super) awaited: Vec<(Ticket, Sent)>,
}

impl State {
    /// The screen that begins with the list of `subject`.
    pub fn new(subject: Subject) -> Self {
        Self {
            tab: subject,
            spot: Spot::default(),
            units: Long::default(),
            groups: Long::default(),
            courses: Long::default(),
            rules: Long::default(),
            search: String::new(),
            typing: None,
            debounce: None,
            heard: None,
            is_covered: false,
            may_change: false,
            awaited: Vec::new(),
        }
    }

    pub(super) fn heading(&self) -> &'static str {
        match self.tab {
            Subject::Units | Subject::Groups => "Units & groups",
            Subject::Courses | Subject::Rules => "Courses & rules",
        }
    }

    /// How many lines are here.
    pub(super) fn len(&self) -> usize {
        match self.tab {
            Subject::Units => self.units.count(),
            Subject::Groups => self.groups.count(),
            Subject::Courses => self.courses.count(),
            Subject::Rules => self.rules.count(),
        }
    }

    pub(super) fn unit(&self) -> Option<&Unit> {
        self.units.items()?.get(self.spot.at)
    }

    pub(super) fn group(&self) -> Option<&Group> {
        self.groups.items()?.get(self.spot.at)
    }

    pub(super) fn course(&self) -> Option<&Course> {
        self.courses.items()?.get(self.spot.at)
    }

    pub(super) fn rule(&self) -> Option<&AutoEnrolment> {
        self.rules.items()?.get(self.spot.at)
    }

    /// What is here of the list that is looked at.
    pub(super) fn here(&self) -> Here {
        match self.tab {
            Subject::Units => self.units.here(|unit| unit.id.uuid()),
            Subject::Groups => self.groups.here(|group| group.id.uuid()),
            Subject::Courses => self.courses.here(|course| course.id.uuid()),
            Subject::Rules => self.rules.here(|rule| rule.id.uuid()),
        }
    }

    /// The call for a page of the list that is looked at.
    pub(super) fn call(&self, cursor: Option<String>) -> Call {
        let search = self.search.trim();
        let search = (!search.is_empty()).then(|| search.to_owned());
        let query = CatalogueQuery { search, cursor, limit: Some(PAGE), ..CatalogueQuery::default() };
        match self.tab {
            Subject::Units => Call::ListUnits(query),
            Subject::Groups => Call::ListGroups(query),
            Subject::Courses => Call::ListCourses(query),
            Subject::Rules => Call::ListAutoEnrolments(query),
        }
    }
}

/// A unit, named.
pub fn named(unit: &Unit) -> UnitRef {
    UnitRef { id: unit.id, name: unit.name.clone(), path: unit.path.clone() }
}

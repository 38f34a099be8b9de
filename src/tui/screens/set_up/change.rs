//! A change of units, groups, courses or rules: what it is called, and what is asked for it.

use super::rule::NewRule;
use crate::api::catalogue::UnitRef;
use crate::domain::ids::{AutoEnrolmentId, CourseId, GroupId, UnitId};
use crate::domain::safe_text::SafeText;
use crate::tui::about::About;
use crate::tui::context::Context;
use crate::tui::popups::menu::{Item, Menu};
use crate::tui::popups::prompt::{Check, Prompt};
use crate::tui::popups::{Popup, Question};

/// A name, a title or a subject, typed.
pub(super) const NAME: Question = "set_up.name";
/// Below which unit, or at the top.
pub(super) const WHERE: Question = "set_up.where";

/// Something under way.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A new unit, below another or at the top.
    NewUnit(Option<UnitRef>),
    /// Another name for a unit.
    RenameUnit(UnitId),
    /// Another place for a unit.
    MoveUnit(UnitRef),
    /// A new group.
    NewGroup,
    /// Another name for a group.
    RenameGroup(GroupId),
    /// A new course, of which the title is asked.
    NewCourse,
    /// A new course with this title, of which the subject is asked.
    NewSubject(String),
    /// Another title for a course.
    RenameCourse(CourseId),
    /// Another subject for a course.
    EditSubject(CourseId),
    /// A new rule, of which more and more is known.
    NewRule(NewRule),
    /// Another name for a rule.
    RenameRule(AutoEnrolmentId),
    /// Other courses for a rule.
    RuleCourses(AutoEnrolmentId),
    /// Something to be deleted, by its name.
    Delete(Doomed, SafeText),
}

/// What is to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doomed {
    /// A unit and all below.
    Unit(UnitId),
    /// A group.
    Group(GroupId),
    /// A course.
    Course(CourseId),
    /// A rule.
    Rule(AutoEnrolmentId),
}

/// A change that is on its way to the server.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    pub(super) change: Change,
    /// What was typed for it: it is there again when the server refuses it.
    pub(super) typed: String,
}

impl Sent {
    /// A change for which nothing was typed.
    pub(super) fn of(change: Change) -> Self {
        Self { change, typed: String::new() }
    }

    /// What it does, as messages name it.
    pub(super) fn told(&self) -> String {
        match &self.change {
            Change::MoveUnit(unit) => format!("move {}", unit.path),
            Change::RuleCourses(_) => "change the courses".to_owned(),
            Change::Delete(_, name) => format!("delete {name}"),
            typed => format!("{} ({})", typed.question().0, self.typed),
        }
    }
}

impl Change {
    /// What is asked for it, and whether nothing is an answer.
    pub(super) fn question(&self) -> (&'static str, String, Check) {
        match self {
            Self::NewUnit(Some(above)) => ("Add a unit", format!("Below {}.", above.path), Check::Something),
            Self::NewUnit(None) => ("Add a unit", "At the top.".to_owned(), Check::Something),
            Self::RenameUnit(_) => ("Rename the unit", "Its new name.".to_owned(), Check::Something),
            Self::NewGroup => ("Add a group", "Its name.".to_owned(), Check::Something),
            Self::RenameGroup(_) => ("Rename the group", "Its new name.".to_owned(), Check::Something),
            Self::NewCourse => ("Add a course", "Its title.".to_owned(), Check::Something),
            Self::NewSubject(title) => {
                ("Add a course", format!("What {title} is about; may be empty."), Check::Anything)
            }
            Self::RenameCourse(_) => ("Change the title", "The new title.".to_owned(), Check::Something),
            Self::EditSubject(_) => {
                ("Change the subject", "What it is about; may be empty.".to_owned(), Check::Anything)
            }
            Self::NewRule(_) => ("Add a rule", "Its name.".to_owned(), Check::Something),
            Self::RenameRule(_) => ("Rename the rule", "Its new name.".to_owned(), Check::Something),
            Self::MoveUnit(_) | Self::RuleCourses(_) | Self::Delete(..) => {
                ("", String::new(), Check::Anything)
            }
        }
    }
}

/// Asks for a name, where `value` stands to begin with.
pub(super) fn ask_name(change: Change, value: &str, context: &mut Context<'_>) {
    let (title, body, check) = change.question();
    let prompt = Prompt::new(NAME, title, body, (value, check));
    context.ask(Popup::Prompt(prompt), About::SetUp(change));
}

/// Asks where a new unit, or one that is moved, is to be.
pub(super) fn ask_where(change: Change, context: &mut Context<'_>) {
    let (title, first) = match &change {
        Change::NewUnit(Some(above)) => ("Add a unit".to_owned(), format!("below {}", above.name)),
        Change::MoveUnit(unit) => (format!("Move {}", unit.path), "below another unit".to_owned()),
        _ => return,
    };
    let items = vec![Item::new('b', first), Item::new('t', "at the top")];
    context.ask(Popup::Menu(Menu::one(WHERE, title, items)), About::SetUp(change));
}

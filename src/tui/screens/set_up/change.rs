//! A change of units, groups, courses or rules: what is asked for it, and the call that makes it.

use super::rule::NewRule;
use super::state::{State, Subject};
use crate::api::catalogue::UnitRef;
use crate::api::problem::Problem;
use crate::api::set_up::{
    AutoEnrolmentEdit, CourseEdit, GroupEdit, NewCourse, NewGroup, NewUnit, Removal, UnitEdit,
};
use crate::client::ClientError;
use crate::domain::ids::{AutoEnrolmentId, CourseId, GroupId, UnitId};
use crate::domain::safe_text::SafeText;
use crate::tui::catalogue::Kind;
use crate::tui::context::{Context, Tone, Wish};
use crate::tui::effect::{Asked, Call, Reply};
use crate::tui::parts::text::counted;
use crate::tui::popups::menu::{Item, Menu};
use crate::tui::popups::picker::Picker;
use crate::tui::popups::prompt::{Check, Prompt};
use crate::tui::popups::{Pick, Popup, PopupOutcome, Question};

/// A name, a title or a subject, typed.
const NAME: Question = "set_up.name";
/// Below which unit, or at the top.
const WHERE: Question = "set_up.where";
/// The unit above, when moving.
const PARENT: Question = "set_up.parent";
/// The name of what is to be deleted, typed.
const DELETE: Question = "set_up.delete";

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

impl State {
    /// Asks for a name, where `value` stands to begin with.
    pub(super) fn ask_name(&mut self, change: Change, value: &str, context: &mut Context<'_>) {
        let (title, body, check) = change.question();
        self.change = Some(change);
        context.wishes.push(Wish::Popup(Popup::Prompt(Prompt::new(NAME, title, body, (value, check)))));
    }

    /// Asks where a new unit, or one that is moved, is to be.
    pub(super) fn ask_where(&mut self, change: Change, context: &mut Context<'_>) {
        let (title, first) = match &change {
            Change::NewUnit(Some(above)) => ("Add a unit".to_owned(), format!("below {}", above.name)),
            Change::MoveUnit(unit) => (format!("Move {}", unit.path), "below another unit".to_owned()),
            _ => return,
        };
        self.change = Some(change);
        let items = vec![Item::new('b', first), Item::new('t', "at the top")];
        context.wishes.push(Wish::Popup(Popup::Menu(Menu::one(WHERE, title, items))));
    }

    /// Takes what a popup closed with.
    pub(super) fn chosen(&mut self, outcome: &PopupOutcome, context: &mut Context<'_>) {
        let Some(change) = self.change.clone() else { return };
        match (outcome, change) {
            (PopupOutcome::Chosen(WHERE, lines), Change::NewUnit(above)) => {
                let above = above.filter(|_| lines.first() == Some(&0));
                self.ask_name(Change::NewUnit(above), "", context);
            }
            (PopupOutcome::Chosen(WHERE, lines), Change::MoveUnit(unit)) => {
                if lines.first() == Some(&0) {
                    context.fetch(Kind::Units);
                    let picker = Picker::new(PARENT, Kind::Units, false, Vec::new());
                    context.wishes.push(Wish::Popup(Popup::Picker(Box::new(picker))));
                } else {
                    self.send(move_unit(unit.id, None, context), context);
                }
            }
            (PopupOutcome::Picked(PARENT, picks), Change::MoveUnit(unit)) => {
                if let Some(Pick::Unit(above)) = picks.first() {
                    self.send(move_unit(unit.id, Some(above.id), context), context);
                }
            }
            (PopupOutcome::Typed(NAME, typed), change) => self.named(&change, typed, context),
            (PopupOutcome::Typed(DELETE, _), Change::Delete(doomed, _)) => {
                self.send(deletion(doomed, context.asked()), context);
            }
            (outcome, Change::NewRule(rule)) => self.rule_chosen(outcome, rule, context),
            (outcome, Change::RuleCourses(rule)) => self.courses_chosen(outcome, rule, context),
            _ => {}
        }
    }

    fn named(&mut self, change: &Change, typed: &str, context: &mut Context<'_>) {
        let name = typed.to_owned();
        let asked = context.asked();
        let call = match change {
            Change::NewUnit(above) => {
                let parent = above.as_ref().map(|above| above.id);
                Call::CreateUnit(NewUnit { name, parent }, asked)
            }
            Change::RenameUnit(unit) => {
                Call::EditUnit(*unit, UnitEdit { name: Some(name), parent: None }, asked)
            }
            Change::NewGroup => Call::CreateGroup(NewGroup { name }, asked),
            Change::RenameGroup(group) => Call::EditGroup(*group, GroupEdit { name }, asked),
            Change::NewCourse => return self.ask_name(Change::NewSubject(name), "", context),
            Change::NewSubject(title) => {
                Call::CreateCourse(NewCourse { title: title.clone(), subject: name }, asked)
            }
            Change::RenameCourse(course) => {
                Call::EditCourse(*course, CourseEdit { title: Some(name), subject: None }, asked)
            }
            Change::EditSubject(course) => {
                Call::EditCourse(*course, CourseEdit { title: None, subject: Some(name) }, asked)
            }
            Change::NewRule(rule) => return self.ask_whom(NewRule { name, ..rule.clone() }, context),
            Change::RenameRule(rule) => {
                Call::EditAutoEnrolment(*rule, AutoEnrolmentEdit { name: Some(name), courses: None }, asked)
            }
            Change::MoveUnit(_) | Change::RuleCourses(_) | Change::Delete(..) => return,
        };
        typed.clone_into(&mut self.typed);
        self.send(call, context);
    }

    pub(super) fn send(&mut self, call: Call, context: &mut Context<'_>) {
        self.awaited = Some(context.call(call));
        self.sent.clone_from(&self.change);
    }

    /// Finds out what a deletion would take along.
    pub(super) fn ask_deletion(&mut self, context: &mut Context<'_>) {
        let doomed = match self.tab {
            Subject::Units => self.unit().map(|unit| (Doomed::Unit(unit.id), unit.name.clone())),
            Subject::Groups => self.group().map(|group| (Doomed::Group(group.id), group.name.clone())),
            Subject::Courses => self.course().map(|course| (Doomed::Course(course.id), course.title.clone())),
            Subject::Rules => self.rule().map(|rule| (Doomed::Rule(rule.id), rule.name.clone())),
        };
        let Some((doomed, name)) = doomed else { return };
        self.change = Some(Change::Delete(doomed, name));
        self.send(deletion(doomed, context.asked_dry()), context);
    }

    /// Takes the answer to a change; whether it was one.
    pub(super) fn changed(&mut self, reply: &Reply, context: &mut Context<'_>) {
        if let Some(error) = reply.error() {
            self.refused(error, context);
            return;
        }
        let (changed, told) = match reply {
            Reply::Unit(Ok(unit)) => (Some(unit.id.uuid()), format!("the unit {}", unit.path)),
            Reply::Group(Ok(group)) => (Some(group.id.uuid()), format!("the group {}", group.name)),
            Reply::Course(Ok(course)) => (Some(course.id.uuid()), format!("the course {}", course.title)),
            Reply::AutoEnrolment(Ok(rule)) => (Some(rule.id.uuid()), format!("the rule {}", rule.name)),
            Reply::Removed(Ok(removal)) if removal.dry_run => {
                self.confirm_deletion(removal, context);
                return;
            }
            Reply::Removed(Ok(removal)) => (None, consequences(removal, false)),
            _ => return,
        };
        self.change = None;
        context.say(Tone::Done, format!("done: {told}"));
        self.ask_again(context);
        if let Some(id) = changed {
            self.spot.expect(id);
        }
    }

    fn confirm_deletion(&mut self, removal: &Removal, context: &mut Context<'_>) {
        let Some(Change::Delete(_, name)) = &self.change else { return };
        let body = format!("{}. Type {name} to delete.", consequences(removal, true));
        let check = Check::Exactly(name.to_string());
        let prompt = Prompt::new(DELETE, format!("Delete {name}?"), body, ("", check));
        context.wishes.push(Wish::Popup(Popup::Prompt(prompt)));
    }

    /// Asks again, with what was typed and the reason why it was not taken.
    fn refused(&mut self, error: &ClientError, context: &mut Context<'_>) {
        let why = match error {
            ClientError::Refused(problem) => told(problem),
            other => format!("not known whether it was done: {other}"),
        };
        let is_typed = self.sent == self.change
            && self.change.as_ref().is_some_and(|change| !change.question().0.is_empty());
        match self.change.clone().filter(|_| is_typed) {
            Some(change) => {
                let (title, body, check) = change.question();
                let prompt = Prompt::new(NAME, title, body, (self.typed.as_str(), check)).with_error(why);
                context.wishes.push(Wish::Popup(Popup::Prompt(prompt)));
            }
            None => context.say(Tone::Error, why),
        }
    }
}

fn told(problem: &Problem) -> String {
    let first = problem.errors.first().map(|error| error.detail.to_string());
    first.unwrap_or_else(|| problem.detail.to_string())
}

fn move_unit(unit: UnitId, parent: Option<UnitId>, context: &Context<'_>) -> Call {
    Call::EditUnit(unit, UnitEdit { name: None, parent: Some(parent) }, context.asked())
}

fn deletion(doomed: Doomed, asked: Asked) -> Call {
    match doomed {
        Doomed::Unit(unit) => Call::DeleteUnit(unit, asked),
        Doomed::Group(group) => Call::DeleteGroup(group, asked),
        Doomed::Course(course) => Call::DeleteCourse(course, asked),
        Doomed::Rule(rule) => Call::DeleteAutoEnrolment(rule, asked),
    }
}

/// What a deletion takes along, in words.
fn consequences(removal: &Removal, is_plan: bool) -> String {
    let mut parts = Vec::new();
    if removal.units > 0 {
        parts.push(format!("{} deleted", counted(removal.units, "unit", "units")));
    }
    if removal.users > 0 {
        let users = counted(removal.users, "user", "users");
        parts.push(match &removal.moved_to {
            Some(unit) => format!("{users} moved to {}", unit.path),
            None => format!("{users} no longer in it"),
        });
    }
    if removal.managers > 0 {
        parts.push(format!("{} no longer managing it", counted(removal.managers, "Manager", "Managers")));
    }
    if removal.rules > 0 {
        parts.push(format!("{} deleted", counted(removal.rules, "rule", "rules")));
    }
    if removal.planned > 0 {
        parts
            .push(format!("{} deleted", counted(removal.planned, "planned enrolment", "planned enrolments")));
    }
    match (parts.is_empty(), is_plan) {
        (true, true) => "Nothing else hangs on it".to_owned(),
        (true, false) => "deleted".to_owned(),
        (false, _) => parts.join(", "),
    }
}

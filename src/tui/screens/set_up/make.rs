//! What is done with the answers about a change: the call that makes it, and what the server says to that.

use super::change::{Change, Doomed, NAME, Sent, WHERE, ask_name};
use super::rule::{NewRule, ask_whom};
use super::state::{State, Subject};
use crate::api::problem::Problem;
use crate::api::set_up::{
    AutoEnrolmentEdit, CourseEdit, GroupEdit, NewCourse, NewGroup, NewUnit, Removal, UnitEdit,
};
use crate::client::ClientError;
use crate::domain::ids::UnitId;
use crate::tui::about::About;
use crate::tui::catalogue::Kind;
use crate::tui::context::{Context, Tone};
use crate::tui::effect::{Asked, Call, Reply};
use crate::tui::parts::text::counted;
use crate::tui::popups::picker::Picker;
use crate::tui::popups::prompt::{Check, Prompt};
use crate::tui::popups::{Pick, Popup, PopupOutcome, Question};

/// The unit above, when moving.
const PARENT: Question = "set_up.parent";
/// The name of what is to be deleted, typed.
const DELETE: Question = "set_up.delete";

impl State {
    /// Takes what the question about `change` closed with.
    pub(super) fn chosen(&mut self, change: Change, outcome: &PopupOutcome, context: &mut Context<'_>) {
        match (outcome, change) {
            (PopupOutcome::Chosen(WHERE, lines), Change::NewUnit(above)) => {
                let above = above.filter(|_| lines.first() == Some(&0));
                ask_name(Change::NewUnit(above), "", context);
            }
            (PopupOutcome::Chosen(WHERE, lines), Change::MoveUnit(unit)) => {
                if lines.first() == Some(&0) {
                    context.fetch(Kind::Units);
                    let picker = Picker::new(PARENT, Kind::Units, false, Vec::new());
                    let about = About::SetUp(Change::MoveUnit(unit));
                    context.ask(Popup::Picker(Box::new(picker)), about);
                } else {
                    let call = move_unit(unit.id, None, context);
                    self.send(Sent::of(Change::MoveUnit(unit)), call, context);
                }
            }
            (PopupOutcome::Picked(PARENT, picks), Change::MoveUnit(unit)) => {
                if let Some(Pick::Unit(above)) = picks.first() {
                    let call = move_unit(unit.id, Some(above.id), context);
                    self.send(Sent::of(Change::MoveUnit(unit)), call, context);
                }
            }
            (PopupOutcome::Typed(NAME, typed), change) => self.named(change, typed, context),
            (PopupOutcome::Typed(DELETE, _), Change::Delete(doomed, name)) => {
                let call = deletion(doomed, context.asked());
                self.send(Sent::of(Change::Delete(doomed, name)), call, context);
            }
            (outcome, Change::NewRule(rule)) => self.rule_chosen(outcome, rule, context),
            (outcome, Change::RuleCourses(rule)) => self.courses_chosen(outcome, rule, context),
            _ => {}
        }
    }

    fn named(&mut self, change: Change, typed: &str, context: &mut Context<'_>) {
        let name = typed.to_owned();
        let asked = context.asked();
        let call = match &change {
            Change::NewUnit(above) => {
                let parent = above.as_ref().map(|above| above.id);
                Call::CreateUnit(NewUnit { name, parent }, asked)
            }
            Change::RenameUnit(unit) => {
                Call::EditUnit(*unit, UnitEdit { name: Some(name), parent: None }, asked)
            }
            Change::NewGroup => Call::CreateGroup(NewGroup { name }, asked),
            Change::RenameGroup(group) => Call::EditGroup(*group, GroupEdit { name }, asked),
            Change::NewCourse => return ask_name(Change::NewSubject(name), "", context),
            Change::NewSubject(title) => {
                Call::CreateCourse(NewCourse { title: title.clone(), subject: name }, asked)
            }
            Change::RenameCourse(course) => {
                Call::EditCourse(*course, CourseEdit { title: Some(name), subject: None }, asked)
            }
            Change::EditSubject(course) => {
                Call::EditCourse(*course, CourseEdit { title: None, subject: Some(name) }, asked)
            }
            Change::NewRule(rule) => return ask_whom(NewRule { name, ..rule.clone() }, context),
            Change::RenameRule(rule) => {
                Call::EditAutoEnrolment(*rule, AutoEnrolmentEdit { name: Some(name), courses: None }, asked)
            }
            Change::MoveUnit(_) | Change::RuleCourses(_) | Change::Delete(..) => return,
        };
        self.send(Sent { change, typed: typed.to_owned() }, call, context);
    }

    pub(super) fn send(&mut self, sent: Sent, call: Call, context: &mut Context<'_>) {
        self.awaited.push((context.change(sent.told(), call), sent));
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
        let call = deletion(doomed, context.asked_dry());
        self.send(Sent::of(Change::Delete(doomed, name)), call, context);
    }

    /// Takes the answer to a change.
    pub(super) fn changed(&mut self, sent: Sent, reply: &Reply, context: &mut Context<'_>) {
        if let Some(error) = reply.error() {
            refused(sent, error, context);
            return;
        }
        let (changed, told) = match reply {
            Reply::Unit(Ok(unit)) => (Some(unit.id.uuid()), format!("the unit {}", unit.path)),
            Reply::Group(Ok(group)) => (Some(group.id.uuid()), format!("the group {}", group.name)),
            Reply::Course(Ok(course)) => (Some(course.id.uuid()), format!("the course {}", course.title)),
            Reply::AutoEnrolment(Ok(rule)) => (Some(rule.id.uuid()), format!("the rule {}", rule.name)),
            Reply::Removed(Ok(removal)) if removal.dry_run => {
                confirm_deletion(sent.change, removal, context);
                return;
            }
            Reply::Removed(Ok(removal)) => (None, consequences(removal, false)),
            _ => return,
        };
        context.say(Tone::Done, format!("done: {told}"));
        self.ask_again(context);
        if let Some(id) = changed {
            self.spot.expect(id);
        }
    }
}

fn confirm_deletion(change: Change, removal: &Removal, context: &mut Context<'_>) {
    let Change::Delete(_, name) = &change else { return };
    let body = format!("{}. Type {name} to delete.", consequences(removal, true));
    let check = Check::Exactly(name.to_string());
    let prompt = Prompt::new(DELETE, format!("Delete {name}?"), body, ("", check));
    context.ask(Popup::Prompt(prompt), About::SetUp(change));
}

/// Asks again, with what was typed and the reason why it was not taken.
fn refused(sent: Sent, error: &ClientError, context: &mut Context<'_>) {
    let why = match error {
        ClientError::Refused(problem) => told(problem),
        other => format!("not known whether it was done: {other}"),
    };
    let (title, body, check) = sent.change.question();
    if title.is_empty() {
        context.say(Tone::Error, format!("{}: {why}", sent.told()));
        return;
    }
    let prompt = Prompt::new(NAME, title, body, (sent.typed.as_str(), check)).with_error(why);
    context.ask(Popup::Prompt(prompt), About::SetUp(sent.change));
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

//! Making a rule step by step: name, whom it is for, which courses.

use super::change::{Change, Sent};
use super::state::State;
use crate::api::set_up::{AutoEnrolmentEdit, NewAutoEnrolment};
use crate::domain::ids::{AutoEnrolmentId, GroupId, UnitId};
use crate::tui::about::About;
use crate::tui::catalogue::Kind;
use crate::tui::context::{Context, Tone};
use crate::tui::effect::Call;
use crate::tui::popups::menu::{Item, Menu};
use crate::tui::popups::picker::Picker;
use crate::tui::popups::{Pick, Popup, PopupOutcome, Question};

/// Whether a rule is for a unit or a group.
const FOR: Question = "set_up.rule_for";
/// The unit or group.
const WHOM: Question = "set_up.rule_whom";
/// The courses.
const COURSES: Question = "set_up.rule_courses";

/// A rule that is being made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewRule {
    /// Its name.
    pub name: String,
    /// The unit that it is for.
    pub unit: Option<UnitId>,
    /// The group that it is for.
    pub group: Option<GroupId>,
}

impl State {
    /// Takes the next answer about a new rule.
    pub(super) fn rule_chosen(&mut self, outcome: &PopupOutcome, rule: NewRule, context: &mut Context<'_>) {
        match outcome {
            PopupOutcome::Chosen(FOR, lines) => {
                let kind = if lines.first() == Some(&1) { Kind::Groups } else { Kind::Units };
                pick(WHOM, (kind, Vec::new()), Change::NewRule(rule), context);
            }
            PopupOutcome::Picked(WHOM, picks) => {
                let rule = match picks.first() {
                    Some(Pick::Unit(unit)) => NewRule { unit: Some(unit.id), group: None, ..rule },
                    Some(Pick::Group(group)) => NewRule { group: Some(group.id), unit: None, ..rule },
                    _ => return,
                };
                pick(COURSES, (Kind::Courses, Vec::new()), Change::NewRule(rule), context);
            }
            PopupOutcome::Picked(COURSES, picks) if picks.is_empty() => {
                context.say(Tone::Note, "a rule needs a course");
            }
            PopupOutcome::Picked(COURSES, picks) => {
                let sent = Sent { typed: rule.name.clone(), change: Change::NewRule(rule.clone()) };
                let NewRule { name, unit, group } = rule;
                let rule = NewAutoEnrolment { name, unit, group, courses: Pick::courses(picks) };
                self.send(sent, Call::CreateAutoEnrolment(rule, context.asked()), context);
            }
            _ => {}
        }
    }

    /// Asks for other courses of the selected rule.
    pub(super) fn ask_courses(&self, context: &mut Context<'_>) {
        let Some(rule) = self.rule() else { return };
        let chosen = rule.courses.iter().cloned().map(Pick::Course).collect();
        pick(COURSES, (Kind::Courses, chosen), Change::RuleCourses(rule.id), context);
    }

    /// Takes other courses of a rule.
    pub(super) fn courses_chosen(
        &mut self,
        outcome: &PopupOutcome,
        rule: AutoEnrolmentId,
        context: &mut Context<'_>,
    ) {
        let PopupOutcome::Picked(COURSES, picks) = outcome else { return };
        if picks.is_empty() {
            context.say(Tone::Note, "a rule needs a course; d deletes the rule");
            return;
        }
        let edit = AutoEnrolmentEdit { name: None, courses: Some(Pick::courses(picks)) };
        let call = Call::EditAutoEnrolment(rule, edit, context.asked());
        self.send(Sent::of(Change::RuleCourses(rule)), call, context);
    }
}

/// Asks whom a new rule is for.
pub(super) fn ask_whom(rule: NewRule, context: &mut Context<'_>) {
    let items = vec![Item::new('u', "a unit and all below"), Item::new('g', "a group")];
    let menu = Menu::one(FOR, "Who is enrolled?", items);
    context.ask(Popup::Menu(menu), About::SetUp(Change::NewRule(rule)));
}

fn pick(question: Question, (kind, chosen): (Kind, Vec<Pick>), change: Change, context: &mut Context<'_>) {
    context.fetch(kind);
    let picker = Picker::new(question, kind, kind == Kind::Courses, chosen).beginning();
    context.ask(Popup::Picker(Box::new(picker)), About::SetUp(change));
}

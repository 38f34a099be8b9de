//! What keys, answers and events do to the two screens.

use std::time::Duration;

use super::Action;
use super::change::{Change, ask_name, ask_where};
use super::rule::NewRule;
use super::state::{PAGE, State, Subject, named};
use crate::api::catalogue::GroupRef;
use crate::api::events::Event;
use crate::tui::context::{Context, Wish};
use crate::tui::effect::{Reply, Ticket};
use crate::tui::long::Spot;
use crate::tui::parts::line_edit::LineEdit;
use crate::tui::screens::{Narrow, Route};

/// So long the typing of a search pauses before it is asked.
const DEBOUNCE: Duration = Duration::from_millis(250);
/// Events within this time are one refresh.
const BURST: Duration = Duration::from_millis(300);
/// Lines that a page of keys moves by.
const STEP: usize = 15;

impl State {
    pub(super) fn do_action(&mut self, action: Action, context: &mut Context<'_>) {
        self.spot.release();
        let last = self.len().saturating_sub(1);
        match action {
            Action::Down => self.spot.at = (self.spot.at + 1).min(last),
            Action::Up => self.spot.at = self.spot.at.saturating_sub(1),
            Action::PageDown => self.spot.at = (self.spot.at + STEP).min(last),
            Action::PageUp => self.spot.at = self.spot.at.saturating_sub(STEP),
            Action::First => self.spot.at = 0,
            Action::Last => self.spot.at = last,
            Action::Other => {
                self.tab = self.tab.other();
                self.look_anew(context);
            }
            Action::Search => self.typing = Some(LineEdit::new(&self.search)),
            Action::KeepSearch => {
                if let Some(line) = self.typing.take() {
                    self.search_for(line.value().to_owned(), context);
                }
            }
            Action::Clear => self.clear(context),
            Action::Open => self.open(context),
            Action::Copy => self.copy(context),
            change => self.begin(change, context),
        }
        if self.spot.at + STEP >= self.len() {
            self.ask_rest(context);
        }
    }

    fn begin(&mut self, action: Action, context: &mut Context<'_>) {
        match (action, self.tab) {
            (Action::Add, Subject::Units) => match self.unit().map(named) {
                Some(above) => ask_where(Change::NewUnit(Some(above)), context),
                None => ask_name(Change::NewUnit(None), "", context),
            },
            (Action::Add, Subject::Groups) => ask_name(Change::NewGroup, "", context),
            (Action::Add, Subject::Courses) => ask_name(Change::NewCourse, "", context),
            (Action::Add, Subject::Rules) => {
                ask_name(Change::NewRule(NewRule::default()), "", context);
            }
            (Action::Rename, _) => self.rename(context),
            (Action::Move, Subject::Units) => {
                if let Some(unit) = self.unit().map(named) {
                    ask_where(Change::MoveUnit(unit), context);
                }
            }
            (Action::Subject, Subject::Courses) => {
                let course = self.course().map(|course| (course.id, course.subject.to_string()));
                if let Some((id, subject)) = course {
                    ask_name(Change::EditSubject(id), &subject, context);
                }
            }
            (Action::Courses, Subject::Rules) => self.ask_courses(context),
            (Action::Delete, _) => self.ask_deletion(context),
            _ => {}
        }
    }

    fn rename(&self, context: &mut Context<'_>) {
        let (change, name) = match self.tab {
            Subject::Units => {
                let unit = self.unit().map(|unit| (Change::RenameUnit(unit.id), unit.name.to_string()));
                let Some(named) = unit else { return };
                named
            }
            Subject::Groups => {
                let group = self.group().map(|group| (Change::RenameGroup(group.id), group.name.to_string()));
                let Some(named) = group else { return };
                named
            }
            Subject::Courses => {
                let course = self.course();
                let course = course.map(|course| (Change::RenameCourse(course.id), course.title.to_string()));
                let Some(named) = course else { return };
                named
            }
            Subject::Rules => {
                let rule = self.rule().map(|rule| (Change::RenameRule(rule.id), rule.name.to_string()));
                let Some(named) = rule else { return };
                named
            }
        };
        ask_name(change, &name, context);
    }

    /// Shows the users of the unit or group.
    fn open(&self, context: &mut Context<'_>) {
        let narrow = match self.tab {
            Subject::Units => self.unit().map(|unit| Narrow::Unit(named(unit))),
            Subject::Groups => {
                let group = |id, name| Narrow::Group(GroupRef { id, name });
                self.group().map(|own| group(own.id, own.name.clone()))
            }
            Subject::Rules => self.rule().and_then(|rule| {
                let unit = rule.unit.clone().map(Narrow::Unit);
                unit.or_else(|| rule.group.clone().map(Narrow::Group))
            }),
            Subject::Courses => None,
        };
        context.wishes.extend(narrow.map(|narrow| Wish::Open(Route::UsersOf(narrow))));
    }

    fn copy(&self, context: &mut Context<'_>) {
        let name = match self.tab {
            Subject::Units => self.unit().map(|unit| unit.path.to_string()),
            Subject::Groups => self.group().map(|group| group.name.to_string()),
            Subject::Courses => self.course().map(|course| course.title.to_string()),
            Subject::Rules => self.rule().map(|rule| rule.name.to_string()),
        };
        if let Some(name) = name {
            context.copy("the name", &name);
        }
    }

    fn clear(&mut self, context: &mut Context<'_>) {
        if self.typing.take().is_some() || !self.search.is_empty() {
            self.search_for(String::new(), context);
        } else {
            context.wishes.push(Wish::Close);
        }
    }

    fn search_for(&mut self, search: String, context: &mut Context<'_>) {
        self.debounce = None;
        if self.search != search {
            self.search = search;
            self.look_anew(context);
        }
    }

    pub(super) fn search_typed(&mut self, context: &mut Context<'_>) {
        self.debounce = Some(context.after(DEBOUNCE));
    }

    fn look_anew(&mut self, context: &mut Context<'_>) {
        self.spot = Spot::default();
        self.ask(context);
    }

    /// Asks for the list that is looked at; what is there stays meanwhile, and the cursor on its line.
    pub(super) fn ask_again(&mut self, context: &mut Context<'_>) {
        self.spot.keep(&self.here());
        self.ask(context);
    }

    fn ask(&mut self, context: &mut Context<'_>) {
        let ticket = context.call(self.call(None));
        self.asked(ticket, false);
    }

    fn ask_rest(&mut self, context: &mut Context<'_>) {
        let rest = match self.tab {
            Subject::Units => self.units.rest(),
            Subject::Groups => self.groups.rest(),
            Subject::Courses => self.courses.rest(),
            Subject::Rules => self.rules.rest(),
        };
        if let Some(cursor) = rest {
            let ticket = context.call(self.call(Some(cursor)));
            self.asked(ticket, true);
        }
    }

    fn asked(&mut self, ticket: Ticket, is_more: bool) {
        match self.tab {
            Subject::Units => self.units.ask(ticket, is_more),
            Subject::Groups => self.groups.ask(ticket, is_more),
            Subject::Courses => self.courses.ask(ticket, is_more),
            Subject::Rules => self.rules.ask(ticket, is_more),
        }
    }

    pub(super) fn answered(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) {
        match reply {
            Reply::Units(answer) => self.units.answered(ticket, answer),
            Reply::Groups(answer) => self.groups.answered(ticket, answer),
            Reply::Courses(answer) => self.courses.answered(ticket, answer),
            Reply::AutoEnrolments(answer) => self.rules.answered(ticket, answer),
            reply => {
                if let Some(at) = self.awaited.iter().position(|(own, _)| *own == ticket) {
                    let (_, sent) = self.awaited.remove(at);
                    self.changed(sent, reply, context);
                }
            }
        }
        if self.spot.settle(&self.here()) {
            self.ask_rest(context);
        }
    }

    /// Something changed: it is asked for soon, once for many events.
    pub(super) fn hear(&mut self, event: &Event, context: &mut Context<'_>) {
        let concerns = matches!(event, Event::Catalogue {} | Event::Everything {});
        if concerns && !self.is_covered && self.heard.is_none() {
            self.heard = Some(context.after(BURST));
        }
    }

    pub(super) fn woken(&mut self, ticket: Ticket, context: &mut Context<'_>) {
        if self.debounce == Some(ticket) {
            let search = self.typing.as_ref().map(|line| line.value().to_owned());
            self.search_for(search.unwrap_or_default(), context);
        } else if self.heard == Some(ticket) {
            self.heard = None;
            // More pages than the first are not asked for anew under the operator's eyes.
            if self.spot.at < usize::from(PAGE) {
                self.spot.keep(&self.here());
                let ticket = context.call_quietly(self.call(None));
                self.asked(ticket, false);
            }
        }
    }
}

//! What keys, answers and events do to Activity.

use std::time::Duration;

use super::Action;
use super::state::{KINDS, PAGE, State, Tab};
use crate::api::changes::ChangesQuery;
use crate::api::users::PageQuery;
use crate::tui::context::{Context, Tone, Wish};
use crate::tui::effect::{Call, Reply, Ticket};
use crate::tui::long::Spot;
use crate::tui::manage::undo;
use crate::tui::popups::batch::Batch;
use crate::tui::popups::menu::{Item, Menu};
use crate::tui::popups::{Popup, PopupOutcome, Question};
use crate::tui::screens::Route;

const OPERATOR: Question = "activity.operator";
const KIND: Question = "activity.kind";

/// Events within this time are one refresh.
const BURST: Duration = Duration::from_millis(400);
/// Lines that a page of keys moves by.
const STEP: usize = 15;

impl State {
    pub(super) fn do_action(&mut self, action: Action, context: &mut Context<'_>) {
        self.spot.release();
        let last = self.len().saturating_sub(1);
        let tab = Tab::ALL.iter().position(|tab| *tab == self.tab).unwrap_or(0);
        match action {
            Action::Down => self.spot.at = (self.spot.at + 1).min(last),
            Action::Up => self.spot.at = self.spot.at.saturating_sub(1),
            Action::PageDown => self.spot.at = (self.spot.at + STEP).min(last),
            Action::PageUp => self.spot.at = self.spot.at.saturating_sub(STEP),
            Action::First => self.spot.at = 0,
            Action::Last => self.spot.at = last,
            Action::Next => self.look_at((tab + 1) % Tab::ALL.len()),
            Action::Previous => self.look_at((tab + Tab::ALL.len() - 1) % Tab::ALL.len()),
            Action::Open => self.open(context),
            Action::Undo => self.undo(context),
            Action::Operator => self.choose_operator(context),
            Action::Kind => self.choose_kind(context),
        }
        if self.spot.at + STEP >= self.len() {
            self.ask_rest(context);
        }
    }

    fn look_at(&mut self, tab: usize) {
        self.tab = Tab::ALL.get(tab).copied().unwrap_or_default();
        self.spot = Spot::default();
    }

    fn open(&mut self, context: &mut Context<'_>) {
        match self.tab {
            Tab::Changes => self.undo(context),
            Tab::Jobs => {
                if let Some(job) = self.job() {
                    let batch = Popup::Batch(Box::new(Batch::following(job.clone())));
                    context.wishes.push(Wish::Popup(batch));
                }
            }
            Tab::Record => {
                let user = self.entry().and_then(|entry| entry.entry.user_id);
                context.wishes.extend(user.map(|user| Wish::Open(Route::User(user))));
            }
        }
    }

    fn undo(&mut self, context: &mut Context<'_>) {
        if self.tab != Tab::Changes {
            self.manage.ask_last_change(context);
            return;
        }
        let Some(change) = self.change().cloned() else { return };
        let is_over = change.undo_until.is_some_and(|until| until <= context.now);
        if change.undone {
            context.say(Tone::Note, "this was taken back already");
        } else if change.undo_until.is_none() {
            context.say(Tone::Note, "this can't be taken back: a mail that went out is out");
        } else if is_over {
            context.say(Tone::Note, "this is too long ago to be taken back");
        } else {
            undo::confirm(change, context);
        }
    }

    /// Notes the operators among the entries that are here: the menu only grows.
    fn note_operators(&mut self) {
        for entry in self.record.items().unwrap_or_default() {
            let actor = entry.entry.actor.to_string();
            if !self.operators.contains(&actor) {
                self.operators.push(actor);
            }
        }
    }

    fn choose_operator(&mut self, context: &mut Context<'_>) {
        self.tab = Tab::Record;
        let item = |(at, operator): (usize, &String)| {
            Item::numbered(at, operator.clone()).on(self.operator.as_ref() == Some(operator))
        };
        let named = self.operators.iter().enumerate().map(item);
        let everybody = Item::new('e', "everybody").on(self.operator.is_none());
        let items = std::iter::once(everybody).chain(named).collect();
        context.wishes.push(Wish::Popup(Popup::Menu(Menu::one(OPERATOR, "Record of", items))));
    }

    fn choose_kind(&mut self, context: &mut Context<'_>) {
        self.tab = Tab::Record;
        let kind = |(name, key): (&'static str, char)| Item::new(key, name).on(self.kind == Some(name));
        let everything = Item::new('a', "all kinds").on(self.kind.is_none());
        let items = std::iter::once(everything).chain(KINDS.map(kind)).collect();
        context.wishes.push(Wish::Popup(Popup::Menu(Menu::one(KIND, "Record of", items))));
    }

    pub(super) fn chosen(&mut self, outcome: &PopupOutcome, context: &mut Context<'_>) {
        match outcome {
            PopupOutcome::Chosen(OPERATOR, lines) => {
                let at = lines.first().copied().unwrap_or(0);
                self.operator = at.checked_sub(1).and_then(|at| self.operators.get(at).cloned());
            }
            PopupOutcome::Chosen(KIND, lines) => {
                let at = lines.first().copied().unwrap_or(0);
                self.kind = at.checked_sub(1).and_then(|at| KINDS.get(at)).map(|(name, _)| *name);
            }
            _ => return,
        }
        self.spot = Spot::default();
        self.record.ask(context.call(Call::ListRecord(self.query(None))), false);
    }

    /// Asks for everything; what is there stays meanwhile.
    pub(super) fn ask(&mut self, context: &mut Context<'_>) {
        self.spot.keep(&self.here());
        let changes = ChangesQuery { limit: Some(PAGE), ..ChangesQuery::default() };
        self.changes.ask(context.call(Call::ListChanges(changes)), false);
        let jobs = PageQuery { cursor: None, limit: Some(PAGE) };
        self.jobs.ask(context.call(Call::ListJobs(jobs)), false);
        self.record.ask(context.call(Call::ListRecord(self.query(None))), false);
    }

    fn ask_rest(&mut self, context: &mut Context<'_>) {
        match self.tab {
            Tab::Changes => {
                if let Some(cursor) = self.changes.rest() {
                    let query =
                        ChangesQuery { cursor: Some(cursor), limit: Some(PAGE), ..ChangesQuery::default() };
                    self.changes.ask(context.call(Call::ListChanges(query)), true);
                }
            }
            Tab::Jobs => {
                if let Some(cursor) = self.jobs.rest() {
                    let query = PageQuery { cursor: Some(cursor), limit: Some(PAGE) };
                    self.jobs.ask(context.call(Call::ListJobs(query)), true);
                }
            }
            Tab::Record => {
                if let Some(cursor) = self.record.rest() {
                    let query = self.query(Some(cursor));
                    self.record.ask(context.call(Call::ListRecord(query)), true);
                }
            }
        }
    }

    pub(super) fn answered(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) {
        match reply {
            Reply::Changes(answer) => self.changes.answered(ticket, answer),
            Reply::Jobs(answer) => self.jobs.answered(ticket, answer),
            Reply::Record(answer) => {
                self.record.answered(ticket, answer);
                self.note_operators();
            }
            _ => {}
        }
        if self.spot.settle(&self.here()) {
            self.ask_rest(context);
        }
    }

    /// Something changed: it is asked for soon, once for many events.
    pub(super) fn hear(&mut self, context: &mut Context<'_>) {
        if !self.is_covered && self.heard.is_none() {
            self.heard = Some(context.after(BURST));
        }
    }

    pub(super) fn woken(&mut self, ticket: Ticket, context: &mut Context<'_>) {
        if self.heard == Some(ticket) {
            self.heard = None;
            // More pages than the first are not asked for anew under the operator's eyes.
            if self.spot.at < usize::from(PAGE) {
                self.ask_quietly(context);
            }
        }
    }

    fn ask_quietly(&mut self, context: &mut Context<'_>) {
        self.spot.keep(&self.here());
        let changes = ChangesQuery { limit: Some(PAGE), ..ChangesQuery::default() };
        self.changes.ask(context.call_quietly(Call::ListChanges(changes)), false);
        let jobs = PageQuery { cursor: None, limit: Some(PAGE) };
        self.jobs.ask(context.call_quietly(Call::ListJobs(jobs)), false);
        self.record.ask(context.call_quietly(Call::ListRecord(self.query(None))), false);
    }
}

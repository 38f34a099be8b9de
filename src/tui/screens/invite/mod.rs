//! The invite form (DESIGN R2): one screen, nothing typed is ever lost, the next one at once.

mod added;
mod check;
mod field;
mod form;
mod hints;
mod keys;
mod people;
mod pick_field;
mod roles;
mod send;
mod state;
mod update;
mod values;
mod view;

use ratatui::layout::Rect;

use super::Screen;
use crate::domain::safe_text::SafeText;
use crate::fuzzy::Ranked;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::catalogue::Kind;
use crate::tui::context::{Context, Look, Tone};
use crate::tui::draft::Draft;
use crate::tui::effect::{Reply, Ticket};
use crate::tui::keymap::{self, Binding, Global};
use crate::tui::popups::PopupOutcome;
use field::Field;
use keys::KEYS;
use pick_field::Pressed;
use update::PICKED;

pub use keys::Action;
pub use state::State;

impl Screen for State {
    fn title(&self) -> SafeText {
        match &self.form.replaces {
            None => "Invite user".into(),
            Some(replaced) => format!("Replace the invitation of {}", replaced.email).into(),
        }
    }

    fn keys(&self) -> &'static [Binding] {
        KEYS
    }

    fn is_typing(&self) -> bool {
        true
    }

    fn entered(&mut self, context: &mut Context<'_>) {
        for kind in [Kind::Units, Kind::Groups, Kind::Courses] {
            context.fetch(kind);
        }
        self.tally = context.outbox.tally();
        self.check.typed(&self.address_to_check(), context);
        self.check.left(context);
        self.added.follow(&self.form, context);
        if self.is_restored {
            let whose = match self.form.email.value().trim() {
                "" => String::new(),
                email => format!(" for {email}"),
            };
            context.say(Tone::Note, format!("the unfinished invitation{whose} is back; Ctrl-X clears it"));
            self.is_restored = false;
        }
    }

    fn act(&mut self, action: keymap::Action, context: &mut Context<'_>) {
        let keymap::Action::Invite(action) = action else {
            if action == keymap::Action::Global(Global::Cancel)
                && let Some(field) = self.form.pick_field_mut(self.focus)
            {
                field.close();
            }
            return;
        };
        self.do_action(action, context);
    }

    fn key(&mut self, key: Key, context: &mut Context<'_>) {
        let chips = self.chips(self.focus).len();
        if self.focus == Field::Roles {
            self.roles_key(key, context);
        } else if let Some(field) = self.form.pick_field_mut(self.focus) {
            if let Pressed::Remove(at) = field.key(key, chips, context) {
                self.remove_chip(at, context);
            }
        } else if self.focus == Field::Send && key.code == KeyCode::Char(' ') {
            self.enter(context);
            return;
        } else {
            self.line_key(key);
        }
        self.changed(context);
    }

    fn paste(&mut self, text: &str, context: &mut Context<'_>) {
        if self.focus == Field::Email && self.paste_people(text, context) {
            return;
        }
        let is_locked = self.is_locked(self.focus);
        if let Some(field) = self.form.pick_field_mut(self.focus) {
            field.paste(text, context);
        } else if let Some(line) = self.form.line_mut(self.focus).filter(|_| !is_locked) {
            line.paste(text);
            if self.focus == Field::Email {
                self.propose();
            }
        }
        self.changed(context);
    }

    fn replied(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) {
        self.tally = context.outbox.tally();
        self.added.replied(ticket, reply);
        self.listed(context);
        if self.check.replied(ticket, reply) {
            // The focus stays even on a name that is locked now: keys typed ahead must not land elsewhere.
            self.judge(context);
        }
    }

    fn listed(&mut self, context: &mut Context<'_>) {
        for field in PICKED {
            if self.form.pick_field_mut(field).is_some_and(|field| field.arrived(context)) {
                self.changed(context);
            }
        }
    }

    fn ranked(&mut self, ticket: Ticket, ranked: &Ranked, context: &mut Context<'_>) {
        for field in PICKED {
            if self.form.pick_field_mut(field).is_some_and(|field| field.ranked(ticket, ranked, context)) {
                self.changed(context);
            }
        }
    }

    fn is_ranking(&self) -> bool {
        self.form.pick_field(self.focus).is_some_and(|field| field.is_open && field.list.is_ranking())
    }

    fn rang(&mut self, ticket: Ticket, context: &mut Context<'_>) {
        self.check.rang(ticket, context);
        self.tally = context.outbox.tally();
    }

    fn returned(&mut self, outcome: &PopupOutcome, context: &mut Context<'_>) {
        self.chosen(outcome, context);
    }

    fn draft(&self) -> Option<Box<Draft>> {
        Some(self.kept_draft()).filter(|draft| *draft != Draft::default()).map(Box::new)
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        view::draw(self, canvas, area, look);
    }
}

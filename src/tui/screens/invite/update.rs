//! What keys, answers and popups change in the form.

use super::field::Field;
use super::keys::Action;
use super::pick_field::PickField;
use super::state::State;
use crate::domain::expiry::read_expiry;
use crate::terminal::key::{Key, KeyCode};
use crate::tui::catalogue::Kind;
use crate::tui::context::{Context, Tone, Wish};
use crate::tui::draft::Draft;
use crate::tui::effect::Effect;
use crate::tui::parts::line_edit::LineEdit;
use crate::tui::popups::browser::Browser;
use crate::tui::popups::calendar::Calendar;
use crate::tui::popups::{Popup, PopupOutcome, Question};
use crate::tui::screens::Screen;

const UNIT: Question = "invite.unit";
const UNITS_MANAGED: Question = "invite.units_managed";
const EXPIRY: Question = "invite.expiry";
const GROUPS: Question = "invite.groups";
const COURSES: Question = "invite.courses";

/// The fields that are filled from lists.
pub(super) const PICKED: [Field; 4] = [Field::Unit, Field::UnitsManaged, Field::Groups, Field::Courses];

/// What takes a line of a list.
type Taking = fn(&mut PickField, &Context<'_>) -> bool;

impl State {
    pub(super) fn do_action(&mut self, action: Action, context: &mut Context<'_>) {
        let arrow = |code| Key::plain(code);
        match action {
            Action::Next => {
                self.take(PickField::take, context);
                self.step(1, context);
            }
            Action::Up if self.is_open() => self.key(arrow(KeyCode::Up), context),
            Action::Down if self.is_open() => self.key(arrow(KeyCode::Down), context),
            Action::Up | Action::Previous => self.step(-1, context),
            Action::Down => self.step(1, context),
            Action::Open => {
                if let Some(field) = self.form.pick_field_mut(self.focus) {
                    field.open(context);
                }
            }
            Action::Enter => self.enter(context),
            Action::SendAndNext if self.is_replacement => self.send_and_close(context),
            Action::SendAndNext => drop(self.send(context)),
            Action::Keep => self.toggle_kept(context),
            Action::FullList => self.full_list(context),
            Action::TakeSuggestion => {
                if let Some(address) = self.suggestion() {
                    self.form.email = LineEdit::new(&address);
                    self.propose();
                    self.changed(context);
                }
            }
            Action::Failed => self.reopen(context),
            Action::Clear => self.clear(context),
            Action::Leave => match self.form.pick_field_mut(self.focus).filter(|field| field.is_open) {
                Some(field) => field.is_open = false,
                None => context.wishes.push(Wish::Close),
            },
        }
        self.tally = context.outbox.tally();
    }

    /// Takes what was chosen in a popup.
    pub(super) fn chosen(&mut self, outcome: &PopupOutcome, context: &mut Context<'_>) {
        match outcome {
            PopupOutcome::Picked(question, picks) => {
                let field = match *question {
                    UNIT => Field::Unit,
                    UNITS_MANAGED => Field::UnitsManaged,
                    GROUPS => Field::Groups,
                    COURSES => Field::Courses,
                    _ => return,
                };
                if let Some(pick_field) = self.form.pick_field_mut(field) {
                    pick_field.picks.clone_from(picks);
                }
            }
            PopupOutcome::Day(EXPIRY, day) => self.form.expiry = LineEdit::new(&day.to_string()),
            _ => return,
        }
        self.changed(context);
    }

    /// Puts the focus on `field`; the one left is judged from now on.
    pub(super) fn go_to(&mut self, field: Field, context: &mut Context<'_>) {
        let left = self.focus;
        if left != field {
            let is_untouched = self.form.line(left).is_some_and(LineEdit::is_empty);
            if !self.judged.contains(&left) && !is_untouched {
                self.judged.push(left);
            }
            if left == Field::Email {
                self.check.left(context);
            }
            if let Some(pick_field) = self.form.pick_field_mut(left) {
                pick_field.is_open = false;
                pick_field.chip = None;
            }
        }
        self.focus = field;
        self.judge(context);
    }

    fn step(&mut self, by: isize, context: &mut Context<'_>) {
        let fields = self.reachable(context.catalogue);
        let at = fields.iter().position(|field| *field >= self.focus).unwrap_or(0);
        // A name that was locked while it had the focus stands just before the field at `at`.
        let is_among = fields.get(at) == Some(&self.focus);
        let by = if by > 0 && !is_among { by - 1 } else { by };
        let count = fields.len();
        let next = at.saturating_add(count).saturating_add_signed(by) % count.max(1);
        if let Some(field) = fields.get(next) {
            self.go_to(*field, context);
        }
    }

    /// Judges the fields that were left once.
    pub(super) fn judge(&mut self, context: &Context<'_>) {
        let shown = self.shown(context.catalogue);
        let fields: Vec<Field> = self.judged.iter().copied().filter(|field| shown.contains(field)).collect();
        self.errors = self.form.errors(&fields, self.judged_by(context));
        if let Some(refusal) = self.check.refusal() {
            self.errors.insert(Field::Email, refusal);
        }
        for (field, refusal) in &self.refused {
            self.errors.entry(*field).or_insert_with(|| refusal.clone());
        }
    }

    /// Follows a change: names, check, courses of rules, errors, draft.
    pub(super) fn changed(&mut self, context: &mut Context<'_>) {
        if self.saved != self.kept_draft() {
            self.refused.remove(&self.focus);
            self.refused.remove(&Field::Send);
        }
        self.check.typed(&self.address_to_check(), context);
        self.added.follow(&self.form, context);
        self.judge(context);
        self.keep_draft(context);
    }

    /// The typed address, unless it is still the one that is replaced: that one is known here.
    pub(super) fn address_to_check(&self) -> String {
        let typed = self.form.email.value();
        match &self.form.replaces {
            Some(replaced) if replaced.email.as_str() == typed.trim() => String::new(),
            _ => typed.to_owned(),
        }
    }

    pub(super) fn keep_draft(&mut self, context: &mut Context<'_>) {
        let draft = self.kept_draft();
        if draft == self.saved || self.is_replacement {
            return;
        }
        context.effects.push(if draft == Draft::default() {
            Effect::DropDraft
        } else {
            Effect::SaveDraft(Box::new(draft.clone()))
        });
        self.saved = draft;
    }

    pub(super) fn enter(&mut self, context: &mut Context<'_>) {
        if self.focus == Field::Email && self.open_known(context) {
            return;
        }
        let chip = self.form.pick_field(self.focus).and_then(|field| field.chip);
        if let (Some(at), false) = (chip, self.is_open()) {
            self.remove_chip(at, context);
            return;
        }
        match self.take(PickField::toggle, context) {
            Some(true) => {}
            None if self.focus == Field::Send => {
                self.send_and_close(context);
            }
            Some(false) | None => self.step(1, context),
        }
    }

    fn send_and_close(&mut self, context: &mut Context<'_>) {
        if self.send(context) {
            context.wishes.push(Wish::Close);
        }
    }

    fn is_open(&self) -> bool {
        self.form.pick_field(self.focus).is_some_and(|field| field.is_open)
    }

    /// Lets the field `take` what the open popup points at; whether it stays there for more. `None`
    /// where no popup is open.
    fn take(&mut self, take: Taking, context: &mut Context<'_>) -> Option<bool> {
        let field = self.form.pick_field_mut(self.focus).filter(|field| field.is_open)?;
        let several = field.takes_several();
        let was_taken = take(field, context);
        if was_taken {
            self.changed(context);
        }
        Some(several || !was_taken)
    }

    pub(super) fn remove_chip(&mut self, at: usize, context: &mut Context<'_>) {
        let focus = self.focus;
        let Some(field) = self.form.pick_field_mut(focus) else { return };
        let own = field.picks.len();
        if at < own {
            field.remove(at);
        } else {
            let picks = field.picks.clone();
            let course = self.added.besides(&picks).nth(at - own).map(|added| added.course.id);
            let without = &mut self.form.without_courses;
            match course.and_then(|id| without.iter().position(|other| *other == id)) {
                Some(place) => drop(without.remove(place)),
                None => without.extend(course),
            }
        }
        self.changed(context);
    }

    fn full_list(&mut self, context: &mut Context<'_>) {
        let (question, kind) = match self.focus {
            Field::Unit => (UNIT, Kind::Units),
            Field::UnitsManaged => (UNITS_MANAGED, Kind::Units),
            Field::Groups => (GROUPS, Kind::Groups),
            Field::Courses => (COURSES, Kind::Courses),
            Field::Expiry => {
                let day = read_expiry(self.form.expiry.value(), context.today()).ok().flatten();
                let calendar = Calendar::new(EXPIRY, day, context.today());
                context.wishes.push(Wish::Popup(Popup::Calendar(calendar)));
                return;
            }
            _ => {
                context.say(Tone::Note, "this field has no list");
                return;
            }
        };
        if let Some(field) = self.form.pick_field_mut(self.focus) {
            let typed = field.edit.value().to_owned();
            let chosen = field.picks.clone();
            let browser = Browser::new(question, kind, field.takes_several(), chosen).narrowed(&typed);
            field.close();
            context.wishes.push(Wish::Popup(Popup::Browser(Box::new(browser))));
        }
    }

    fn toggle_kept(&mut self, context: &mut Context<'_>) {
        let focus = self.focus;
        if !focus.can_be_kept() {
            context.say(Tone::Note, "an address and names are for one person only");
        } else if let Some(at) = self.kept.iter().position(|field| *field == focus) {
            self.kept.remove(at);
        } else {
            self.kept.push(focus);
        }
        self.keep_draft(context);
    }

    fn clear(&mut self, context: &mut Context<'_>) {
        let waits = self.waiting.len();
        if self.is_replacement {
            context.say(Tone::Note, "not replaced; the invitation stands as it was");
            context.wishes.push(Wish::Close);
        } else if waits > 0 {
            self.next(context);
            context.say(Tone::Note, format!("left out; the next of {waits} who wait"));
        } else if self.form.draft() != Draft::default() {
            self.fill(&Draft::default());
            self.pasted = 0;
            self.added.follow(&self.form, context);
            context.say(Tone::Note, "the form is empty");
        }
        self.keep_draft(context);
    }

    pub(super) fn line_key(&mut self, key: Key) {
        let focus = self.focus;
        if self.is_locked(focus) {
            return;
        }
        let Some(line) = self.form.line_mut(focus) else { return };
        let before = line.value().to_owned();
        line.key(key);
        if focus == Field::Email && line.value() != before {
            self.propose();
        }
    }
}

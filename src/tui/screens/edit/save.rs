//! Saving: what it would do, the question whether to, and what becomes of it.

use super::change::Field;
use super::state::{Saving, Side, State};
use super::update::{ADDED, SAVE};
use crate::api::changes::ChangeOutcome;
use crate::api::problem::{Problem, ProblemCode};
use crate::client::ClientError;
use crate::tui::context::{Context, Tone, Wish};
use crate::tui::effect::{Asked, Call};
use crate::tui::manage::named;
use crate::tui::popups::Popup;
use crate::tui::popups::confirm::Confirm;
use crate::tui::popups::menu::{Item, Menu};

impl State {
    /// Asks the server what the edit would do (DESIGN R16, R17).
    pub(super) fn try_out(&mut self, context: &mut Context<'_>) {
        self.settle_disputes();
        if self.disputed.values().any(Option::is_none) {
            context.say(Tone::Error, "somebody changed this too: Space takes theirs or mine");
            return;
        }
        if self.changed().is_empty() {
            context.say(Tone::Note, "nothing is changed");
            return;
        }
        self.refused.clear();
        self.without.clear();
        self.ask(context.asked_dry(), Saving::Trying, context);
    }

    fn settle_disputes(&mut self) {
        let (Some(theirs), Some(mine)) = (&self.theirs, &mut self.mine) else { return };
        for (field, side) in &self.disputed {
            if *side == Some(Side::Theirs) {
                mine.take(*field, theirs);
            }
        }
        self.disputed.retain(|_, side| side.is_none());
    }

    pub(super) fn save(&mut self, context: &mut Context<'_>) {
        self.ask(context.asked(), Saving::Doing, context);
    }

    fn ask(&mut self, asked: Asked, saving: Saving, context: &mut Context<'_>) {
        let (Some(mine), Some(base)) = (&self.mine, self.base()) else { return };
        let edit = mine.edit(&base, self.without.clone());
        let asked = Asked { version: self.user().map(|user| user.version), ..asked };
        let call = Call::Edit(self.id, Box::new(edit), asked);
        let ticket = context.change(self.user().map(named).unwrap_or_default(), call);
        self.saving = Some((ticket, saving));
    }

    /// Takes what became of saving, or would.
    pub(super) fn saved(
        &mut self,
        saving: Saving,
        answer: &Result<Box<ChangeOutcome>, ClientError>,
        context: &mut Context<'_>,
    ) {
        match answer {
            Ok(outcome) if saving == Saving::Trying => self.review(outcome, context),
            Ok(outcome) => {
                let (first, last) = (&outcome.user.first_name, &outcome.user.last_name);
                context.say(Tone::Done, format!("{first} {last}: {}; z takes it back", outcome.detail));
                context.wishes.push(Wish::Close);
            }
            Err(error) => self.not_saved(error, context),
        }
    }

    /// Shows what saving would do, and asks.
    fn review(&mut self, outcome: &ChangeOutcome, context: &mut Context<'_>) {
        let difference = self.difference(context);
        self.added.clone_from(&outcome.added);
        let popup = if outcome.added.is_empty() {
            Popup::Confirm(Confirm::new(SAVE, "Save?", difference.join("; "), "Save"))
        } else {
            let item = |(at, auto): (usize, &crate::api::catalogue::AutoCourse)| {
                Item::numbered(at, auto.course.title.clone()).note(auto.because.clone()).on(true)
            };
            let items = outcome.added.iter().enumerate().map(item).collect();
            Popup::Menu(Menu::several(ADDED, "Saving also enrols in", items).beginning())
        };
        context.wishes.push(Wish::Popup(popup));
    }

    /// A line for each field that changes.
    fn difference(&self, context: &Context<'_>) -> Vec<String> {
        let (Some(mine), Some(base)) = (&self.mine, self.base()) else { return Vec::new() };
        let line = |field: Field| {
            let (old, new) = (base.told(field, "none"), mine.told(field, "none"));
            format!("{}: {old} becomes {new}", field.label())
        };
        let shown = self.shown(context.catalogue);
        self.changed().into_iter().filter(|field| shown.contains(field)).map(line).collect()
    }

    fn not_saved(&mut self, error: &ClientError, context: &mut Context<'_>) {
        match error {
            ClientError::Refused(problem) if problem.code == ProblemCode::VersionMismatch => {
                self.is_stale = true;
                self.reload(context);
            }
            ClientError::Refused(problem) => self.show_refusal(problem, context),
            other => context.say(Tone::Error, format!("not saved: {other}; s tries again")),
        }
    }

    fn show_refusal(&mut self, problem: &Problem, context: &mut Context<'_>) {
        for wrong in &problem.errors {
            let field = match wrong.pointer.split('/').nth(1) {
                Some("roles") => Field::Roles,
                Some("unit") => Field::Unit,
                Some("units_managed") => Field::UnitsManaged,
                Some("groups") => Field::Groups,
                Some("expires_on") => Field::Expiry,
                _ => self.focus,
            };
            self.focus = field;
            self.refused.insert(field, wrong.detail.to_string());
        }
        context.say(Tone::Error, format!("not saved: {}", problem.detail));
    }
}

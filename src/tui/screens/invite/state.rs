//! What the form knows, and what follows from it.

use std::collections::{BTreeMap, VecDeque};

use super::added::Added;
use super::check::Check;
use super::field::Field;
use super::form::{Form, Judged};
use crate::domain::email::{EmailAddress, likely_slip};
use crate::domain::pasted_person::PastedPerson;
use crate::domain::role::Role;
use crate::tui::catalogue::{Catalogue, Kind};
use crate::tui::context::{Context, Place};
use crate::tui::draft::{Attempt, Draft, Waiting};
use crate::tui::parts::chips::Chip;

/// Fields whose values are kept for the next invitation, unless the operator wants otherwise.
const KEPT: [Field; 6] =
    [Field::Roles, Field::Unit, Field::UnitsManaged, Field::Expiry, Field::Groups, Field::Courses];

/// The form.
#[derive(Debug)]
pub struct State {
    pub(super) form: Form,
    pub(super) focus: Field,
    pub(super) role_at: Role,
    pub(super) kept: Vec<Field>,
    /// Fields that were left once: they are judged on every change from then on.
    pub(super) judged: Vec<Field>,
    pub(super) errors: BTreeMap<Field, String>,
    /// What the server refused, field by field, until the field is changed.
    pub(super) refused: BTreeMap<Field, String>,
    pub(super) check: Check,
    pub(super) added: Added,
    /// People pasted at once, who wait for their turn.
    pub(super) waiting: VecDeque<PastedPerson>,
    pub(super) pasted: usize,
    pub(super) is_restored: bool,
    /// What is kept of the form, as it was last said.
    pub(super) saved: Draft,
    /// Whether it takes the place of an invitation. Then it is for that one alone, and an unfinished
    /// other form, which may hold many who wait, stays as it is.
    pub is_replacement: bool,
    /// How what is in the form was sent before, if it failed.
    pub(super) attempt: Option<Box<Attempt>>,
    pub(super) tally: crate::tui::outbox::Tally,
}

impl State {
    /// A form: empty, or filled with what was kept.
    pub fn new(draft: Option<Box<Draft>>) -> Self {
        let draft = draft.map(|draft| *draft).unwrap_or_default();
        let is_restored = draft.names_somebody() && draft.replaces.is_none();
        let is_kept = |field: &Field| !draft.not_kept.iter().any(|name| name == field.name());
        let waiting: VecDeque<PastedPerson> = draft.waiting.iter().map(person).collect();
        Self {
            form: Form::of(&draft),
            focus: Field::Email,
            role_at: Role::Learner,
            kept: KEPT.into_iter().filter(is_kept).collect(),
            judged: Vec::new(),
            errors: BTreeMap::new(),
            refused: BTreeMap::new(),
            check: Check::default(),
            added: Added::default(),
            pasted: if waiting.is_empty() { 0 } else { waiting.len() + 1 },
            waiting,
            is_restored,
            is_replacement: false,
            attempt: draft.attempt.clone(),
            saved: draft,
            tally: crate::tui::outbox::Tally::default(),
        }
    }

    /// A form for what takes the place of an invitation.
    pub fn replacing(draft: Box<Draft>) -> Self {
        Self { is_replacement: true, ..Self::new(Some(draft)) }
    }

    /// Everything that would be lost with the form.
    pub(super) fn kept_draft(&self) -> Draft {
        let not_kept = KEPT.iter().filter(|field| !self.kept.contains(field));
        Draft {
            not_kept: not_kept.map(|field| field.name().to_owned()).collect(),
            waiting: self.waiting.iter().map(waiting).collect(),
            attempt: self.attempt.clone(),
            ..self.form.draft()
        }
    }

    /// The fields that are shown: those of empty lists are not (DESIGN R2).
    pub(super) fn shown(&self, catalogue: &Catalogue) -> Vec<Field> {
        let has = |kind| !catalogue.is_empty(kind);
        let is_shown = |field: &Field| match field {
            Field::Unit => has(Kind::Units),
            Field::UnitsManaged => has(Kind::Units) && self.form.roles.contains(Role::Manager),
            Field::Groups => has(Kind::Groups),
            Field::Courses => has(Kind::Courses),
            _ => true,
        };
        Field::ALL.into_iter().filter(is_shown).collect()
    }

    /// The fields that can have the focus: names of an account are locked (DESIGN R4).
    pub(super) fn reachable(&self, catalogue: &Catalogue) -> Vec<Field> {
        self.shown(catalogue).into_iter().filter(|field| !self.is_locked(*field)).collect()
    }

    /// Whether `field` can't be changed, because it is the account's (DESIGN R4).
    pub(super) fn is_locked(&self, field: Field) -> bool {
        self.check.theirs().is_some() && matches!(field, Field::FirstName | Field::LastName)
    }

    /// What the form is judged by.
    pub(super) fn judged_by(&self, context: &Context<'_>) -> Judged {
        Judged {
            today: context.today(),
            unit_required: context.place.workspace.may.unit_required,
            has_units: !context.catalogue.is_empty(Kind::Units),
            names_are_theirs: self.check.theirs().is_some(),
        }
    }

    /// Whether `field` must be filled.
    pub(super) fn is_required(&self, field: Field, place: &Place) -> bool {
        match field {
            Field::Email | Field::FirstName | Field::LastName | Field::Roles => true,
            Field::UnitsManaged => self.form.roles.contains(Role::Manager),
            Field::Unit => place.workspace.may.unit_required,
            Field::Expiry | Field::Groups | Field::Courses | Field::Send => false,
        }
    }

    /// The address that was probably meant.
    pub(super) fn suggestion(&self) -> Option<String> {
        likely_slip(&EmailAddress::parse(self.form.email.value()).ok()?)
    }

    /// The chips of a field: its own, and after those of courses the ones that rules add.
    pub(super) fn chips(&self, field: Field) -> Vec<Chip> {
        let Some(pick_field) = self.form.pick_field(field) else { return Vec::new() };
        let label = |pick: &crate::tui::popups::Pick| match field {
            Field::Unit => pick.path().to_string(),
            _ => pick.name().to_string(),
        };
        let own = pick_field.picks.iter();
        let mut chips: Vec<Chip> =
            own.map(|pick| Chip { label: label(pick), is_off: false, is_added: false }).collect();
        if field == Field::Courses {
            chips.extend(self.added.besides(&pick_field.picks).map(|added| Chip {
                label: format!("{} ({})", added.course.title, added.because),
                is_off: self.form.without_courses.contains(&added.course.id),
                is_added: true,
            }));
        }
        chips
    }

    /// How many courses would be planned.
    pub(super) fn planned(&self) -> usize {
        let picks = &self.form.courses.picks;
        let without = &self.form.without_courses;
        picks.len() + self.added.besides(picks).filter(|added| !without.contains(&added.course.id)).count()
    }
}

fn person(waiting: &Waiting) -> PastedPerson {
    let Waiting { email, first_name, last_name } = waiting.clone();
    PastedPerson { email, first_name, last_name }
}

fn waiting(person: &PastedPerson) -> Waiting {
    let PastedPerson { email, first_name, last_name } = person.clone();
    Waiting { email, first_name, last_name }
}

//! What is in the form: to and from a draft, judged, and made into what is sent.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::field::Field;
use super::pick_field::PickField;
use crate::api::catalogue::{CourseRef, GroupRef, UnitRef};
use crate::api::invitations::InvitationForm;
use crate::domain::email::EmailAddress;
use crate::domain::expiry::read_expiry;
use crate::domain::ids::CourseId;
use crate::domain::person_name::check_name;
use crate::domain::role::{Role, Roles};
use crate::tui::catalogue::Kind;
use crate::tui::draft::{Draft, Replaced};
use crate::tui::parts::line_edit::LineEdit;
use crate::tui::popups::Pick;

/// What is in the form.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// The address.
    pub email: LineEdit,
    /// The first name.
    pub first_name: LineEdit,
    /// The last name.
    pub last_name: LineEdit,
    /// The roles.
    pub roles: Roles,
    /// The unit.
    pub unit: PickField,
    /// The units to be managed.
    pub units_managed: PickField,
    /// The expiry date.
    pub expiry: LineEdit,
    /// The groups.
    pub groups: PickField,
    /// The courses.
    pub courses: PickField,
    /// Courses of auto-enrolments that were deselected.
    pub without_courses: Vec<CourseId>,
    /// The invitation that it takes the place of.
    pub replaces: Option<Replaced>,
}

/// What a form is judged by besides itself.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    /// Today in the workspace.
    pub today: Date,
    /// Whether a unit must be chosen (DESIGN R1).
    pub unit_required: bool,
    /// Whether the workspace has units.
    pub has_units: bool,
    /// Whether the names are an account's (DESIGN R4).
    pub names_are_theirs: bool,
}

impl Form {
    /// The form that `draft` was made from.
    pub fn of(draft: &Draft) -> Self {
        let units = |units: &[UnitRef]| units.iter().cloned().map(Pick::Unit).collect();
        let name = |text: &str, is_proposal| {
            if is_proposal { LineEdit::proposal(text) } else { LineEdit::new(text) }
        };
        let groups = draft.groups.iter().cloned().map(Pick::Group).collect();
        let courses = draft.courses.iter().cloned().map(Pick::Course).collect();
        Self {
            email: LineEdit::new(&draft.email),
            first_name: name(&draft.first_name, draft.first_name_is_proposal),
            last_name: name(&draft.last_name, draft.last_name_is_proposal),
            roles: draft.roles,
            unit: PickField::new(Kind::Units, false, units(draft.unit.as_slice())),
            units_managed: PickField::new(Kind::Units, true, units(&draft.units_managed)),
            expiry: LineEdit::new(&draft.expiry),
            groups: PickField::new(Kind::Groups, true, groups),
            courses: PickField::new(Kind::Courses, true, courses),
            without_courses: draft.without_courses.clone(),
            replaces: draft.replaces.clone(),
        }
    }

    /// The form as it is kept.
    pub fn draft(&self) -> Draft {
        Draft {
            email: self.email.value().to_owned(),
            first_name: self.first_name.value().to_owned(),
            last_name: self.last_name.value().to_owned(),
            first_name_is_proposal: self.first_name.is_proposal(),
            last_name_is_proposal: self.last_name.is_proposal(),
            roles: self.roles,
            unit: units(&self.unit).pop(),
            units_managed: units(&self.units_managed),
            expiry: self.expiry.value().to_owned(),
            groups: groups(&self.groups),
            courses: courses(&self.courses),
            without_courses: self.without_courses.clone(),
            replaces: self.replaces.clone(),
            ..Draft::default()
        }
    }

    /// The field that is filled from a list.
    pub fn pick_field(&self, field: Field) -> Option<&PickField> {
        Some(match field {
            Field::Unit => &self.unit,
            Field::UnitsManaged => &self.units_managed,
            Field::Groups => &self.groups,
            Field::Courses => &self.courses,
            _ => return None,
        })
    }

    /// The same, to change.
    pub fn pick_field_mut(&mut self, field: Field) -> Option<&mut PickField> {
        Some(match field {
            Field::Unit => &mut self.unit,
            Field::UnitsManaged => &mut self.units_managed,
            Field::Groups => &mut self.groups,
            Field::Courses => &mut self.courses,
            _ => return None,
        })
    }

    /// The field that is typed into.
    pub fn line(&self, field: Field) -> Option<&LineEdit> {
        Some(match field {
            Field::Email => &self.email,
            Field::FirstName => &self.first_name,
            Field::LastName => &self.last_name,
            Field::Expiry => &self.expiry,
            _ => return None,
        })
    }

    /// The same, to change.
    pub fn line_mut(&mut self, field: Field) -> Option<&mut LineEdit> {
        Some(match field {
            Field::Email => &mut self.email,
            Field::FirstName => &mut self.first_name,
            Field::LastName => &mut self.last_name,
            Field::Expiry => &mut self.expiry,
            _ => return None,
        })
    }

    /// What is wrong with `field`, and what to do about it.
    pub fn error(&self, field: Field, judged: Judged) -> Option<String> {
        if self.pick_field(field).is_some_and(|field| !field.edit.is_empty()) {
            return Some("typed, not chosen: Enter takes one, Ctrl-U clears".to_owned());
        }
        let name = |text: &str| check_name(text).err().filter(|_| !judged.names_are_theirs);
        match field {
            Field::Email => EmailAddress::parse(self.email.value()).err().map(|error| error.to_string()),
            Field::FirstName => name(self.first_name.value()).map(|error| error.to_string()),
            Field::LastName => name(self.last_name.value()).map(|error| error.to_string()),
            Field::Roles if self.roles.is_empty() => Some("choose at least one role: Space ticks".to_owned()),
            Field::Unit if judged.unit_required && self.unit.picks.is_empty() => {
                Some("choose one of the units you manage: type a part of its name".to_owned())
            }
            Field::UnitsManaged if self.manages_nothing(judged) => {
                Some("choose the units that this Manager looks after".to_owned())
            }
            Field::Expiry => {
                read_expiry(self.expiry.value(), judged.today).err().map(|error| error.to_string())
            }
            _ => None,
        }
    }

    fn manages_nothing(&self, judged: Judged) -> bool {
        self.roles.contains(Role::Manager) && judged.has_units && self.units_managed.picks.is_empty()
    }

    /// Everything that is wrong.
    pub fn errors(&self, fields: &[Field], judged: Judged) -> BTreeMap<Field, String> {
        fields.iter().filter_map(|field| Some((*field, self.error(*field, judged)?))).collect()
    }

    /// What is sent; `names` are an account's, where there is one (DESIGN R4).
    pub fn invitation(&self, today: Date, names: Option<(&str, &str)>) -> InvitationForm {
        let (first_name, last_name) = names.unwrap_or((self.first_name.value(), self.last_name.value()));
        let is_manager = self.roles.contains(Role::Manager);
        let managed = if is_manager { units(&self.units_managed) } else { Vec::new() };
        InvitationForm {
            email: self.email.value().trim().to_owned(),
            first_name: first_name.trim().to_owned(),
            last_name: last_name.trim().to_owned(),
            roles: self.roles,
            unit: units(&self.unit).first().map(|unit| unit.id),
            units_managed: managed.iter().map(|unit| unit.id).collect(),
            expires_on: read_expiry(self.expiry.value(), today).ok().flatten(),
            groups: groups(&self.groups).iter().map(|group| group.id).collect(),
            courses: courses(&self.courses).iter().map(|course| course.id).collect(),
            without_courses: self.without_courses.clone(),
        }
    }
}

fn units(field: &PickField) -> Vec<UnitRef> {
    let unit = |pick: &Pick| if let Pick::Unit(unit) = pick { Some(unit.clone()) } else { None };
    field.picks.iter().filter_map(unit).collect()
}

fn groups(field: &PickField) -> Vec<GroupRef> {
    let group = |pick: &Pick| if let Pick::Group(group) = pick { Some(group.clone()) } else { None };
    field.picks.iter().filter_map(group).collect()
}

fn courses(field: &PickField) -> Vec<CourseRef> {
    let course = |pick: &Pick| if let Pick::Course(course) = pick { Some(course.clone()) } else { None };
    field.picks.iter().filter_map(course).collect()
}

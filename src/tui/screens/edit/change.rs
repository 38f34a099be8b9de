//! What of a user is edited, field by field, and what is sent of it.

use jiff::civil::Date;

use crate::api::catalogue::{GroupRef, UnitRef};
use crate::api::changes::UserEdit;
use crate::api::users::User;
use crate::domain::ids::CourseId;
use crate::domain::role::{Role, Roles};

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The roles.
    Roles,
    /// The unit.
    Unit,
    /// The units that a Manager manages.
    UnitsManaged,
    /// The groups.
    Groups,
    /// The last day of access.
    Expiry,
}

impl Field {
    /// Every field, from top to bottom.
    pub const ALL: [Self; 5] = [Self::Roles, Self::Unit, Self::UnitsManaged, Self::Groups, Self::Expiry];

    /// What it is called.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Roles => "Roles",
            Self::Unit => "Organisation unit",
            Self::UnitsManaged => "Units managed",
            Self::Groups => "Groups",
            Self::Expiry => "Expiry date",
        }
    }
}

/// The fields of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// The roles.
    pub roles: Roles,
    /// The unit.
    pub unit: Option<UnitRef>,
    /// The units managed, in the order of the tree.
    pub units_managed: Vec<UnitRef>,
    /// The groups, by name.
    pub groups: Vec<GroupRef>,
    /// The last day of access.
    pub expires_on: Option<Date>,
}

impl Values {
    /// Those of `user`.
    pub fn of(user: &User) -> Self {
        Self {
            roles: user.roles,
            unit: user.unit.clone(),
            units_managed: user.units_managed.clone(),
            groups: user.groups.clone(),
            expires_on: user.expires_on,
        }
    }

    /// Whether `field` is the same in `other`; lists are sets.
    pub fn is_same(&self, field: Field, other: &Self) -> bool {
        fn same<T: PartialEq>(one: &[T], other: &[T]) -> bool {
            one.len() == other.len() && one.iter().all(|item| other.contains(item))
        }
        match field {
            Field::Roles => self.roles == other.roles,
            Field::Unit => self.unit == other.unit,
            Field::UnitsManaged => same(&self.units_managed, &other.units_managed),
            Field::Groups => same(&self.groups, &other.groups),
            Field::Expiry => self.expires_on == other.expires_on,
        }
    }

    /// Takes `field` from `other`.
    pub fn take(&mut self, field: Field, other: &Self) {
        match field {
            Field::Roles => self.roles = other.roles,
            Field::Unit => self.unit.clone_from(&other.unit),
            Field::UnitsManaged => self.units_managed.clone_from(&other.units_managed),
            Field::Groups => self.groups.clone_from(&other.groups),
            Field::Expiry => self.expires_on = other.expires_on,
        }
    }

    /// `field` in words; a dash where there is nothing.
    pub fn told(&self, field: Field, none: &str) -> String {
        let words: Vec<String> = match field {
            Field::Roles => self.roles.iter().map(|role| role.label().to_owned()).collect(),
            Field::Unit => self.unit.iter().map(|unit| unit.path.to_string()).collect(),
            Field::UnitsManaged => self.units_managed.iter().map(|unit| unit.name.to_string()).collect(),
            Field::Groups => self.groups.iter().map(|group| group.name.to_string()).collect(),
            Field::Expiry => self.expires_on.iter().map(ToString::to_string).collect(),
        };
        if words.is_empty() { none.to_owned() } else { words.join(", ") }
    }

    /// The fields that differ from `base`.
    pub fn changed(&self, base: &Self) -> Vec<Field> {
        Field::ALL.into_iter().filter(|field| !self.is_same(*field, base)).collect()
    }

    /// What is sent to make `base` this.
    pub fn edit(&self, base: &Self, without_courses: Vec<CourseId>) -> UserEdit {
        let is_changed = |field| !self.is_same(field, base);
        let is_manager = self.roles.contains(Role::Manager);
        let units = || self.units_managed.iter().map(|unit| unit.id).collect();
        let groups = || self.groups.iter().map(|group| group.id).collect();
        UserEdit {
            roles: is_changed(Field::Roles).then_some(self.roles),
            unit: is_changed(Field::Unit).then(|| self.unit.as_ref().map(|unit| unit.id)),
            // Who is no Manager any more manages nothing: the server sees to it.
            units_managed: (is_manager && is_changed(Field::UnitsManaged)).then(units),
            groups: is_changed(Field::Groups).then(groups),
            expires_on: is_changed(Field::Expiry).then_some(self.expires_on),
            without_courses,
            ..UserEdit::default()
        }
    }
}

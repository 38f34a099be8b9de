//! The fields of the form, in the order of DESIGN R2.

/// A field that can have the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The address.
    Email,
    /// The first name.
    FirstName,
    /// The last name.
    LastName,
    /// The roles.
    Roles,
    /// The unit.
    Unit,
    /// The units to be managed; only with the Manager role.
    UnitsManaged,
    /// The expiry date.
    Expiry,
    /// The groups.
    Groups,
    /// The courses.
    Courses,
    /// The button.
    Send,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 10] = [
        Self::Email,
        Self::FirstName,
        Self::LastName,
        Self::Roles,
        Self::Unit,
        Self::UnitsManaged,
        Self::Expiry,
        Self::Groups,
        Self::Courses,
        Self::Send,
    ];

    /// What stands before it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Email => "Email",
            Self::FirstName => "First name",
            Self::LastName => "Last name",
            Self::Roles => "Roles",
            Self::Unit => "Organisation unit",
            Self::UnitsManaged => "Units managed",
            Self::Expiry => "Expiry date",
            Self::Groups => "Groups",
            Self::Courses => "Enrol to courses",
            Self::Send => "Send invitation",
        }
    }

    /// Whether its value can be kept for the next invitation.
    pub fn can_be_kept(self) -> bool {
        !matches!(self, Self::Email | Self::FirstName | Self::LastName | Self::Send)
    }

    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Roles => "roles",
            Self::Unit => "unit",
            Self::UnitsManaged => "units_managed",
            Self::Expiry => "expires_on",
            Self::Groups => "groups",
            Self::Courses => "courses",
            Self::Send => "",
        }
    }

    /// The field that a JSON pointer of the API means.
    pub fn of_pointer(pointer: &str) -> Option<Self> {
        let name = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
        let name = if name == "without_courses" { Self::Courses.name() } else { name };
        Self::ALL.into_iter().find(|field| !name.is_empty() && field.name() == name)
    }
}

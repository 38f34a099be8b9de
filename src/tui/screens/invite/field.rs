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

    /// The field that a JSON pointer of the API means.
    pub fn of_pointer(pointer: &str) -> Option<Self> {
        let name = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
        Some(match name {
            "email" => Self::Email,
            "first_name" => Self::FirstName,
            "last_name" => Self::LastName,
            "roles" => Self::Roles,
            "unit" => Self::Unit,
            "units_managed" => Self::UnitsManaged,
            "expires_on" => Self::Expiry,
            "groups" => Self::Groups,
            "courses" | "without_courses" => Self::Courses,
            _ => return None,
        })
    }
}

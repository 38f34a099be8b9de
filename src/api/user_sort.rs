//! The order of the list of users, as it is written in a query.

/// A column that the list can be sorted by; `-` before it turns the order round. Ties are by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct UserSort {
    /// The column.
    pub by: UserColumn,
    /// Largest first.
    pub descending: bool,
}

/// The sortable columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UserColumn {
    /// First and last name.
    #[default]
    Name,
    /// The address.
    Email,
    /// The status, in the order of the counts.
    Status,
    /// The unit's path; users of none come last.
    Unit,
    /// The expiry date; users without come last.
    Expires,
    /// When the invitation was last sent; users without come last.
    Invited,
    /// When last seen; users never seen come last.
    LastActive,
}

impl UserColumn {
    /// Every column.
    pub const ALL: [Self; 7] =
        [Self::Name, Self::Email, Self::Status, Self::Unit, Self::Expires, Self::Invited, Self::LastActive];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Status => "status",
            Self::Unit => "unit",
            Self::Expires => "expires",
            Self::Invited => "invited",
            Self::LastActive => "last_active",
        }
    }
}

impl std::fmt::Display for UserSort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.by.as_str())
    }
}

/// A word that names no sortable column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "can't sort by {0:?}; use name, email, status, unit, expires, invited or last_active, with - before it to turn it round"
)]
pub struct UnknownSort(pub String);

impl std::str::FromStr for UserSort {
    type Err = UnknownSort;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |rest| (rest, true));
        UserColumn::ALL
            .into_iter()
            .find(|column| column.as_str() == name)
            .map(|by| Self { by, descending })
            .ok_or_else(|| UnknownSort(text.to_owned()))
    }
}

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
    /// The roles: learners, then Managers, then Admins.
    Roles,
    /// The unit's path; users of none come last.
    Unit,
    /// The first group's name; users of none come last.
    Groups,
    /// The expiry date; users without come last.
    Expires,
    /// When the invitation was last sent; users without come last.
    Invited,
    /// When last seen; users never seen come last.
    LastActive,
    /// How the last mail fared: failed, queued, sent; users without mail come last.
    Delivery,
}

impl UserColumn {
    /// Every column.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Email,
        Self::Status,
        Self::Roles,
        Self::Unit,
        Self::Groups,
        Self::Expires,
        Self::Invited,
        Self::LastActive,
        Self::Delivery,
    ];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Status => "status",
            Self::Roles => "roles",
            Self::Unit => "unit",
            Self::Groups => "groups",
            Self::Expires => "expires",
            Self::Invited => "invited",
            Self::LastActive => "last_active",
            Self::Delivery => "delivery",
        }
    }
}

/// The order of the list: a column, and another by which those are sorted who are equal in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct UserOrder {
    /// The column.
    pub by: UserSort,
    /// The second one.
    pub then: Option<UserSort>,
}

impl From<UserSort> for UserOrder {
    fn from(by: UserSort) -> Self {
        Self { by, then: None }
    }
}

impl std::fmt::Display for UserOrder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.then {
            None => self.by.fmt(f),
            Some(then) => write!(f, "{},{then}", self.by),
        }
    }
}

impl std::str::FromStr for UserOrder {
    type Err = UnknownSort;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((by, then)) = text.split_once(',') else { return Ok(Self::from(text.parse::<UserSort>()?)) };
        let (by, then): (UserSort, UserSort) = (by.trim().parse()?, then.trim().parse()?);
        Ok(Self { by, then: Some(then).filter(|then| then.by != by.by) })
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
    "can't sort by {0:?}; use one or two of name, email, status, roles, unit, groups, expires, invited, last_active \
     and delivery, separated by a comma, with - before one to turn it round"
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

//! A row of the table of users, read into the contract's word for it.

use jiff::Timestamp;
use sqlx::{ColumnIndex, Decode, FromRow, Row, Type};

use super::StoreError;
use super::order::{SortKey, SortKeys, sorts_by_text};
use super::value::{corrupt, count, instant_some, parse, parse_some};
use crate::api::catalogue::UnitRef;
use crate::api::users::{User, UserOrder, UserSort};
use crate::domain::role::Roles;
use crate::domain::status::{UserState, UserStatus};

/// The columns of a [`UserRow`], up to its sort keys.
pub const COLUMNS: &str = "SELECT u.id, u.email, u.first_name, u.last_name, u.state, u.roles, \
    n.id, n.name, n.path, u.expires_on, u.ends_at, u.invited_at, u.link_ends_at, u.last_active_at, u.version, ";
/// Where they come from, up to the conditions.
pub const TABLES: &str =
    " FROM users u LEFT JOIN units n ON n.workspace_id = u.workspace_id AND n.id = u.unit_id WHERE ";

/// A row: [`COLUMNS`] in their order, then the four columns of the sort keys.
pub struct UserRow {
    id: String,
    email: String,
    first_name: String,
    last_name: String,
    state: String,
    roles: i64,
    unit: [Option<String>; 3],
    expires_on: Option<String>,
    ends_at: Option<i64>,
    invited_at: Option<i64>,
    link_ends_at: Option<i64>,
    last_active_at: Option<i64>,
    version: i64,
    keys: [(String, i64); 2],
}

impl<'r, R> FromRow<'r, R> for UserRow
where
    R: Row,
    usize: ColumnIndex<R>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get(0)?,
            email: row.try_get(1)?,
            first_name: row.try_get(2)?,
            last_name: row.try_get(3)?,
            state: row.try_get(4)?,
            roles: row.try_get(5)?,
            unit: [row.try_get(6)?, row.try_get(7)?, row.try_get(8)?],
            expires_on: row.try_get(9)?,
            ends_at: row.try_get(10)?,
            invited_at: row.try_get(11)?,
            link_ends_at: row.try_get(12)?,
            last_active_at: row.try_get(13)?,
            version: row.try_get(14)?,
            keys: [(row.try_get(15)?, row.try_get(16)?), (row.try_get(17)?, row.try_get(18)?)],
        })
    }
}

impl UserRow {
    /// The user, with what it sorts by in `order`.
    pub fn keyed(self, order: UserOrder, now: Timestamp) -> Result<(SortKeys, User), StoreError> {
        let [first, then] = self.keys.clone();
        let key = |sort: UserSort, (text, number): (String, i64)| {
            if sorts_by_text(sort) { SortKey::Text(text) } else { SortKey::Number(number) }
        };
        let keys = (key(order.by, first), order.then.map(|sort| key(sort, then)));
        Ok((keys, self.user(now)?))
    }

    /// The user; what stands in other tables is added later.
    fn user(self, now: Timestamp) -> Result<User, StoreError> {
        let status = UserStatus::of(state_named(&self.state)?, instant_some(self.ends_at)?, now);
        let link_ends_at = instant_some(self.link_ends_at)?;
        let link_over = link_ends_at.is_some_and(|end| end <= now);
        let unit = match self.unit {
            [Some(id), Some(name), Some(path)] => {
                Some(UnitRef { id: parse(&id)?, name: name.into(), path: path.into() })
            }
            _ => None,
        };
        Ok(User {
            id: parse(&self.id)?,
            email: self.email.into(),
            first_name: self.first_name.into(),
            last_name: self.last_name.into(),
            status,
            roles: Roles::from_bits(u8::try_from(self.roles).unwrap_or_default()),
            unit,
            units_managed: Vec::new(),
            groups: Vec::new(),
            expires_on: parse_some(self.expires_on.as_deref())?,
            version: count(self.version)?,
            invited_at: instant_some(self.invited_at)?,
            link_ends_at,
            last_active_at: instant_some(self.last_active_at)?,
            link_expired: status == UserStatus::Invited && link_over,
            declined: false,
            delivery: None,
        })
    }
}

/// What the store calls a state.
pub fn state_named(name: &str) -> Result<UserState, StoreError> {
    UserState::from_name(name).ok_or_else(|| corrupt(name))
}

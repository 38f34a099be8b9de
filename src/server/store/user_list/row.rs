//! A row of the table of users, read into the contract's word for it.

use jiff::Timestamp;
use sqlx::{ColumnIndex, Decode, FromRow, Row, Type};

use super::order::{SortKey, SortKeys, sorts};
use crate::api::catalogue::UnitRef;
use crate::api::users::{DeliveryState, User, UserColumn, UserOrder};
use crate::domain::ids::UserId;
use crate::domain::role::Roles;
use crate::domain::status::{UserState, UserStatus};
use crate::server::store::StoreError;
use crate::server::store::search::number_of;
use crate::server::store::value::{corrupt, count, instant_some, parse, parse_some};

/// The columns of a [`UserRow`].
pub const COLUMNS: &str = "SELECT u.id, u.email, u.first_name, u.last_name, u.state, u.roles, \
    n.id, n.name, n.path, u.expires_on, u.ends_at, u.invited_at, u.link_ends_at, u.last_active_at, u.version, \
    u.name_key, u.email_key, u.unit_key, u.group_key, u.delivery";
/// What they need besides the users themselves, `u`.
pub const UNITS: &str = " LEFT JOIN units n ON n.workspace_id = u.workspace_id AND n.id = u.unit_id";

/// A row: [`COLUMNS`] in their order.
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
    /// Of the name, the address, the unit and the first group.
    text_keys: [String; 4],
    delivery: Option<i64>,
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
            text_keys: [row.try_get(15)?, row.try_get(16)?, row.try_get(17)?, row.try_get(18)?],
            delivery: row.try_get(19)?,
        })
    }
}

impl UserRow {
    /// The user, with what it sorts by in `order`.
    pub fn keyed(self, order: UserOrder, now: Timestamp) -> Result<(SortKeys, User), StoreError> {
        let status = self.status(now)?;
        Ok((self.keys(order, status), self.user(status, now)?))
    }

    /// Its place in `order`.
    pub fn place(&self, order: UserOrder, now: Timestamp) -> Result<(SortKeys, UserId), StoreError> {
        Ok((self.keys(order, self.status(now)?), parse(&self.id)?))
    }

    fn status(&self, now: Timestamp) -> Result<UserStatus, StoreError> {
        Ok(UserStatus::of(state_named(&self.state)?, instant_some(self.ends_at)?, now))
    }

    fn keys(&self, order: UserOrder, status: UserStatus) -> SortKeys {
        sorts(order).into_iter().map(|sort| self.key(sort.by, status)).collect()
    }

    fn key(&self, column: UserColumn, status: UserStatus) -> SortKey {
        let [name, email, unit, group] = &self.text_keys;
        let text = |key: &String| if key.is_empty() { SortKey::Nothing } else { SortKey::Text(key.clone()) };
        let number = |key: Option<i64>| key.map_or(SortKey::Nothing, SortKey::Number);
        match column {
            UserColumn::Name => SortKey::Text(name.clone()),
            UserColumn::Email => SortKey::Text(email.clone()),
            UserColumn::Status => SortKey::Number(number_of(status)),
            UserColumn::Roles => SortKey::Number(self.roles),
            UserColumn::Unit => text(unit),
            UserColumn::Groups => text(group),
            UserColumn::Expires => number(self.ends_at),
            UserColumn::Invited => number(self.invited_at),
            UserColumn::LastActive => number(self.last_active_at),
            UserColumn::Delivery => number(self.delivery),
        }
    }

    /// The user; what stands in other tables is added later.
    fn user(self, status: UserStatus, now: Timestamp) -> Result<User, StoreError> {
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
            delivery: self.delivery.map(delivery_numbered).transpose()?,
        })
    }
}

/// What the store calls a state.
pub fn state_named(name: &str) -> Result<UserState, StoreError> {
    UserState::from_name(name).ok_or_else(|| corrupt(name))
}

/// The number by which a delivery sorts in the store.
pub const fn delivery_number(state: DeliveryState) -> i64 {
    match state {
        DeliveryState::Failed => 0,
        DeliveryState::Queued => 1,
        DeliveryState::Sent => 2,
    }
}

fn delivery_numbered(number: i64) -> Result<DeliveryState, StoreError> {
    [DeliveryState::Failed, DeliveryState::Queued, DeliveryState::Sent]
        .into_iter()
        .find(|state| delivery_number(*state) == number)
        .ok_or_else(|| corrupt(&number))
}

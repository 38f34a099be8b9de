//! The menus of the table of users, and what their lines stand for.

use super::filter::{Chip, Filter, sort_label};
use crate::api::users::{UserColumn, UserOrder, UserSort};
use crate::domain::role::Role;
use crate::domain::status::UserStatus;
use crate::tui::popups::Question;
use crate::tui::popups::menu::{Item, Menu};

/// Which filter.
pub const FILTER: Question = "users.filter";
/// Which statuses.
pub const STATUS: Question = "users.status";
/// Which roles.
pub const ROLE: Question = "users.role";
/// Which unit.
pub const UNIT: Question = "users.unit";
/// Which group.
pub const GROUP: Question = "users.group";
/// Which order.
pub const SORT: Question = "users.sort";
/// Which second column.
pub const SORT_THEN: Question = "users.sort_then";
/// Which filter to take away.
pub const CHIPS: Question = "users.chips";
/// Before which day access ends.
pub const BEFORE: Question = "users.expires_before";

/// What can be filtered by, in the order of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Statuses.
    Status,
    /// Roles.
    Role,
    /// A unit and all below.
    Unit,
    /// A group.
    Group,
    /// Invitations whose link has ended.
    LinkExpired,
    /// Users whose expiry date is near.
    ExpiresBefore,
    /// Nothing any more.
    Everybody,
}

impl By {
    /// Every line.
    pub const ALL: [Self; 7] = [
        Self::Status,
        Self::Role,
        Self::Unit,
        Self::Group,
        Self::LinkExpired,
        Self::ExpiresBefore,
        Self::Everybody,
    ];
}

/// The menu of filters.
pub fn filter(filter: &Filter) -> Menu {
    let items = By::ALL.map(|by| match by {
        By::Status => Item::new('s', "status").on(!filter.statuses.is_empty()).note("several"),
        By::Role => Item::new('r', "role").on(!filter.roles.is_empty()).note("several"),
        By::Unit => Item::new('u', "unit").on(filter.unit.is_some()).note("and all below"),
        By::Group => Item::new('g', "group").on(filter.group.is_some()),
        By::LinkExpired => Item::new('x', "link expired").on(filter.link_expired).note("on, off"),
        By::ExpiresBefore => Item::new('d', "expires before a day").on(filter.expires_before.is_some()),
        By::Everybody => Item::new('e', "everybody: no filter"),
    });
    Menu::one(FILTER, "Filter by", items.into())
}

/// The menu of statuses.
pub fn statuses(filter: &Filter) -> Menu {
    let keys = ['a', 'i', 'p', 'c', 'e', 'd'];
    let items = UserStatus::ALL.into_iter().zip(keys);
    let item = |(status, key): (UserStatus, char)| {
        Item::new(key, status.as_str()).on(filter.statuses.contains(&status))
    };
    Menu::several(STATUS, "Filter by status", items.map(item).collect())
}

/// The menu of roles.
pub fn roles(filter: &Filter) -> Menu {
    let items = Role::ALL.into_iter().zip(['l', 'm', 'a']);
    let item = |(role, key): (Role, char)| Item::new(key, role.label()).on(filter.roles.contains(role));
    Menu::several(ROLE, "Filter by role", items.map(item).collect())
}

/// The keys of the sortable columns, in their order.
const SORT_KEYS: [char; 10] = ['n', 'e', 's', 'r', 'u', 'g', 'x', 'i', 'a', 'd'];

fn sort_item(sort: Option<UserSort>, (column, key): (UserColumn, char)) -> Item {
    let is_on = sort.is_some_and(|sort| sort.by == column);
    let note = match (is_on, sort.is_some_and(|sort| sort.descending)) {
        (true, true) => "down; again turns round",
        (true, false) => "up; again turns round",
        (false, _) => "",
    };
    Item::new(key, sort_label(column)).on(is_on).note(note)
}

/// The menu of orders.
pub fn sort(order: UserOrder) -> Menu {
    let items = UserColumn::ALL.into_iter().zip(SORT_KEYS);
    Menu::one(SORT, "Sort by", items.map(|item| sort_item(Some(order.by), item)).collect())
}

/// The menu of the second column; its first line is none.
pub fn sort_then(order: UserOrder) -> Menu {
    let items = UserColumn::ALL.into_iter().zip(SORT_KEYS).map(|item| sort_item(order.then, item));
    let none = Item::new('0', "nothing").on(order.then.is_none());
    Menu::one(SORT_THEN, "And then by", std::iter::once(none).chain(items).collect())
}

/// The menu of filters to take away.
pub fn chips(filter: &Filter) -> Menu {
    let item = |(at, (_, words)): (usize, (Chip, String))| Item::numbered(at, words);
    Menu::one(CHIPS, "Take away", filter.chips().into_iter().enumerate().map(item).collect())
}

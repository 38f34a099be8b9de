//! The rows that have arrived, page by page; the selection, by id; the part of them that is shown.

use std::collections::HashSet;

use crate::api::page::Page;
use crate::api::users::User;
use crate::domain::ids::UserId;
use crate::tui::parts::text;

/// The rows that have arrived.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    users: Vec<User>,
    pages: Vec<Mark>,
    at: usize,
    top: usize,
    widest: Widest,
}

/// How a page was asked for, how many rows it brought, and what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    cursor: Option<String>,
    length: usize,
    next: Option<String>,
}

/// The most cells that a name and an address took so far. They only grow, so that columns do not
/// move to and fro while one scrolls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Widest {
    /// Of a name.
    pub name: usize,
    /// Of an address.
    pub email: usize,
}

impl Rows {
    /// The rows of the first page; the selection stays on `keep` where it is among them.
    pub fn first(page: Page<User>, keep: Option<UserId>) -> Self {
        let mut rows = Self::default();
        rows.append(None, page);
        rows.at = keep.and_then(|id| rows.users.iter().position(|user| user.id == id)).unwrap_or(0);
        rows
    }

    /// All rows.
    pub fn users(&self) -> &[User] {
        &self.users
    }

    /// The selected user.
    pub fn selected(&self) -> Option<&User> {
        self.users.get(self.at)
    }

    /// The selected row.
    pub fn at(&self) -> usize {
        self.at
    }

    /// See [`Widest`].
    pub fn widest(&self) -> Widest {
        self.widest
    }

    /// The cursor of the page that follows the last; nothing when all have arrived.
    pub fn next(&self) -> Option<&str> {
        self.pages.last()?.next.as_deref()
    }

    /// Whether the page that follows is to be had before the operator gets there.
    pub fn wants_more(&self, height: usize, ahead: usize) -> bool {
        self.next().is_some() && self.top + height + ahead > self.arrived()
    }

    /// Adds the page that was asked for with `cursor`; it replaces older rows from there on.
    pub fn append(&mut self, cursor: Option<String>, page: Page<User>) {
        let selected = self.selected().map(|user| user.id);
        let before = self.at;
        self.users.truncate(self.arrived());
        self.widest = page.items.iter().fold(self.widest, Widest::with);
        self.pages.push(Mark { cursor, length: page.items.len(), next: page.next });
        self.users.extend(page.items);
        self.keep(selected, before);
    }

    /// The number of the page that the first row shown is on.
    pub fn first_page_in_view(&self) -> usize {
        let mut end = 0;
        let is_before = |page: &&Mark| {
            end += page.length;
            end <= self.top
        };
        self.pages.iter().take_while(is_before).count().min(self.pages.len().saturating_sub(1))
    }

    /// Cursor and length of page `number`, if a row of it is among the `height` shown, or it is
    /// the first and empty.
    pub fn page_in_view(&self, number: usize, height: usize) -> Option<(Option<String>, usize)> {
        let start = self.pages.iter().take(number).map(|page| page.length).sum::<usize>();
        let page = self.pages.get(number).filter(|_| number == 0 || start < self.top + height)?;
        Some((page.cursor.clone(), page.length))
    }

    /// Takes page `number` anew. Where it ends elsewhere than before, the pages after it are asked
    /// for again; their rows stay until then. The selected row keeps its place on the screen.
    pub fn refresh(&mut self, number: usize, page: Page<User>) {
        let start = self.pages.iter().take(number).map(|page| page.length).sum::<usize>();
        let Some(mark) = self.pages.get_mut(number) else { return };
        let selected = self.users.get(self.at).map(|user| user.id);
        let before = self.at;
        let end = (start + mark.length).min(self.users.len());
        let ends_elsewhere = mark.next != page.next;
        let is_last = page.next.is_none();
        *mark = Mark { cursor: mark.cursor.take(), length: page.items.len(), next: page.next };
        self.widest = page.items.iter().fold(self.widest, Widest::with);
        let mut tail = self.users.split_off(end);
        self.users.truncate(start);
        if ends_elsewhere {
            self.pages.truncate(number + 1);
            let new: HashSet<UserId> = page.items.iter().map(|user| user.id).collect();
            tail.retain(|user| !is_last && !new.contains(&user.id));
        }
        self.users.extend(page.items);
        self.users.extend(tail);
        self.keep(selected, before);
    }

    /// Puts the selection back on `selected`, the row that was `before`, as far down the screen.
    fn keep(&mut self, selected: Option<UserId>, before: usize) {
        let found = selected.and_then(|id| self.users.iter().position(|user| user.id == id));
        self.at = found.unwrap_or(before).min(self.users.len().saturating_sub(1));
        self.top = (self.top + self.at).saturating_sub(before);
    }

    /// Puts the selection on row `at`, or the last.
    pub fn select(&mut self, at: usize, height: usize) {
        self.at = at.min(self.users.len().saturating_sub(1));
        self.top = self.top_for(height);
    }

    /// Moves selection and what is shown by `by` rows.
    pub fn page(&mut self, by: isize, height: usize) {
        self.top = self.top.saturating_add_signed(by).min(self.users.len().saturating_sub(height));
        self.select(self.at.saturating_add_signed(by), height);
    }

    /// The first row shown: at an edge half a page is jumped, since that costs a slow line no more
    /// than one row (DESIGN section 5, terminal contract).
    pub fn top_for(&self, height: usize) -> usize {
        let height = height.max(1);
        let last = self.users.len().saturating_sub(height);
        let top = self.top.min(last);
        if (top..top + height).contains(&self.at) {
            return top;
        }
        let middle = self.at.saturating_sub(height / 2);
        middle.min(last).max((self.at + 1).saturating_sub(height))
    }

    /// The rows of pages that follow each other; older ones may lie behind.
    fn arrived(&self) -> usize {
        self.pages.iter().map(|page| page.length).sum::<usize>().min(self.users.len())
    }
}

impl Widest {
    fn with(self, user: &User) -> Self {
        let name = text::width(user.first_name.as_str()) + 1 + text::width(user.last_name.as_str());
        Self { name: self.name.max(name), email: self.email.max(text::width(user.email.as_str())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::UserId;
    use crate::domain::role::Roles;
    use crate::domain::status::UserStatus;
    use uuid::Uuid;

    fn user(n: u128) -> User {
        User {
            id: UserId::new(Uuid::from_u128(n)),
            email: format!("u{n}@example.org").into(),
            first_name: "U".into(),
            last_name: format!("{n:03}").into(),
            status: UserStatus::Active,
            roles: Roles::NONE,
            unit: None,
            units_managed: Vec::new(),
            groups: Vec::new(),
            expires_on: None,
            version: 1,
            invited_at: None,
            link_ends_at: None,
            last_active_at: None,
            link_expired: false,
            declined: false,
            delivery: None,
        }
    }

    fn page(numbers: impl IntoIterator<Item = u128>, next: Option<&str>) -> Page<User> {
        Page { items: numbers.into_iter().map(user).collect(), next: next.map(str::to_owned), previous: None }
    }

    fn numbers(rows: &Rows) -> Vec<u128> {
        rows.users().iter().map(|user| user.id.uuid().as_u128()).collect()
    }

    #[test]
    fn the_selection_stays_on_the_user_and_on_its_line_when_rows_come_before_it() {
        let mut rows = Rows::first(page((0..100).map(|n| n * 2), None), None);
        rows.select(50, 10);
        let line = rows.at() - rows.top_for(10);
        let id = rows.selected().unwrap().id;
        rows.refresh(
            0,
            page((0..100).map(|n| n * 2).chain([1, 3]).collect::<std::collections::BTreeSet<_>>(), None),
        );
        assert_eq!(rows.selected().unwrap().id, id);
        assert_eq!((rows.at(), rows.at() - rows.top_for(10)), (52, line));
    }

    #[test]
    fn a_page_that_ends_elsewhere_keeps_the_rows_after_it_till_they_come_anew() {
        let mut rows = Rows::first(page([2, 4, 6], Some("6")), None);
        rows.append(Some("6".to_owned()), page([8, 10], None));
        rows.refresh(0, page([2, 3, 4], Some("4")));
        assert_eq!(numbers(&rows), [2, 3, 4, 8, 10]);
        assert_eq!(rows.next(), Some("4"));
        rows.append(Some("4".to_owned()), page([6, 8, 10], None));
        assert_eq!(numbers(&rows), [2, 3, 4, 6, 8, 10]);
    }

    #[test]
    fn a_page_that_ends_where_it_did_leaves_the_others_alone() {
        let mut rows = Rows::first(page([2, 4, 6], Some("6")), None);
        rows.append(Some("6".to_owned()), page([8, 10], None));
        rows.select(4, 3);
        rows.refresh(0, page([4, 6], Some("6")));
        assert_eq!((numbers(&rows), rows.next()), (vec![4, 6, 8, 10], None));
        assert_eq!(rows.selected().unwrap().id.uuid().as_u128(), 10);
        assert_eq!(
            (rows.first_page_in_view(), rows.page_in_view(1, 3)),
            (0, Some((Some("6".to_owned()), 2)))
        );
    }

    #[test]
    fn a_shrunken_list_selects_its_last() {
        let mut rows = Rows::first(page([1, 2, 3], None), None);
        rows.select(2, 5);
        rows.refresh(0, page([1], None));
        assert_eq!((rows.at(), numbers(&rows)), (0, vec![1]));
        rows.refresh(0, page([], None));
        assert_eq!(rows.selected(), None);
    }

    #[test]
    fn at_the_edge_half_a_page_is_jumped() {
        let mut rows = Rows::first(page(0..100, None), None);
        for at in 1..=10 {
            rows.select(at, 10);
        }
        assert_eq!((rows.at(), rows.top_for(10)), (10, 5));
        rows.select(99, 10);
        assert_eq!(rows.top_for(10), 90);
        rows.page(-10, 10);
        assert_eq!((rows.at(), rows.top_for(10)), (89, 80));
    }
}

//! Lists that come in pages, and a line that is found again when its list is asked for anew.

use uuid::Uuid;

use super::effect::Ticket;
use super::remote::Remote;
use crate::api::page::Page;
use crate::client::ClientError;

/// A list that comes in pages.
#[derive(Clone, Debug, PartialEq)]
pub struct Long<T> {
    remote: Remote<Vec<T>>,
    next: Option<String>,
    is_more: bool,
}

impl<T> Default for Long<T> {
    fn default() -> Self {
        Self { remote: Remote::Idle, next: None, is_more: false }
    }
}

impl<T: Clone> Long<T> {
    /// What has arrived.
    pub fn items(&self) -> Option<&[T]> {
        self.remote.value().map(Vec::as_slice)
    }

    /// Whether a page is on its way.
    pub fn is_loading(&self) -> bool {
        self.remote.is_loading()
    }

    /// How many have arrived.
    pub fn count(&self) -> usize {
        self.items().map_or(0, <[T]>::len)
    }

    /// Whether there is more than has arrived.
    pub fn has_more(&self) -> bool {
        self.next.is_some()
    }

    /// The lines that have arrived, by their ids.
    pub fn ids(&self, id: impl Fn(&T) -> Uuid) -> Vec<Uuid> {
        self.items().unwrap_or_default().iter().map(id).collect()
    }

    /// Why the last page could not be had.
    pub fn error(&self) -> Option<&ClientError> {
        self.remote.error()
    }

    /// Where the rest begins, when there is one and it was not asked for.
    pub fn rest(&self) -> Option<String> {
        self.next.clone().filter(|_| !self.remote.is_loading())
    }

    /// Notes that the first page, or the rest, was asked for.
    pub fn ask(&mut self, ticket: Ticket, is_more: bool) {
        self.remote.ask(ticket);
        self.is_more = is_more;
    }

    /// Takes the answer, if it is to the last question.
    pub fn answered(&mut self, ticket: Ticket, answer: &Result<Page<T>, ClientError>) {
        if !self.remote.awaits(ticket) {
            return;
        }
        let before = if self.is_more { self.items().unwrap_or_default().to_vec() } else { Vec::new() };
        if let Ok(page) = answer {
            self.next.clone_from(&page.next);
        }
        let whole = |page: Page<T>| before.into_iter().chain(page.items).collect();
        self.remote.settle(answer.clone().map(whole));
    }
}

/// The line that had the cursor when its list was asked for anew. What others add or take away must not
/// put the cursor on another one, as the next key may delete what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sought {
    id: Uuid,
    at: usize,
    within: usize,
}

/// What is known of a line that is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The cursor belongs on this line.
    At(usize),
    /// It may be further down: more is to be asked for.
    Further,
}

impl Sought {
    /// The line `at`, which is `id`, in a list of which `len` have arrived.
    pub const fn new(id: Uuid, at: usize, len: usize) -> Self {
        Self { id, at, within: len }
    }

    /// The same place, for another line: one that was just made, perhaps.
    #[must_use]
    pub const fn instead(self, id: Uuid) -> Self {
        Self { id, ..self }
    }

    /// Looks for it in `ids`, those that have arrived so far. Where it is gone, the cursor stays as far down
    /// as it was.
    pub fn find(&self, ids: &[Uuid], is_more: bool) -> Found {
        match ids.iter().position(|id| *id == self.id) {
            Some(at) => Found::At(at),
            None if is_more && ids.len() < self.within => Found::Further,
            None => Found::At(self.at.min(ids.len().saturating_sub(1))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: std::ops::Range<u128>) -> Vec<Uuid> {
        numbers.map(Uuid::from_u128).collect()
    }

    #[test]
    fn a_line_is_sought_as_far_as_the_list_was_before() {
        let sought = Sought::new(Uuid::from_u128(250), 250, 300);
        assert_eq!(sought.find(&ids(0..100), true), Found::Further);
        assert_eq!(sought.find(&ids(0..300), true), Found::At(250));
        assert_eq!(sought.find(&ids(5..300), true), Found::At(245), "it moved up");
        assert_eq!(sought.find(&ids(300..600), true), Found::At(250), "it is gone");
        assert_eq!(sought.find(&ids(0..100), false), Found::At(99), "most are gone");
        assert_eq!(sought.find(&ids(0..0), false), Found::At(0));
        assert_eq!(sought.instead(Uuid::from_u128(7)).find(&ids(0..100), true), Found::At(7));
    }
}

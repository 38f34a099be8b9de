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

    /// How many have arrived.
    pub fn count(&self) -> usize {
        self.items().map_or(0, <[T]>::len)
    }

    /// Whether there is more than has arrived.
    pub fn has_more(&self) -> bool {
        self.next.is_some()
    }

    /// What is here of it, `id` telling its lines apart.
    pub fn here(&self, id: impl Fn(&T) -> Uuid) -> Here {
        Here {
            ids: self.items().unwrap_or_default().iter().map(id).collect(),
            has_more: self.has_more(),
            is_loading: self.remote.is_loading(),
        }
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

/// What is here of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here {
    ids: Vec<Uuid>,
    has_more: bool,
    is_loading: bool,
}

/// Where the cursor is in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// The line, from 0.
    pub at: usize,
    sought: Option<Sought>,
}

/// The line that had the cursor when its list was asked for anew. What others add or take away must not
/// put the cursor on another one, as the next key may delete what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sought {
    id: Uuid,
    at: usize,
    within: usize,
}

impl Spot {
    /// The operator goes on from where the cursor is.
    pub fn release(&mut self) {
        self.sought = None;
    }

    /// Notes the line that has the cursor, before the list is asked for anew.
    pub fn keep(&mut self, here: &Here) {
        let line = |id: &Uuid| Sought { id: *id, at: self.at, within: here.ids.len() };
        // One that is sought already is not here yet.
        self.sought = self.sought.or_else(|| here.ids.get(self.at).map(line));
    }

    /// The same place, for another line: one that was just made, perhaps.
    pub fn expect(&mut self, id: Uuid) {
        self.sought = self.sought.map(|sought| Sought { id, ..sought });
    }

    /// Puts the cursor where it belongs in what has arrived. Whether more is to be asked for, since its line may be
    /// further down. Where that is gone, the cursor stays as far down as it was.
    pub fn settle(&mut self, here: &Here) -> bool {
        let last = here.ids.len().saturating_sub(1);
        self.at = self.at.min(last);
        let Some(sought) = self.sought.filter(|_| !here.is_loading) else { return false };
        let found = here.ids.iter().position(|id| *id == sought.id);
        let is_further = found.is_none() && here.has_more && here.ids.len() < sought.within;
        if !is_further {
            *self = Self { at: found.unwrap_or(sought.at).min(last), sought: None };
        }
        is_further
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(numbers: std::ops::Range<u128>, has_more: bool) -> Here {
        Here { ids: numbers.map(Uuid::from_u128).collect(), has_more, is_loading: false }
    }

    /// The cursor on the line 250 of 300, once the list is asked for anew.
    fn kept() -> Spot {
        let mut spot = Spot { at: 250, sought: None };
        spot.keep(&here(0..300, true));
        spot
    }

    /// Whether more is asked for, and the line of the cursor.
    fn settled(mut spot: Spot, here: &Here) -> (bool, usize) {
        (spot.settle(here), spot.at)
    }

    #[test]
    fn a_line_is_sought_as_far_as_the_list_was_before() {
        assert_eq!(settled(kept(), &here(0..100, true)), (true, 99), "on what is here meanwhile");
        assert_eq!(settled(kept(), &here(0..300, true)), (false, 250));
        assert_eq!(settled(kept(), &here(5..300, true)), (false, 245), "it moved up");
        assert_eq!(settled(kept(), &here(300..600, true)), (false, 250), "it is gone");
        assert_eq!(settled(kept(), &here(0..100, false)), (false, 99), "most are gone");
        assert_eq!(settled(kept(), &here(0..0, false)), (false, 0));
        let mut twice = kept();
        assert!(twice.settle(&here(0..100, true)));
        twice.keep(&here(0..100, true));
        assert_eq!(settled(twice, &here(0..300, true)), (false, 250));
        let mut made = kept();
        made.expect(Uuid::from_u128(7));
        assert_eq!(settled(made, &here(0..100, true)), (false, 7));
    }
}

//! A page as far as it was found.

use super::order::Start;
use super::row::UserRow;
use super::walk::Stretch;
use super::ways::number;
use crate::server::store::StoreError;

/// The rows of a stretch that were found so far: the first ones, which are never sought again.
pub(super) struct Progress<'a> {
    stretch: Stretch<'a>,
    rows: Vec<UserRow>,
    /// Where it goes on, once there is a row.
    place: Option<Start>,
    /// About how many rows were looked at.
    looked: i64,
}

impl<'a> Progress<'a> {
    pub fn new(stretch: Stretch<'a>) -> Self {
        Self { stretch, rows: Vec::new(), place: None, looked: 0 }
    }

    /// What is still to be found.
    pub fn rest(&self) -> Stretch<'_> {
        let start = self.place.as_ref().unwrap_or(self.stretch.start);
        Stretch { start, most: self.stretch.most.saturating_sub(self.found()), ..self.stretch }
    }

    /// Takes the next `rows`, for which so many were looked at.
    pub fn take(&mut self, rows: Vec<UserRow>, looked: i64) -> Result<(), StoreError> {
        self.looked = self.looked.saturating_add(looked);
        if let Some(last) = rows.last() {
            let (keys, id) = last.place(self.stretch.section.order, self.stretch.sieve.view.now)?;
            let is_back = self.stretch.start.is_back();
            self.place = Some(if is_back { Start::Before(keys, id) } else { Start::After(keys, id) });
        }
        self.rows.extend(rows);
        Ok(())
    }

    /// How many rows were found.
    pub fn found(&self) -> i64 {
        number(&self.rows)
    }

    pub fn is_full(&self) -> bool {
        self.found() >= self.stretch.most
    }

    /// How many have still to be looked at to fill the page, if it goes on like this; as if there had been one
    /// where none was found.
    pub fn expected(&self) -> i64 {
        self.looked.saturating_mul(self.rest().most) / self.found().max(1)
    }

    /// About how many were looked at since the last row, and will be again.
    pub fn stale(&self) -> i64 {
        self.looked / (self.found() + 1)
    }

    pub fn into_rows(self) -> Vec<UserRow> {
        self.rows
    }
}

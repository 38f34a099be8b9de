//! The rows around what is shown: a window of the list; the selection, by id; the part that is shown.

use std::ops::Range;

use super::state::{LONG_PAGE, MOST, PAGE};
use super::window::{Question, Step, Strangers, Way, Window};
use crate::api::page::Page;
use crate::api::users::User;
use crate::domain::ids::UserId;
use crate::tui::parts::text;

/// The rows around what is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    window: Window,
    at: usize,
    top: usize,
    heading: Way,
    widest: Widest,
}

/// Rows that are wanted of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Where they lie.
    pub step: Step,
    /// How they are asked for.
    pub question: Question,
    /// How many.
    pub limit: u16,
    /// Whether they are here already and may have changed.
    pub is_renewal: bool,
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
    /// The rows that `question` was answered with, the first of them selected.
    pub fn new(question: Question, page: Page<User>) -> Self {
        let widest = page.items.iter().fold(Widest::default(), Widest::with);
        Self { window: Window::new(question, page), at: 0, top: 0, heading: Way::Down, widest }
    }

    /// The same, in columns at least as wide as those of `other`.
    pub fn widened_to(mut self, other: &Self) -> Self {
        self.widest.name = self.widest.name.max(other.widest.name);
        self.widest.email = self.widest.email.max(other.widest.email);
        self
    }

    /// All rows that are here, from the first on.
    pub fn iter(&self) -> impl Iterator<Item = &User> {
        self.window.iter()
    }

    /// How many are here.
    pub fn len(&self) -> usize {
        self.window.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where a user is among them.
    pub fn position(&self, id: UserId) -> Option<usize> {
        self.iter().position(|user| user.id == id)
    }

    /// The selected user.
    pub fn selected(&self) -> Option<&User> {
        self.iter().nth(self.at)
    }

    /// The selected row, counted from the first that is here.
    pub fn at(&self) -> usize {
        self.at
    }

    /// See [`Widest`].
    pub fn widest(&self) -> Widest {
        self.widest
    }

    /// Whether the first row of the list is here.
    pub fn begins(&self) -> bool {
        self.window.begins()
    }

    /// Whether the last row of the list is here.
    pub fn ends(&self) -> bool {
        self.window.ends()
    }

    /// Notes that every row may have changed.
    pub fn age(&mut self) {
        self.window.age();
    }

    /// What is wanted next: the rows in view that may have changed, then those that will come into
    /// view, in the direction in which one goes first.
    pub fn need(&self, height: usize) -> Option<Need> {
        let view = self.view(height);
        if let Some((step, rows)) = self.window.renewal(view.clone()) {
            // Some more, so that the rows in view are all answered though a few came in between.
            let limit = rows.saturating_add(usize::from(PAGE) / 2);
            return self.asked(step, limit, true);
        }
        let ahead = ahead(height);
        let other = if self.heading == Way::Down { Way::Up } else { Way::Down };
        [self.heading, other].into_iter().find_map(|way| {
            let left = match way {
                Way::Up => view.start,
                Way::Down => self.len().saturating_sub(view.end),
            };
            let step = self.window.more(way).filter(|_| left < ahead)?;
            // Who is that near to the edge is faster than the answers.
            let is_outrun = way == self.heading && left < height;
            self.asked(step, usize::from(if is_outrun { LONG_PAGE } else { PAGE }), false)
        })
    }

    fn asked(&self, step: Step, limit: usize, is_renewal: bool) -> Option<Need> {
        let limit = u16::try_from(limit).unwrap_or(MOST).min(MOST);
        Some(Need { step, question: self.window.question(step)?.clone(), limit, is_renewal })
    }

    /// Takes the answer to `step`; the selected row keeps its place on the screen. Whether the
    /// answer met rows that are here.
    pub fn merge(&mut self, step: Step, page: Page<User>, strangers: Strangers) -> bool {
        let selected = self.selected().map(|user| user.id);
        let (before, after) = (self.at, self.len().saturating_sub(self.at));
        self.widest = page.items.iter().fold(self.widest, Widest::with);
        let met = self.window.merge(step, page, strangers);
        let same = selected.and_then(|id| self.position(id));
        let instead = match step.way {
            Way::Down => before,
            Way::Up => self.len().saturating_sub(after),
        };
        self.at = same.unwrap_or(instead).min(self.len().saturating_sub(1));
        self.top = (self.top + self.at).saturating_sub(before);
        met
    }

    /// Lets go of what is far from what is shown; what lies between it and row `kept` stays.
    pub fn trim(&mut self, height: usize, kept: Option<usize>) {
        let view = self.view(height);
        let kept = kept.unwrap_or(view.start);
        let far = ahead(height) + 2 * usize::from(PAGE);
        let keep = view.start.min(kept).saturating_sub(far)..view.end.max(kept + 1).saturating_add(far);
        let gone = self.window.trim(&keep);
        self.at = self.at.saturating_sub(gone);
        self.top = self.top.saturating_sub(gone);
    }

    /// Puts the selection on row `at`, or the last.
    pub fn select(&mut self, at: usize, height: usize) {
        self.heading = match at.cmp(&self.at) {
            std::cmp::Ordering::Less => Way::Up,
            std::cmp::Ordering::Equal => self.heading,
            std::cmp::Ordering::Greater => Way::Down,
        };
        self.at = at.min(self.len().saturating_sub(1));
        self.top = self.top_for(height);
    }

    /// Moves the selection by `by` rows.
    pub fn step(&mut self, by: isize, height: usize) {
        self.select(self.at.saturating_add_signed(by), height);
    }

    /// Moves selection and what is shown by `by` rows.
    pub fn page(&mut self, by: isize, height: usize) {
        self.top = self.top.saturating_add_signed(by).min(self.len().saturating_sub(height));
        self.step(by, height);
    }

    /// The first row shown: at an edge no more than the selected row comes into view, which the
    /// terminal scrolls cheaply.
    pub fn top_for(&self, height: usize) -> usize {
        let height = height.max(1);
        let top = self.top.min(self.len().saturating_sub(height));
        top.min(self.at).max((self.at + 1).saturating_sub(height))
    }

    /// The rows that are shown.
    pub fn view(&self, height: usize) -> Range<usize> {
        let top = self.top_for(height);
        top..(top + height.max(1)).min(self.len())
    }
}

/// So many rows are here before they come into view.
fn ahead(height: usize) -> usize {
    usize::from(PAGE).max(2 * height)
}

impl Widest {
    fn with(self, user: &User) -> Self {
        let name = text::width(user.first_name.as_str()) + 1 + text::width(user.last_name.as_str());
        Self { name: self.name.max(name), email: self.email.max(text::width(user.email.as_str())) }
    }
}

#[cfg(test)]
mod tests;

//! The loop: events and answers in, effects and frames out. Decides nothing.

use super::draft::Draft;

/// Where an unfinished form is kept.
pub trait Drafts: Send {
    /// What was kept.
    fn load(&self) -> Option<Box<Draft>>;

    /// Keeps `draft` in the place of the one before.
    fn save(&mut self, draft: &Draft);

    /// Forgets it.
    fn forget(&mut self);
}

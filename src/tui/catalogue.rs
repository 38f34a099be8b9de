//! The lists to pick from.

use super::context::Mint;
use super::effect::{Effect, Reply, Ticket};

/// The lists to pick from: units, groups and courses of the workspace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {}

impl Catalogue {
    /// Takes an answer; one to a ticket that it does not wait for is not its own.
    pub fn replied(&mut self, _ticket: Ticket, _reply: &Reply, _mint: &mut Mint) -> Vec<Effect> {
        Vec::new()
    }

    /// The time asked for under `ticket` is over.
    pub fn rang(&mut self, _ticket: Ticket, _mint: &mut Mint) -> Vec<Effect> {
        Vec::new()
    }
}

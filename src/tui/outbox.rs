//! Invitations on their way.

use super::context::Mint;
use super::effect::{Effect, Reply, Ticket};

/// Invitations on their way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outbox {}

impl Outbox {
    /// Takes an answer; one to a ticket that it does not wait for is not its own.
    pub fn replied(&mut self, _ticket: Ticket, _reply: &Reply, _mint: &mut Mint) -> Vec<Effect> {
        Vec::new()
    }

    /// The time asked for under `ticket` is over.
    pub fn rang(&mut self, _ticket: Ticket, _mint: &mut Mint) -> Vec<Effect> {
        Vec::new()
    }

    /// How many are neither sent nor given up.
    pub fn under_way(&self) -> usize {
        0
    }
}

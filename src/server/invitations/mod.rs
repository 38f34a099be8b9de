//! Invitations: check of an address, creation, link.

pub mod check;
pub mod create;
pub mod link;

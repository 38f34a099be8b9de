//! See the crate's map.

pub mod mail;
pub mod secret;

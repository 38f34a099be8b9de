//! The workspace server: store, mail, registration pages.

pub mod mail;
pub mod outbox;
pub mod pages;
pub mod registration;
pub mod secret;
pub mod store;
mod templates;

//! The workspace server: API, store, mail, registration pages.

pub mod access;
pub mod catalogue;
pub mod change;
pub mod context;
mod digest;
pub mod error;
mod events;
pub mod invitations;
pub mod jobs;
pub mod mail;
pub mod manage;
pub mod outbox;
mod page;
pub mod pages;
pub mod registration;
pub mod router;
pub mod secret;
pub mod seed;
pub mod sessions;
pub mod set_up;
pub mod settings;
pub mod start;
pub mod store;
mod templates;
pub mod tokens;
pub mod users;
mod wire;

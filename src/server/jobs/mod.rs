//! Jobs: one change for many users, made a few at a time by a worker of the server.

pub mod changes;
pub mod create;
pub mod handlers;
mod summary;
pub mod worker;

//! The databases: where they are, how they are opened, and what only one of them can do.

pub mod address;
pub mod connect;
pub mod filling;
pub(super) mod hot_pool;
mod line;
pub(super) mod postgres;
pub(super) mod sqlite;
pub(super) mod steps;

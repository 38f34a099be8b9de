//! The contract of the workspace API: what both ends of the wire agree on.

pub mod catalogue;
pub mod endpoint;
pub mod enrolments;
pub mod invitations;
pub mod openapi;
pub mod page;
pub mod problem;
pub mod sessions;
mod user_sort;
pub mod users;

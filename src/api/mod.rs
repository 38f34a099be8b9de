//! The contract of the workspace API: what both ends of the wire agree on.

pub mod audit;
pub mod catalogue;
pub mod changes;
pub mod endpoint;
pub mod enrolments;
pub mod events;
pub mod invitations;
pub mod jobs;
pub mod openapi;
pub mod page;
pub mod patch;
pub mod problem;
pub mod sessions;
pub mod set_up;
mod user_sort;
pub mod users;
pub mod whole_list;

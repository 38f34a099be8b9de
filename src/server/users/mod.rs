//! Users: list, counts, one, and what belongs to one.

pub mod audit;
pub mod count;
pub mod enrolments;
pub mod get;
pub mod list;
pub mod record;

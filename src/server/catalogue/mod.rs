//! Units, groups, courses, and what auto-enrolments add.

pub mod auto_enrolments;
pub mod courses;
pub mod groups;
pub mod units;

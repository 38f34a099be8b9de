//! Units, groups, courses, and what auto-enrolments add.

mod asked;
pub mod auto_enrolments;
pub mod courses;
pub mod groups;
pub mod units;
pub mod whole_list;

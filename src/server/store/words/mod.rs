//! Words that are searched for: the indexes that lead from them to users, and to units, groups and courses.

pub(super) mod grams;
pub(super) mod names;
mod slips;
pub mod sought;

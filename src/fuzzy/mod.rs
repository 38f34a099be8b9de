//! Ranking of lists by what was typed. No I/O; nothing of users, units or courses.
//!
//! Scores are those of `fuzzy-matcher`'s `SkimMatcherV2` on folded text (accents and case do not
//! count, but a capital within a word begins another one, as in "PowerPoint"), for each word of the
//! query, plus a bonus where a word of the item begins with it.

mod best;
mod bound;
mod features;
mod finder;
mod fold;
mod highlight;
mod index;
mod kernel;
mod marks;
mod outlook;
#[cfg(test)]
mod plain;
mod query;
mod score;
mod search;
mod slips;

pub use finder::{Finder, Hit, Ranked};
pub use highlight::highlight;
pub use index::Index;

//! What a question is about. It goes along with the popup and comes back with its answer, so that an answer is
//! about what was asked, whatever was begun since.

use super::manage::matter::Matter;
use super::screens::set_up::Change;

/// What a question is about.
#[derive(Clone, Debug, PartialEq)]
pub enum About {
    /// Something to be done to users.
    Users(Matter),
    /// A change of units, groups, courses or rules.
    SetUp(Change),
}

impl About {
    /// What is to be said when its screen is left before it could be asked: nobody would know otherwise that
    /// nothing came of what was begun.
    pub fn left_unasked(&self) -> Option<String> {
        match self {
            Self::Users(matter) => matter.left_unasked(),
            Self::SetUp(_) => None,
        }
    }
}

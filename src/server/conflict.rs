//! Why a change does not fit what is there.

use std::time::Duration;

use crate::api::problem::{Problem, ProblemCode};
use crate::domain::managing::WrongStatus;

/// Why a change does not fit what is there.
#[derive(Debug)]
pub enum Conflict {
    /// The user's status does not allow it.
    WrongStatus(WrongStatus),
    /// The user has another version by now (DESIGN R14): the one there is.
    VersionMismatch(u64),
    /// The selection holds so many users, not as many as were shown.
    SelectionChanged(u64),
    /// The change can't be taken back, and why.
    CantUndo(&'static str),
    /// Everything that would be taken back was changed since; what, and by whom.
    ChangedSince(String),
    /// Something still depends on it, and what to do.
    InUse(String),
    /// The address was written to only a moment ago; how long to wait (DESIGN R12).
    TooSoon(Duration),
}

impl Conflict {
    /// The problem that the contract says it with.
    pub fn problem(&self) -> Problem {
        use ProblemCode as Code;
        match self {
            Self::WrongStatus(wrong) => Problem {
                user_status: Some(wrong.status),
                rule: Some(WrongStatus::CODE.into()),
                ..Problem::new(Code::WrongStatus, wrong.to_string())
            },
            Self::VersionMismatch(version) => Problem::new(
                Code::VersionMismatch,
                format!(
                    "the user was changed since and is at version {version}; look at it and decide again"
                ),
            ),
            Self::SelectionChanged(count) => Problem::new(
                Code::SelectionChanged,
                format!("the selection holds {count} users by now; look at it and confirm again"),
            ),
            Self::ChangedSince(what) => {
                let rule = Some("changed_since".into());
                Problem { rule, ..Problem::new(Code::CantUndo, what.clone()) }
            }
            Self::CantUndo(why) => Problem::new(Code::CantUndo, *why),
            Self::InUse(what) => Problem::new(Code::InUse, what.clone()),
            Self::TooSoon(wait) => Problem {
                rule: Some("resend_interval".into()),
                ..Problem::new(
                    Code::RateLimited,
                    format!("a mail went to this address a moment ago; wait {} s", wait.as_secs() + 1),
                )
            },
        }
    }
}

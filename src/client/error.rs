//! Why a call failed.

use crate::api::problem::{Problem, ProblemCode};
use crate::domain::safe_text::SafeText;

/// Why a call failed, in the kinds that a caller treats differently.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The server understood and refused; nothing happened.
    #[error("{}", .0.detail)]
    Refused(Box<Problem>),
    /// The server could not be reached, or the line broke. A change may or may not have
    /// happened; repeated with its key, it happens once.
    #[error("the server can't be reached: {0}")]
    Unreachable(SafeText),
    /// An answer came that does not follow the contract.
    #[error("the server gave an answer that admit can't read: {0}")]
    Unexpected(SafeText),
}

impl ClientError {
    /// The problem's code, when the server refused.
    pub fn code(&self) -> Option<ProblemCode> {
        match self {
            Self::Refused(problem) => Some(problem.code),
            Self::Unreachable(_) | Self::Unexpected(_) => None,
        }
    }

    /// Whether the same may be answered otherwise when it is asked again later.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Refused(problem) => {
                matches!(problem.code, ProblemCode::RateLimited | ProblemCode::Unavailable)
            }
            Self::Unexpected(_) => false,
        }
    }
}

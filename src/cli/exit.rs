//! How a command ends: exit codes, and what is said when it fails (DESIGN section 3).

use std::fmt;

use serde_json::json;

use crate::api::problem::{Problem, ProblemCode};
use crate::client::ClientError;
use crate::domain::safe_text::SafeText;

/// The exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// The command line or the config can't be used.
    Usage = 2,
    /// Not signed in, or not allowed.
    NotAllowed = 3,
    /// Refused by a rule.
    Refused = 4,
    /// Some of many failed.
    SomeFailed = 5,
    /// The server can't be reached.
    Unreachable = 6,
    /// Interrupted.
    Interrupted = 130,
}

/// Why a command did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// One sentence, lower case, without a full stop.
    pub message: SafeText,
    /// The server's refusal.
    pub problem: Option<Box<Problem>>,
}

impl Failure {
    /// A failure with the exit code `exit`.
    pub fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self { exit, message: message.to_string().into(), problem: None }
    }

    /// The command line or the config can't be used.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Something went wrong.
    pub fn failed(message: impl fmt::Display) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// What `--json` writes on stderr: `{"error": {"exit", "message", "problem"}}`.
    pub fn to_json(&self) -> serde_json::Value {
        let exit = self.exit as u8;
        json!({ "error": { "exit": exit, "message": self.message, "problem": self.problem } })
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let exit = match &error {
            ClientError::Unreachable(_) => Exit::Unreachable,
            ClientError::Unexpected(_) => Exit::Failed,
            ClientError::Refused(problem) => exit_of(problem.code),
        };
        let message = error.to_string();
        match error {
            ClientError::Refused(problem) => {
                Self { exit, message: told(&problem).into(), problem: Some(problem) }
            }
            ClientError::Unreachable(_) | ClientError::Unexpected(_) => Self::new(exit, message),
        }
    }
}

const fn exit_of(code: ProblemCode) -> Exit {
    match code {
        ProblemCode::NotSignedIn | ProblemCode::NotAllowed => Exit::NotAllowed,
        ProblemCode::ValidationFailed
        | ProblemCode::KnownHere
        | ProblemCode::InvitationNotOpen
        | ProblemCode::WrongStatus
        | ProblemCode::VersionMismatch
        | ProblemCode::SelectionChanged
        | ProblemCode::CantUndo
        | ProblemCode::InUse
        | ProblemCode::IdempotencyKeyReused => Exit::Refused,
        ProblemCode::Unavailable => Exit::Unreachable,
        ProblemCode::MalformedRequest
        | ProblemCode::IdempotencyKeyMissing
        | ProblemCode::NotFound
        | ProblemCode::MethodNotAllowed
        | ProblemCode::TooLarge
        | ProblemCode::RateLimited
        | ProblemCode::Internal => Exit::Failed,
    }
}

/// The problem in one line, each wrong field with what to do about it.
fn told(problem: &Problem) -> String {
    if problem.errors.is_empty() {
        return problem.detail.to_string();
    }
    let field = |pointer: &str| pointer.trim_start_matches('/').replace('_', " ");
    let errors: Vec<String> =
        problem.errors.iter().map(|error| format!("{}: {}", field(&error.pointer), error.detail)).collect();
    errors.join("; ")
}

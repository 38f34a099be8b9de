//! Why a request is refused, and how the contract says it.

use std::time::Duration;

use super::store::StoreError;
use crate::api::problem::{FieldError, Problem, ProblemCode};
use crate::domain::ids::UserId;
use crate::domain::invitation::Violation;
use crate::domain::managing::WrongStatus;
use crate::domain::policy::Refusal;
use crate::domain::status::UserStatus;

/// Why a request is refused.
#[derive(Debug)]
pub enum ApiError {
    /// No token, or one that is not valid.
    NotSignedIn,
    /// The operator may not (DESIGN R1).
    NotAllowed(Refusal),
    /// There is no such thing, or none in reach; the word says which kind of thing.
    NotFound(&'static str),
    /// The place is there, but not for this method.
    MethodNotAllowed,
    /// The body is longer than so many bytes.
    TooLarge(usize),
    /// Fields are wrong.
    Invalid(Vec<FieldError>),
    /// The request can't be read.
    Malformed(String),
    /// A change came without a key.
    KeyMissing,
    /// The key was used for another change (DESIGN R15).
    KeyReused,
    /// The address is a user here (DESIGN R5); who, where in scope.
    KnownHere(Option<(UserId, UserStatus)>),
    /// The user's invitation is not open.
    InvitationNotOpen(UserStatus),
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
    /// Too many requests; how long to wait.
    RateLimited(Duration),
    /// The store is busy, or the request took too long.
    Busy,
    /// The server failed; why is for the log.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::Busy,
            other => Self::Internal(Box::new(other)),
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::NotAllowed(refusal)
    }
}

impl From<WrongStatus> for ApiError {
    fn from(wrong: WrongStatus) -> Self {
        Self::WrongStatus(wrong)
    }
}

impl From<Vec<Violation>> for ApiError {
    fn from(violations: Vec<Violation>) -> Self {
        let field = |violation: Violation| {
            let Violation { pointer, code, detail } = violation;
            FieldError { pointer, code: code.to_owned(), detail: detail.into() }
        };
        Self::Invalid(violations.into_iter().map(field).collect())
    }
}

impl ApiError {
    /// One wrong field.
    pub fn field(pointer: &str, code: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into().into();
        Self::Invalid(vec![FieldError { pointer: pointer.to_owned(), code: code.to_owned(), detail }])
    }

    /// The seconds after which asking again makes sense.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::RateLimited(wait) | Self::TooSoon(wait) => Some(wait.as_secs() + 1),
            Self::Busy => Some(1),
            _ => None,
        }
    }

    /// The problem that the contract says it with.
    pub fn problem(&self) -> Problem {
        use ProblemCode as Code;
        match self {
            Self::NotSignedIn => {
                Problem::new(Code::NotSignedIn, "send a valid token as Authorization: Bearer")
            }
            Self::NotAllowed(refusal) => {
                let rule = Some(refusal.code().into());
                Problem { rule, ..Problem::new(Code::NotAllowed, refusal.to_string()) }
            }
            Self::NotFound(what) => {
                Problem::new(Code::NotFound, format!("there is no such {what}, or not in your reach"))
            }
            Self::MethodNotAllowed => Problem::new(
                Code::MethodNotAllowed,
                "this place takes other methods; the document at /openapi.json has them",
            ),
            Self::TooLarge(most) => {
                Problem::new(Code::TooLarge, format!("the body is longer than {most} bytes"))
            }
            Self::Invalid(errors) => invalid(errors),
            Self::Malformed(why) => Problem::new(Code::MalformedRequest, why.clone()),
            Self::KeyMissing => Problem::new(
                Code::IdempotencyKeyMissing,
                "send an Idempotency-Key header of 1 to 255 characters",
            ),
            Self::KeyReused => Problem::new(
                Code::IdempotencyKeyReused,
                "this key was sent with another request; take a new key for a new change",
            ),
            Self::KnownHere(user) => known_here(*user),
            Self::InvitationNotOpen(status) => Problem::new(
                Code::InvitationNotOpen,
                format!("the user is {status}; only an open invitation has a link"),
            ),
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
            Self::RateLimited(_) => {
                Problem::new(Code::RateLimited, "too many requests; wait as Retry-After says")
            }
            Self::Busy => Problem::new(Code::Unavailable, "the server is busy; ask again in a moment"),
            Self::Internal(_) => {
                Problem::new(Code::Internal, "the server failed; its log has the cause under the request id")
            }
        }
    }
}

fn invalid(errors: &[FieldError]) -> Problem {
    let detail = match errors {
        [only] => format!("{}: {}", only.pointer, only.detail),
        several => format!("{} fields need another value", several.len()),
    };
    Problem { errors: errors.to_vec(), ..Problem::new(ProblemCode::ValidationFailed, detail) }
}

fn known_here(user: Option<(UserId, UserStatus)>) -> Problem {
    let detail = match user {
        Some((_, status)) => format!("the address belongs to a user of this workspace, who is {status}"),
        None => {
            "the address belongs to a user of this workspace who is outside the units you manage".to_owned()
        }
    };
    let (user_id, user_status) = user.unzip();
    Problem { user_id, user_status, ..Problem::new(ProblemCode::KnownHere, detail) }
}

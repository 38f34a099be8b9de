//! Why a request is refused, and how the contract says it.

use std::time::Duration;

use super::conflict::Conflict;
use super::store::{Outage, StoreError};
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
    /// It does not fit what is there.
    Conflict(Conflict),
    /// Too many requests; how long to wait.
    RateLimited(Duration),
    /// The store can't serve now, or the request took too long.
    Unavailable(Outage),
    /// Another change was in the way; the same request goes through when it is tried again.
    Collision,
    /// The server failed; why is for the log.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(outage) => Self::Unavailable(outage),
            StoreError::Collision => Self::Collision,
            StoreError::Unholdable => Self::field("", "control_character", "leave out the character U+0000"),
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
        Self::Conflict(Conflict::WrongStatus(wrong))
    }
}

impl From<Conflict> for ApiError {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
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
            Self::RateLimited(wait) | Self::Conflict(Conflict::TooSoon(wait)) => Some(wait.as_secs() + 1),
            Self::Unavailable(Outage::Busy) | Self::Collision => Some(1),
            Self::Unavailable(_) => Some(3),
            _ => None,
        }
    }

    /// Whether it says nothing of the request, but of the server: asked again, the answer may differ.
    pub fn is_of_server(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Collision | Self::Internal(_))
    }

    /// Whether it may go by, so that the same works when it is tried again.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Collision)
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
            Self::Conflict(conflict) => conflict.problem(),
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
            Self::RateLimited(_) => {
                Problem::new(Code::RateLimited, "too many requests; wait as Retry-After says")
            }
            Self::Unavailable(outage) => Problem::new(
                Code::Unavailable,
                // It may have been done: only the same key under the same request tells.
                format!("the server's database {outage}; ask again in a moment"),
            ),
            Self::Collision => {
                Problem::new(Code::Unavailable, "other changes were in the way; ask again in a moment")
            }
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

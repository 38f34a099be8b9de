//! The one envelope of every refusal: RFC 9457 problem details.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::ids::UserId;
use crate::domain::safe_text::SafeText;
use crate::domain::status::UserStatus;

/// The media type of a [`Problem`].
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong, stable across versions. Programs decide on this, never on text or status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// Fields are wrong; `errors` names each.
    ValidationFailed,
    /// The request can't be read.
    MalformedRequest,
    /// A POST came without an `Idempotency-Key`.
    IdempotencyKeyMissing,
    /// The key was used before with another body (DESIGN R15).
    IdempotencyKeyReused,
    /// No token, or one that is not valid.
    NotSignedIn,
    /// The operator's role or scope does not allow it (DESIGN R1).
    NotAllowed,
    /// No such thing, or none within the operator's scope.
    NotFound,
    /// The place is there, but not for this method.
    MethodNotAllowed,
    /// The body is longer than is read.
    TooLarge,
    /// The address is a user of this workspace already (DESIGN R5); `user_id` and `status` say which.
    KnownHere,
    /// The user's invitation is no longer open.
    InvitationNotOpen,
    /// The user's status does not allow it (DESIGN R12, R16); `user_status` says which it is.
    WrongStatus,
    /// The user was changed since (DESIGN R14).
    VersionMismatch,
    /// The selection holds another number of users than the operator was shown.
    SelectionChanged,
    /// The change can't be taken back, or no longer (DESIGN R18).
    CantUndo,
    /// Something still depends on what is to be removed.
    InUse,
    /// Too many requests; `Retry-After` says when to come back.
    RateLimited,
    /// The server failed; the log of the server has the cause under the request id.
    Internal,
    /// The server can't work now, or is busy; asking again is right.
    Unavailable,
}

impl ProblemCode {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::MalformedRequest | Self::IdempotencyKeyMissing => 400,
            Self::NotSignedIn => 401,
            Self::NotAllowed => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::TooLarge => 413,
            Self::KnownHere
            | Self::InvitationNotOpen
            | Self::WrongStatus
            | Self::SelectionChanged
            | Self::CantUndo
            | Self::InUse => 409,
            Self::VersionMismatch => 412,
            Self::ValidationFailed | Self::IdempotencyKeyReused => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    /// The short human summary, the same for every occurrence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ValidationFailed => "some fields need another value",
            Self::MalformedRequest => "the request can't be read",
            Self::IdempotencyKeyMissing => "the Idempotency-Key header is missing",
            Self::IdempotencyKeyReused => "the idempotency key was used for another request",
            Self::NotSignedIn => "not signed in",
            Self::NotAllowed => "not allowed",
            Self::NotFound => "not found",
            Self::MethodNotAllowed => "method not allowed",
            Self::TooLarge => "the request is too large",
            Self::KnownHere => "the address belongs to a user of this workspace",
            Self::InvitationNotOpen => "the invitation is no longer open",
            Self::WrongStatus => "the user's status does not allow it",
            Self::VersionMismatch => "the user was changed since",
            Self::SelectionChanged => "the selection has changed",
            Self::CantUndo => "the change can't be taken back",
            Self::InUse => "something still depends on it",
            Self::RateLimited => "too many requests",
            Self::Internal => "the server failed",
            Self::Unavailable => "the server can't answer now",
        }
    }
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldError {
    /// Where, as a JSON pointer into the body (RFC 6901): `/email`, `/courses/2`.
    pub pointer: String,
    /// What, for programs: `required`, `no_such_unit`, …
    pub code: String,
    /// What to do about it, for people.
    pub detail: SafeText,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// `urn:admit:problem:CODE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The short summary.
    pub title: SafeText,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time and what to do.
    pub detail: SafeText,
    /// What went wrong, for programs.
    pub code: ProblemCode,
    /// The wrong fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The user that the problem is about, with [`ProblemCode::KnownHere`], where in scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// That user's status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_status: Option<UserStatus>,
    /// Which rule refuses, for programs: `last_admin`, `beyond_learner`, `wrong_status`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<SafeText>,
    /// The request id, to find the request in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<SafeText>,
}

impl Problem {
    /// A problem of `code`, told by `detail`.
    pub fn new(code: ProblemCode, detail: impl Into<SafeText>) -> Self {
        let name = serde_json::to_value(code).ok();
        let name = name.as_ref().and_then(serde_json::Value::as_str).unwrap_or("unknown");
        Self {
            kind: format!("urn:admit:problem:{name}"),
            title: code.title().into(),
            status: code.status(),
            detail: detail.into(),
            code,
            errors: Vec::new(),
            user_id: None,
            user_status: None,
            rule: None,
            request_id: None,
        }
    }
}

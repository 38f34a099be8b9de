//! What changed, as server-sent events, so that tables are live.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{ChangeId, UserId};

/// The path of the stream. Each event's data is an [`Event`] as JSON, its name the event's `kind`
/// (the standard of server-sent events, WHATWG HTML section 9.2).
pub const PATH: &str = "/api/v1/workspaces/{w}/events";

/// The media type of the stream.
pub const MEDIA_TYPE: &str = "text/event-stream";

/// Something that changed. What it is now has to be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// Users; one who left the operator's scope is among them.
    Users {
        /// Who.
        users: Vec<UserId>,
    },
    /// A job went on, or is over.
    Job {
        /// Which.
        job: ChangeId,
    },
    /// Units, groups, courses or auto-enrolments.
    Catalogue {},
    /// Much happened at once, or some of it was missed: everything may have changed.
    Everything {},
}

impl Event {
    /// The name of the event in the stream.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Users { .. } => "users",
            Self::Job { .. } => "job",
            Self::Catalogue {} => "catalogue",
            Self::Everything {} => "everything",
        }
    }
}

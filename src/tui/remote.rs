//! Something that is fetched: never an `Option` and a `bool`.

use super::effect::Ticket;
use crate::client::ClientError;

/// Something that is fetched.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Remote<T> {
    /// Not asked for.
    #[default]
    Idle,
    /// Asked for; the older value, if any, stays on the screen meanwhile.
    Loading(Ticket, Option<T>),
    /// Could not be had; the older value stays.
    Failed(ClientError, Option<T>),
    /// Here.
    Loaded(T),
}

impl<T> Remote<T> {
    /// The value to show, an older one included.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Idle => None,
            Self::Loading(_, value) | Self::Failed(_, value) => value.as_ref(),
            Self::Loaded(value) => Some(value),
        }
    }

    /// Notes that the value was asked for under `ticket`; an answer to an older ticket is dropped.
    pub fn ask(&mut self, ticket: Ticket) {
        let value = match std::mem::take(self) {
            Self::Idle => None,
            Self::Loading(_, value) | Self::Failed(_, value) => value,
            Self::Loaded(value) => Some(value),
        };
        *self = Self::Loading(ticket, value);
    }

    /// Shows `value` while a newer one is waited for.
    pub fn show_meanwhile(&mut self, value: T) {
        if let Self::Loading(_, shown) = self {
            *shown = Some(value);
        }
    }

    /// Whether this waits for the answer to `ticket`.
    pub fn awaits(&self, ticket: Ticket) -> bool {
        matches!(self, Self::Loading(awaited, _) if *awaited == ticket)
    }

    /// The ticket whose answer this waits for.
    pub fn awaited(&self) -> Option<Ticket> {
        match self {
            Self::Loading(ticket, _) => Some(*ticket),
            _ => None,
        }
    }

    /// Whether this waits for an answer.
    pub fn is_loading(&self) -> bool {
        matches!(self, Self::Loading(..))
    }

    /// Why the last attempt failed.
    pub fn error(&self) -> Option<&ClientError> {
        match self {
            Self::Failed(error, _) => Some(error),
            _ => None,
        }
    }

    /// Takes the answer.
    pub fn settle(&mut self, answer: Result<T, ClientError>) {
        *self = match answer {
            Ok(value) => Self::Loaded(value),
            Err(error) => {
                let value = match std::mem::take(self) {
                    Self::Idle => None,
                    Self::Loading(_, value) | Self::Failed(_, value) => value,
                    Self::Loaded(value) => Some(value),
                };
                Self::Failed(error, value)
            }
        };
    }
}

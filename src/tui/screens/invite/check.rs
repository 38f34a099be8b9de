//! The server's check of the address, while one goes on typing (DESIGN R4, R5).

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::api::invitations::EmailCheck;
use crate::domain::email::EmailAddress;
use crate::domain::ids::UserId;
use crate::tui::context::Context;
use crate::tui::effect::{Call, Reply, Ticket};

/// How long typing rests before the server is asked.
const REST: Duration = Duration::from_millis(400);
/// Shorter checks leave no trace on the screen.
const PATIENCE: SignedDuration = SignedDuration::from_millis(150);

/// What is known of the address in the form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Check {
    /// The key of the address that this is about.
    key: String,
    stage: Stage,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum Stage {
    #[default]
    Idle,
    Resting(Ticket),
    Asked(Ticket, Timestamp),
    Known(EmailCheck),
    Failed,
}

impl Check {
    /// The address is now `typed`: what was known of another is forgotten, and after a rest the
    /// server is asked.
    pub fn typed(&mut self, typed: &str, context: &mut Context<'_>) {
        let key = EmailAddress::parse(typed).map(|email| email.key().to_owned()).unwrap_or_default();
        if key == self.key {
            return;
        }
        self.abandon(context);
        self.stage = if key.is_empty() { Stage::Idle } else { Stage::Resting(context.after(REST)) };
        self.key = key;
    }

    /// The field is left: the server is asked at once.
    pub fn left(&mut self, context: &mut Context<'_>) {
        if matches!(self.stage, Stage::Resting(_) | Stage::Failed) && !self.key.is_empty() {
            let ticket = context.call(Call::CheckEmail(self.key.clone()));
            self.stage = Stage::Asked(ticket, context.now);
        }
    }

    /// The time asked for under `ticket` is over.
    pub fn rang(&mut self, ticket: Ticket, context: &mut Context<'_>) {
        if self.stage == Stage::Resting(ticket) {
            self.left(context);
        }
    }

    /// Takes an answer; whether it was its own.
    pub fn replied(&mut self, ticket: Ticket, reply: &Reply) -> bool {
        let is_own = matches!(self.stage, Stage::Asked(asked, _) if asked == ticket);
        match reply {
            Reply::Checked(Ok(check)) if is_own => self.stage = Stage::Known(check.clone()),
            Reply::Checked(Err(_)) if is_own => self.stage = Stage::Failed,
            _ => {}
        }
        is_own
    }

    fn abandon(&mut self, context: &mut Context<'_>) {
        if let Stage::Asked(ticket, _) = self.stage {
            context.cancel(ticket);
        }
    }

    /// What the server said when it refused an invitation, in the place of a check.
    pub fn learn(&mut self, typed: &str, check: EmailCheck) {
        self.key = EmailAddress::parse(typed).map(|email| email.key().to_owned()).unwrap_or_default();
        self.stage = Stage::Known(check);
    }

    /// What the server knows of the address.
    pub fn known(&self) -> Option<&EmailCheck> {
        match &self.stage {
            Stage::Known(check) => Some(check),
            _ => None,
        }
    }

    /// The names of the account that the address has (DESIGN R4).
    pub fn theirs(&self) -> Option<(&str, &str)> {
        match self.known()? {
            EmailCheck::KnownElsewhere { first_name, last_name } => {
                Some((first_name.as_str(), last_name.as_str()))
            }
            EmailCheck::New | EmailCheck::KnownHere { .. } => None,
        }
    }

    /// Why the address can't be invited (DESIGN R5).
    pub fn refusal(&self) -> Option<String> {
        match self.known()? {
            EmailCheck::KnownHere { user_id: Some(_), status: Some(status) } => {
                Some(format!("is a user here already, {status}: Enter opens the user"))
            }
            EmailCheck::KnownHere { .. } => {
                Some("is a user here already, outside the units you manage".to_owned())
            }
            EmailCheck::New | EmailCheck::KnownElsewhere { .. } => None,
        }
    }

    /// The user that the address belongs to (DESIGN R5).
    pub fn user(&self) -> Option<UserId> {
        match self.known()? {
            EmailCheck::KnownHere { user_id, .. } => *user_id,
            EmailCheck::New | EmailCheck::KnownElsewhere { .. } => None,
        }
    }

    /// Whether the check has been under way long enough to say so.
    pub fn is_slow(&self, now: Timestamp) -> bool {
        matches!(self.stage, Stage::Asked(_, since) if now.duration_since(since) >= PATIENCE)
    }

    /// Whether the server could not be asked.
    pub fn has_failed(&self) -> bool {
        self.stage == Stage::Failed
    }
}

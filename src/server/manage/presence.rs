//! Deleting a user, and bringing one back.

use super::invitation::resent;
use super::snapshot::{Snapshot, StateName};
use super::{Applied, Making};
use crate::domain::status::UserState;
use crate::server::error::ApiError;
use crate::server::store::managing;

impl Making<'_> {
    /// Deletes the user, of whom the record is kept. An open invitation is cancelled with it.
    pub(super) async fn delete(mut self) -> Result<Applied, ApiError> {
        self.guard(false).await?;
        let (before, after) = self.ended(UserState::Deleted).await?;
        self.write(&after).await?;
        self.record(("user.deleted", "deleted"), &before, &after).await?;
        Ok(Applied::done("deleted"))
    }

    /// Brings a deleted user back: active, if they ever were; else invited again.
    pub(super) async fn reactivate(mut self) -> Result<Applied, ApiError> {
        let (workspace, id) = (self.people.workspace.id, self.user.id);
        let stored = managing::stored(self.tx, workspace, id).await?.ok_or(ApiError::NotFound("user"))?;
        let status = |state| Snapshot { status: Some(StateName(state)), ..Snapshot::default() };
        let before = status(UserState::Deleted);
        if !stored.is_verified {
            let is_link_kept = self.invite_again().await?;
            let summary = "brought back and invited again";
            self.record(("user.reactivated", summary), &before, &status(UserState::Invited)).await?;
            return Ok(Applied::done("had never registered; invited again with a new link")
                .with(resent(is_link_kept)));
        }
        let after = status(UserState::Active);
        self.write(&after).await?;
        self.record(("user.reactivated", "brought back"), &before, &after).await?;
        let has_ended = stored.ends_at.is_some_and(|end| end <= self.people.by.now);
        Ok(Applied::done(if has_ended {
            "brought back; the expiry date has passed: set a later one"
        } else {
            "brought back; active again"
        }))
    }
}

//! Deleting a user, and bringing one back.

use super::invitation::resent;
use super::snapshot::{InvitationKept, Snapshot, StateName};
use super::{Applied, Making};
use crate::api::users::InvitationState;
use crate::domain::status::UserState;
use crate::server::error::ApiError;
use crate::server::store::{invitations, managing};

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
            self.check_interval().await?;
            let was = invitations::latest(self.tx, workspace, id).await?.map(|(info, _)| info.state);
            let is_link_kept = self.invite_again().await?;
            let now = invitations::latest(self.tx, workspace, id).await?;
            let invitation = |state| now.as_ref().map(|(info, _)| InvitationKept { id: info.id, state });
            let was = was.unwrap_or(InvitationState::Cancelled);
            let before = Snapshot { invitation: invitation(was), ..before };
            let after = status(UserState::Invited);
            let after = Snapshot { invitation: invitation(InvitationState::Open), ..after };
            self.record(("user.reactivated", "reactivated and invited again"), &before, &after).await?;
            return Ok(Applied::done("had never registered; invited again with a new link")
                .with(resent(is_link_kept)));
        }
        let after = status(UserState::Active);
        self.write(&after).await?;
        self.record(("user.reactivated", "reactivated"), &before, &after).await?;
        let has_ended = stored.ends_at.is_some_and(|end| end <= self.people.by.now);
        Ok(Applied::done(if has_ended {
            "reactivated; the expiry date has passed: set a later one"
        } else {
            "reactivated; active again"
        }))
    }
}

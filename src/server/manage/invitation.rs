//! Resending and cancelling an invitation (DESIGN R12).

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::snapshot::{InvitationKept, Snapshot, StateName};
use super::{Applied, Making};
use crate::api::changes::Tally;
use crate::api::users::InvitationState;
use crate::domain::ids::{InvitationId, LetterId, VerificationId};
use crate::domain::status::{UserState, UserStatus};
use crate::server::conflict::Conflict;
use crate::server::error::ApiError;
use crate::server::registration::CODE_LIFETIME;
use crate::server::store::invitations::NewInvitation;
use crate::server::store::managing::{self, Resent};
use crate::server::store::outbox::{self, LetterKind, NewLetter};
use crate::server::store::verifications::{self, Verification};
use crate::server::store::{StoreError, invitations};

/// The least time between two mails to one address (DESIGN R12).
const INTERVAL: SignedDuration = SignedDuration::from_mins(1);

impl Making<'_> {
    /// Sends the invitation, or the mail that verifies the address, again.
    pub(super) async fn resend(mut self) -> Result<Applied, ApiError> {
        self.check_interval().await?;
        if self.user.status == UserStatus::Pending {
            self.send_verification().await?;
            let nothing = Snapshot::default();
            self.record(("verification.sent", "sent another verification mail"), &nothing, &nothing).await?;
            let tally = Tally { mails: 1, ..Tally::default() };
            return Ok(Applied::done("the verification mail is sent again").with(tally));
        }
        let is_link_kept = self.invite_again().await?;
        let (summary, detail) = match (self.user.status, is_link_kept) {
            (UserStatus::Cancelled, _) => {
                ("invited again with a new link", "invited again; the link is a new one")
            }
            (_, true) => ("invitation sent again", "sent again; the link stays the same and lives longer"),
            (_, false) => {
                ("invitation sent again with a new link", "sent again; the link had ended and was replaced")
            }
        };
        let status = |state| Snapshot { status: Some(StateName(state)), ..Snapshot::default() };
        let before = match self.user.status {
            UserStatus::Cancelled => UserState::Cancelled,
            _ => UserState::Invited,
        };
        self.record(("invitation.resent", summary), &status(before), &status(UserState::Invited)).await?;
        Ok(Applied::done(detail).with(resent(is_link_kept)))
    }

    /// Opens the latest invitation for another lifetime and queues its mail. Whether its link is
    /// still the same: a live one stays, a dead one is replaced.
    pub(super) async fn invite_again(&mut self) -> Result<bool, ApiError> {
        let (workspace, now) = (self.people.workspace.id, self.people.by.now);
        let stored = managing::stored(self.tx, workspace, self.user.id).await?;
        if stored.and_then(|stored| stored.ends_at).is_some_and(|end| end <= now) {
            let detail = "the expiry date has passed; replace the invitation by one with a later date";
            return Err(ApiError::field("/expires_on", "expired", detail));
        }
        let latest = invitations::latest(self.tx, workspace, self.user.id).await?;
        let sent_by = self.people.by.account.id;
        let link_ends_at = now.saturating_add(self.people.by.tools.link_lifetime).unwrap_or(Timestamp::MAX);
        let mut is_link_kept = false;
        let id = if let Some((info, number)) = latest {
            is_link_kept = info.state == InvitationState::Open && info.link_ends_at > now;
            let link_number = if is_link_kept { number } else { number.saturating_add(1) };
            let resent = Resent { id: info.id, link_number, sent_at: now, sent_by, link_ends_at };
            managing::reopen(self.tx, workspace, &resent).await?;
            info.id
        } else {
            let id = InvitationId::new(self.people.uuid());
            let new = NewInvitation { id, user: self.user.id, sent_at: now, sent_by, link_ends_at };
            invitations::insert(self.tx, workspace, &new).await?;
            id
        };
        managing::make_invited(self.tx, workspace, self.user.id, now, link_ends_at).await?;
        self.queue(LetterKind::Invitation, id.uuid()).await?;
        Ok(is_link_kept)
    }

    /// Whether the last mail to the address was long enough ago.
    pub(super) async fn check_interval(&mut self) -> Result<(), ApiError> {
        let last = managing::last_letter(self.tx, self.people.workspace.id, self.user.id).await?;
        let passed = last.map_or(INTERVAL, |last| self.people.by.now.duration_since(last));
        match Duration::try_from(INTERVAL - passed) {
            Ok(wait) if !wait.is_zero() => Err(ApiError::Conflict(Conflict::TooSoon(wait))),
            _ => Ok(()),
        }
    }

    async fn send_verification(&mut self) -> Result<(), StoreError> {
        let now = self.people.by.now;
        let verification = Verification {
            id: VerificationId::new(self.people.uuid()),
            user: self.user.id,
            attempts: 0,
            used: false,
            created_at: now,
            ends_at: now.saturating_add(CODE_LIFETIME).unwrap_or(Timestamp::MAX),
        };
        verifications::insert(self.tx, self.people.workspace.id, &verification).await?;
        self.queue(LetterKind::Verification, verification.id.uuid()).await
    }

    async fn queue(&mut self, kind: LetterKind, subject: uuid::Uuid) -> Result<(), StoreError> {
        let letter = NewLetter {
            id: LetterId::new(self.people.uuid()),
            user: self.user.id,
            kind,
            subject,
            created_at: self.people.by.now,
        };
        outbox::insert(self.tx, self.people.workspace.id, &letter).await
    }

    /// Withdraws the invitation: the link is dead at once.
    pub(super) async fn cancel(mut self) -> Result<Applied, ApiError> {
        let (before, after) = self.ended(UserState::Cancelled).await?;
        self.write(&after).await?;
        self.record(("invitation.cancelled", "cancelled the invitation"), &before, &after).await?;
        Ok(Applied::done("cancelled; the link is dead"))
    }

    /// The user and the open invitation before and after the user becomes `state`.
    pub(super) async fn ended(&mut self, state: UserState) -> Result<(Snapshot, Snapshot), ApiError> {
        let workspace = self.people.workspace.id;
        let stored = managing::stored(self.tx, workspace, self.user.id).await?;
        let stored = stored.ok_or(ApiError::NotFound("user"))?;
        let latest = invitations::latest(self.tx, workspace, self.user.id).await?;
        let open = latest.map(|(info, _)| info).filter(|info| info.state == InvitationState::Open);
        let snapshot = |status, invitation: InvitationState| Snapshot {
            status: Some(StateName(status)),
            invitation: open.as_ref().map(|info| InvitationKept { id: info.id, state: invitation }),
            ..Snapshot::default()
        };
        let before = snapshot(stored.state, InvitationState::Open);
        Ok((before, snapshot(state, InvitationState::Cancelled)))
    }
}

/// A mail with the link that stayed, or with another.
pub(super) fn resent(is_link_kept: bool) -> Tally {
    let (links_kept, links_replaced) = if is_link_kept { (1, 0) } else { (0, 1) };
    Tally { mails: 1, links_kept, links_replaced, ..Tally::default() }
}

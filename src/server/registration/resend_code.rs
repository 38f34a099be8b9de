//! Sending a code: the first one, and another when asked for.

use jiff::{SignedDuration, Timestamp};

use super::decide::{CODE_DAY, CODE_LIFETIME, Closed, check_resend};
use super::scene::CodeView;
use super::{Refused, Registrar, Visitor};
use crate::domain::ids::{LetterId, VerificationId};
use crate::server::store::outbox::{self, LetterKind, NewLetter};
use crate::server::store::registration::Invitee;
use crate::server::store::verifications::{self, Verification};
use crate::server::store::{StoreError, Tx};

/// Another code was asked for too soon.
#[derive(Debug)]
pub struct TooSoon {
    /// The page to show again.
    pub view: CodeView,
    /// How long to wait.
    pub wait: SignedDuration,
}

impl Registrar {
    /// Sends another code to the user of code page `token`; those before it, and their
    /// links, are void. Gives the token of the new code's page.
    ///
    /// # Errors
    /// [`Refused::Wrong`] within a minute of the last code, or after too many in a day.
    pub async fn resend_code(&self, token: &str, visitor: Visitor) -> Result<String, Refused<TooSoon>> {
        let ids = self.tools.secret.read_code_page_token(token);
        let (workspace, id) = ids.ok_or(Refused::Closed(Closed::Unknown, None))?;
        let mut tx = self.tools.store.write(workspace).await?;
        let waiting = self.waiting(&mut tx, workspace, id).await?;
        let (now, user) = (self.tools.clock.now(), waiting.invitee.user);
        let since = now.saturating_sub(CODE_DAY).unwrap_or(Timestamp::MIN);
        let today = verifications::count_since(&mut tx, workspace, user, since).await?;
        if let Err(wait) = check_resend(Some(waiting.latest.created_at), today, now) {
            return Err(Refused::Wrong(Box::new(TooSoon { view: waiting.view, wait })));
        }
        let page = self.send_code(&mut tx, &waiting.invitee, now).await?;
        self.record(&mut tx, &waiting.invitee, visitor)
            .note("verification.sent", "asked for another code")
            .await?;
        tx.commit().await?;
        self.tools.letters.notify_one();
        Ok(page)
    }

    /// Stores a verification and its letter. Gives the token of the page that asks for the code.
    pub(super) async fn send_code(
        &self,
        tx: &mut Tx,
        invitee: &Invitee,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let verification = Verification {
            id: VerificationId::new(self.tools.entropy.uuid(now)),
            user: invitee.user,
            attempts: 0,
            used: false,
            created_at: now,
            ends_at: now.saturating_add(CODE_LIFETIME).unwrap_or(Timestamp::MAX),
        };
        verifications::insert(tx, invitee.workspace, &verification).await?;
        let letter = NewLetter {
            id: LetterId::new(self.tools.entropy.uuid(now)),
            user: invitee.user,
            kind: LetterKind::Verification,
            subject: verification.id.uuid(),
            created_at: now,
        };
        outbox::insert(tx, invitee.workspace, &letter).await?;
        Ok(self.tools.secret.code_page_token(invitee.workspace, verification.id))
    }
}

//! Verifying an address, by code or by mailed link: the user becomes active.

use super::decide::{Closed, CodeRefused, MOST_TRIES, check_try, typed_digits};
use super::scene::{self, CodeView, Done, Waiting};
use super::{Nothing, Refused, Registrar, Visitor};
use crate::domain::ids::AccountId;
use crate::domain::status::UserState;
use crate::server::secret::same_secret;
use crate::server::store::registration::{self, Invitee, NewAccount};
use crate::server::store::verifications::{self, Verification};
use crate::server::store::{StoreError, Tx};

/// The code is not taken.
#[derive(Debug)]
pub struct WrongCode {
    /// The page to show again.
    pub view: CodeView,
    /// Why.
    pub why: CodeRefused,
}

impl Registrar {
    /// Verifies the user of code page `page` by the typed `code`, which is compared with the latest
    /// one sent. A wrong one is counted.
    ///
    /// # Errors
    /// [`Refused::Wrong`] when the code is another, ran out, or was tried too often.
    pub async fn verify_code(
        &self,
        page: &str,
        code: &str,
        visitor: Visitor,
    ) -> Result<Done, Refused<WrongCode>> {
        let ids = self.tools.secret.read_code_page_token(page);
        let (workspace, id) = ids.ok_or(Refused::Closed(Closed::Unknown, None))?;
        let mut tx = self.tools.store.write(workspace).await?;
        let Waiting { invitee, latest, view, .. } = self.waiting(&mut tx, workspace, id).await?;
        let wrong = |why| Err(Refused::Wrong(Box::new(WrongCode { view, why })));
        if let Err(why) = check_try(&latest, self.tools.clock.now()) {
            return wrong(why);
        }
        let expected = self.tools.secret.verification_code(workspace, latest.id);
        if !same_secret(&typed_digits(code), &expected) {
            verifications::count_try(&mut tx, workspace, latest.id).await?;
            tx.commit().await?;
            return wrong(CodeRefused::Wrong { left: MOST_TRIES.saturating_sub(latest.attempts + 1) });
        }
        self.finish(tx, &invitee, &latest, visitor).await
    }

    /// Verifies the user by the mailed link `token`.
    ///
    /// # Errors
    /// [`Refused::Closed`] when the link has run out, was used, or another was sent after it.
    pub async fn verify_link(&self, token: &str, visitor: Visitor) -> Result<Done, Refused<Nothing>> {
        let ids = self.tools.secret.read_verification_token(token);
        let (workspace, id) = ids.ok_or(Refused::Closed(Closed::Unknown, None))?;
        let mut tx = self.tools.store.write(workspace).await?;
        let waiting = self.waiting(&mut tx, workspace, id).await?;
        let waiting = self.check_mailed_link(waiting)?;
        self.finish(tx, &waiting.invitee, &waiting.verification, visitor).await
    }

    /// Everything that becoming active is, in one transaction (DESIGN R8): account made or linked,
    /// password moved to it, planned courses enrolled.
    async fn finish<E>(
        &self,
        mut tx: Tx,
        invitee: &Invitee,
        verification: &Verification,
        visitor: Visitor,
    ) -> Result<Done, Refused<E>> {
        let (workspace, user, now) = (invitee.workspace, invitee.user, self.tools.clock.now());
        verifications::mark_used(&mut tx, workspace, verification.id).await?;
        let account = self.account_of(&mut tx, invitee).await?;
        registration::make_active(&mut tx, workspace, user, account, now).await?;
        registration::enrol_planned(&mut tx, workspace, user, now).await?;
        let (courses, more_courses) = scene::courses(&mut tx, workspace, user).await?;
        self.record(&mut tx, invitee, visitor)
            .change("user.activated", "verified the address and is active", UserState::Active)
            .await?;
        tx.commit().await?;
        Ok(Done { scene: scene::scene(invitee), courses, more_courses })
    }

    /// The account of the invitee's address. One that has a password keeps it, also when it was
    /// made in another workspace after this registration; its names become the user's.
    async fn account_of(&self, tx: &mut Tx, invitee: &Invitee) -> Result<AccountId, StoreError> {
        let now = self.tools.clock.now();
        let Some(account) = &invitee.account else {
            let id = AccountId::new(self.tools.entropy.uuid(now));
            let account = NewAccount { id, invitee, created_at: now };
            registration::insert_account(tx, &account).await?;
            return Ok(id);
        };
        if let (None, Some(hash)) = (&account.password_hash, &invitee.password_hash) {
            registration::set_account_password(tx, account.id, hash).await?;
        }
        registration::take_names(tx, invitee, account).await?;
        Ok(account.id)
    }
}

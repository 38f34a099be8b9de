//! The outbox worker: claims letters under a lease, sends them, settles them (DESIGN R9).
//!
//! A letter is a row written in the transaction that causes it. Sending happens outside any
//! transaction: when the process dies between the mail server's answer and the settling, the lease
//! runs out and the letter leaves again, with the same Message-ID (a mail folder gets the same
//! file), which is how a mailbox recognises it. Losing it is not possible, and nothing else makes a
//! second copy.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::mail::{
    Addressee, InvitationWords, LetterError, LetterWriter, Mail, MailFailure, Mailer, VerificationWords,
};
use super::metrics::Metrics;
use super::registration::day;
use super::rounds::{RETRY, in_rounds, until};
use super::secret::ServerSecret;
use super::store::outbox::{self, ClaimedLetter, LetterKind, Settled};
use super::store::registration::{self, Invitee};
use super::store::verifications;
use super::store::{Store, StoreError, Tx};
use crate::api::users::InvitationState;
use crate::domain::clock::Clock;
use crate::domain::ids::{InvitationId, VerificationId, WorkspaceId};
use crate::domain::safe_text::SafeText;
use crate::domain::status::UserStatus;

/// Letters sent at once.
const BATCH: u32 = 4;
/// Batches of one workspace before the others have their turn.
const BATCHES: u32 = 25;
/// How long a claimed letter is nobody else's; longer than any send can take. A letter of a server that
/// died waits for its end.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// The first and the last pause between tries to note how a letter left; twice as long each time.
/// Noting it after the lease has ended does no harm.
const FIRST_PAUSE: Duration = Duration::from_millis(125);
const LAST_PAUSE: Duration = Duration::from_secs(32);
/// Tries before a letter is given up.
const MOST_ATTEMPTS: u32 = 10;

/// How long to wait after try number `attempts` (from 1): half a minute, four times as long after
/// each, at most four hours. Ten tries span most of a day.
pub fn backoff(attempts: u32) -> SignedDuration {
    let longest = SignedDuration::from_hours(4);
    let factor = 4_i32.checked_pow(attempts.saturating_sub(1)).unwrap_or(i32::MAX);
    SignedDuration::from_secs(30).checked_mul(factor).map_or(longest, |wait| wait.min(longest))
}

/// What the worker works with.
pub struct OutboxTools<M> {
    /// The store.
    pub store: Store,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// What links and codes are derived from.
    pub secret: Arc<ServerSecret>,
    /// The way mail leaves.
    pub mailer: M,
    /// Makes the mails.
    pub writer: LetterWriter,
    /// Where the registration pages are, without a slash at the end.
    pub public_url: String,
    /// What is counted for whoever watches the server.
    pub metrics: Arc<Metrics>,
}

/// Delivers letters.
pub struct Outbox<M> {
    tools: OutboxTools<M>,
}

/// What became of rendering a letter.
enum Rendered {
    Ready(Box<Mail>),
    /// It is no longer to be sent, and why.
    Moot(&'static str),
}

impl<M: Mailer> Outbox<M> {
    /// A worker with `tools`.
    pub fn new(tools: OutboxTools<M>) -> Self {
        Self { tools }
    }

    /// Delivers whenever `wake` is notified, when the next letter is due, and from time to time, until
    /// `stop`. What is being sent then is finished.
    pub async fn run(&self, wake: Arc<Notify>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let wait = match self.deliver(&stop).await {
                Ok(_) => self.until_due().await.unwrap_or(RETRY),
                Err(error) => {
                    tracing::error!(%error, "the outbox could not be read or written");
                    self.tools.metrics.failed("outbox", &error.into());
                    RETRY
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                _ = tokio::time::timeout(wait, wake.notified()) => {}
            }
        }
    }

    /// How long nothing is due, as far as the database says.
    async fn until_due(&self) -> Result<Duration, StoreError> {
        let mut tx = self.tools.store.read().await?;
        let due = outbox::next_due(&mut tx).await?;
        Ok(until(due, self.tools.clock.now(), self.tools.store.patience()))
    }

    /// Sends every letter that is due, and gives how many the mail server took.
    ///
    /// # Errors
    /// [`StoreError`] when letters could not be claimed or settled.
    pub async fn deliver_due(&self) -> Result<usize, StoreError> {
        self.deliver(&CancellationToken::new()).await
    }

    async fn deliver(&self, stop: &CancellationToken) -> Result<usize, StoreError> {
        let sent = AtomicUsize::new(0);
        in_rounds(stop, || self.due(), |workspace| self.deliver_of(workspace, (&sent, stop))).await?;
        Ok(sent.into_inner())
    }

    async fn due(&self) -> Result<Vec<WorkspaceId>, StoreError> {
        let mut tx = self.tools.store.read().await?;
        outbox::workspaces_due(&mut tx, self.tools.clock.now()).await
    }

    /// Delivers some batches, and adds to `sent` how many letters the mail server took; whether there were any.
    async fn deliver_of(
        &self,
        workspace: WorkspaceId,
        (sent, stop): (&AtomicUsize, &CancellationToken),
    ) -> Result<bool, StoreError> {
        let mut were_any = false;
        for _ in 0..BATCHES {
            let letters = if stop.is_cancelled() { Vec::new() } else { self.claim(workspace).await? };
            were_any |= !letters.is_empty();
            let results = join_all(letters.iter().map(|letter| self.handle(workspace, letter, stop))).await;
            for result in results {
                sent.fetch_add(usize::from(result?), Ordering::Relaxed);
            }
            if u32::try_from(letters.len()) != Ok(BATCH) {
                break;
            }
        }
        Ok(were_any)
    }

    async fn claim(&self, workspace: WorkspaceId) -> Result<Vec<ClaimedLetter>, StoreError> {
        let now = self.tools.clock.now();
        let mut tx = self.tools.store.write_beside().await?;
        let letters = outbox::claim(&mut tx, workspace, now, later(now, LEASE), BATCH).await?;
        tx.commit().await?;
        Ok(letters)
    }

    /// Renders, sends and settles one letter; whether it was sent.
    async fn handle(
        &self,
        workspace: WorkspaceId,
        letter: &ClaimedLetter,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        let rendered = {
            let mut tx = self.tools.store.read().await?;
            self.render(&mut tx, workspace, letter).await?
        };
        let result = match rendered {
            Ok(Rendered::Ready(mail)) => self.tools.mailer.send(&mail).await,
            Ok(Rendered::Moot(why)) => Err(MailFailure::permanent(why)),
            Err(error) => Err(MailFailure::permanent(&error.to_string())),
        };
        let now = self.tools.clock.now();
        let (settled, words) = match result {
            Ok(answer) => (Settled::Sent, answer.0),
            Err(failure) => (verdict(&failure, letter.attempts, now), failure.words().clone()),
        };
        if settled != Settled::Sent {
            tracing::warn!(letter = %letter.id, attempts = letter.attempts, ?settled, "a letter did not leave");
        }
        let mut pause = FIRST_PAUSE;
        // A mail that left would leave again after the lease, were this not noted: a database that is
        // away for a moment is waited for.
        while let Err(error) = self.settle(workspace, letter, (settled, &words), now).await {
            let passes = matches!(error, StoreError::Unavailable(_) | StoreError::Collision);
            if !passes || pause > LAST_PAUSE || stop.is_cancelled() {
                return Err(error);
            }
            drop(tokio::time::timeout(pause, stop.cancelled()).await);
            pause *= 2;
        }
        self.tools.metrics.letter_settled(settled);
        Ok(settled == Settled::Sent)
    }

    async fn settle(
        &self,
        workspace: WorkspaceId,
        letter: &ClaimedLetter,
        how: (Settled, &SafeText),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.tools.store.write(workspace).await?;
        outbox::settle(&mut tx, workspace, letter, how, now).await?;
        tx.commit().await
    }

    async fn render(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        letter: &ClaimedLetter,
    ) -> Result<Result<Rendered, LetterError>, StoreError> {
        let Some(invitee) = registration::find_invitee(tx, workspace, letter.user).await? else {
            return Ok(Ok(Rendered::Moot("the user is gone")));
        };
        match letter.kind {
            LetterKind::Invitation => self.render_invitation(tx, &invitee, letter).await,
            LetterKind::Verification => self.render_verification(tx, &invitee, letter).await,
        }
    }

    async fn render_invitation(
        &self,
        tx: &mut Tx,
        invitee: &Invitee,
        letter: &ClaimedLetter,
    ) -> Result<Result<Rendered, LetterError>, StoreError> {
        let (now, workspace) = (self.tools.clock.now(), invitee.workspace);
        let id = InvitationId::new(letter.subject);
        let invitation = registration::find_invitation(tx, workspace, id).await?;
        let awaited = UserStatus::of(invitee.state, invitee.ends_at, now) == UserStatus::Invited;
        let open = invitation.filter(|invitation| {
            awaited && invitation.state == InvitationState::Open && invitation.link_ends_at > now
        });
        let Some(invitation) = open else {
            return Ok(Ok(Rendered::Moot("the invitation is no longer open")));
        };
        let token = self.tools.secret.invitation_token(workspace, id, invitation.link_number);
        let words = InvitationWords {
            inviter: invitation.inviter,
            link: format!("{}/i/{token}", self.tools.public_url),
            link_ends: day(invitation.link_ends_at, &invitee.time_zone),
        };
        let mail = self.tools.writer.invitation(&addressee(invitee, letter), &words, now);
        Ok(mail.map(|mail| Rendered::Ready(Box::new(mail))))
    }

    async fn render_verification(
        &self,
        tx: &mut Tx,
        invitee: &Invitee,
        letter: &ClaimedLetter,
    ) -> Result<Result<Rendered, LetterError>, StoreError> {
        let (now, workspace) = (self.tools.clock.now(), invitee.workspace);
        let id = VerificationId::new(letter.subject);
        let latest = verifications::latest(tx, workspace, invitee.user).await?;
        let pending = UserStatus::of(invitee.state, invitee.ends_at, now) == UserStatus::Pending;
        let good = latest.filter(|latest| pending && latest.id == id && !latest.used && latest.ends_at > now);
        let Some(verification) = good else {
            return Ok(Ok(Rendered::Moot("the code has run out or was replaced")));
        };
        let left = verification.ends_at.duration_since(now).as_secs();
        let token = self.tools.secret.verification_token(workspace, id);
        let words = VerificationWords {
            code: self.tools.secret.verification_code(workspace, id),
            link: format!("{}/verify/{token}", self.tools.public_url),
            minutes: (left + 59) / 60,
        };
        let mail = self.tools.writer.verification(&addressee(invitee, letter), &words, now);
        Ok(mail.map(|mail| Rendered::Ready(Box::new(mail))))
    }
}

fn verdict(failure: &MailFailure, attempts: u32, now: Timestamp) -> Settled {
    match failure {
        MailFailure::Temporary(_) if attempts < MOST_ATTEMPTS => {
            Settled::Queued(later(now, backoff(attempts)))
        }
        MailFailure::Temporary(_) | MailFailure::Permanent(_) => Settled::Failed,
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn addressee(invitee: &Invitee, letter: &ClaimedLetter) -> Addressee {
    Addressee {
        letter: letter.id,
        written_at: letter.created_at,
        email: invitee.email.clone(),
        first_name: SafeText::new(&invitee.first_name),
        last_name: SafeText::new(&invitee.last_name),
        workspace: SafeText::new(&invitee.place),
        customer: SafeText::new(&invitee.customer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r9_the_wait_grows_and_is_capped() {
        let waits: Vec<i64> = (1..=7).map(|attempts| backoff(attempts).as_secs()).collect();
        assert_eq!(waits, [30, 120, 480, 1920, 7680, 14400, 14400]);
        assert_eq!(backoff(u32::MAX), SignedDuration::from_hours(4));
        assert_eq!(backoff(0), SignedDuration::from_secs(30));
    }

    #[test]
    fn r9_a_letter_is_given_up_after_ten_tries_or_a_permanent_refusal() {
        let now = Timestamp::UNIX_EPOCH;
        let temporary = MailFailure::temporary("451 later");
        assert_eq!(verdict(&temporary, 1, now), Settled::Queued(later(now, backoff(1))));
        assert_eq!(verdict(&temporary, 10, now), Settled::Failed);
        assert_eq!(verdict(&MailFailure::permanent("550 no"), 1, now), Settled::Failed);
    }
}

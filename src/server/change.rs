//! A change under its idempotency key (DESIGN R15), for real or as a dry run (R17).

use jiff::SignedDuration;
use serde::Serialize;

use super::context::People;
use super::digest::sha256_hex;
use super::error::ApiError;
use super::store::Tx;
use super::store::idempotency::{self, Sent};
use crate::api::endpoint::{ChangeQuery, Endpoint, Request};

/// How long a key is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(48);
/// Longest key, in bytes.
const LONGEST_KEY: usize = 255;

/// A change that was begun: its transaction holds the workspace's lock.
pub struct Change<'a> {
    people: &'a People,
    /// The transaction that the change is made in.
    pub tx: Tx,
    sent: Sent,
    dry_run: bool,
}

/// What became of the beginning of a change.
#[expect(clippy::large_enum_variant, reason = "it is taken apart at once, and never kept")]
pub enum Begun<'a, R> {
    /// It is to be made.
    Now(Change<'a>),
    /// It was made before under the same key; this was answered.
    Before(R),
}

impl People {
    /// Begins a change: takes the workspace's lock, and looks whether the key was used before.
    pub async fn begin<E>(&self, request: &Request<E>) -> Result<Begun<'_, E::Reply>, ApiError>
    where
        E: Endpoint<Query = ChangeQuery>,
    {
        self.begin_as(request, request.query.dry_run).await
    }

    /// Begins the making of a job. A job that only finds out what would happen is kept too, under a
    /// key of its own, so that the same key can then be used for real.
    pub async fn begin_job<E>(&self, request: &Request<E>) -> Result<Begun<'_, E::Reply>, ApiError>
    where
        E: Endpoint<Query = ChangeQuery>,
    {
        self.begin_as(request, false).await
    }

    async fn begin_as<E>(&self, request: &Request<E>, dry_run: bool) -> Result<Begun<'_, E::Reply>, ApiError>
    where
        E: Endpoint<Query = ChangeQuery>,
    {
        let key = request.idempotency_key.clone().filter(|key| (1..=LONGEST_KEY).contains(&key.len()));
        let key = key.ok_or(ApiError::KeyMissing)?;
        let is_preview = request.query.dry_run && !dry_run;
        let sent = Sent {
            account: self.by.account.id,
            // No header has a line break in it, so that no key that is sent is this one.
            key: if is_preview { format!("{key}\ndry run") } else { key },
            operation: E::NAME,
            fingerprint: self.fingerprint(request)?,
        };
        let mut tx = self.write().await?;
        if !dry_run
            && let Some((asked, reply)) = idempotency::answered(&mut tx, self.workspace.id, &sent).await?
        {
            if asked != sent.fingerprint {
                return Err(ApiError::KeyReused);
            }
            return serde_json::from_str(&reply)
                .map(Begun::Before)
                .map_err(|e| ApiError::Internal(Box::new(e)));
        }
        Ok(Begun::Now(Change { people: self, tx, sent, dry_run }))
    }

    /// What is asked, as a hash: operation, place and body. The workspace counts by its id, however
    /// the path names it.
    fn fingerprint<E: Endpoint>(&self, request: &Request<E>) -> Result<String, ApiError> {
        let failed = |error| ApiError::Internal(Box::new(error));
        let mut path = serde_json::to_value(&request.path).map_err(failed)?;
        if let Some(workspace) = path.get_mut("w") {
            *workspace = self.workspace.id.to_string().into();
        }
        let asked = serde_json::to_vec(&(E::NAME, path, &request.body)).map_err(failed)?;
        Ok(sha256_hex(&asked))
    }
}

impl Change<'_> {
    /// Whether nothing is to be written.
    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    /// Ends the change: remembers `reply` under the key and commits; takes everything back in a
    /// dry run. Wakes the outbox when `letters` were queued.
    pub async fn finish<R: Serialize>(mut self, reply: &R, letters: u32) -> Result<(), ApiError> {
        if self.dry_run {
            return Ok(self.tx.rollback().await?);
        }
        let text = serde_json::to_string(reply).map_err(|error| ApiError::Internal(Box::new(error)))?;
        let (workspace, now) = (self.people.workspace.id, self.people.by.now);
        let oldest = now.saturating_sub(REMEMBERED).unwrap_or(now);
        idempotency::forget(&mut self.tx, workspace, oldest).await?;
        idempotency::remember(&mut self.tx, workspace, &self.sent, &text, now).await?;
        self.tx.commit().await?;
        if letters > 0 {
            self.people.by.tools.letters.notify_one();
        }
        Ok(())
    }
}

//! How often something may be done, counted in the store for all servers together.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::digest::sha256_hex;
use super::error::ApiError;
use super::settings::Rate;
use super::store::limits::{self, Claim};
use super::store::{Store, StoreError};
use crate::domain::ids::AccountId;

/// Requests that a server claims at once for an account, so that not every one writes.
const MOST_AT_ONCE: u32 = 25;
/// What was claimed and not used by then is lost: other servers may need it.
const KEPT: SignedDuration = SignedDuration::from_secs(10);
/// Accounts for which something is kept at most.
const MOST_KEPT: usize = 10_000;
/// How often what is over is swept out of the store.
const SWEPT: SignedDuration = SignedDuration::from_mins(10);

/// Counts the requests of each account.
pub struct Requests {
    every: SignedDuration,
    room: SignedDuration,
    at_once: u32,
    held: Mutex<Held>,
}

/// What this server has claimed and not used yet.
#[derive(Default)]
struct Held {
    accounts: HashMap<AccountId, Grant>,
    sweep_at: Option<Timestamp>,
}

#[derive(Clone, Copy)]
struct Grant {
    left: u32,
    until: Timestamp,
}

impl Requests {
    /// Limits of `rate` for each account.
    pub fn new(rate: Rate) -> Self {
        let micros = 1_000_000 / i64::from(rate.per_second.get()).max(1);
        let every = SignedDuration::from_micros(micros.max(1));
        let room = every.checked_mul(i32::try_from(rate.burst.get()).unwrap_or(i32::MAX));
        let at_once = (rate.burst.get() / 10).clamp(1, MOST_AT_ONCE);
        Self { every, room: room.unwrap_or(SignedDuration::MAX), at_once, held: Mutex::default() }
    }

    /// Counts a request of `account` at `now`.
    ///
    /// # Errors
    /// [`ApiError::RateLimited`] when there were too many.
    pub async fn count(&self, store: &Store, account: AccountId, now: Timestamp) -> Result<(), ApiError> {
        if self.take(account, now) {
            return Ok(());
        }
        let claimed = match self.claim(store, account, self.at_once, now).await {
            // Near the limit they are claimed one by one.
            Ok(Err(_)) if self.at_once > 1 => {
                self.claim(store, account, 1, now).await.map(|one| one.map(|()| 1))
            }
            claimed => claimed.map(|all| all.map(|()| self.at_once)),
        };
        match claimed {
            Ok(Ok(count)) => self.keep(account, count - 1, now),
            Ok(Err(until)) => return Err(ApiError::RateLimited(self.wait(until, now))),
            // A store that takes no changes can still be read; counting is not worth more.
            Err(StoreError::Unavailable(_) | StoreError::Collision) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn take(&self, account: AccountId, now: Timestamp) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(grant) = held.accounts.get_mut(&account) else { return false };
        let is_good = grant.until > now && grant.left > 0;
        if is_good {
            grant.left -= 1;
        }
        is_good
    }

    fn keep(&self, account: AccountId, left: u32, now: Timestamp) {
        let until = later(now, KEPT);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.accounts.len() >= MOST_KEPT {
            held.accounts.retain(|_, grant| grant.until > now && grant.left > 0);
        }
        if held.accounts.len() < MOST_KEPT {
            let grant = held.accounts.entry(account).or_insert(Grant { left: 0, until });
            // Several requests may have claimed side by side.
            let kept = if grant.until > now { grant.left } else { 0 };
            *grant = Grant { left: kept + left, until };
        }
    }

    async fn claim(
        &self,
        store: &Store,
        account: AccountId,
        count: u32,
        now: Timestamp,
    ) -> Result<Result<(), Timestamp>, StoreError> {
        let cost = self.every.checked_mul(i32::try_from(count).unwrap_or(i32::MAX));
        let claim = Claim { now, cost: micros(cost.unwrap_or(self.room)), room: micros(self.room) };
        let mut tx = store.write_beside().await?;
        if self.is_to_sweep(now) {
            limits::sweep(&mut tx, now).await?;
        }
        let claimed = limits::claim(&mut tx, &key("requests", &account.to_string()), claim).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    fn is_to_sweep(&self, now: Timestamp) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = held.sweep_at.is_none_or(|at| at <= now);
        if is_due {
            held.sweep_at = Some(later(now, SWEPT));
        }
        is_due
    }

    /// How long until one more fits in, when all is used up until `until`.
    fn wait(&self, until: Timestamp, now: Timestamp) -> std::time::Duration {
        let over = until.duration_since(now).saturating_add(self.every).saturating_sub(self.room);
        over.max(SignedDuration::ZERO).unsigned_abs()
    }
}

/// Counts tries of something: at most so many within a window that begins with the first.
#[derive(Clone, Copy, Debug)]
pub struct Tries {
    what: &'static str,
    most: NonZeroU32,
    window: SignedDuration,
}

impl Tries {
    /// At most `most` tries of `what` within `window` of the first.
    pub const fn new(what: &'static str, most: NonZeroU32, window: SignedDuration) -> Self {
        Self { what, most, window }
    }

    /// Counts a try of `whose` at `now`.
    ///
    /// # Errors
    /// The inner one: how long to wait, when there were too many; the try is then not to be made.
    pub async fn count(
        &self,
        store: &Store,
        whose: &str,
        now: Timestamp,
    ) -> Result<Result<(), SignedDuration>, StoreError> {
        let mut tx = store.write_beside().await?;
        let key = key(self.what, whose);
        let counted = limits::count_use(&mut tx, &key, now, later(now, self.window)).await?;
        tx.commit().await?;
        let is_within = counted.uses <= self.most.get();
        Ok(if is_within { Ok(()) } else { Err(counted.ends_at.duration_since(now)) })
    }

    /// Counts the last try of `whose` no more, since it was right: many may be at one place. Those before it stay.
    pub async fn give_back(&self, store: &Store, whose: &str) -> Result<(), StoreError> {
        let mut tx = store.write_beside().await?;
        limits::give_back(&mut tx, &key(self.what, whose)).await?;
        tx.commit().await
    }

    /// Forgets the tries of `whose`, after one that was right.
    pub async fn forgive(&self, store: &Store, whose: &str) -> Result<(), StoreError> {
        let mut tx = store.write_beside().await?;
        limits::forget(&mut tx, &key(self.what, whose)).await?;
        tx.commit().await
    }
}

/// What is counted, in words that say nothing of whom.
fn key(what: &str, whose: &str) -> String {
    sha256_hex(format!("{what} {whose}").as_bytes())
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn micros(duration: SignedDuration) -> i64 {
    // No sum of a present and it leaves what a database counts in.
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX).min(i64::MAX / 4)
}

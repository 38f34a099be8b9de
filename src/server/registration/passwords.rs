//! Hashing and checking of passwords (DESIGN R11: Argon2id), off the threads that answer requests.

use std::sync::Arc;

use argon2::password_hash::PasswordVerifier;
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

/// Passwords worked on at once, so that a flood of them can't take all memory.
const AT_ONCE: usize = 4;
/// Bytes of a salt (RFC 9106 section 3.1).
pub const SALT_BYTES: usize = 16;

/// How dear a guess is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory for one password, in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
}

impl Default for PasswordCost {
    /// OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2 }
    }
}

impl PasswordCost {
    /// The least that Argon2 takes; for tests.
    pub const LEAST: Self = Self { memory_kib: 8, passes: 1 };
}

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The parameters or the stored hash are not usable.
    #[error("the password hash can't be used: {0}")]
    Hash(String),
    /// The thread that worked on it ended.
    #[error("the work on a password was ended: {0}")]
    Work(String),
}

/// Hashes and checks passwords, a few at once.
#[derive(Clone, Debug)]
pub struct Passwords {
    cost: PasswordCost,
    turns: Arc<Semaphore>,
}

impl Passwords {
    /// With `cost` for new passwords; a stored hash carries its own.
    pub fn new(cost: PasswordCost) -> Self {
        Self { cost, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// The hash of `password` with `salt`, as a PHC string.
    ///
    /// # Errors
    /// [`PasswordError`] when the cost is not one that Argon2 takes.
    pub async fn hash(
        &self,
        password: SecretString,
        salt: [u8; SALT_BYTES],
    ) -> Result<String, PasswordError> {
        let cost = self.cost;
        self.work(move || {
            let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(unusable)?;
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let hash: PasswordHash = argon2
                .hash_password_with_salt(password.expose_secret().as_bytes(), &salt)
                .map_err(unusable)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether `password` is the one that `hash` was made of.
    ///
    /// # Errors
    /// [`PasswordError`] when `hash` is no PHC string of Argon2.
    pub async fn matches(&self, password: SecretString, hash: String) -> Result<bool, PasswordError> {
        self.work(move || {
            let hash = PasswordHash::new(&hash).map_err(unusable)?;
            let verified = Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash);
            match verified {
                Ok(()) => Ok(true),
                Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(unusable(error)),
            }
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let ended = |error: String| PasswordError::Work(error);
        let turn = self.turns.clone().acquire_owned().await.map_err(|error| ended(error.to_string()))?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            job()
        });
        done.await.map_err(|error| ended(error.to_string()))?
    }
}

fn unusable(error: impl std::fmt::Display) -> PasswordError {
    PasswordError::Hash(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn r11_a_password_is_kept_as_argon2id_and_only_itself_matches() {
        let passwords = Passwords::new(PasswordCost::LEAST);
        let hash = passwords.hash("correct horse".into(), [7; SALT_BYTES]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        assert!(passwords.matches("correct horse".into(), hash.clone()).await.unwrap());
        assert!(!passwords.matches("correct Horse".into(), hash).await.unwrap());
        assert!(passwords.matches("x".into(), "no hash".into()).await.is_err());
    }

    #[test]
    fn r11_the_usual_cost_is_one_that_argon2_takes() {
        let cost = PasswordCost::default();
        assert!(Params::new(cost.memory_kib, cost.passes, 1, None).is_ok());
    }
}

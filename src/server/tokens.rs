//! API tokens: made on the server's host, shown once, kept as hashes only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::SecretString;

use super::access::hash;
use super::store::tokens::{NewToken, delete_labelled, insert};
use super::store::{Store, StoreError, Tx, accounts};
use crate::domain::clock::Clock;
use crate::domain::email::EmailAddress;
use crate::domain::entropy::Entropy;
use crate::domain::ids::{AccountId, TokenId};

/// Marks a text as a token of this program, for people and for scanners of leaked secrets.
const PREFIX: &str = "admit_";

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Nobody has this address.
    #[error("no account has the address {0}")]
    NoAccount(EmailAddress),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a token for the account of `email`; `label` says what it is for. With `replacing`, older
/// tokens of that label stop working.
pub async fn create(
    store: &Store,
    (clock, entropy): (&dyn Clock, &dyn Entropy),
    email: &EmailAddress,
    (label, replacing): (&str, bool),
) -> Result<SecretString, TokenError> {
    let mut tx = store.write_beside().await?;
    let account = accounts::with_email(&mut tx, email.key()).await?;
    let account = account.ok_or_else(|| TokenError::NoAccount(email.clone()))?;
    if replacing {
        delete_labelled(&mut tx, account.id, label).await?;
    }
    let token = add(&mut tx, (entropy, clock.now()), account.id, label).await?;
    tx.commit().await?;
    Ok(token)
}

/// Makes a token for `account`, as part of a larger change.
pub async fn add(
    tx: &mut Tx,
    (entropy, now): (&dyn Entropy, Timestamp),
    account: AccountId,
    label: &str,
) -> Result<SecretString, StoreError> {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    let token = SecretString::from(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)));
    let id = TokenId::new(entropy.uuid(now));
    let token_hash = hash(&token);
    insert(tx, &NewToken { id, account, hash: &token_hash, label, created_at: now }).await?;
    Ok(token)
}

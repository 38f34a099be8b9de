//! SQL of API tokens.

use jiff::Timestamp;

use super::{StoreError, Tx, on_engine};
use crate::domain::ids::{AccountId, TokenId};

/// A token, without its secret.
#[derive(Clone, Debug)]
pub struct NewToken<'a> {
    /// Its id.
    pub id: TokenId,
    /// Its owner.
    pub account: AccountId,
    /// The SHA-256 of its secret, in hexadecimal.
    pub hash: &'a str,
    /// What it is for.
    pub label: &'a str,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Keeps `token`.
pub async fn insert(tx: &mut Tx, token: &NewToken<'_>) -> Result<(), StoreError> {
    const SQL: &str =
        "INSERT INTO tokens (id, account_id, hash, label, created_at) VALUES ($1, $2, $3, $4, $5)";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(token.id.to_string())
        .bind(token.account.to_string())
        .bind(token.hash)
        .bind(token.label)
        .bind(token.created_at.as_microsecond())
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// Forgets the tokens of `account` that carry `label`.
pub async fn delete_labelled(tx: &mut Tx, account: AccountId, label: &str) -> Result<(), StoreError> {
    const SQL: &str = "DELETE FROM tokens WHERE account_id = $1 AND label = $2";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(account.to_string())
        .bind(label)
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

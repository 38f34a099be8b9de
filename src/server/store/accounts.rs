//! SQL of accounts.

use super::value::parse;
use super::{StoreError, Tx, on_engine};
use crate::domain::ids::AccountId;

/// A person across workspaces.
#[derive(Clone, Debug)]
pub struct Account {
    /// The account.
    pub id: AccountId,
    /// Its address, as typed.
    pub email: String,
    /// Its first name.
    pub first_name: String,
    /// Its last name.
    pub last_name: String,
}

type Row = (String, String, String, String);

/// The account with the address key `email_key`.
pub async fn with_email(tx: &mut Tx, email_key: &str) -> Result<Option<Account>, StoreError> {
    const SQL: &str = "SELECT id, email, first_name, last_name FROM accounts WHERE email_key = $1";
    let row: Option<Row> =
        on_engine!(tx, |connection| sqlx::query_as(SQL).bind(email_key).fetch_optional(connection).await)?;
    row.map(account).transpose()
}

/// The owner of the token whose SHA-256 is `hash` (hexadecimal).
pub async fn of_token(tx: &mut Tx, hash: &str) -> Result<Option<Account>, StoreError> {
    const SQL: &str = "SELECT a.id, a.email, a.first_name, a.last_name \
        FROM tokens t JOIN accounts a ON a.id = t.account_id WHERE t.hash = $1";
    let row: Option<Row> =
        on_engine!(tx, |connection| sqlx::query_as(SQL).bind(hash).fetch_optional(connection).await)?;
    row.map(account).transpose()
}

/// The account `id`.
pub async fn find(tx: &mut Tx, id: AccountId) -> Result<Option<Account>, StoreError> {
    const SQL: &str = "SELECT id, email, first_name, last_name FROM accounts WHERE id = $1";
    let row: Option<Row> = on_engine!(tx, |connection| sqlx::query_as(SQL)
        .bind(id.to_string())
        .fetch_optional(connection)
        .await)?;
    row.map(account).transpose()
}

fn account((id, email, first_name, last_name): Row) -> Result<Account, StoreError> {
    Ok(Account { id: parse(&id)?, email, first_name, last_name })
}

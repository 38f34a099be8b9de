//! `GET …/invitations/check`.

use jiff::Timestamp;

use crate::api::endpoint::Request;
use crate::api::invitations::{CheckEmail, EmailCheck};
use crate::domain::email::EmailAddress;
use crate::domain::ids::UserId;
use crate::domain::status::UserStatus;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::store::accounts::{self, Account};
use crate::server::store::{StoreError, Tx, users};

/// What the server knows of an address.
pub(super) enum Known {
    /// Nothing.
    New,
    /// An account without a user here (DESIGN R4).
    Elsewhere(Account),
    /// A user here (DESIGN R5); who, where in the operator's scope.
    Here(Option<(UserId, UserStatus)>),
}

/// Looks an address up.
pub(super) async fn look_up(
    tx: &mut Tx,
    people: &People,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<Known, StoreError> {
    if let Some((user, status, unit)) = users::with_email(tx, people.workspace.id, email.key(), now).await? {
        return Ok(Known::Here(people.scope.reaches(unit).then_some((user, status))));
    }
    Ok(accounts::with_email(tx, email.key()).await?.map_or(Known::New, Known::Elsewhere))
}

/// What is known of an address, before inviting it.
pub async fn check_email(people: People, request: Request<CheckEmail>) -> Result<EmailCheck, ApiError> {
    let email = EmailAddress::parse(&request.query.email)
        .map_err(|error| ApiError::field("/email", error.code(), error.to_string()))?;
    let mut tx = people.store().read().await?;
    Ok(match look_up(&mut tx, &people, &email, people.by.now).await? {
        Known::New => EmailCheck::New,
        Known::Elsewhere(account) => EmailCheck::KnownElsewhere {
            first_name: account.first_name.into(),
            last_name: account.last_name.into(),
        },
        Known::Here(user) => {
            let (user_id, status) = user.unzip();
            EmailCheck::KnownHere { user_id, status }
        }
    })
}

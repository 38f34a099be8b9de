//! Replacing an invitation (DESIGN R12): cancelled, and another address invited, in one step.

use crate::api::changes::ReplaceInvitation;
use crate::api::endpoint::Request;
use crate::api::invitations::InvitationOutcome;
use crate::domain::managing::UserAction;
use crate::domain::policy::check_hand;
use crate::domain::status::UserStatus;
use crate::server::change::Begun;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::invitations::create::invite;
use crate::server::store::users;

/// Cancels the invitation of a user and invites what the form says.
pub async fn replace_invitation(
    people: People,
    request: Request<ReplaceInvitation>,
) -> Result<InvitationOutcome, ApiError> {
    let mut change = match people.begin(&request).await? {
        Begun::Now(change) => change,
        Begun::Before(reply) => return Ok(reply),
    };
    let id = request.path.u;
    let user = users::find(&mut change.tx, people.viewpoint(), id).await?;
    let user = user.ok_or(ApiError::NotFound("user"))?;
    UserAction::Replace.check(user.status)?;
    check_hand(&people.scope, user.roles)?;
    if user.status != UserStatus::Cancelled {
        let cancel = crate::api::changes::UserChange::Cancel;
        super::apply(&people, &mut change.tx, (id, &cancel), None).await?;
    }
    let outcome = invite(&mut change, &people, &request.body).await?;
    let summary = format!("replaced by an invitation of {}", outcome.user.email);
    people.record(&mut change.tx, id, ("invitation.replaced", summary), None).await?;
    change.finish(&outcome, outcome.mails).await?;
    Ok(outcome)
}

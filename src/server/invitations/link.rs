//! `GET …/users/{u}/invitation/link`.

use crate::api::endpoint::Request;
use crate::api::invitations::{GetInvitationLink, InvitationLink};
use crate::api::users::InvitationState;
use crate::domain::policy::check_hand;
use crate::domain::status::UserStatus;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::store::{invitations, users};

/// The original link of an open invitation. That it was asked for is in the record (DESIGN R10).
pub async fn get_invitation_link(
    people: People,
    request: Request<GetInvitationLink>,
) -> Result<InvitationLink, ApiError> {
    let (workspace, id) = (people.workspace.id, request.path.u);
    let mut tx = people.write().await?;
    let user = users::find(&mut tx, people.viewpoint(), id).await?.ok_or(ApiError::NotFound("user"))?;
    let latest = invitations::latest(&mut tx, workspace, id).await?;
    let open = latest.filter(|(invitation, _)| {
        user.status == UserStatus::Invited && invitation.state == InvitationState::Open
    });
    let (invitation, link_number) = open.ok_or(ApiError::InvitationNotOpen(user.status))?;
    // Who has the link of a Manager's or Admin's invitation could register in their place.
    check_hand(&people.scope, user.roles)?;
    let tools = &people.by.tools;
    let token = tools.secret.invitation_token(workspace, invitation.id, link_number);
    let summary = "copied the invitation link".to_owned();
    people.record(&mut tx, id, ("invitation.link_copied", summary), None).await?;
    tx.commit().await?;
    Ok(InvitationLink {
        link: format!("{}/i/{token}", tools.public_url).into(),
        ends_at: invitation.link_ends_at,
        expired: invitation.link_ends_at <= people.by.now,
    })
}

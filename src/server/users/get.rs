//! `GET …/users/{u}`.

use crate::api::endpoint::Request;
use crate::api::users::{GetUser, UserDetail};
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::store::{invitations, users};

/// Everything about one user.
pub async fn get_user(people: People, request: Request<GetUser>) -> Result<UserDetail, ApiError> {
    let (workspace, id) = (people.workspace.id, request.path.u);
    let mut tx = people.store().read().await?;
    let user = users::find(&mut tx, people.viewpoint(), id).await?.ok_or(ApiError::NotFound("user"))?;
    let invitation = invitations::latest(&mut tx, workspace, id).await?.map(|(invitation, _)| invitation);
    let deliveries = invitations::deliveries(&mut tx, workspace, id).await?;
    Ok(UserDetail { user, invitation, deliveries })
}

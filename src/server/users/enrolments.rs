//! `GET …/users/{u}/enrolments`.

use crate::api::endpoint::Request;
use crate::api::enrolments::{Enrolment, ListUserEnrolments};
use crate::api::page::Page;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::page::Paging;
use crate::server::store::{enrolments, users};

/// The enrolments of a user, by course title.
pub async fn list_user_enrolments(
    people: People,
    request: Request<ListUserEnrolments>,
) -> Result<Page<Enrolment>, ApiError> {
    let (id, query) = (request.path.u, request.query);
    let paging = Paging::<String>::read(&("enrolments", id), query.cursor.as_deref(), query.limit)?;
    let after = paging.after.as_ref().map(|(key, id)| (key.as_str(), id.as_str()));
    let mut tx = people.store().read().await?;
    users::find(&mut tx, people.viewpoint(), id).await?.ok_or(ApiError::NotFound("user"))?;
    let rows = enrolments::of_user(&mut tx, people.workspace.id, id, after, paging.most()).await?;
    paging.page(rows, |enrolment| enrolment.id.to_string())
}

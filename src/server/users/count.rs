//! `GET …/users/counts`.

use crate::api::endpoint::Request;
use crate::api::users::{CountUsers, UserCounts};
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::page::read_search;
use crate::server::store::user_list::counts;

/// How many users the filter lets through, by status.
pub async fn count_users(people: People, request: Request<CountUsers>) -> Result<UserCounts, ApiError> {
    read_search(request.query.search.as_deref())?;
    let mut tx = people.store().read().await?;
    Ok(counts::of(&mut tx, people.viewpoint(), &request.query).await?)
}

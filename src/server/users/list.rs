//! `GET …/users`.

use crate::api::endpoint::Request;
use crate::api::page::Page;
use crate::api::users::{ListUsers, User, UserOrder};
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::page::{Paging, read_search};
use crate::server::store::users;

/// The users of the workspace, filtered, sorted and searched.
pub async fn list_users(people: People, request: Request<ListUsers>) -> Result<Page<User>, ApiError> {
    let query = request.query;
    let filter = query.filter();
    read_search(filter.search.as_deref())?;
    let order: UserOrder = query
        .sort
        .as_deref()
        .unwrap_or("name")
        .parse()
        .map_err(|error| ApiError::field("/sort", "unknown_sort", format!("{error}")))?;
    let list = (&filter, order.to_string());
    let paging = Paging::read(&list, query.cursor.as_deref(), query.limit)?;
    let after = match &paging.after {
        None => None,
        Some((key, id)) => Some((
            Clone::clone(key),
            id.parse().map_err(|_| ApiError::field("/cursor", "wrong_cursor", "begin again without one"))?,
        )),
    };
    let mut tx = people.store().read().await?;
    let rows = users::page(&mut tx, people.viewpoint(), (&filter, order), after, paging.most()).await?;
    paging.page(rows, |user| user.id.to_string())
}

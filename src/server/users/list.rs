//! `GET …/users`.

use crate::api::endpoint::Request;
use crate::api::page::Page;
use crate::api::users::{ListUsers, User, UserOrder, UsersQuery};
use crate::domain::search_key::fold;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::page::{LONGEST_SEARCH, Paging, read_search};
use crate::server::store::user_list::UserList;
use crate::server::store::user_list::order::{SortKeys, Start, fits, sorts_by_text};

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
    let start = start(&query, order, &paging)?;
    let mut tx = people.store().read().await?;
    let users = UserList::of(&mut tx, people.viewpoint(), &filter, order).await?;
    let mut rows = users.page(&mut tx, &start, paging.most()).await?;
    let more = rows.len() > paging.limit();
    if more && start.is_back() {
        rows.remove(0);
    }
    rows.truncate(paging.limit());
    let around = match (&start, rows.first()) {
        (Start::First, _) => (false, more),
        (Start::After(..), _) => (true, more),
        (Start::Before(..), _) => (more, true),
        (Start::Last, _) => (more, false),
        (Start::From(_), None) => (false, false),
        (Start::From(_), Some((keys, user))) => {
            let before = Start::Before(keys.clone(), user.id);
            (users.is_any(&mut tx, &before).await?, more)
        }
    };
    paging.page_between(rows, around, |user| user.id.to_string())
}

/// Where the page begins that `query` asks for.
fn start(query: &UsersQuery, order: UserOrder, paging: &Paging<SortKeys>) -> Result<Start, ApiError> {
    let is_last = query.last.unwrap_or_default();
    let mut places = [query.cursor.is_some(), query.from.is_some(), is_last].into_iter();
    if places.by_ref().filter(|is_given| *is_given).count() > 1 {
        let pointer = if query.from.is_some() { "/from" } else { "/last" };
        return Err(ApiError::field(pointer, "one_place", "give only one of cursor, from and last"));
    }
    if let Some(text) = &query.from {
        if !sorts_by_text(order.by) {
            let detail = "only a list sorted by name, email, unit or groups begins at a text";
            return Err(ApiError::field("/from", "not_text", detail));
        }
        if text.chars().count() > LONGEST_SEARCH {
            return Err(ApiError::field("/from", "too_long", "begin at a text of at most 200 characters"));
        }
        return Ok(Start::From(fold(text)));
    }
    let Some((keys, id)) = paging.after.clone() else {
        return Ok(if is_last { Start::Last } else { Start::First });
    };
    let id = id.parse().ok().filter(|_| fits(order, &keys));
    let id = id.ok_or_else(|| ApiError::field("/cursor", "wrong_cursor", "begin again without one"))?;
    Ok(if paging.is_back { Start::Before(keys, id) } else { Start::After(keys, id) })
}

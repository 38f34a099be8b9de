//! `GET …/groups`.

use crate::api::catalogue::{Group, ListGroups};
use crate::api::endpoint::Request;
use crate::api::page::Page;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::page::{Paging, read_search};
use crate::server::store::catalogue::{self, Part};

/// The groups, by name; a Manager may assign all of them (DESIGN R1).
pub async fn list_groups(people: People, request: Request<ListGroups>) -> Result<Page<Group>, ApiError> {
    let query = request.query;
    let paging = Paging::<String>::read(&("groups", &query.search), query.cursor.as_deref(), query.limit)?;
    let after = paging.after.as_ref().map(|(key, id)| (key.as_str(), id.as_str()));
    let search = read_search(query.search.as_deref())?;
    let part = Part { search, after, most: paging.most(), ..Part::default() };
    let mut tx = people.store().read().await?;
    let rows = catalogue::groups(&mut tx, people.workspace.id, part).await?;
    paging.page(rows, |group| group.id.to_string())
}

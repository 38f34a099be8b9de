//! `GET …/units`.

use crate::api::catalogue::{ListUnits, Unit};
use crate::api::endpoint::Request;
use crate::api::page::Page;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::page::{Paging, read_search};
use crate::server::store::catalogue::{self, Part, UnitLimits};

/// The units in the order of the tree; a Manager's own and all below (DESIGN R1).
pub async fn list_units(people: People, request: Request<ListUnits>) -> Result<Page<Unit>, ApiError> {
    let query = request.query;
    let list = ("units", &query.search, query.parent);
    let paging = Paging::<String>::read(&list, query.cursor.as_deref(), query.limit)?;
    let after = paging.after.as_ref().map(|(key, id)| (key.as_str(), id.as_str()));
    let search = read_search(query.search.as_deref())?;
    let part = Part { search, after, most: paging.most(), ..Part::default() };
    let limits = UnitLimits { manager: people.manager(), parent: query.parent };
    let mut tx = people.store().read().await?;
    let rows = catalogue::units(&mut tx, people.workspace.id, limits, part).await?;
    paging.page(rows, |unit| unit.id.to_string())
}

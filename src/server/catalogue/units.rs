//! `GET …/units`.

use super::asked::Asked;
use crate::api::catalogue::{ListUnits, Unit};
use crate::api::endpoint::Request;
use crate::api::page::Page;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::store::catalogue::{self, UnitLimits};

/// The units in the order of the tree; a Manager's own and all below (DESIGN R1).
pub async fn list_units(people: People, request: Request<ListUnits>) -> Result<Page<Unit>, ApiError> {
    let limits = UnitLimits { manager: people.manager(), parent: request.query.parent };
    let asked = Asked::read(&"units", request.query)?;
    let mut tx = people.store().read().await?;
    let mut rows = Vec::new();
    for (n, part) in asked.parts().into_iter().enumerate() {
        if Asked::wants(n, rows.len()) {
            rows.extend(catalogue::units(&mut tx, people.workspace.id, limits, part).await?);
        }
    }
    asked.page(rows, |unit| unit.id.to_string())
}

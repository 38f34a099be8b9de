//! `GET …/groups`.

use super::asked::Asked;
use crate::api::catalogue::{Group, ListGroups};
use crate::api::endpoint::Request;
use crate::api::page::Page;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::store::catalogue;

/// The groups, by name; a Manager may assign all of them (DESIGN R1).
pub async fn list_groups(people: People, request: Request<ListGroups>) -> Result<Page<Group>, ApiError> {
    let asked = Asked::read(&"groups", request.query)?;
    let mut tx = people.store().read().await?;
    let mut rows = Vec::new();
    for (n, part) in asked.parts().into_iter().enumerate() {
        if Asked::wants(n, rows.len()) {
            rows.extend(catalogue::groups(&mut tx, people.workspace.id, part).await?);
        }
    }
    asked.page(rows, |group| group.id.to_string())
}

//! `GET …/audit`.

use crate::api::audit::{ListAudit, WorkspaceAuditEntry};
use crate::api::endpoint::Request;
use crate::api::page::Page;
use crate::domain::ids::AuditId;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::page::Paging;
use crate::server::store::audit;

/// Longest filter, in characters: no address and no kind is longer.
const LONGEST: usize = 320;

/// The record of the workspace; a Manager gets what is about the users in the units managed.
pub async fn list_audit(
    people: People,
    request: Request<ListAudit>,
) -> Result<Page<WorkspaceAuditEntry>, ApiError> {
    let query = request.query;
    let (operator, kind) = (query.operator.as_deref(), query.kind.as_deref());
    for (pointer, text) in [("/operator", operator), ("/kind", kind)] {
        if text.is_some_and(|text| text.chars().count() > LONGEST) {
            return Err(ApiError::field(pointer, "too_long", "use at most 320 characters"));
        }
    }
    let list = ("audit", operator, kind);
    let paging = Paging::<AuditId>::read(&list, query.cursor.as_deref(), query.limit)?;
    let before = paging.after.as_ref().map(|(id, _)| *id);
    let mut tx = people.store().read().await?;
    let which = (operator, kind);
    let rows = audit::of_workspace(&mut tx, people.viewpoint(), which, before, paging.most()).await?;
    let rows = rows.into_iter().map(|entry| (entry.entry.id, entry)).collect();
    paging.page(rows, |entry| entry.entry.id.to_string())
}

//! `GET …/users/{u}/audit`.

use crate::api::endpoint::Request;
use crate::api::page::Page;
use crate::api::users::{AuditEntry, ListUserAudit};
use crate::domain::ids::AuditId;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::page::Paging;
use crate::server::store::{audit, users};

/// The record of a user, the latest first.
pub async fn list_user_audit(
    people: People,
    request: Request<ListUserAudit>,
) -> Result<Page<AuditEntry>, ApiError> {
    let (id, query) = (request.path.u, request.query);
    let paging = Paging::<AuditId>::read(&("audit", id), query.cursor.as_deref(), query.limit)?;
    let before = paging.after.as_ref().map(|(entry, _)| *entry);
    let mut tx = people.store().read().await?;
    users::find(&mut tx, people.viewpoint(), id).await?.ok_or(ApiError::NotFound("user"))?;
    let entries = audit::of_user(&mut tx, people.workspace.id, id, before, paging.most()).await?;
    let rows = entries.into_iter().map(|entry| (entry.id, entry)).collect();
    paging.page(rows, |entry| entry.id.to_string())
}

//! `GET …/changes`.

use crate::api::changes::{ListChanges, MadeChange};
use crate::api::endpoint::Request;
use crate::api::page::Page;
use crate::domain::ids::ChangeId;
use crate::domain::policy::Scope;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::page::Paging;
use crate::server::store::changes::{self, Which};

/// The changes that were made, the latest first: an Admin sees everybody's, a Manager their own.
pub async fn list_changes(
    people: People,
    request: Request<ListChanges>,
) -> Result<Page<MadeChange>, ApiError> {
    let query = request.query;
    let list = ("changes", query.mine, query.undoable);
    let paging = Paging::<ChangeId>::read(&list, query.cursor.as_deref(), query.limit)?;
    let is_own = query.mine || people.scope != Scope::Everybody;
    let which = Which {
        of: is_own.then_some(people.by.account.id),
        undoable_at: query.undoable.then_some(people.by.now),
        only: None,
        before: paging.after.as_ref().map(|(id, _)| *id),
    };
    let mut tx = people.store().read().await?;
    let rows = changes::list(&mut tx, people.workspace.id, which, paging.most()).await?;
    let rows = rows.into_iter().map(|made| (made.id, made)).collect();
    paging.page(rows, |made| made.id.to_string())
}

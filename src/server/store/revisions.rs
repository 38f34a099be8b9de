//! SQL of the revisions of a workspace's units, groups and courses: what stands for their present state.

use super::set_up::{pairs, run};
use super::{StoreError, Tx};
use crate::api::whole_list::Kind;
use crate::domain::ids::WorkspaceId;
use crate::server::digest::sha256_hex;

/// The revision of a list; empty where nothing was ever changed.
pub async fn of(tx: &mut Tx, workspace: WorkspaceId, kind: Kind) -> Result<String, StoreError> {
    const SQL: &str = "SELECT revision, '' FROM catalogue_revisions WHERE workspace_id = $1 AND kind = $2";
    let rows = pairs(tx, SQL, &[&workspace.to_string(), kind.many()]).await?;
    Ok(rows.into_iter().next().map(|(revision, _)| revision).unwrap_or_default())
}

/// Notes that a list is changed, in the transaction that does it. `what` tells this change from every
/// other that could be made now: the revision is a digest of all that was ever changed, no number, so
/// that a database that was restored or made anew never comes to a revision that it had before with
/// another list.
pub async fn raise(tx: &mut Tx, workspace: WorkspaceId, kind: Kind, what: &str) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO catalogue_revisions (workspace_id, kind, revision) VALUES ($1, $2, $3) \
        ON CONFLICT (workspace_id, kind) DO UPDATE SET revision = excluded.revision";
    let before = of(tx, workspace, kind).await?;
    let revision = sha256_hex(format!("{before}\n{what}").as_bytes());
    run(tx, SQL, &[&workspace.to_string(), kind.many(), &revision]).await
}

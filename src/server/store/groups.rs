//! SQL of groups, for those who change them.

use super::bulk::{GROUPS, Rows};
use super::marks::{Whose, mark, renew};
use super::memberships;
use super::set_up::{count_of, pairs, run};
use super::value::parse;
use super::{StoreError, Tx};
use crate::domain::ids::{GroupId, UserId, WorkspaceId};
use crate::domain::search_key::fold;

/// Whether another group than `but` has `name`, as far as people can tell.
pub async fn is_taken(
    tx: &mut Tx,
    workspace: WorkspaceId,
    name: &str,
    but: GroupId,
) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM groups WHERE workspace_id = $1 AND name_key = $2 AND id <> $3";
    Ok(count_of(tx, SQL, &[&workspace.to_string(), &fold(name), &but.to_string()]).await? > 0)
}

/// Writes a new group.
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, id: GroupId, name: &str) -> Result<(), StoreError> {
    let mut rows = Rows::of(GROUPS);
    rows.push([
        workspace.to_string().into(),
        id.to_string().into(),
        name.to_owned().into(),
        fold(name).into(),
        mark(id).into(),
    ]);
    rows.insert(tx).await
}

/// Gives the group another name.
pub async fn rename(tx: &mut Tx, workspace: WorkspaceId, id: GroupId, name: &str) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE groups SET name = $3, name_key = $4 WHERE workspace_id = $1 AND id = $2";
    run(tx, SQL, &[&workspace.to_string(), &id.to_string(), name, &fold(name)]).await?;
    renew(tx, workspace, Whose::In(id)).await?;
    memberships::renew_in(tx, workspace, id).await
}

/// The users of the group, deleted ones too.
pub async fn users_of(tx: &mut Tx, workspace: WorkspaceId, id: GroupId) -> Result<Vec<UserId>, StoreError> {
    const SQL: &str = "SELECT user_id, '' FROM group_users WHERE workspace_id = $1 AND group_id = $2 \
        ORDER BY user_id";
    let rows = pairs(tx, SQL, &[&workspace.to_string(), &id.to_string()]).await?;
    rows.iter().map(|(user, _)| parse(user)).collect()
}

/// Takes everybody out of the group, and deletes it. Each of them gets a new version.
pub async fn delete(tx: &mut Tx, workspace: WorkspaceId, id: GroupId) -> Result<(), StoreError> {
    const USERS: &str = "UPDATE users SET version = version + 1 WHERE workspace_id = $1 AND id IN \
        (SELECT user_id FROM group_users WHERE workspace_id = $1 AND group_id = $2)";
    const MEMBERS: &str = "DELETE FROM group_users WHERE workspace_id = $1 AND group_id = $2";
    const GROUP: &str = "DELETE FROM groups WHERE workspace_id = $1 AND id = $2";
    renew(tx, workspace, Whose::Leaving(id)).await?;
    for sql in [USERS, MEMBERS, GROUP] {
        run(tx, sql, &[&workspace.to_string(), &id.to_string()]).await?;
    }
    Ok(())
}

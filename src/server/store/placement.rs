//! SQL of what users are placed in: units managed and groups.

use std::collections::{HashMap, HashSet};

use super::marks::{Whose, renew};
use super::set_up::run;
use super::statement::{Statement, fetch_all};
use super::value::parse;
use super::{StoreError, Tx, on_engine};
use crate::api::catalogue::{GroupRef, UnitRef};
use crate::domain::ids::{GroupId, UnitId, UserId, WorkspaceId};

/// The units that each of `users` manages, in the order of the tree.
pub async fn units_managed(
    tx: &mut Tx,
    workspace: WorkspaceId,
    users: &[UserId],
) -> Result<HashMap<UserId, Vec<UnitRef>>, StoreError> {
    if users.is_empty() {
        return Ok(HashMap::new());
    }
    let mut statement = Statement::new(
        "SELECT m.user_id, n.id, n.name, n.path FROM units_managed m CROSS JOIN units n \
         WHERE n.id = m.unit_id AND n.workspace_id = m.workspace_id AND m.workspace_id = ",
    );
    of_users(&mut statement, workspace, " AND m.user_id IN ", users);
    statement.push(" ORDER BY n.path_key, n.id");
    let rows: Vec<(String, String, String, String)> = fetch_all!(tx, statement)?;
    let mut found: HashMap<UserId, Vec<UnitRef>> = HashMap::new();
    for (user, id, name, path) in rows {
        let unit = UnitRef { id: parse(&id)?, name: name.into(), path: path.into() };
        found.entry(parse(&user)?).or_default().push(unit);
    }
    Ok(found)
}

/// The groups of each of `users`, by name.
pub async fn groups(
    tx: &mut Tx,
    workspace: WorkspaceId,
    users: &[UserId],
) -> Result<HashMap<UserId, Vec<GroupRef>>, StoreError> {
    if users.is_empty() {
        return Ok(HashMap::new());
    }
    let mut statement = Statement::new(
        "SELECT m.user_id, g.id, g.name FROM group_users m CROSS JOIN groups g \
         WHERE g.id = m.group_id AND g.workspace_id = m.workspace_id AND m.workspace_id = ",
    );
    of_users(&mut statement, workspace, " AND m.user_id IN ", users);
    statement.push(" ORDER BY g.name_key, g.id");
    let rows: Vec<(String, String, String)> = fetch_all!(tx, statement)?;
    let mut found: HashMap<UserId, Vec<GroupRef>> = HashMap::new();
    for (user, id, name) in rows {
        found.entry(parse(&user)?).or_default().push(GroupRef { id: parse(&id)?, name: name.into() });
    }
    Ok(found)
}

/// Those of `users` whose latest invitation was declined by the invitee.
pub async fn declined(
    tx: &mut Tx,
    workspace: WorkspaceId,
    users: &[UserId],
) -> Result<HashSet<UserId>, StoreError> {
    if users.is_empty() {
        return Ok(HashSet::new());
    }
    let mut statement = Statement::new(
        "SELECT i.user_id FROM invitations i WHERE i.state = 'declined' AND NOT EXISTS \
         (SELECT 1 FROM invitations later WHERE later.workspace_id = ",
    );
    statement.bind(workspace.to_string());
    statement.push(" AND later.user_id = i.user_id AND later.id > i.id) AND i.workspace_id = ");
    of_users(&mut statement, workspace, " AND i.user_id IN ", users);
    let rows: Vec<(String,)> = fetch_all!(tx, statement)?;
    rows.iter().map(|(user,)| parse(user)).collect()
}

fn of_users(statement: &mut Statement, workspace: WorkspaceId, which: &'static str, users: &[UserId]) {
    statement.bind(workspace.to_string()).push(which).bind_all(users.iter().map(ToString::to_string));
}

/// Lets `user` manage `unit`.
pub async fn add_unit_managed(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    unit: UnitId,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO units_managed (workspace_id, user_id, unit_id) VALUES ($1, $2, $3)";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .bind(unit.to_string())
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// Puts `user` into `groups`, besides those that the user is in.
pub async fn add_to_groups(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    groups: impl IntoIterator<Item = GroupId>,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO group_users (workspace_id, group_id, user_id) VALUES ($1, $2, $3)";
    let (of, who) = (workspace.to_string(), user.to_string());
    for group in groups {
        run(tx, SQL, &[&of, &group.to_string(), &who]).await?;
    }
    renew(tx, workspace, Whose::One(user)).await
}

//! SQL of the tree of organisation units, for those who change it.

use super::bulk::{Rows, UNITS};
use super::memberships;
use super::set_up::{count_of, pairs, run};
use super::statement::{Statement, fetch_all};
use super::value::{count, parse, parse_some};
use super::{StoreError, Tx};
use crate::api::catalogue::UnitRef;
use crate::domain::ids::{UnitId, UserId, WorkspaceId};
use crate::domain::unit_tree::UnitPlace;

/// A unit and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeUnit {
    /// The unit.
    pub id: UnitId,
    /// The unit above.
    pub parent: Option<UnitId>,
    /// Its name.
    pub name: String,
    /// Its place.
    pub place: UnitPlace,
}

impl TreeUnit {
    /// The unit, named.
    pub fn named(&self) -> UnitRef {
        UnitRef { id: self.id, name: self.name.as_str().into(), path: self.place.path.as_str().into() }
    }
}

type Row = (String, Option<String>, String, String, String, String, i64);

const COLUMNS: &str =
    "SELECT id, parent_id, name, path, path_key, lineage, level FROM units WHERE workspace_id = ";

fn unit((id, parent, name, path, key, lineage, level): Row) -> Result<TreeUnit, StoreError> {
    let place = UnitPlace { path, key, lineage, level: count(level)? };
    Ok(TreeUnit { id: parse(&id)?, parent: parse_some(parent.as_deref())?, name, place })
}

/// The unit `id`.
pub async fn find(tx: &mut Tx, workspace: WorkspaceId, id: UnitId) -> Result<Option<TreeUnit>, StoreError> {
    let mut statement = Statement::new(COLUMNS);
    statement.bind(workspace.to_string()).push(" AND id = ").bind(id.to_string());
    let rows: Vec<Row> = fetch_all!(tx, statement)?;
    rows.into_iter().next().map(unit).transpose()
}

/// The unit at `place` and all below, those above before those below.
pub async fn subtree(
    tx: &mut Tx,
    workspace: WorkspaceId,
    place: &UnitPlace,
) -> Result<Vec<TreeUnit>, StoreError> {
    let mut statement = Statement::new(COLUMNS);
    statement
        .bind(workspace.to_string())
        .push(" AND lineage LIKE ")
        .bind(below(place))
        .push(" ORDER BY level, path_key");
    let rows: Vec<Row> = fetch_all!(tx, statement)?;
    rows.into_iter().map(unit).collect()
}

/// What the lineages of a subtree are like; ids hold no wildcards.
pub(super) fn below(place: &UnitPlace) -> String {
    format!("{}%", place.lineage)
}

/// Whether another unit than `but` stands at `place` already, as far as people can tell.
pub async fn is_taken(
    tx: &mut Tx,
    workspace: WorkspaceId,
    place: &UnitPlace,
    but: UnitId,
) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM units WHERE workspace_id = $1 AND path_key = $2 AND id <> $3";
    let values = [&*workspace.to_string(), &place.key, &but.to_string()];
    Ok(count_of(tx, SQL, &values).await? > 0)
}

/// Writes a new unit.
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, unit: &TreeUnit) -> Result<(), StoreError> {
    let mut rows = Rows::of(UNITS);
    rows.push([
        workspace.to_string().into(),
        unit.id.to_string().into(),
        unit.parent.map(|id| id.to_string()).into(),
        unit.name.clone().into(),
        unit.place.path.clone().into(),
        unit.place.key.clone().into(),
        unit.place.search_text().into(),
        unit.place.lineage.clone().into(),
        i64::from(unit.place.level).into(),
    ]);
    rows.insert(tx).await
}

/// Writes what has become of a unit. What users keep of it is renewed by [`renew_user_keys`].
pub async fn update(tx: &mut Tx, workspace: WorkspaceId, unit: &TreeUnit) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE units SET parent_id = NULLIF($3, ''), name = $4, path = $5, path_key = $6, \
        search_text = $7, lineage = $8, level = CAST($9 AS BIGINT) WHERE workspace_id = $1 AND id = $2";
    let TreeUnit { id, parent, name, place } = unit;
    let parent = parent.map(|id| id.to_string()).unwrap_or_default();
    let values = [
        &*workspace.to_string(),
        &id.to_string(),
        &parent,
        name,
        &place.path,
        &place.key,
        &place.search_text(),
        &place.lineage,
        &place.level.to_string(),
    ];
    run(tx, SQL, &values).await
}

/// Renews the key that the users of the subtree at `place` are sorted by.
pub async fn renew_user_keys(
    tx: &mut Tx,
    workspace: WorkspaceId,
    place: &UnitPlace,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE users SET unit_key = (SELECT n.path_key FROM units n \
        WHERE n.workspace_id = $1 AND n.id = users.unit_id) \
        WHERE workspace_id = $1 AND unit_id IN \
        (SELECT id FROM units WHERE workspace_id = $1 AND lineage LIKE $2)";
    run(tx, SQL, &[&workspace.to_string(), &below(place)]).await?;
    memberships::renew_below(tx, workspace, place).await
}

/// The users in the subtree at `place`, deleted ones too, each with the unit.
pub async fn users_within(
    tx: &mut Tx,
    workspace: WorkspaceId,
    place: &UnitPlace,
) -> Result<Vec<(UserId, UnitId)>, StoreError> {
    const SQL: &str = "SELECT id, unit_id FROM users WHERE workspace_id = $1 AND unit_id IN \
        (SELECT id FROM units WHERE workspace_id = $1 AND lineage LIKE $2) ORDER BY id";
    let rows = pairs(tx, SQL, &[&workspace.to_string(), &below(place)]).await?;
    rows.iter().map(|(user, unit)| Ok((parse(user)?, parse(unit)?))).collect()
}

/// How many users are in the subtree at `place`, deleted ones left out.
pub async fn count_users_within(
    tx: &mut Tx,
    workspace: WorkspaceId,
    place: &UnitPlace,
) -> Result<u64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM users WHERE workspace_id = $1 AND state <> 'deleted' \
        AND unit_id IN (SELECT id FROM units WHERE workspace_id = $1 AND lineage LIKE $2)";
    count_of(tx, SQL, &[&workspace.to_string(), &below(place)]).await
}

/// The users who manage a unit of the subtree at `place`, each with that unit.
pub async fn managers_within(
    tx: &mut Tx,
    workspace: WorkspaceId,
    place: &UnitPlace,
) -> Result<Vec<(UserId, UnitId)>, StoreError> {
    const SQL: &str = "SELECT user_id, unit_id FROM units_managed WHERE workspace_id = $1 AND unit_id IN \
        (SELECT id FROM units WHERE workspace_id = $1 AND lineage LIKE $2) ORDER BY user_id, unit_id";
    let rows = pairs(tx, SQL, &[&workspace.to_string(), &below(place)]).await?;
    rows.iter().map(|(user, unit)| Ok((parse(user)?, parse(unit)?))).collect()
}

/// Moves the users of the subtree at `place` to the unit `to`; none: to no unit. Who manages a unit
/// of it manages it no longer. Each of them gets a new version.
pub async fn empty(
    tx: &mut Tx,
    workspace: WorkspaceId,
    place: &UnitPlace,
    to: Option<&TreeUnit>,
) -> Result<(), StoreError> {
    const MANAGERS: &str = "UPDATE users SET version = version + 1 WHERE workspace_id = $1 AND id IN \
        (SELECT m.user_id FROM units_managed m JOIN units n \
        ON n.workspace_id = m.workspace_id AND n.id = m.unit_id \
        WHERE m.workspace_id = $1 AND n.lineage LIKE $2)";
    const MANAGED: &str = "DELETE FROM units_managed WHERE workspace_id = $1 AND unit_id IN \
        (SELECT id FROM units WHERE workspace_id = $1 AND lineage LIKE $2)";
    const USERS: &str = "UPDATE users SET unit_id = NULLIF($3, ''), unit_key = $4, version = version + 1 \
        WHERE workspace_id = $1 AND unit_id IN \
        (SELECT id FROM units WHERE workspace_id = $1 AND lineage LIKE $2)";
    let (workspace, below) = (workspace.to_string(), below(place));
    run(tx, MANAGERS, &[&workspace, &below]).await?;
    run(tx, MANAGED, &[&workspace, &below]).await?;
    let id = to.map(|unit| unit.id.to_string()).unwrap_or_default();
    let key = to.map_or("", |unit| unit.place.key.as_str());
    run(tx, USERS, &[&workspace, &below, &id, key]).await
}

/// Deletes the subtree at `place`, which nothing refers to any more.
pub async fn delete(tx: &mut Tx, workspace: WorkspaceId, place: &UnitPlace) -> Result<(), StoreError> {
    const SQL: &str = "DELETE FROM units WHERE workspace_id = $1 AND lineage LIKE $2";
    run(tx, SQL, &[&workspace.to_string(), &below(place)]).await
}

//! `POST …/units`, `PATCH …/units/{n}`, `DELETE …/units/{n}`.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{name_at, record, record_users, refuse_taken};
use crate::api::catalogue::Unit;
use crate::api::endpoint::Request;
use crate::api::set_up::{CreateUnit, DeleteUnit, EditUnit, Removal};
use crate::domain::ids::{UnitId, UserId, WorkspaceId};
use crate::domain::unit_tree::{MisplacedUnit, UnitPlace, check_place};
use crate::server::change::{Begun, Change};
use crate::server::context::{People, SetUp};
use crate::server::error::ApiError;
use crate::server::store::catalogue::{self, Part, UnitLimits};
use crate::server::store::units::{self, TreeUnit};
use crate::server::store::{Tx, auto_enrolments};

const TAKEN: &str = "a unit of this name is there already; choose another name";

/// Makes a unit.
pub async fn create_unit(SetUp(people): SetUp, request: Request<CreateUnit>) -> Result<Unit, ApiError> {
    let mut change = match people.begin(&request).await? {
        Begun::Now(change) => change,
        Begun::Before(reply) => return Ok(reply),
    };
    let (tx, workspace) = (&mut change.tx, people.workspace.id);
    let name = name_at("/name", &request.body.name)?;
    let above = above(tx, workspace, request.body.parent).await?;
    let above = above.as_ref().map(|above| &above.place);
    check_place(None, 1, above).map_err(misplaced)?;
    let id = UnitId::new(people.uuid());
    let place = UnitPlace::of(id, &name, above);
    refuse_taken(units::is_taken(tx, workspace, &place, id).await?, "/name", TAKEN)?;
    let made = TreeUnit { id, parent: request.body.parent, name, place };
    units::insert(tx, workspace, &made).await?;
    let summary = format!("made the unit {}", made.place.path);
    record(&mut change, &people, ("unit.created", summary), [None, Some(kept(&made))]).await?;
    let unit = shown(&mut change.tx, workspace, id).await?;
    change.finish(&unit, 0).await?;
    Ok(unit)
}

/// Renames a unit, or moves it with all below.
pub async fn edit_unit(SetUp(people): SetUp, request: Request<EditUnit>) -> Result<Unit, ApiError> {
    let mut change = match people.begin(&request).await? {
        Begun::Now(change) => change,
        Begun::Before(reply) => return Ok(reply),
    };
    let (tx, workspace, id) = (&mut change.tx, people.workspace.id, request.path.n);
    let was = units::find(tx, workspace, id).await?.ok_or(ApiError::NotFound("unit"))?;
    let name = match &request.body.name {
        Some(text) => name_at("/name", text)?,
        None => was.name.clone(),
    };
    let parent = request.body.parent.unwrap_or(was.parent);
    let above = above(tx, workspace, parent).await?;
    let above = above.as_ref().map(|above| &above.place);
    let place = UnitPlace::of(id, &name, above);
    let subtree = units::subtree(tx, workspace, &was.place).await?;
    if parent != was.parent {
        let deepest = subtree.iter().map(|unit| unit.place.level).max().unwrap_or(was.place.level);
        let height = deepest.saturating_sub(was.place.level).saturating_add(1);
        check_place(Some(&was.place), height, above).map_err(misplaced)?;
    }
    let pointer = if request.body.name.is_some() { "/name" } else { "/parent" };
    refuse_taken(units::is_taken(tx, workspace, &place, id).await?, pointer, TAKEN)?;
    let is = TreeUnit { id, parent, name, place };
    if is != was {
        rewrite(tx, workspace, &is, subtree).await?;
        let what = if parent == was.parent { "unit.renamed" } else { "unit.moved" };
        let verb = if parent == was.parent { "renamed" } else { "moved" };
        let summary = format!("{verb} the unit {} to {}", was.place.path, is.place.path);
        record(&mut change, &people, (what, summary), [Some(kept(&was)), Some(kept(&is))]).await?;
    }
    let unit = shown(&mut change.tx, workspace, id).await?;
    change.finish(&unit, 0).await?;
    Ok(unit)
}

/// Deletes a unit and all below; its users move to the unit above.
pub async fn delete_unit(SetUp(people): SetUp, request: Request<DeleteUnit>) -> Result<Removal, ApiError> {
    let mut change = match people.begin(&request).await? {
        Begun::Now(change) => change,
        Begun::Before(reply) => return Ok(reply),
    };
    let (tx, workspace, id) = (&mut change.tx, people.workspace.id, request.path.n);
    let unit = units::find(tx, workspace, id).await?.ok_or(ApiError::NotFound("unit"))?;
    let to = above(tx, workspace, unit.parent).await?;
    let managers = units::managers_within(tx, workspace, &unit.place).await?;
    let mut different: Vec<UserId> = managers.iter().map(|(manager, _)| *manager).collect();
    different.dedup();
    let rules = auto_enrolments::of_units(tx, workspace, &unit.place).await?;
    let moved = units::users_within(tx, workspace, &unit.place).await?;
    let removal = Removal {
        dry_run: request.query.dry_run,
        units: number(units::subtree(tx, workspace, &unit.place).await?.len()),
        users: units::count_users_within(tx, workspace, &unit.place).await?,
        moved_to: to.as_ref().map(TreeUnit::named),
        managers: number(different.len()),
        rules: number(rules.len()),
        planned: 0,
    };
    auto_enrolments::delete(tx, workspace, &rules).await?;
    units::empty(tx, workspace, &unit.place, to.as_ref()).await?;
    units::delete(tx, workspace, &unit.place).await?;
    let summary = format!("deleted the unit {}", unit.place.path);
    let was = json!({ "unit": kept(&unit), "removal": removal });
    record(&mut change, &people, ("unit.deleted", summary), [Some(was), None]).await?;
    tell(&mut change, &people, (&unit, to.as_ref()), (&moved, &managers)).await?;
    change.finish(&removal, 0).await?;
    Ok(removal)
}

/// Users, each with the unit that they leave.
type Leavers = [(UserId, UnitId)];

/// Records and tells what the deletion did to users: those who were moved, and those who manage less.
async fn tell(
    change: &mut Change<'_>,
    people: &People,
    (unit, to): (&TreeUnit, Option<&TreeUnit>),
    (moved, managers): (&Leavers, &Leavers),
) -> Result<(), ApiError> {
    let workspace = people.workspace.id;
    for (user, left) in moved {
        change.tx.touch_user(workspace, *user, Some(*left));
    }
    for (user, _) in managers {
        change.tx.touch_user(workspace, *user, None);
    }
    let to = to.map(|to| to.id);
    let summary = format!("moved out of the unit {}, which was deleted", unit.place.path);
    let each = moved.iter().map(|(user, left)| (*user, [json!({ "unit": left }), json!({ "unit": to })]));
    record_users(change, people, ("user.unit_deleted", &summary), each).await?;
    let summary = format!("no longer manages a unit, since {} was deleted", unit.place.path);
    let each = managers
        .iter()
        .map(|(user, unit)| (*user, [json!({ "managed": unit }), json!({ "managed": Value::Null })]));
    record_users(change, people, ("user.unit_deleted", &summary), each).await
}

/// The unit that something is to be below.
async fn above(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: Option<UnitId>,
) -> Result<Option<TreeUnit>, ApiError> {
    let Some(id) = id else { return Ok(None) };
    match units::find(tx, workspace, id).await? {
        Some(unit) => Ok(Some(unit)),
        None => Err(ApiError::field("/parent", "unknown", "choose a unit of this workspace")),
    }
}

fn misplaced(why: MisplacedUnit) -> ApiError {
    ApiError::field("/parent", why.code(), why.to_string())
}

/// Writes the unit as it `is` now, and what follows for all below and for their users.
async fn rewrite(
    tx: &mut Tx,
    workspace: WorkspaceId,
    is: &TreeUnit,
    subtree: Vec<TreeUnit>,
) -> Result<(), ApiError> {
    units::update(tx, workspace, is).await?;
    let mut places = HashMap::from([(is.id, is.place.clone())]);
    for unit in subtree.into_iter().filter(|unit| unit.id != is.id) {
        let above = unit.parent.and_then(|above| places.get(&above));
        let place = UnitPlace::of(unit.id, &unit.name, above);
        places.insert(unit.id, place.clone());
        units::update(tx, workspace, &TreeUnit { place, ..unit }).await?;
    }
    Ok(units::renew_user_keys(tx, workspace, &is.place).await?)
}

/// What the record keeps of a unit.
fn kept(unit: &TreeUnit) -> Value {
    json!({ "id": unit.id, "name": unit.name, "path": unit.place.path, "parent": unit.parent })
}

fn number(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}

async fn shown(tx: &mut Tx, workspace: WorkspaceId, id: UnitId) -> Result<Unit, ApiError> {
    let id = id.to_string();
    let mut found = catalogue::units(tx, workspace, UnitLimits::default(), Part::only(&id)).await?;
    found.pop().map(|(_, unit)| unit).ok_or(ApiError::NotFound("unit"))
}

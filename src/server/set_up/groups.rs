//! `POST …/groups`, `PATCH …/groups/{g}`, `DELETE …/groups/{g}`.

use serde_json::{Value, json};

use super::{name_at, record, record_users, refuse_taken};
use crate::api::catalogue::Group;
use crate::api::endpoint::Request;
use crate::api::set_up::{CreateGroup, DeleteGroup, EditGroup, Removal};
use crate::domain::ids::{GroupId, WorkspaceId};
use crate::server::change::Begun;
use crate::server::context::SetUp;
use crate::server::error::ApiError;
use crate::server::store::catalogue::{self, Part};
use crate::server::store::{Tx, auto_enrolments, groups};

const TAKEN: &str = "a group of this name is there already; choose another name";

/// Makes a group.
pub async fn create_group(SetUp(people): SetUp, request: Request<CreateGroup>) -> Result<Group, ApiError> {
    let mut change = match people.begin(&request).await? {
        Begun::Now(change) => change,
        Begun::Before(reply) => return Ok(reply),
    };
    let (tx, workspace) = (&mut change.tx, people.workspace.id);
    let name = name_at("/name", &request.body.name)?;
    let id = GroupId::new(people.uuid());
    refuse_taken(groups::is_taken(tx, workspace, &name, id).await?, "/name", TAKEN)?;
    groups::insert(tx, workspace, id, &name).await?;
    let group = shown(tx, workspace, id).await?;
    let what = ("group.created", format!("made the group {name}"));
    record(&mut change, &people, what, [None, Some(kept(&group))]).await?;
    change.finish(&group, 0).await?;
    Ok(group)
}

/// Renames a group.
pub async fn edit_group(SetUp(people): SetUp, request: Request<EditGroup>) -> Result<Group, ApiError> {
    let mut change = match people.begin(&request).await? {
        Begun::Now(change) => change,
        Begun::Before(reply) => return Ok(reply),
    };
    let (tx, workspace, id) = (&mut change.tx, people.workspace.id, request.path.g);
    let was = shown(tx, workspace, id).await?;
    let name = name_at("/name", &request.body.name)?;
    refuse_taken(groups::is_taken(tx, workspace, &name, id).await?, "/name", TAKEN)?;
    groups::rename(tx, workspace, id, &name).await?;
    let group = shown(tx, workspace, id).await?;
    if group != was {
        let what = ("group.renamed", format!("renamed the group {} to {name}", was.name));
        record(&mut change, &people, what, [Some(kept(&was)), Some(kept(&group))]).await?;
    }
    change.finish(&group, 0).await?;
    Ok(group)
}

/// Deletes a group; its users stay, and its auto-enrolments go.
pub async fn delete_group(SetUp(people): SetUp, request: Request<DeleteGroup>) -> Result<Removal, ApiError> {
    let mut change = match people.begin(&request).await? {
        Begun::Now(change) => change,
        Begun::Before(reply) => return Ok(reply),
    };
    let (tx, workspace, id) = (&mut change.tx, people.workspace.id, request.path.g);
    let group = shown(tx, workspace, id).await?;
    let rules = auto_enrolments::of_group(tx, workspace, id).await?;
    let users = groups::users_of(tx, workspace, id).await?;
    auto_enrolments::delete(tx, workspace, &rules).await?;
    groups::delete(tx, workspace, id).await?;
    let removal = Removal {
        dry_run: request.query.dry_run,
        users: group.users,
        rules: u64::try_from(rules.len()).unwrap_or(u64::MAX),
        ..Removal::default()
    };
    let was = json!({ "group": kept(&group), "removal": removal });
    let what = ("group.deleted", format!("deleted the group {}", group.name));
    record(&mut change, &people, what, [Some(was), None]).await?;
    for user in &users {
        change.tx.touch_user(workspace, *user, None);
    }
    let summary = format!("taken out of the group {}, which was deleted", group.name);
    let each = users.iter().map(|user| (*user, [json!({ "group": id }), json!({ "group": Value::Null })]));
    record_users(&mut change, &people, ("user.group_deleted", &summary), each).await?;
    change.finish(&removal, 0).await?;
    Ok(removal)
}

/// What the record keeps of a group.
fn kept(group: &Group) -> Value {
    json!({ "id": group.id, "name": group.name })
}

async fn shown(tx: &mut Tx, workspace: WorkspaceId, id: GroupId) -> Result<Group, ApiError> {
    let mut found = catalogue::groups(tx, workspace, Part::only(&id.to_string())).await?;
    found.pop().map(|(_, group)| group).ok_or(ApiError::NotFound("group"))
}

//! `GET …/auto-enrolments`, `POST …/auto-enrolments`, `PATCH` and `DELETE …/auto-enrolments/{a}`.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{name_at, record, refuse_taken};
use crate::api::catalogue::CourseRef;
use crate::api::endpoint::Request;
use crate::api::page::Page;
use crate::api::problem::FieldError;
use crate::api::set_up::{
    AutoEnrolment, CreateAutoEnrolment, DeleteAutoEnrolment, EditAutoEnrolment, ListAutoEnrolments,
    NewAutoEnrolment, Removal,
};
use crate::domain::ids::{AutoEnrolmentId, CourseId, WorkspaceId};
use crate::domain::search_key::fold;
use crate::server::change::Begun;
use crate::server::context::{People, SetUp};
use crate::server::error::ApiError;
use crate::server::page::{Paging, read_search};
use crate::server::store::auto_enrolments::{self, NewRule, Which};
use crate::server::store::{Tx, catalogue};

const TAKEN: &str = "a rule of this name is there already; choose another name";

/// The auto-enrolments, by name; for a Manager those that concern the users of the units managed, or
/// a group. There are few of them, so that they are sorted and searched here.
pub async fn list_auto_enrolments(
    people: People,
    request: Request<ListAutoEnrolments>,
) -> Result<Page<AutoEnrolment>, ApiError> {
    let query = request.query;
    let paging = Paging::<String>::read(&("rules", &query.search), query.cursor.as_deref(), query.limit)?;
    let search = fold(read_search(query.search.as_deref())?.unwrap_or_default());
    let mut tx = people.store().read().await?;
    let which = Which { manager: people.manager(), ..Which::default() };
    let rules = auto_enrolments::list(&mut tx, people.workspace.id, which).await?;
    let mut rules: Vec<(String, AutoEnrolment)> =
        rules.into_iter().map(|rule| (fold(rule.name.as_str()), rule)).collect();
    rules.retain(|(key, _)| search.split(' ').all(|word| key.contains(word)));
    rules.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.id.cmp(&other.id)));
    if let Some((key, id)) = &paging.after {
        rules.retain(|(other, rule)| (other.as_str(), rule.id.to_string().as_str()) > (key.as_str(), id));
    }
    rules.truncate(usize::try_from(paging.most()).unwrap_or(usize::MAX));
    paging.page(rules, |rule| rule.id.to_string())
}

/// Makes an auto-enrolment.
pub async fn create_auto_enrolment(
    SetUp(people): SetUp,
    request: Request<CreateAutoEnrolment>,
) -> Result<AutoEnrolment, ApiError> {
    let mut change = match people.begin(&request).await? {
        Begun::Now(change) => change,
        Begun::Before(reply) => return Ok(reply),
    };
    let (tx, workspace, body) = (&mut change.tx, people.workspace.id, &request.body);
    let name = name_at("/name", &body.name)?;
    check_target(tx, workspace, body).await?;
    let courses = courses(tx, workspace, &body.courses).await?;
    let id = AutoEnrolmentId::new(people.uuid());
    refuse_taken(is_taken(tx, workspace, &name, id).await?, "/name", TAKEN)?;
    let rule = NewRule { id, name, unit: body.unit, group: body.group };
    auto_enrolments::insert(tx, workspace, &rule).await?;
    auto_enrolments::set_courses(tx, workspace, id, &courses).await?;
    let made = shown(tx, workspace, id).await?;
    let what = ("rule.created", format!("made the rule {}", rule.name));
    record(&mut change, &people, what, [None, Some(kept(&made))]).await?;
    change.finish(&made, 0).await?;
    Ok(made)
}

/// Changes an auto-enrolment's name or courses. Enrolments that it made stay.
pub async fn edit_auto_enrolment(
    SetUp(people): SetUp,
    request: Request<EditAutoEnrolment>,
) -> Result<AutoEnrolment, ApiError> {
    let mut change = match people.begin(&request).await? {
        Begun::Now(change) => change,
        Begun::Before(reply) => return Ok(reply),
    };
    let (tx, workspace, id) = (&mut change.tx, people.workspace.id, request.path.a);
    let was = shown(tx, workspace, id).await?;
    if let Some(text) = &request.body.name {
        let name = name_at("/name", text)?;
        refuse_taken(is_taken(tx, workspace, &name, id).await?, "/name", TAKEN)?;
        auto_enrolments::rename(tx, workspace, id, &name).await?;
    }
    if let Some(ids) = &request.body.courses {
        let courses = courses(tx, workspace, ids).await?;
        auto_enrolments::set_courses(tx, workspace, id, &courses).await?;
    }
    let rule = shown(tx, workspace, id).await?;
    if rule != was {
        let what = ("rule.changed", format!("changed the rule {}", was.name));
        record(&mut change, &people, what, [Some(kept(&was)), Some(kept(&rule))]).await?;
    }
    change.finish(&rule, 0).await?;
    Ok(rule)
}

/// Deletes an auto-enrolment. Enrolments that it made stay.
pub async fn delete_auto_enrolment(
    SetUp(people): SetUp,
    request: Request<DeleteAutoEnrolment>,
) -> Result<Removal, ApiError> {
    let mut change = match people.begin(&request).await? {
        Begun::Now(change) => change,
        Begun::Before(reply) => return Ok(reply),
    };
    let (tx, workspace, id) = (&mut change.tx, people.workspace.id, request.path.a);
    let rule = shown(tx, workspace, id).await?;
    auto_enrolments::delete(tx, workspace, &[id]).await?;
    let removal = Removal { dry_run: request.query.dry_run, rules: 1, ..Removal::default() };
    let what = ("rule.deleted", format!("deleted the rule {}", rule.name));
    record(&mut change, &people, what, [Some(kept(&rule)), None]).await?;
    change.finish(&removal, 0).await?;
    Ok(removal)
}

/// Whether the rule is for exactly one unit or one group, and that one is of this workspace.
async fn check_target(tx: &mut Tx, workspace: WorkspaceId, body: &NewAutoEnrolment) -> Result<(), ApiError> {
    match (body.unit, body.group) {
        (Some(unit), None) => {
            let known = catalogue::known_units(tx, workspace, &[unit]).await?;
            refuse_unknown(known.is_empty(), "/unit", "choose a unit of this workspace")
        }
        (None, Some(group)) => {
            let known = catalogue::known_groups(tx, workspace, &[group]).await?;
            refuse_unknown(known.is_empty(), "/group", "choose a group of this workspace")
        }
        (None, None) => Err(ApiError::field("/unit", "required", "choose a unit or a group")),
        (Some(_), Some(_)) => Err(ApiError::field("/group", "one_of", "choose a unit or a group, not both")),
    }
}

fn refuse_unknown(is_unknown: bool, pointer: &str, told: &str) -> Result<(), ApiError> {
    if is_unknown { Err(ApiError::field(pointer, "unknown", told)) } else { Ok(()) }
}

/// The courses of a rule, each once.
async fn courses(tx: &mut Tx, workspace: WorkspaceId, ids: &[CourseId]) -> Result<Vec<CourseRef>, ApiError> {
    if ids.is_empty() {
        return Err(ApiError::field("/courses", "required", "choose at least one course"));
    }
    let found = catalogue::known_courses(tx, workspace, ids).await?;
    let known: HashSet<CourseId> = found.iter().map(|course| course.id).collect();
    let unknown = ids.iter().enumerate().filter(|(_, id)| !known.contains(id));
    let wrong: Vec<FieldError> = unknown
        .map(|(place, _)| FieldError {
            pointer: format!("/courses/{place}"),
            code: "unknown".to_owned(),
            detail: "this one is not of this workspace; take it out or choose another".into(),
        })
        .collect();
    if wrong.is_empty() { Ok(found) } else { Err(ApiError::Invalid(wrong)) }
}

async fn is_taken(
    tx: &mut Tx,
    workspace: WorkspaceId,
    name: &str,
    but: AutoEnrolmentId,
) -> Result<bool, ApiError> {
    let key = fold(name);
    let rules = auto_enrolments::list(tx, workspace, Which::default()).await?;
    Ok(rules.iter().any(|rule| rule.id != but && fold(rule.name.as_str()) == key))
}

/// What the record keeps of a rule.
fn kept(rule: &AutoEnrolment) -> Value {
    let courses: Vec<CourseId> = rule.courses.iter().map(|course| course.id).collect();
    let (unit, group) = (rule.unit.as_ref().map(|unit| unit.id), rule.group.as_ref().map(|group| group.id));
    json!({ "id": rule.id, "name": rule.name, "unit": unit, "group": group, "courses": courses })
}

async fn shown(tx: &mut Tx, workspace: WorkspaceId, id: AutoEnrolmentId) -> Result<AutoEnrolment, ApiError> {
    let which = Which { only: Some(id), ..Which::default() };
    auto_enrolments::list(tx, workspace, which).await?.pop().ok_or(ApiError::NotFound("rule"))
}

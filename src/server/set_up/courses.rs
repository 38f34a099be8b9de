//! `POST …/courses`, `PATCH …/courses/{c}`, `DELETE …/courses/{c}`.

use serde_json::{Value, json};

use super::{name_at, record, refuse_taken, wrong_name};
use crate::api::catalogue::Course;
use crate::api::endpoint::Request;
use crate::api::set_up::{CreateCourse, DeleteCourse, EditCourse, Removal};
use crate::domain::catalogue_name::check_some_name;
use crate::domain::ids::{CourseId, WorkspaceId};
use crate::server::change::Begun;
use crate::server::conflict::Conflict;
use crate::server::context::SetUp;
use crate::server::error::ApiError;
use crate::server::store::catalogue::{self, Part};
use crate::server::store::{Tx, auto_enrolments, courses};

const TAKEN: &str = "a course of this title is there already; choose another title";

/// Makes a course.
pub async fn create_course(SetUp(people): SetUp, request: Request<CreateCourse>) -> Result<Course, ApiError> {
    let mut change = match people.begin(&request).await? {
        Begun::Now(change) => change,
        Begun::Before(reply) => return Ok(reply),
    };
    let (tx, workspace) = (&mut change.tx, people.workspace.id);
    let title = name_at("/title", &request.body.title)?;
    let subject = subject(&request.body.subject)?;
    let id = CourseId::new(people.uuid());
    refuse_taken(courses::is_taken(tx, workspace, &title, id).await?, "/title", TAKEN)?;
    courses::insert(tx, workspace, id, (&title, &subject)).await?;
    let course = shown(tx, workspace, id).await?;
    let what = ("course.created", format!("made the course {title}"));
    record(&mut change, &people, what, [None, Some(kept(&course))]).await?;
    change.finish(&course, 0).await?;
    Ok(course)
}

/// Changes a course's title or subject.
pub async fn edit_course(SetUp(people): SetUp, request: Request<EditCourse>) -> Result<Course, ApiError> {
    let mut change = match people.begin(&request).await? {
        Begun::Now(change) => change,
        Begun::Before(reply) => return Ok(reply),
    };
    let (tx, workspace, id) = (&mut change.tx, people.workspace.id, request.path.c);
    let was = shown(tx, workspace, id).await?;
    let title = match &request.body.title {
        Some(text) => name_at("/title", text)?,
        None => was.title.to_string(),
    };
    let subject = match &request.body.subject {
        Some(text) => subject(text)?,
        None => was.subject.to_string(),
    };
    refuse_taken(courses::is_taken(tx, workspace, &title, id).await?, "/title", TAKEN)?;
    courses::update(tx, workspace, id, (&title, &subject)).await?;
    let course = shown(tx, workspace, id).await?;
    if course != was {
        let what = if course.title == was.title {
            ("course.changed", format!("changed the subject of the course {title}"))
        } else {
            ("course.renamed", format!("renamed the course {} to {title}", was.title))
        };
        record(&mut change, &people, what, [Some(kept(&was)), Some(kept(&course))]).await?;
    }
    change.finish(&course, 0).await?;
    Ok(course)
}

/// Deletes a course that nobody was enrolled in. Where it is planned, it is planned no longer.
pub async fn delete_course(
    SetUp(people): SetUp,
    request: Request<DeleteCourse>,
) -> Result<Removal, ApiError> {
    let mut change = match people.begin(&request).await? {
        Begun::Now(change) => change,
        Begun::Before(reply) => return Ok(reply),
    };
    let (tx, workspace, id) = (&mut change.tx, people.workspace.id, request.path.c);
    let course = shown(tx, workspace, id).await?;
    let enrolled = courses::count_enrolled(tx, workspace, id).await?;
    if enrolled > 0 {
        return Err(in_use(&course, enrolled));
    }
    let planned = courses::planned_for(tx, workspace, id).await?;
    let rules = auto_enrolments::of_course_alone(tx, workspace, id).await?;
    auto_enrolments::delete(tx, workspace, &rules).await?;
    courses::delete(tx, workspace, id).await?;
    let number = |of: usize| u64::try_from(of).unwrap_or(u64::MAX);
    let removal = Removal {
        dry_run: request.query.dry_run,
        rules: number(rules.len()),
        planned: number(planned.len()),
        ..Removal::default()
    };
    let was = json!({ "course": kept(&course), "removal": removal });
    let what = ("course.deleted", format!("deleted the course {}", course.title));
    record(&mut change, &people, what, [Some(was), None]).await?;
    for user in planned {
        change.tx.touch_user(workspace, user, None);
    }
    change.finish(&removal, 0).await?;
    Ok(removal)
}

fn in_use(course: &Course, enrolled: u64) -> ApiError {
    let users =
        if enrolled == 1 { "1 user is or was".to_owned() } else { format!("{enrolled} users are or were") };
    ApiError::Conflict(Conflict::InUse(format!(
        "{users} enrolled in {}, and their record keeps it; rename it, or take it out of the rules",
        course.title
    )))
}

fn subject(text: &str) -> Result<String, ApiError> {
    check_some_name(text).map_err(|error| wrong_name("/subject", error))
}

/// What the record keeps of a course.
fn kept(course: &Course) -> Value {
    json!({ "id": course.id, "title": course.title, "subject": course.subject })
}

async fn shown(tx: &mut Tx, workspace: WorkspaceId, id: CourseId) -> Result<Course, ApiError> {
    let mut found = catalogue::courses(tx, workspace, Part::only(&id.to_string())).await?;
    found.pop().map(|(_, course)| course).ok_or(ApiError::NotFound("course"))
}

//! SQL of courses, for those who change them.

use super::bulk::{COURSES, Rows};
use super::set_up::{count_of, pairs, run};
use super::value::parse;
use super::{StoreError, Tx};
use crate::domain::ids::{CourseId, UserId, WorkspaceId};
use crate::domain::search_key::fold;

/// Whether another course than `but` has `title`, as far as people can tell.
pub async fn is_taken(
    tx: &mut Tx,
    workspace: WorkspaceId,
    title: &str,
    but: CourseId,
) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM courses WHERE workspace_id = $1 AND title_key = $2 AND id <> $3";
    Ok(count_of(tx, SQL, &[&workspace.to_string(), &fold(title), &but.to_string()]).await? > 0)
}

/// Writes a new course.
pub async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: CourseId,
    (title, subject): (&str, &str),
) -> Result<(), StoreError> {
    let mut rows = Rows::of(COURSES);
    rows.push([
        workspace.to_string().into(),
        id.to_string().into(),
        title.to_owned().into(),
        fold(title).into(),
        subject.to_owned().into(),
    ]);
    rows.insert(tx).await
}

/// Gives the course another title and subject.
pub async fn update(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: CourseId,
    (title, subject): (&str, &str),
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE courses SET title = $3, title_key = $4, subject = $5 \
        WHERE workspace_id = $1 AND id = $2";
    run(tx, SQL, &[&workspace.to_string(), &id.to_string(), title, &fold(title), subject]).await
}

/// How many users are or were enrolled in the course.
pub async fn count_enrolled(tx: &mut Tx, workspace: WorkspaceId, id: CourseId) -> Result<u64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM enrolments WHERE workspace_id = $1 AND course_id = $2 \
        AND state <> 'planned'";
    count_of(tx, SQL, &[&workspace.to_string(), &id.to_string()]).await
}

/// The users for whom the course is planned.
pub async fn planned_for(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: CourseId,
) -> Result<Vec<UserId>, StoreError> {
    const SQL: &str = "SELECT user_id, '' FROM enrolments WHERE workspace_id = $1 AND course_id = $2 \
        AND state = 'planned' ORDER BY user_id";
    let rows = pairs(tx, SQL, &[&workspace.to_string(), &id.to_string()]).await?;
    rows.iter().map(|(user, _)| parse(user)).collect()
}

/// Deletes the course, where it is planned, and takes it out of every auto-enrolment.
pub async fn delete(tx: &mut Tx, workspace: WorkspaceId, id: CourseId) -> Result<(), StoreError> {
    const PLANNED: &str = "DELETE FROM enrolments WHERE workspace_id = $1 AND course_id = $2 \
        AND state = 'planned'";
    const RULES: &str = "DELETE FROM auto_enrolment_courses WHERE workspace_id = $1 AND course_id = $2";
    const COURSE: &str = "DELETE FROM courses WHERE workspace_id = $1 AND id = $2";
    for sql in [PLANNED, RULES, COURSE] {
        run(tx, sql, &[&workspace.to_string(), &id.to_string()]).await?;
    }
    Ok(())
}

//! SQL of auto-enrolments, for those who look at them and change them.

use std::collections::HashMap;

use super::bulk::{AUTO_ENROLMENT_COURSES, AUTO_ENROLMENTS, Rows};
use super::set_up::{pairs, run};
use super::statement::{Statement, fetch_all};
use super::value::parse;
use super::{StoreError, Tx};
use crate::api::catalogue::{CourseRef, GroupRef, UnitRef};
use crate::api::set_up::AutoEnrolment;
use crate::domain::ids::{AutoEnrolmentId, CourseId, GroupId, UnitId, UserId, WorkspaceId};
use crate::domain::unit_tree::UnitPlace;

/// Which auto-enrolments.
#[derive(Clone, Copy, Debug, Default)]
pub struct Which {
    /// Only this one.
    pub only: Option<AutoEnrolmentId>,
    /// Only those that concern users of the units that this user manages, or a group.
    pub manager: Option<UserId>,
}

type Row = (String, String, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

/// The auto-enrolments, each with its courses by title; in no order.
pub async fn list(
    tx: &mut Tx,
    workspace: WorkspaceId,
    which: Which,
) -> Result<Vec<AutoEnrolment>, StoreError> {
    let mut statement = Statement::new(
        "SELECT r.id, r.name, top.id, top.name, top.path, g.id, g.name FROM auto_enrolments r \
         LEFT JOIN units top ON top.workspace_id = r.workspace_id AND top.id = r.unit_id \
         LEFT JOIN groups g ON g.workspace_id = r.workspace_id AND g.id = r.group_id \
         WHERE r.workspace_id = ",
    );
    statement.bind(workspace.to_string());
    if let Some(only) = which.only {
        statement.push(" AND r.id = ").bind(only.to_string());
    }
    if let Some(manager) = which.manager {
        statement
            .push(
                " AND (r.group_id IS NOT NULL OR EXISTS (SELECT 1 FROM units_managed m JOIN units own \
                 ON own.workspace_id = m.workspace_id AND own.id = m.unit_id \
                 WHERE (top.lineage LIKE own.lineage || '%' OR own.lineage LIKE top.lineage || '%') \
                 AND m.workspace_id = ",
            )
            .bind(workspace.to_string())
            .push(" AND m.user_id = ")
            .bind(manager.to_string())
            .push("))");
    }
    let rows: Vec<Row> = fetch_all!(tx, statement)?;
    let mut courses = courses(tx, workspace, which.only).await?;
    rows.into_iter().map(|row| rule(row, &mut courses)).collect()
}

fn rule(row: Row, courses: &mut HashMap<String, Vec<CourseRef>>) -> Result<AutoEnrolment, StoreError> {
    let (id, name, unit, unit_name, path, group, group_name) = row;
    let unit = match (unit, unit_name, path) {
        (Some(id), Some(name), Some(path)) => {
            Some(UnitRef { id: parse(&id)?, name: name.into(), path: path.into() })
        }
        _ => None,
    };
    let group = match (group, group_name) {
        (Some(id), Some(name)) => Some(GroupRef { id: parse(&id)?, name: name.into() }),
        _ => None,
    };
    let courses = courses.remove(&id).unwrap_or_default();
    Ok(AutoEnrolment { id: parse(&id)?, name: name.into(), unit, group, courses })
}

async fn courses(
    tx: &mut Tx,
    workspace: WorkspaceId,
    only: Option<AutoEnrolmentId>,
) -> Result<HashMap<String, Vec<CourseRef>>, StoreError> {
    let mut statement = Statement::new(
        "SELECT rc.auto_enrolment_id, c.id, c.title FROM auto_enrolment_courses rc \
         JOIN courses c ON c.workspace_id = rc.workspace_id AND c.id = rc.course_id \
         WHERE rc.workspace_id = ",
    );
    statement.bind(workspace.to_string());
    if let Some(only) = only {
        statement.push(" AND rc.auto_enrolment_id = ").bind(only.to_string());
    }
    statement.push(" ORDER BY c.title_key, c.id");
    let rows: Vec<(String, String, String)> = fetch_all!(tx, statement)?;
    let mut found: HashMap<String, Vec<CourseRef>> = HashMap::new();
    for (rule, id, title) in rows {
        found.entry(rule).or_default().push(CourseRef { id: parse(&id)?, title: title.into() });
    }
    Ok(found)
}

/// An auto-enrolment to be written; for exactly one of unit and group.
#[derive(Clone, Debug)]
pub struct NewRule {
    /// The auto-enrolment.
    pub id: AutoEnrolmentId,
    /// Its name.
    pub name: String,
    /// The unit.
    pub unit: Option<UnitId>,
    /// The group.
    pub group: Option<GroupId>,
}

/// Writes a new auto-enrolment; its courses are given by [`set_courses`].
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, rule: &NewRule) -> Result<(), StoreError> {
    let mut rows = Rows::of(AUTO_ENROLMENTS);
    rows.push([
        workspace.to_string().into(),
        rule.id.to_string().into(),
        rule.name.clone().into(),
        rule.unit.map(|id| id.to_string()).into(),
        rule.group.map(|id| id.to_string()).into(),
    ]);
    rows.insert(tx).await
}

/// Gives the auto-enrolment another name.
pub async fn rename(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: AutoEnrolmentId,
    name: &str,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE auto_enrolments SET name = $3 WHERE workspace_id = $1 AND id = $2";
    run(tx, SQL, &[&workspace.to_string(), &id.to_string(), name]).await
}

/// Gives the auto-enrolment these courses and no others.
pub async fn set_courses(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: AutoEnrolmentId,
    courses: &[CourseRef],
) -> Result<(), StoreError> {
    const SQL: &str = "DELETE FROM auto_enrolment_courses WHERE workspace_id = $1 AND auto_enrolment_id = $2";
    run(tx, SQL, &[&workspace.to_string(), &id.to_string()]).await?;
    let mut rows = Rows::of(AUTO_ENROLMENT_COURSES);
    for course in courses {
        rows.push([workspace.to_string().into(), id.to_string().into(), course.id.to_string().into()]);
    }
    rows.insert(tx).await
}

/// The auto-enrolments for a unit of the subtree at `place`.
pub async fn of_units(
    tx: &mut Tx,
    workspace: WorkspaceId,
    place: &UnitPlace,
) -> Result<Vec<AutoEnrolmentId>, StoreError> {
    const SQL: &str = "SELECT r.id, '' FROM auto_enrolments r JOIN units n \
        ON n.workspace_id = r.workspace_id AND n.id = r.unit_id \
        WHERE r.workspace_id = $1 AND n.lineage LIKE $2 || '%'";
    ids(&pairs(tx, SQL, &[&workspace.to_string(), &place.lineage]).await?)
}

/// The auto-enrolments for `group`.
pub async fn of_group(
    tx: &mut Tx,
    workspace: WorkspaceId,
    group: GroupId,
) -> Result<Vec<AutoEnrolmentId>, StoreError> {
    const SQL: &str = "SELECT id, '' FROM auto_enrolments WHERE workspace_id = $1 AND group_id = $2";
    ids(&pairs(tx, SQL, &[&workspace.to_string(), &group.to_string()]).await?)
}

/// The auto-enrolments that add `course` and nothing else.
pub async fn of_course_alone(
    tx: &mut Tx,
    workspace: WorkspaceId,
    course: CourseId,
) -> Result<Vec<AutoEnrolmentId>, StoreError> {
    const SQL: &str = "SELECT rc.auto_enrolment_id, '' FROM auto_enrolment_courses rc \
        WHERE rc.workspace_id = $1 AND rc.course_id = $2 AND NOT EXISTS \
        (SELECT 1 FROM auto_enrolment_courses other WHERE other.workspace_id = $1 \
        AND other.auto_enrolment_id = rc.auto_enrolment_id AND other.course_id <> rc.course_id)";
    ids(&pairs(tx, SQL, &[&workspace.to_string(), &course.to_string()]).await?)
}

fn ids(rows: &[(String, String)]) -> Result<Vec<AutoEnrolmentId>, StoreError> {
    rows.iter().map(|(id, _)| parse(id)).collect()
}

/// Deletes auto-enrolments. Enrolments that they made stay, and are nobody's rule any more.
pub async fn delete(
    tx: &mut Tx,
    workspace: WorkspaceId,
    rules: &[AutoEnrolmentId],
) -> Result<(), StoreError> {
    const ENROLMENTS: &str = "UPDATE enrolments SET auto_enrolment_id = NULL \
        WHERE workspace_id = $1 AND auto_enrolment_id = $2";
    const COURSES: &str = "DELETE FROM auto_enrolment_courses \
        WHERE workspace_id = $1 AND auto_enrolment_id = $2";
    const RULE: &str = "DELETE FROM auto_enrolments WHERE workspace_id = $1 AND id = $2";
    for rule in rules {
        for sql in [ENROLMENTS, COURSES, RULE] {
            run(tx, sql, &[&workspace.to_string(), &rule.to_string()]).await?;
        }
    }
    Ok(())
}

//! SQL of enrolments.

use jiff::Timestamp;

use super::statement::{Statement, fetch_all};
use super::value::{corrupt, count, instant, parse};
use super::{StoreError, Tx, on_engine};
use crate::api::catalogue::CourseRef;
use crate::api::enrolments::Enrolment;
use crate::domain::enrolment::EnrolmentState;
use crate::domain::ids::{AutoEnrolmentId, CourseId, EnrolmentId, UserId, WorkspaceId};

/// An enrolment to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewEnrolment {
    /// The enrolment.
    pub id: EnrolmentId,
    /// The user.
    pub user: UserId,
    /// The course.
    pub course: CourseId,
    /// The auto-enrolment that adds it.
    pub rule: Option<AutoEnrolmentId>,
    /// `planned` until the user is active (DESIGN R8), then `enrolled`.
    pub state: EnrolmentState,
    /// When.
    pub at: Timestamp,
}

/// Writes an enrolment.
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, enrolment: &NewEnrolment) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO enrolments \
        (workspace_id, id, user_id, course_id, state, progress, auto_enrolment_id, changed_at) \
        VALUES ($1, $2, $3, $4, $5, 0, $6, $7)";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(enrolment.id.to_string())
        .bind(enrolment.user.to_string())
        .bind(enrolment.course.to_string())
        .bind(enrolment.state.as_str())
        .bind(enrolment.rule.map(|id| id.to_string()))
        .bind(enrolment.at.as_microsecond())
        .execute(connection)
        .await
        .map(drop))?;
    Ok(())
}

/// An enrolment that a user has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Held {
    /// The enrolment.
    pub id: EnrolmentId,
    /// The course.
    pub course: CourseId,
    /// How far it is; none: there is no enrolment.
    pub state: Option<EnrolmentState>,
    /// Progress in percent.
    pub progress: u8,
}

/// The enrolments that `user` has in `courses`.
pub async fn held(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    courses: &[CourseId],
) -> Result<Vec<Held>, StoreError> {
    let mut statement =
        Statement::new("SELECT id, course_id, state, progress FROM enrolments WHERE workspace_id = ");
    statement.bind(workspace.to_string()).push(" AND user_id = ").bind(user.to_string());
    statement.push(" AND course_id IN ").bind_all(courses.iter().map(ToString::to_string));
    let rows: Vec<(String, String, String, i64)> = fetch_all!(tx, statement)?;
    let held = |(id, course, state, progress): (String, String, String, i64)| {
        let state = EnrolmentState::from_name(&state).ok_or_else(|| corrupt(&state))?;
        Ok(Held { id: parse(&id)?, course: parse(&course)?, state: Some(state), progress: count(progress)? })
    };
    rows.into_iter().map(held).collect()
}

/// The course of the enrolment `id` of `user`.
pub async fn course_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    id: EnrolmentId,
) -> Result<Option<CourseId>, StoreError> {
    const SQL: &str = "SELECT course_id FROM enrolments WHERE workspace_id = $1 AND user_id = $2 AND id = $3";
    let row: Option<(String,)> = on_engine!(tx, |connection| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .bind(id.to_string())
        .fetch_optional(connection)
        .await)?;
    row.map(|(course,)| parse(&course)).transpose()
}

/// Makes an enrolment what `held` says; takes it away where that has no state.
pub async fn set(tx: &mut Tx, workspace: WorkspaceId, held: &Held, at: Timestamp) -> Result<(), StoreError> {
    const SET: &str = "UPDATE enrolments SET state = $3, progress = $4, changed_at = $5 \
        WHERE workspace_id = $1 AND id = $2";
    const REMOVE: &str = "DELETE FROM enrolments WHERE workspace_id = $1 AND id = $2";
    let (workspace, id) = (workspace.to_string(), held.id.to_string());
    match held.state {
        Some(state) => on_engine!(tx, |connection| sqlx::query(SET)
            .bind(workspace)
            .bind(id)
            .bind(state.as_str())
            .bind(i64::from(held.progress))
            .bind(at.as_microsecond())
            .execute(connection)
            .await
            .map(drop))?,
        None => on_engine!(tx, |connection| sqlx::query(REMOVE)
            .bind(workspace)
            .bind(id)
            .execute(connection)
            .await
            .map(drop))?,
    }
    Ok(())
}

type Row = (String, String, String, String, String, i64, Option<String>, i64);

/// Up to `most` enrolments of `user` after the one with `(title_key, id)`, by title, with their
/// title keys.
pub async fn of_user(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    after: Option<(&str, &str)>,
    most: i64,
) -> Result<Vec<(String, Enrolment)>, StoreError> {
    const SQL: &str = "SELECT e.id, c.id, c.title, c.title_key, e.state, e.progress, r.name, e.changed_at \
        FROM enrolments e JOIN courses c ON c.workspace_id = e.workspace_id AND c.id = e.course_id \
        LEFT JOIN auto_enrolments r ON r.workspace_id = e.workspace_id AND r.id = e.auto_enrolment_id \
        WHERE e.workspace_id = $1 AND e.user_id = $2 AND (c.title_key, e.id) > ($3, $4) \
        ORDER BY c.title_key, e.id LIMIT $5";
    let (title_key, id) = after.unwrap_or_default();
    let rows: Vec<Row> = on_engine!(tx, |connection| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .bind(title_key)
        .bind(id)
        .bind(most)
        .fetch_all(connection)
        .await)?;
    let enrolment = |(id, course, title, title_key, state, progress, rule, changed_at): Row| {
        let enrolment = Enrolment {
            id: parse(&id)?,
            course: CourseRef { id: parse(&course)?, title: title.into() },
            state: EnrolmentState::from_name(&state).ok_or_else(|| corrupt(&state))?,
            progress: count(progress)?,
            rule: rule.map(Into::into),
            changed_at: instant(changed_at)?,
        };
        Ok((title_key, enrolment))
    };
    rows.into_iter().map(enrolment).collect()
}

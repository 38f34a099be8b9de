//! SQL of enrolments.

use jiff::Timestamp;

use super::value::{corrupt, count, instant, parse};
use super::{StoreError, Tx, on_engine};
use crate::api::catalogue::CourseRef;
use crate::api::enrolments::Enrolment;
use crate::domain::enrolment::EnrolmentState;
use crate::domain::ids::{AutoEnrolmentId, CourseId, EnrolmentId, UserId, WorkspaceId};

/// An enrolment to be planned.
#[derive(Clone, Copy, Debug)]
pub struct NewPlan {
    /// The enrolment.
    pub id: EnrolmentId,
    /// The user.
    pub user: UserId,
    /// The course.
    pub course: CourseId,
    /// The auto-enrolment that adds it.
    pub rule: Option<AutoEnrolmentId>,
    /// When.
    pub at: Timestamp,
}

/// Plans an enrolment (DESIGN R8).
pub async fn plan(tx: &mut Tx, workspace: WorkspaceId, plan: &NewPlan) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO enrolments \
        (workspace_id, id, user_id, course_id, state, progress, auto_enrolment_id, changed_at) \
        VALUES ($1, $2, $3, $4, 'planned', 0, $5, $6)";
    on_engine!(tx, |connection| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(plan.id.to_string())
        .bind(plan.user.to_string())
        .bind(plan.course.to_string())
        .bind(plan.rule.map(|id| id.to_string()))
        .bind(plan.at.as_microsecond())
        .execute(connection)
        .await
        .map(drop))?;
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

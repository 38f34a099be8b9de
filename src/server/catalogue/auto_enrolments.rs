//! `GET …/auto-enrolments/preview`.

use crate::api::catalogue::{AutoCourse, PreviewAutoEnrolments};
use crate::api::endpoint::Request;
use crate::api::page::Page;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::store::catalogue;

/// The courses that auto-enrolments would add, each once, by title (DESIGN R8).
pub async fn preview_auto_enrolments(
    people: People,
    request: Request<PreviewAutoEnrolments>,
) -> Result<Page<AutoCourse>, ApiError> {
    let query = request.query;
    let unit = query.unit.filter(|unit| people.scope.reaches(Some(*unit)));
    let mut tx = people.store().read().await?;
    let added = catalogue::auto_courses(&mut tx, people.workspace.id, unit, &query.groups.0).await?;
    let mut items: Vec<AutoCourse> = added.into_iter().map(|(_, course)| course).collect();
    items.dedup_by_key(|added| added.course.id);
    Ok(Page { items, next: None, previous: None })
}

//! `GET …/courses`.

use super::asked::Asked;
use crate::api::catalogue::{Course, ListCourses};
use crate::api::endpoint::Request;
use crate::api::page::Page;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::store::catalogue;

/// The courses, by title.
pub async fn list_courses(people: People, request: Request<ListCourses>) -> Result<Page<Course>, ApiError> {
    let asked = Asked::read(&"courses", request.query)?;
    let mut tx = people.store().read().await?;
    let mut rows = Vec::new();
    for (n, part) in asked.parts().into_iter().enumerate() {
        if Asked::wants(n, rows.len()) {
            rows.extend(catalogue::courses(&mut tx, people.workspace.id, part).await?);
        }
    }
    asked.page(rows, |course| course.id.to_string())
}

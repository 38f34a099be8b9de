//! `GET …/courses`.

use crate::api::catalogue::{Course, ListCourses};
use crate::api::endpoint::Request;
use crate::api::page::Page;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::page::{Paging, read_search};
use crate::server::store::catalogue::{self, Part};

/// The courses, by title.
pub async fn list_courses(people: People, request: Request<ListCourses>) -> Result<Page<Course>, ApiError> {
    let query = request.query;
    let paging = Paging::<String>::read(&("courses", &query.search), query.cursor.as_deref(), query.limit)?;
    let after = paging.after.as_ref().map(|(key, id)| (key.as_str(), id.as_str()));
    let search = read_search(query.search.as_deref())?;
    let part = Part { search, after, most: paging.most(), ..Part::default() };
    let mut tx = people.store().read().await?;
    let rows = catalogue::courses(&mut tx, people.workspace.id, part).await?;
    paging.page(rows, |course| course.id.to_string())
}

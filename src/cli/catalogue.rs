//! `admit units list`, `admit groups list`, `admit courses list`, `admit rules list`.

use super::exit::Failure;
use super::output::Output;
use super::place::Place;
use super::resolve::Named;
use crate::api::catalogue::{CatalogueQuery, Course, Group, Unit};
use crate::api::page::MAX_LIMIT;
use crate::api::set_up::AutoEnrolment;
use crate::client::WorkspaceApi;
use serde::Serialize;

/// Something of the catalogue that can be listed.
pub trait Listed: Named + Serialize {
    /// The heads of its columns.
    const HEAD: &'static [&'static str];
    /// The values of its columns.
    fn cells(&self) -> Vec<String>;
}

impl Listed for Unit {
    const HEAD: &'static [&'static str] = &["PATH", "USERS", "ID"];

    fn cells(&self) -> Vec<String> {
        vec![self.path.to_string(), self.users.to_string(), self.id.to_string()]
    }
}

impl Listed for Group {
    const HEAD: &'static [&'static str] = &["NAME", "USERS", "ID"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.to_string(), self.users.to_string(), self.id.to_string()]
    }
}

impl Listed for Course {
    const HEAD: &'static [&'static str] = &["TITLE", "SUBJECT", "ENROLLED", "ID"];

    fn cells(&self) -> Vec<String> {
        let Self { title, subject, enrolled, id } = self;
        vec![title.to_string(), subject.to_string(), enrolled.to_string(), id.to_string()]
    }
}

impl Listed for AutoEnrolment {
    const HEAD: &'static [&'static str] = &["NAME", "FOR", "COURSES", "ID"];

    fn cells(&self) -> Vec<String> {
        let unit = self.unit.as_ref().map(|unit| unit.path.to_string());
        let target = unit.or_else(|| self.group.as_ref().map(|group| group.name.to_string()));
        let courses: Vec<&str> = self.courses.iter().map(|course| course.title.as_str()).collect();
        vec![self.name.to_string(), target.unwrap_or_default(), courses.join("; "), self.id.to_string()]
    }
}

/// Lists what holds every word of `search`, page after page.
pub async fn list<T: Listed, A: WorkspaceApi>(
    place: &Place<'_, A>,
    search: Option<String>,
    output: &mut Output,
) -> Result<(), Failure> {
    output.begin(T::HEAD)?;
    let mut query = CatalogueQuery { search, limit: Some(MAX_LIMIT), ..CatalogueQuery::default() };
    loop {
        let page = place.ask::<T::List>(query.clone()).await?;
        output.rows(T::HEAD, &page.items, Listed::cells)?;
        query.cursor = page.next;
        if query.cursor.is_none() {
            return output.end();
        }
    }
}

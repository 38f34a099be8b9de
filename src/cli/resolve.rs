//! Finding units, groups and courses by what people call them.

use super::exit::Failure;
use super::place::Place;
use crate::api::catalogue::{
    CatalogueQuery, Course, Group, ListCourses, ListGroups, ListUnits, PATH_SEPARATOR, Unit,
};
use crate::api::endpoint::{Empty, Endpoint, WorkspacePath};
use crate::api::page::{MAX_LIMIT, Page};
use crate::api::set_up::{AutoEnrolment, ListAutoEnrolments};
use crate::client::WorkspaceApi;
use crate::domain::ids::{CourseId, GroupId, UnitId};
use crate::domain::search_key::fold;

/// Names told when none fits.
const NEAREST: usize = 3;
/// Names looked through for the nearest; a list longer than this has too many to be sure.
const MOST_LOOKED_AT: usize = 20_000;

/// Something that has a name, and a place in a list.
pub trait Named: Clone + Send + Sync {
    /// What it is called where it is asked for.
    const KIND: &'static str;
    /// The list that holds it.
    type List: Endpoint<Path = WorkspacePath, Query = CatalogueQuery, Body = Empty, Reply = Page<Self>>;
    /// The name it is told by.
    fn name(&self) -> &str;
    /// How well `wanted` names it: in full, or only in part, which must then fit nothing else.
    fn fits(&self, wanted: &str) -> Fit;
    /// The words to search for.
    fn words(wanted: &str) -> String {
        wanted.to_owned()
    }
}

/// How well a name fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It is the whole name.
    Whole,
    /// It is the last part of a path.
    Part,
    /// It is another name.
    No,
}

impl Named for Unit {
    const KIND: &'static str = "unit";
    type List = ListUnits;

    fn name(&self) -> &str {
        self.path.as_str()
    }

    fn fits(&self, wanted: &str) -> Fit {
        let (path, wanted) = (parts(self.path.as_str()), parts(wanted));
        if path == wanted {
            Fit::Whole
        } else if path.ends_with(&wanted) {
            Fit::Part
        } else {
            Fit::No
        }
    }

    fn words(wanted: &str) -> String {
        parts(wanted).join(" ")
    }
}

/// The folded names of a path written with `›` or `/`.
fn parts(path: &str) -> Vec<String> {
    path.split(['›', '/']).map(fold).filter(|part| !part.is_empty()).collect()
}

fn whole(name: &str, wanted: &str) -> Fit {
    if fold(name) == fold(wanted) { Fit::Whole } else { Fit::No }
}

impl Named for Group {
    const KIND: &'static str = "group";
    type List = ListGroups;

    fn name(&self) -> &str {
        self.name.as_str()
    }

    fn fits(&self, wanted: &str) -> Fit {
        whole(self.name.as_str(), wanted)
    }
}

impl Named for Course {
    const KIND: &'static str = "course";
    type List = ListCourses;

    fn name(&self) -> &str {
        self.title.as_str()
    }

    fn fits(&self, wanted: &str) -> Fit {
        whole(self.title.as_str(), wanted)
    }
}

impl Named for AutoEnrolment {
    const KIND: &'static str = "rule";
    type List = ListAutoEnrolments;

    fn name(&self) -> &str {
        self.name.as_str()
    }

    fn fits(&self, wanted: &str) -> Fit {
        whole(self.name.as_str(), wanted)
    }
}

/// The one of `found` that `wanted` names; none when nothing fits.
pub(super) fn pick<'a, T: Named>(found: &'a [T], wanted: &str) -> Result<Option<&'a T>, Failure> {
    let mut whole = found.iter().filter(|item| item.fits(wanted) == Fit::Whole);
    let mut part = found.iter().filter(|item| item.fits(wanted) == Fit::Part);
    match (whole.next(), whole.next(), part.next(), part.next()) {
        (Some(item), None, ..) | (None, None, Some(item), None) => Ok(Some(item)),
        (None, None, None, _) => Ok(None),
        _ => {
            let several = found.iter().filter(|item| item.fits(wanted) != Fit::No);
            let names: Vec<&str> = several.map(Named::name).take(NEAREST).collect();
            let (kind, names) = (T::KIND, names.join(", "));
            Err(Failure::usage(format!(
                "several {kind}s are called {wanted:?}: {names}; write the whole path"
            )))
        }
    }
}

/// The same where there must be one; the nearest names are told.
pub(super) fn must_pick<'a, T: Named>(found: &'a [T], wanted: &str) -> Result<&'a T, Failure> {
    let names = || nearest(wanted, found.iter().map(Named::name));
    pick(found, wanted)?.ok_or_else(|| unknown(T::KIND, wanted, &names()))
}

impl<A: WorkspaceApi> Place<'_, A> {
    /// The unit that `wanted` names: its path, or the end of a path that only one unit has.
    pub async fn unit(&self, wanted: &str) -> Result<UnitId, Failure> {
        self.named::<Unit>(wanted).await.map(|unit| unit.id)
    }

    /// The group called `wanted`.
    pub async fn group(&self, wanted: &str) -> Result<GroupId, Failure> {
        self.named::<Group>(wanted).await.map(|group| group.id)
    }

    /// The course titled `wanted`.
    pub async fn course(&self, wanted: &str) -> Result<CourseId, Failure> {
        self.named::<Course>(wanted).await.map(|course| course.id)
    }

    /// What `wanted` names.
    pub(super) async fn named<T: Named>(&self, wanted: &str) -> Result<T, Failure> {
        let found = self.all::<T>(Some(T::words(wanted)), MOST_LOOKED_AT).await?;
        if let Some(item) = pick(&found, wanted)? {
            return Ok(item.clone());
        }
        let all = self.all::<T>(None, MOST_LOOKED_AT).await?;
        Err(unknown(T::KIND, wanted, &nearest(wanted, all.iter().map(Named::name))))
    }

    /// All that hold every word of `search`, and hardly more than `most`.
    pub(super) async fn all<T: Named>(&self, search: Option<String>, most: usize) -> Result<Vec<T>, Failure> {
        let mut all = Vec::new();
        let mut cursor = None;
        loop {
            let query = CatalogueQuery {
                search: search.clone(),
                cursor,
                limit: Some(MAX_LIMIT),
                ..CatalogueQuery::default()
            };
            let page = self.ask::<T::List>(query).await?;
            all.extend(page.items);
            cursor = page.next;
            if cursor.is_none() || all.len() >= most {
                return Ok(all);
            }
        }
    }
}

fn unknown(kind: &str, wanted: &str, nearest: &[String]) -> Failure {
    let hint = if nearest.is_empty() {
        format!("there are none; see admit {kind}s list")
    } else {
        format!("nearest: {}", nearest.join(", "))
    };
    Failure::usage(format!("no {kind} is called {wanted:?}; {hint}"))
}

/// The names most like `wanted`, whole or in their last part.
pub fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wanted = fold(&parts(wanted).join(PATH_SEPARATOR));
    let mut ranked: Vec<(f64, &str)> = names
        .map(|name| {
            let folded = fold(name);
            let last = folded.rsplit(PATH_SEPARATOR).next().unwrap_or_default();
            let holds = if folded.contains(&wanted) { 0.2 } else { 0.0 };
            let like = strsim::jaro_winkler(&wanted, &folded).max(strsim::jaro_winkler(&wanted, last));
            (like + holds, name)
        })
        .filter(|(like, _)| *like > 0.6)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    ranked.into_iter().take(NEAREST).map(|(_, name)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_be_written_with_either_separator_and_any_case() {
        assert_eq!(parts("Operations › YORKSHIRE/Yörk"), ["operations", "yorkshire", "york"]);
    }

    #[test]
    fn the_nearest_names_are_told_best_first() {
        let names = ["Fire safety", "Food hygiene", "Manual handling", "Fire safety: refresher"];
        assert_eq!(nearest("fire safty", names.into_iter()).first().unwrap(), "Fire safety");
        assert!(nearest("zzz", names.into_iter()).is_empty());
    }
}

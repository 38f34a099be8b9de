//! Organisation units, groups and courses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::endpoint::{Access, Empty, Endpoint, Method, WorkspacePath};
use super::page::{CommaList, Page};
use crate::domain::ids::{CourseId, GroupId, UnitId};
use crate::domain::safe_text::SafeText;
pub use crate::domain::unit_tree::PATH_SEPARATOR;

/// A unit, named.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct UnitRef {
    /// The unit.
    pub id: UnitId,
    /// Its own name.
    pub name: SafeText,
    /// Its names from the top down, joined by [`PATH_SEPARATOR`].
    pub path: SafeText,
}

/// A unit in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unit {
    /// The unit.
    pub id: UnitId,
    /// Its own name.
    pub name: SafeText,
    /// Its names from the top down, joined by [`PATH_SEPARATOR`].
    pub path: SafeText,
    /// The unit above; null at the top.
    pub parent_id: Option<UnitId>,
    /// The level: 1 at the top, at most 6.
    pub level: u8,
    /// Users in this unit itself, deleted ones left out.
    pub users: u64,
}

/// A group, named.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct GroupRef {
    /// The group.
    pub id: GroupId,
    /// Its name.
    pub name: SafeText,
}

/// A group in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// The group.
    pub id: GroupId,
    /// Its name.
    pub name: SafeText,
    /// Its users, deleted ones left out.
    pub users: u64,
}

/// A course, named.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct CourseRef {
    /// The course.
    pub id: CourseId,
    /// Its title.
    pub title: SafeText,
}

/// A course in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Course {
    /// The course.
    pub id: CourseId,
    /// Its title.
    pub title: SafeText,
    /// What it is about, one word or two: `Safety`.
    pub subject: SafeText,
    /// Users enrolled or in progress.
    pub enrolled: u64,
}

/// A filter and a place in a list of the catalogue. Items come by path, name or title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CatalogueQuery {
    /// Only items whose name (a unit's path) holds every word of this, accents and case folded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// With `search`: not a page in order, but the items that are most likely meant, in no order and with
    /// no next page. Each word is the beginning of a word of the name; where there are none of those, a
    /// word may have a slip after its first letters. Ignored for auto-enrolments.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub likely: bool,
    /// Only the items with these ids, separated by commas, at most 500 of them. Ignored for auto-enrolments.
    #[serde(default, skip_serializing_if = "CommaList::is_empty")]
    pub ids: CommaList<uuid::Uuid>,
    /// Only units directly below this one; ignored for groups and courses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<UnitId>,
    /// The `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Items on the page: 1 to 500; 50 when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

/// Where an invitee would be placed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlacementQuery {
    /// The unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The groups, separated by commas.
    #[serde(default, skip_serializing_if = "CommaList::is_empty")]
    pub groups: CommaList<GroupId>,
}

/// A course that an auto-enrolment adds, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AutoCourse {
    /// The course.
    pub course: CourseRef,
    /// The auto-enrolment's name.
    pub rule: SafeText,
    /// The unit (its path) or group (its name) that it is for.
    pub because: SafeText,
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident = $operation:literal, $path:literal, $query:ty => $reply:ty, $summary:literal;)+) => {$(
        $(#[$doc])*
        pub struct $name;

        impl Endpoint for $name {
            const NAME: &'static str = $operation;
            const SUMMARY: &'static str = $summary;
            const METHOD: Method = Method::Get;
            const PATH: &'static str = $path;
            const ACCESS: Access = Access::People;
            type Path = WorkspacePath;
            type Query = $query;
            type Body = Empty;
            type Reply = $reply;
        }
    )+};
}

lists! {
    /// `GET …/units`. A Manager gets the units managed and all below.
    ListUnits = "list_units", "/api/v1/workspaces/{w}/units", CatalogueQuery => Page<Unit>,
        "The organisation units, in the order of the tree";
    /// `GET …/groups`.
    ListGroups = "list_groups", "/api/v1/workspaces/{w}/groups", CatalogueQuery => Page<Group>,
        "The groups, by name";
    /// `GET …/courses`.
    ListCourses = "list_courses", "/api/v1/workspaces/{w}/courses", CatalogueQuery => Page<Course>,
        "The courses, by title";
    /// `GET …/auto-enrolments/preview` (DESIGN R8).
    PreviewAutoEnrolments = "preview_auto_enrolments", "/api/v1/workspaces/{w}/auto-enrolments/preview",
        PlacementQuery => Page<AutoCourse>, "The courses that auto-enrolments would add for a unit and groups";
}

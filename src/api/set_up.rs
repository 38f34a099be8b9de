//! Setting a workspace up: units, groups, courses and auto-enrolments are made, changed and deleted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalogue::{CatalogueQuery, Course, CourseRef, Group, GroupRef, Unit, UnitRef};
use super::endpoint::{Access, ChangeQuery, Empty, Endpoint, Method, WorkspacePath};
use super::page::Page;
use super::patch::present;
use crate::domain::ids::{AutoEnrolmentId, CourseId, GroupId, UnitId};
use crate::domain::safe_text::SafeText;

/// A unit to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewUnit {
    /// Its name, unlike those of its siblings.
    pub name: String,
    /// The unit above; none: at the top. The tree has 6 levels at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<UnitId>,
}

/// What is to become of a unit. A field that is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnitEdit {
    /// Another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another unit above; null: to the top. All below moves along.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub parent: Option<Option<UnitId>>,
}

/// A group to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewGroup {
    /// Its name, unlike those of the other groups.
    pub name: String,
}

/// What is to become of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupEdit {
    /// Another name.
    pub name: String,
}

/// A course to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewCourse {
    /// Its title, unlike those of the other courses.
    pub title: String,
    /// What it is about, one word or two; may be empty.
    #[serde(default)]
    pub subject: String,
}

/// What is to become of a course. A field that is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CourseEdit {
    /// Another title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Another subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// An auto-enrolment: a rule that enrols who is in a unit (or below) or in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AutoEnrolment {
    /// The rule.
    pub id: AutoEnrolmentId,
    /// Its name.
    pub name: SafeText,
    /// The unit that it is for, with all below; null when it is for a group.
    pub unit: Option<UnitRef>,
    /// The group that it is for; null when it is for a unit.
    pub group: Option<GroupRef>,
    /// The courses, by title.
    pub courses: Vec<CourseRef>,
}

/// An auto-enrolment to be made, for exactly one unit or one group. It concerns who comes there
/// from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewAutoEnrolment {
    /// Its name, unlike those of the other rules.
    pub name: String,
    /// The unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    /// The courses; at least one.
    #[serde(default)]
    pub courses: Vec<CourseId>,
}

/// What is to become of an auto-enrolment. A field that is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AutoEnrolmentEdit {
    /// Another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Other courses, all of them; at least one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courses: Option<Vec<CourseId>>,
}

/// What deleting something took along, or would take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Removal {
    /// Whether nothing was written (DESIGN R17).
    pub dry_run: bool,
    /// Units deleted, the one asked for included.
    pub units: u64,
    /// Users who were in it, or below.
    pub users: u64,
    /// The unit that those users are in now; null: in none.
    pub moved_to: Option<UnitRef>,
    /// Managers who no longer manage it.
    pub managers: u64,
    /// Auto-enrolments deleted, because they were for it or had no other course.
    pub rules: u64,
    /// Planned enrolments deleted.
    pub planned: u64,
}

macro_rules! set_up {
    ($($(#[$doc:meta])* $name:ident = $operation:literal, $method:ident $path:literal $status:literal, $parameters:ty, $body:ty => $reply:ty, $summary:literal;)+) => {$(
        $(#[$doc])*
        pub struct $name;

        impl Endpoint for $name {
            const NAME: &'static str = $operation;
            const SUMMARY: &'static str = $summary;
            const METHOD: Method = Method::$method;
            const PATH: &'static str = $path;
            const ACCESS: Access = Access::SetUp;
            const SUCCESS: u16 = $status;
            type Path = $parameters;
            type Query = ChangeQuery;
            type Body = $body;
            type Reply = $reply;
        }
    )+};
}

macro_rules! paths {
    ($($(#[$doc:meta])* $name:ident { $field:ident: $id:ty })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub struct $name {
            /// The workspace's id or slug.
            pub w: String,
            /// Which one.
            pub $field: $id,
        }
    )+};
}

paths! {
    /// A unit of a workspace.
    UnitPath { n: UnitId }
    /// A group of a workspace.
    GroupPath { g: GroupId }
    /// A course of a workspace.
    CoursePath { c: CourseId }
    /// An auto-enrolment of a workspace.
    AutoEnrolmentPath { a: AutoEnrolmentId }
}

set_up! {
    /// `POST …/units`.
    CreateUnit = "create_unit", Post "/api/v1/workspaces/{w}/units" 201,
        WorkspacePath, NewUnit => Unit, "Make a unit";
    /// `PATCH …/units/{n}`.
    EditUnit = "edit_unit", Patch "/api/v1/workspaces/{w}/units/{n}" 200,
        UnitPath, UnitEdit => Unit, "Rename a unit, or move it with all below";
    /// `DELETE …/units/{n}`. Its users move to the unit above.
    DeleteUnit = "delete_unit", Delete "/api/v1/workspaces/{w}/units/{n}" 200,
        UnitPath, Empty => Removal, "Delete a unit and all below";
    /// `POST …/groups`.
    CreateGroup = "create_group", Post "/api/v1/workspaces/{w}/groups" 201,
        WorkspacePath, NewGroup => Group, "Make a group";
    /// `PATCH …/groups/{g}`.
    EditGroup = "edit_group", Patch "/api/v1/workspaces/{w}/groups/{g}" 200,
        GroupPath, GroupEdit => Group, "Rename a group";
    /// `DELETE …/groups/{g}`.
    DeleteGroup = "delete_group", Delete "/api/v1/workspaces/{w}/groups/{g}" 200,
        GroupPath, Empty => Removal, "Delete a group; its users stay";
    /// `POST …/courses`.
    CreateCourse = "create_course", Post "/api/v1/workspaces/{w}/courses" 201,
        WorkspacePath, NewCourse => Course, "Make a course";
    /// `PATCH …/courses/{c}`.
    EditCourse = "edit_course", Patch "/api/v1/workspaces/{w}/courses/{c}" 200,
        CoursePath, CourseEdit => Course, "Change a course's title or subject";
    /// `DELETE …/courses/{c}`. Refused while anybody is or was enrolled.
    DeleteCourse = "delete_course", Delete "/api/v1/workspaces/{w}/courses/{c}" 200,
        CoursePath, Empty => Removal, "Delete a course that nobody was enrolled in";
    /// `POST …/auto-enrolments`.
    CreateAutoEnrolment = "create_auto_enrolment", Post "/api/v1/workspaces/{w}/auto-enrolments" 201,
        WorkspacePath, NewAutoEnrolment => AutoEnrolment, "Make an auto-enrolment";
    /// `PATCH …/auto-enrolments/{a}`.
    EditAutoEnrolment = "edit_auto_enrolment", Patch "/api/v1/workspaces/{w}/auto-enrolments/{a}" 200,
        AutoEnrolmentPath, AutoEnrolmentEdit => AutoEnrolment, "Change an auto-enrolment's name or courses";
    /// `DELETE …/auto-enrolments/{a}`. Enrolments that it made stay.
    DeleteAutoEnrolment = "delete_auto_enrolment", Delete "/api/v1/workspaces/{w}/auto-enrolments/{a}" 200,
        AutoEnrolmentPath, Empty => Removal, "Delete an auto-enrolment; enrolments that it made stay";
}

/// `GET …/auto-enrolments`.
pub struct ListAutoEnrolments;

impl Endpoint for ListAutoEnrolments {
    const NAME: &'static str = "list_auto_enrolments";
    const SUMMARY: &'static str = "The auto-enrolments, by name";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/workspaces/{w}/auto-enrolments";
    const ACCESS: Access = Access::People;
    type Path = WorkspacePath;
    type Query = CatalogueQuery;
    type Body = Empty;
    type Reply = Page<AutoEnrolment>;
}

//! Enrolments of a user.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalogue::CourseRef;
use super::endpoint::{Access, Empty, Endpoint, Method, UserPath};
use super::page::Page;
use super::users::PageQuery;
use crate::domain::enrolment::EnrolmentState;
use crate::domain::ids::EnrolmentId;
use crate::domain::safe_text::SafeText;

/// An enrolment of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Enrolment {
    /// The enrolment.
    pub id: EnrolmentId,
    /// The course.
    pub course: CourseRef,
    /// How far it is.
    pub state: EnrolmentState,
    /// Progress in percent, 0 to 100.
    pub progress: u8,
    /// The auto-enrolment that added it; null: chosen by an operator.
    pub rule: Option<SafeText>,
    /// When it last changed.
    #[schemars(with = "String")]
    pub changed_at: Timestamp,
}

/// `GET …/users/{u}/enrolments`.
pub struct ListUserEnrolments;

impl Endpoint for ListUserEnrolments {
    const NAME: &'static str = "list_user_enrolments";
    const SUMMARY: &'static str = "The enrolments of one user, by course title";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/workspaces/{w}/users/{u}/enrolments";
    const ACCESS: Access = Access::People;
    type Path = UserPath;
    type Query = PageQuery;
    type Body = Empty;
    type Reply = Page<Enrolment>;
}

//! Enrolling and withdrawing (DESIGN R8, R19).

use std::collections::HashMap;

use super::snapshot::Snapshot;
use super::{Applied, Making};
use crate::api::changes::{Enrolling, Tally};
use crate::domain::enrolment::EnrolmentState;
use crate::domain::ids::{AutoEnrolmentId, CourseId, EnrolmentId};
use crate::domain::status::UserStatus;
use crate::server::error::ApiError;
use crate::server::store::enrolments::{self, Held, NewEnrolment};
use crate::server::store::{StoreError, catalogue};

impl Making<'_> {
    /// Enrols in courses; before the user is active it only plans to.
    pub(super) async fn enrol(mut self, enrolling: &Enrolling) -> Result<Applied, ApiError> {
        let courses = self.courses(&enrolling.courses).await?;
        let held = self.held(&courses).await?;
        let (mut tally, mut before, mut after) = (Tally::default(), Vec::new(), Vec::new());
        for course in courses {
            match held.get(&course) {
                None => {
                    let new = self.begin(course, None).await?;
                    before.push(Held { state: None, ..new });
                    after.push(new);
                }
                Some(held) => match self.again(held, enrolling.again) {
                    Some(new) => {
                        before.push(*held);
                        after.push(new);
                    }
                    None if held.state == Some(EnrolmentState::Completed) => tally.completed += 1,
                    None => tally.already_enrolled += 1,
                },
            }
        }
        tally.enrolled = u64::try_from(after.len()).unwrap_or(u64::MAX);
        let detail = told(&tally, self.user.status == UserStatus::Active);
        if after.is_empty() {
            return Ok(Applied::unchanged(detail).with(tally));
        }
        let (before, after) = (of(before), of(after));
        self.write(&after).await?;
        self.record(("enrolment.added", &detail), &before, &after).await?;
        Ok(Applied::done(detail).with(tally))
    }

    /// What becomes of an enrolment that is there; none: it stays.
    fn again(&self, held: &Held, again: bool) -> Option<Held> {
        let begun = match (self.user.status, held.progress) {
            (UserStatus::Active, 1..) => EnrolmentState::InProgress,
            _ => self.first_state(),
        };
        match held.state {
            Some(EnrolmentState::Withdrawn) => Some(Held { state: Some(begun), ..*held }),
            Some(EnrolmentState::Completed) if again => {
                Some(Held { state: Some(self.first_state()), progress: 0, ..*held })
            }
            _ => None,
        }
    }

    fn first_state(&self) -> EnrolmentState {
        if self.user.status == UserStatus::Active {
            EnrolmentState::Enrolled
        } else {
            EnrolmentState::Planned
        }
    }

    /// Writes a new enrolment.
    pub(super) async fn begin(
        &mut self,
        course: CourseId,
        rule: Option<AutoEnrolmentId>,
    ) -> Result<Held, StoreError> {
        let (id, state) = (EnrolmentId::new(self.people.uuid()), self.first_state());
        let new = NewEnrolment { id, user: self.user.id, course, rule, state, at: self.people.by.now };
        enrolments::insert(self.tx, self.people.workspace.id, &new).await?;
        Ok(Held { id, course, state: Some(state), progress: 0 })
    }

    /// Ends enrolments; completed ones stay.
    pub(super) async fn withdraw(mut self, courses: &[CourseId]) -> Result<Applied, ApiError> {
        let courses = self.courses(courses).await?;
        let held = self.held(&courses).await?;
        let (mut tally, mut before, mut after) = (Tally::default(), Vec::new(), Vec::new());
        for held in courses.iter().filter_map(|course| held.get(course)) {
            match held.state {
                Some(EnrolmentState::Completed) => tally.completed += 1,
                Some(EnrolmentState::Withdrawn) | None => {}
                Some(_) => {
                    before.push(*held);
                    after.push(Held { state: Some(EnrolmentState::Withdrawn), ..*held });
                }
            }
        }
        tally.withdrawn = u64::try_from(after.len()).unwrap_or(u64::MAX);
        if after.is_empty() {
            let detail = if tally.completed > 0 { "completed courses stay" } else { "was not enrolled" };
            return Ok(Applied::unchanged(detail).with(tally));
        }
        let (before, after) = (of(before), of(after));
        let detail = format!("withdrawn from {}", count(tally.withdrawn));
        self.write(&after).await?;
        self.record(("enrolment.withdrawn", &detail), &before, &after).await?;
        Ok(Applied::done(detail).with(tally))
    }

    async fn held(&mut self, courses: &[CourseId]) -> Result<HashMap<CourseId, Held>, StoreError> {
        let held = enrolments::held(self.tx, self.people.workspace.id, self.user.id, courses).await?;
        Ok(held.into_iter().map(|held| (held.course, held)).collect())
    }

    /// The courses that are asked for, each once.
    async fn courses(&mut self, courses: &[CourseId]) -> Result<Vec<CourseId>, ApiError> {
        if courses.is_empty() {
            return Err(ApiError::field("/courses", "required", "choose at least one course"));
        }
        let known = catalogue::known_courses(self.tx, self.people.workspace.id, courses).await?;
        let is_known = |course: &CourseId| known.iter().any(|known| known.id == *course);
        match courses.iter().position(|course| !is_known(course)) {
            None => Ok(known.into_iter().map(|course| course.id).collect()),
            Some(place) => {
                let detail = "this one is not of this workspace; take it out or choose another";
                Err(ApiError::field(&format!("/courses/{place}"), "unknown", detail))
            }
        }
    }
}

fn of(enrolments: Vec<Held>) -> Snapshot {
    Snapshot { enrolments, ..Snapshot::default() }
}

fn count(courses: u64) -> String {
    if courses == 1 { "1 course".to_owned() } else { format!("{courses} courses") }
}

fn told(tally: &Tally, is_active: bool) -> String {
    let mut parts = Vec::new();
    if tally.enrolled > 0 {
        let verb = if is_active { "enrolled in" } else { "planned for" };
        parts.push(format!("{verb} {}", count(tally.enrolled)));
    }
    if tally.already_enrolled > 0 {
        parts.push(format!("{} already there", count(tally.already_enrolled)));
    }
    if tally.completed > 0 {
        parts.push(format!("{} completed and left alone", count(tally.completed)));
    }
    parts.join("; ")
}

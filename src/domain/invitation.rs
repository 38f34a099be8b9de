//! What an invitation must hold (DESIGN R2, R3, R7) and which courses it plans (R8).

use std::collections::HashSet;
use std::hash::Hash;

use jiff::civil::Date;

use super::email::EmailAddress;
use super::expiry::check_expiry;
use super::ids::{AutoEnrolmentId, CourseId, GroupId, UnitId};
use super::person_name::check_name;
use super::policy::{Refusal, Scope, check_grant, check_placement};
use super::role::{Role, Roles};

/// An invitation as asked for.
#[derive(Clone, Copy, Debug)]
pub struct Proposal<'a> {
    /// The address, as typed.
    pub email: &'a str,
    /// The first name, as typed.
    pub first_name: &'a str,
    /// The last name, as typed.
    pub last_name: &'a str,
    /// The roles.
    pub roles: Roles,
    /// The unit.
    pub unit: Option<UnitId>,
    /// The units to be managed.
    pub units_managed: &'a [UnitId],
    /// The last day of access.
    pub expires_on: Option<Date>,
    /// The groups.
    pub groups: &'a [GroupId],
    /// The courses.
    pub courses: &'a [CourseId],
}

/// What is known of the workspace when the proposal is judged.
#[derive(Clone, Debug)]
pub struct Facts {
    /// How far the operator's hand reaches.
    pub scope: Scope,
    /// Whether the workspace has units.
    pub has_units: bool,
    /// Those units of the proposal that exist.
    pub units: HashSet<UnitId>,
    /// Those groups of the proposal that exist.
    pub groups: HashSet<GroupId>,
    /// Those courses of the proposal that exist.
    pub courses: HashSet<CourseId>,
    /// Today in the workspace's time zone.
    pub today: Date,
    /// First and last name of the account that the address has already (DESIGN R4).
    pub account: Option<(String, String)>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where: a JSON pointer into the form.
    pub pointer: String,
    /// What, for programs.
    pub code: &'static str,
    /// What to do about it.
    pub detail: String,
}

impl Violation {
    fn new(pointer: impl Into<String>, code: &'static str, detail: &(impl ToString + ?Sized)) -> Self {
        Self { pointer: pointer.into(), code, detail: detail.to_string() }
    }
}

/// What of a proposal had to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The address.
    pub email: EmailAddress,
    /// The first name: the account's, where there is one (DESIGN R4).
    pub first_name: String,
    /// The last name, likewise.
    pub last_name: String,
}

/// Judges a whole proposal; all that is wrong with it is told at once.
pub fn check_proposal(proposal: &Proposal<'_>, facts: &Facts) -> Result<Accepted, Vec<Violation>> {
    let mut wrong = Vec::new();
    let email = EmailAddress::parse(proposal.email)
        .map_err(|error| wrong.push(Violation::new("/email", error.code(), &error)));
    let names = check_names(proposal, facts, &mut wrong);
    check_roles(proposal, facts, &mut wrong);
    check_units(proposal, facts, &mut wrong);
    if let Some(Err(error)) = proposal.expires_on.map(|date| check_expiry(date, facts.today)) {
        wrong.push(Violation::new("/expires_on", error.code(), &error));
    }
    check_known("/groups", proposal.groups, &facts.groups, &mut wrong);
    check_known("/courses", proposal.courses, &facts.courses, &mut wrong);
    match (email, names) {
        (Ok(email), Some((first_name, last_name))) if wrong.is_empty() => {
            Ok(Accepted { email, first_name, last_name })
        }
        _ => Err(wrong),
    }
}

/// The names to be used: the account's whatever was typed (DESIGN R4).
fn check_names(
    proposal: &Proposal<'_>,
    facts: &Facts,
    wrong: &mut Vec<Violation>,
) -> Option<(String, String)> {
    if let Some(names) = &facts.account {
        return Some(names.clone());
    }
    let mut check = |pointer: &str, text: &str| {
        check_name(text).map_err(|error| wrong.push(Violation::new(pointer, error.code(), &error))).ok()
    };
    let first = check("/first_name", proposal.first_name);
    let last = check("/last_name", proposal.last_name);
    first.zip(last)
}

fn check_roles(proposal: &Proposal<'_>, facts: &Facts, wrong: &mut Vec<Violation>) {
    if proposal.roles.is_empty() {
        wrong.push(Violation::new("/roles", "required", "choose at least one role"));
    } else if let Err(refusal) = check_grant(&facts.scope, proposal.roles) {
        wrong.push(Violation::new("/roles", "role_escalation", &refusal));
    }
    let is_manager = proposal.roles.contains(Role::Manager);
    if is_manager && facts.has_units && proposal.units_managed.is_empty() {
        let detail = "choose the units that this Manager looks after";
        wrong.push(Violation::new("/units_managed", "required", detail));
    }
    if !is_manager && !proposal.units_managed.is_empty() {
        let detail = "tick the Manager role, or leave the units managed out";
        wrong.push(Violation::new("/units_managed", "manager_only", detail));
    }
}

fn check_units(proposal: &Proposal<'_>, facts: &Facts, wrong: &mut Vec<Violation>) {
    let unknown = proposal.unit.is_some_and(|unit| !facts.units.contains(&unit));
    match check_placement(&facts.scope, proposal.unit) {
        Err(refusal @ Refusal::UnitRequired) => wrong.push(Violation::new("/unit", "required", &refusal)),
        // Whether a unit outside the scope exists is not told (DESIGN R1).
        Err(refusal) => wrong.push(Violation::new("/unit", "unknown", &refusal)),
        Ok(()) if unknown => {
            wrong.push(Violation::new("/unit", "unknown", "choose a unit of this workspace"));
        }
        Ok(()) => {}
    }
    check_known("/units_managed", proposal.units_managed, &facts.units, wrong);
}

fn check_known<T: Eq + Hash>(field: &str, ids: &[T], known: &HashSet<T>, wrong: &mut Vec<Violation>) {
    for (place, _) in ids.iter().enumerate().filter(|(_, id)| !known.contains(id)) {
        let detail = "this one is not of this workspace; take it out or choose another";
        wrong.push(Violation::new(format!("{field}/{place}"), "unknown", detail));
    }
}

/// The courses that an invitation plans, each once: those chosen, and those that auto-enrolments
/// add less those deselected (DESIGN R8). A chosen course counts as chosen.
pub fn planned_courses(
    chosen: &[CourseId],
    added: &[(CourseId, AutoEnrolmentId)],
    without: &[CourseId],
) -> Vec<(CourseId, Option<AutoEnrolmentId>)> {
    let mut seen = HashSet::new();
    let chosen = chosen.iter().map(|course| (*course, None));
    let added = added.iter().filter(|(course, _)| !without.contains(course));
    let added = added.map(|(course, rule)| (*course, Some(*rule)));
    chosen.chain(added).filter(|(course, _)| seen.insert(*course)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use uuid::Uuid;

    fn course(n: u128) -> CourseId {
        CourseId::new(Uuid::from_u128(n))
    }

    fn unit(n: u128) -> UnitId {
        UnitId::new(Uuid::from_u128(n))
    }

    fn rule(n: u128) -> AutoEnrolmentId {
        AutoEnrolmentId::new(Uuid::from_u128(n))
    }

    fn facts() -> Facts {
        Facts {
            scope: Scope::Everybody,
            has_units: true,
            units: HashSet::from([unit(1)]),
            groups: HashSet::new(),
            courses: HashSet::from([course(1)]),
            today: date(2026, 11, 23),
            account: None,
        }
    }

    fn ann() -> Proposal<'static> {
        Proposal {
            email: "ann@example.org",
            first_name: "Ann",
            last_name: "Lee",
            roles: Roles::NONE.with(Role::Learner),
            unit: None,
            units_managed: &[],
            expires_on: None,
            groups: &[],
            courses: &[],
        }
    }

    fn wrong(proposal: &Proposal<'_>, facts: &Facts) -> Vec<(String, &'static str)> {
        let violations = check_proposal(proposal, facts).err().unwrap_or_default();
        violations.into_iter().map(|violation| (violation.pointer, violation.code)).collect()
    }

    #[test]
    fn r2_what_is_required() {
        let empty = Proposal { email: "", first_name: "", last_name: " ", roles: Roles::NONE, ..ann() };
        let required = ["/email", "/first_name", "/last_name", "/roles"];
        assert_eq!(wrong(&empty, &facts()), required.map(|pointer| (pointer.to_owned(), "required")));
        assert_eq!(wrong(&ann(), &facts()), []);
    }

    #[test]
    fn r2_a_manager_needs_units_where_there_are_any() {
        let manager = Proposal { roles: Roles::NONE.with(Role::Manager), ..ann() };
        assert_eq!(wrong(&manager, &facts()), [("/units_managed".to_owned(), "required")]);
        assert_eq!(wrong(&manager, &Facts { has_units: false, ..facts() }), []);
        let learner = Proposal { units_managed: &[unit(1)], ..ann() };
        let pointer = "/units_managed".to_owned();
        assert_eq!(wrong(&learner, &facts()), [(pointer, "manager_only")]);
    }

    #[test]
    fn r1_a_manager_invites_learners_into_managed_units() {
        let facts = Facts { scope: Scope::Units(HashSet::from([unit(1)])), ..facts() };
        assert_eq!(wrong(&ann(), &facts), [("/unit".to_owned(), "required")]);
        assert_eq!(wrong(&Proposal { unit: Some(unit(1)), ..ann() }, &facts), []);
        assert_eq!(
            wrong(&Proposal { unit: Some(unit(2)), ..ann() }, &facts),
            [("/unit".to_owned(), "unknown")]
        );
        let admin = Proposal { unit: Some(unit(1)), roles: Roles::NONE.with(Role::Admin), ..ann() };
        assert_eq!(wrong(&admin, &facts), [("/roles".to_owned(), "role_escalation")]);
    }

    #[test]
    fn r4_the_accounts_names_are_taken_whatever_was_typed() {
        let account = Some(("Anna".to_owned(), "Leigh".to_owned()));
        let typed = Proposal { first_name: "", last_name: "\u{1b}", ..ann() };
        let accepted = check_proposal(&typed, &Facts { account, ..facts() }).unwrap();
        assert_eq!((accepted.first_name, accepted.last_name), ("Anna".to_owned(), "Leigh".to_owned()));
    }

    #[test]
    fn r7_the_date_is_after_today() {
        let today = Proposal { expires_on: Some(date(2026, 11, 23)), ..ann() };
        assert_eq!(wrong(&today, &facts()), [("/expires_on".to_owned(), "not_after_today")]);
        assert_eq!(wrong(&Proposal { expires_on: Some(date(2026, 11, 24)), ..ann() }, &facts()), []);
    }

    #[test]
    fn each_unknown_item_is_pointed_at() {
        let proposal = Proposal { courses: &[course(1), course(2), course(3)], ..ann() };
        let pointers = ["/courses/1", "/courses/2"].map(|pointer| (pointer.to_owned(), "unknown"));
        assert_eq!(wrong(&proposal, &facts()), pointers);
    }

    #[test]
    fn r8_chosen_and_added_courses_less_those_deselected_each_once() {
        let added = [(course(2), rule(1)), (course(2), rule(2)), (course(3), rule(1)), (course(1), rule(1))];
        let planned = planned_courses(&[course(1), course(1)], &added, &[course(3)]);
        assert_eq!(planned, [(course(1), None), (course(2), Some(rule(1)))]);
    }
}

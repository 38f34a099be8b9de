//! Who may do what (DESIGN R1), decided without looking anything up.

use std::collections::HashSet;

use super::ids::UnitId;
use super::role::{Role, Roles};

/// How far an operator's hand reaches in one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// An Admin: every user.
    Everybody,
    /// A Manager: the users of these units, descendants included.
    Units(HashSet<UnitId>),
}

impl Scope {
    /// Whether a user of `unit` is within reach. Users of no unit are only an Admin's.
    pub fn reaches(&self, unit: Option<UnitId>) -> bool {
        match self {
            Self::Everybody => true,
            Self::Units(units) => unit.is_some_and(|unit| units.contains(&unit)),
        }
    }
}

/// Why an operator may not do what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The operator has neither the Admin nor the Manager role.
    #[error("people are managed by Admins and Managers; your role here is Learner")]
    LearnerOnly,
    /// A Manager tried to grant more than Learner.
    #[error("a Manager invites learners; ask an Admin to grant the Manager or Admin role")]
    RoleEscalation,
    /// A Manager left the unit out.
    #[error("choose one of the units you manage")]
    UnitRequired,
    /// A Manager chose a unit outside their own.
    #[error("this unit is not among those you manage")]
    UnitOutOfScope,
    /// A Manager tried to change somebody who is more than a Learner.
    #[error("Managers and Admins are looked after by an Admin")]
    BeyondLearner,
    /// Somebody tried to take their own access away.
    #[error("nobody takes away their own access; ask another Admin")]
    Oneself,
    /// The workspace would be left without an Admin.
    #[error("this is the last Admin; give somebody else the role first")]
    LastAdmin,
    /// Only Admins set a workspace up.
    #[error("units, groups, courses and rules are set up by Admins; your role here is Manager")]
    AdminOnly,
}

impl Refusal {
    /// What it is, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LearnerOnly => "learner_only",
            Self::RoleEscalation => "role_escalation",
            Self::UnitRequired => "unit_required",
            Self::UnitOutOfScope => "unit_out_of_scope",
            Self::BeyondLearner => "beyond_learner",
            Self::Oneself => "oneself",
            Self::LastAdmin => "last_admin",
            Self::AdminOnly => "admin_only",
        }
    }
}

/// The scope of an operator with `roles` who manages `managed` (descendants included).
///
/// # Errors
/// [`Refusal::LearnerOnly`] for a Learner alone.
pub fn scope_of(roles: Roles, managed: impl IntoIterator<Item = UnitId>) -> Result<Scope, Refusal> {
    if roles.contains(Role::Admin) {
        Ok(Scope::Everybody)
    } else if roles.contains(Role::Manager) {
        Ok(Scope::Units(managed.into_iter().collect()))
    } else {
        Err(Refusal::LearnerOnly)
    }
}

/// The roles that an operator of `scope` may grant.
pub fn grantable(scope: &Scope) -> Roles {
    match scope {
        Scope::Everybody => Role::ALL.into_iter().collect(),
        Scope::Units(_) => Roles::NONE.with(Role::Learner),
    }
}

/// Whether an operator of `scope` may grant `roles`.
pub fn check_grant(scope: &Scope, roles: Roles) -> Result<(), Refusal> {
    let allowed = grantable(scope);
    if roles.iter().all(|role| allowed.contains(role)) { Ok(()) } else { Err(Refusal::RoleEscalation) }
}

/// Whether an operator of `scope` may change a user with `roles`.
///
/// # Errors
/// [`Refusal::BeyondLearner`]: who could act on Managers and Admins could take their place.
pub fn check_hand(scope: &Scope, roles: Roles) -> Result<(), Refusal> {
    let is_learner = roles.iter().all(|role| role == Role::Learner);
    if is_learner || *scope == Scope::Everybody { Ok(()) } else { Err(Refusal::BeyondLearner) }
}

/// Whether an operator of `scope` may set the workspace up.
///
/// # Errors
/// [`Refusal::AdminOnly`] for a Manager.
pub fn check_set_up(scope: &Scope) -> Result<(), Refusal> {
    if *scope == Scope::Everybody { Ok(()) } else { Err(Refusal::AdminOnly) }
}

/// Whether an operator of `scope` may place a user in `unit`.
pub fn check_placement(scope: &Scope, unit: Option<UnitId>) -> Result<(), Refusal> {
    match (scope, unit) {
        (Scope::Everybody, _) => Ok(()),
        (Scope::Units(_), None) => Err(Refusal::UnitRequired),
        (Scope::Units(_), Some(_)) if scope.reaches(unit) => Ok(()),
        (Scope::Units(_), Some(_)) => Err(Refusal::UnitOutOfScope),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn unit(n: u128) -> UnitId {
        UnitId::new(Uuid::from_u128(n))
    }

    #[test]
    fn r1_a_learner_alone_is_refused() {
        assert_eq!(scope_of(Roles::NONE.with(Role::Learner), HashSet::new()), Err(Refusal::LearnerOnly));
    }

    #[test]
    fn r1_a_manager_grants_learner_only_and_places_only_in_managed_units() {
        let scope = scope_of(Roles::NONE.with(Role::Manager), HashSet::from([unit(1)])).unwrap();
        assert_eq!(check_grant(&scope, Roles::NONE.with(Role::Learner)), Ok(()));
        for role in [Role::Manager, Role::Admin] {
            assert_eq!(check_grant(&scope, Roles::NONE.with(role)), Err(Refusal::RoleEscalation));
        }
        assert_eq!(check_placement(&scope, Some(unit(1))), Ok(()));
        assert_eq!(check_placement(&scope, Some(unit(2))), Err(Refusal::UnitOutOfScope));
        assert_eq!(check_placement(&scope, None), Err(Refusal::UnitRequired));
        assert!(!scope.reaches(None));
    }

    #[test]
    fn r1_an_admin_acts_on_the_whole_workspace() {
        let scope = scope_of(Roles::NONE.with(Role::Admin), HashSet::new()).unwrap();
        assert!(scope.reaches(None) && scope.reaches(Some(unit(9))));
        assert_eq!(check_grant(&scope, Role::ALL.into_iter().collect()), Ok(()));
    }
}

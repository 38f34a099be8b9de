//! Editing roles, unit, units managed, groups and expiry date (DESIGN R7, R14, R16).

use std::collections::{BTreeSet, HashSet};

use super::snapshot::Snapshot;
use super::{Applied, Making};
use crate::api::catalogue::AutoCourse;
use crate::api::changes::{Tally, UserEdit};
use crate::domain::expiry::check_expiry;
use crate::domain::ids::{AutoEnrolmentId, GroupId, UnitId};
use crate::domain::policy::{Refusal, Scope, check_grant, check_placement};
use crate::domain::role::{Role, Roles};
use crate::domain::status::UserStatus;
use crate::server::error::ApiError;
use crate::server::store::{catalogue, enrolments};

impl Making<'_> {
    /// Makes of the user what `edit` says, and enrols in what auto-enrolments of a new unit and
    /// new groups add.
    pub(super) async fn edit(mut self, edit: &UserEdit) -> Result<Applied, ApiError> {
        let before = self.present();
        let mut after = self.wanted(edit);
        self.check(edit, &after).await?;
        after.forget_unchanged(&before);
        if after == Snapshot::default() {
            return Ok(Applied::unchanged("was so already"));
        }
        self.guard_access(&after).await?;
        let added = self.added(&after, edit).await?;
        let mut before = before.only(&after);
        self.write(&after).await?;
        for (rule, auto) in &added {
            let new = self.begin(auto.course.id, Some(*rule)).await?;
            before.enrolments.push(enrolments::Held { state: None, ..new });
            after.enrolments.push(new);
        }
        let detail = told(&after, added.len());
        self.record(("user.edited", &detail), &before, &after).await?;
        let enrolled = u64::try_from(added.len()).unwrap_or(u64::MAX);
        let tally = Tally { enrolled, ..Tally::default() };
        let added = added.into_iter().map(|(_, auto)| auto).collect();
        Ok(Applied { added, ..Applied::done(detail).with(tally) })
    }

    /// The user as it is, as far as an edit can change it.
    pub(super) fn present(&self) -> Snapshot {
        let user = &self.user;
        Snapshot {
            roles: Some(user.roles),
            unit: Some(user.unit.as_ref().map(|unit| unit.id)),
            units_managed: Some(ordered(user.units_managed.iter().map(|unit| unit.id))),
            groups: Some(ordered(user.groups.iter().map(|group| group.id))),
            expires_on: Some(user.expires_on),
            ..Snapshot::default()
        }
    }

    /// The user as it is to become; what the edit leaves out is none.
    fn wanted(&self, edit: &UserEdit) -> Snapshot {
        let joins = !edit.add_groups.is_empty() || !edit.remove_groups.is_empty();
        let mut groups: Option<BTreeSet<GroupId>> =
            edit.groups.as_ref().map(|groups| groups.iter().copied().collect());
        if joins {
            let set = groups.get_or_insert_with(|| self.user.groups.iter().map(|group| group.id).collect());
            set.extend(&edit.add_groups);
            set.retain(|group| !edit.remove_groups.contains(group));
        }
        let loses_manager = edit.roles.is_some_and(|roles| !roles.contains(Role::Manager));
        let units_managed = edit.units_managed.as_ref().map(|units| ordered(units.iter().copied()));
        Snapshot {
            roles: edit.roles,
            unit: edit.unit,
            // Who is no Manager any more manages nothing.
            units_managed: units_managed.or_else(|| loses_manager.then(Vec::new)),
            groups: groups.map(|groups| groups.into_iter().collect()),
            expires_on: edit.expires_on,
            ..Snapshot::default()
        }
    }

    async fn check(&mut self, edit: &UserEdit, after: &Snapshot) -> Result<(), ApiError> {
        if edit.is_empty() {
            return Err(ApiError::field("", "required", "say what is to be changed"));
        }
        if let Some(roles) = after.roles {
            if roles.is_empty() {
                return Err(ApiError::field("/roles", "required", "choose at least one role"));
            }
            check_grant(&self.people.scope, roles)?;
        }
        if let Some(unit) = after.unit {
            self.check_unit(unit).await?;
        }
        self.check_units_managed(after).await?;
        if let Some(groups) = &after.groups {
            let known = catalogue::known_groups(self.tx, self.people.workspace.id, groups).await?;
            if groups.iter().any(|group| !known.contains(group)) {
                return Err(ApiError::field("/groups", "unknown", "choose groups of this workspace"));
            }
        }
        if let Some(Some(date)) = after.expires_on.filter(|date| *date != self.user.expires_on) {
            check_expiry(date, self.people.today())
                .map_err(|error| ApiError::field("/expires_on", error.code(), error.to_string()))?;
        }
        Ok(())
    }

    /// Whether a unit outside the scope exists is not told (DESIGN R1).
    pub(super) async fn check_unit(&mut self, unit: Option<UnitId>) -> Result<(), ApiError> {
        match check_placement(&self.people.scope, unit) {
            Err(refusal @ Refusal::UnitRequired) => {
                return Err(ApiError::field("/unit", "required", refusal.to_string()));
            }
            Err(refusal) => return Err(ApiError::field("/unit", "unknown", refusal.to_string())),
            Ok(()) => {}
        }
        let ids: Vec<UnitId> = unit.into_iter().collect();
        let known = catalogue::known_units(self.tx, self.people.workspace.id, &ids).await?;
        if known.len() == ids.len() {
            return Ok(());
        }
        Err(ApiError::field("/unit", "unknown", "choose a unit of this workspace"))
    }

    pub(super) async fn check_units_managed(&mut self, after: &Snapshot) -> Result<(), ApiError> {
        let workspace = self.people.workspace.id;
        let is_manager = after.roles.unwrap_or(self.user.roles).contains(Role::Manager);
        let managed = after.units_managed.clone();
        let managed = managed.unwrap_or_else(|| self.user.units_managed.iter().map(|unit| unit.id).collect());
        let wrong = |code: &str, detail: &str| Err(ApiError::field("/units_managed", code, detail));
        if !is_manager && !managed.is_empty() {
            return wrong("manager_only", "tick the Manager role, or leave the units managed out");
        }
        let touches = after.roles.is_some() || after.units_managed.is_some();
        if touches && is_manager && managed.is_empty() && catalogue::has_units(self.tx, workspace).await? {
            return wrong("required", "choose the units that this Manager looks after");
        }
        let known = catalogue::known_units(self.tx, workspace, &managed).await?;
        if known.len() != managed.len() {
            return wrong("unknown", "choose units of this workspace");
        }
        if after.units_managed.is_some() && !managed.is_empty() && self.people.scope != Scope::Everybody {
            return Err(Refusal::RoleEscalation.into());
        }
        Ok(())
    }

    /// Refuses to take a role or the access from oneself or the last Admin.
    pub(super) async fn guard_access(&mut self, after: &Snapshot) -> Result<(), ApiError> {
        let lost = |roles: Roles| self.user.roles.iter().any(|role| !roles.contains(role));
        let loses_role = after.roles.is_some_and(lost);
        let ends_sooner = match (after.expires_on.flatten(), self.user.expires_on) {
            (Some(new), Some(old)) => new < old,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if !loses_role && !ends_sooner {
            return Ok(());
        }
        let stays_admin = after.roles.is_none_or(|roles| roles.contains(Role::Admin));
        self.guard(stays_admin && !ends_sooner).await
    }

    /// What auto-enrolments of the new unit and groups add that those of the old ones did not, less
    /// what was deselected or is there in any state.
    async fn added(
        &mut self,
        after: &Snapshot,
        edit: &UserEdit,
    ) -> Result<Vec<(AutoEnrolmentId, AutoCourse)>, ApiError> {
        let is_moved = after.unit.is_some() || after.groups.is_some();
        if !is_moved || self.user.status != UserStatus::Active {
            return Ok(Vec::new());
        }
        let workspace = self.people.workspace.id;
        let present = self.present();
        let unit = |snapshot: &Snapshot| snapshot.unit.or(present.unit).flatten();
        let groups = |snapshot: &Snapshot| snapshot.groups.clone().or(present.groups.clone());
        let (old_unit, old_groups) = (unit(&present), groups(&present).unwrap_or_default());
        let (new_unit, new_groups) = (unit(after), groups(after).unwrap_or_default());
        let old = catalogue::auto_courses(self.tx, workspace, old_unit, &old_groups).await?;
        let new = catalogue::auto_courses(self.tx, workspace, new_unit, &new_groups).await?;
        let courses: Vec<_> = new.iter().map(|(_, auto)| auto.course.id).collect();
        let held = enrolments::held(self.tx, workspace, self.user.id, &courses).await?;
        let mut left_out: HashSet<_> = edit.without_courses.iter().copied().collect();
        left_out.extend(held.iter().map(|held| held.course));
        let was_there = |rule: &AutoEnrolmentId| old.iter().any(|(known, _)| known == rule);
        let added = new.into_iter().filter(|(rule, auto)| {
            // A course that several rules add is added once.
            !was_there(rule) && left_out.insert(auto.course.id)
        });
        Ok(added.collect())
    }
}

fn ordered<T: Ord>(ids: impl Iterator<Item = T>) -> Vec<T> {
    ids.collect::<BTreeSet<T>>().into_iter().collect()
}

/// What was changed, for people.
pub(super) fn told(after: &Snapshot, enrolled: usize) -> String {
    let mut parts = after.names();
    match enrolled {
        0 => {}
        1 => parts.push("enrolled in 1 course by a rule"),
        _ => parts.push("enrolled in courses by rules"),
    }
    format!("changed {}", parts.join(", "))
}

//! Writing parts of a user, whichever change asks for it.

use super::Making;
use super::snapshot::Snapshot;
use crate::domain::expiry::ends_at;
use crate::domain::ids::UnitId;
use crate::server::error::ApiError;
use crate::server::store::managing::{self, Placed};
use crate::server::store::{catalogue, enrolments};

impl Making<'_> {
    /// Makes the user what `after` says; what it does not say stays.
    pub(super) async fn write(&mut self, after: &Snapshot) -> Result<(), ApiError> {
        let (workspace, user, now) = (self.people.workspace.id, self.user.id, self.people.by.now);
        if let Some(state) = after.status {
            managing::set_state(self.tx, workspace, user, state.0).await?;
        }
        if let Some(kept) = after.invitation {
            managing::set_invitation_state(self.tx, workspace, kept.id, kept.state).await?;
        }
        let touches_row = after.roles.is_some() || after.unit.is_some() || after.expires_on.is_some();
        if touches_row || after.units_managed.is_some() || after.groups.is_some() {
            // Also when only other tables change: the version counts every change (DESIGN R14).
            let placed = self.placed(after).await?;
            managing::place(self.tx, workspace, user, &placed).await?;
        }
        if let Some(units) = &after.units_managed {
            managing::set_units_managed(self.tx, workspace, user, units).await?;
        }
        if let Some(groups) = &after.groups {
            managing::set_groups(self.tx, workspace, user, groups).await?;
        }
        for held in &after.enrolments {
            enrolments::set(self.tx, workspace, held, now).await?;
        }
        if after.unit.is_some() {
            let left = self.user.unit.as_ref().map(|unit| unit.id);
            self.tx.touch_user(workspace, user, left);
        }
        Ok(())
    }

    async fn placed(&mut self, after: &Snapshot) -> Result<Placed, ApiError> {
        let unit = after.unit.unwrap_or(self.user.unit.as_ref().map(|unit| unit.id));
        let expires_on = after.expires_on.unwrap_or(self.user.expires_on);
        Ok(Placed {
            roles: after.roles.unwrap_or(self.user.roles),
            unit: match unit {
                Some(unit) => Some((unit, self.unit_key(unit).await?)),
                None => None,
            },
            expires: expires_on.map(|date| (date, ends_at(date, &self.people.zone))),
        })
    }

    async fn unit_key(&mut self, unit: UnitId) -> Result<String, ApiError> {
        let known = catalogue::known_units(self.tx, self.people.workspace.id, &[unit]).await?;
        let key = known.into_iter().next().map(|(_, key)| key);
        key.ok_or_else(|| ApiError::field("/unit", "unknown", "choose a unit of this workspace"))
    }
}

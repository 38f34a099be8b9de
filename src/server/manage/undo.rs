//! Taking a change of one user back (DESIGN R18): field by field, leaving what was changed since.

use super::snapshot::{InvitationKept, Snapshot, StateName};
use super::{Applied, Making};
use crate::domain::ids::{ChangeId, CourseId};
use crate::domain::policy::check_grant;
use crate::domain::role::Role;
use crate::domain::status::UserState;
use crate::server::conflict::Conflict;
use crate::server::error::ApiError;
use crate::server::store::enrolments::Held;
use crate::server::store::managing::{self, Stored};
use crate::server::store::{audit, catalogue, enrolments, invitations};

/// Why a change that only sent a mail stays.
pub const MAIL_IS_OUT: &str = "a mail that went out can't be taken back";

impl Making<'_> {
    /// Makes what `change` touched what it was before.
    pub(super) async fn undo(mut self, change: ChangeId) -> Result<Applied, ApiError> {
        let workspace = self.people.workspace.id;
        let kept = audit::of_change(self.tx, workspace, change, self.user.id).await?;
        let read = |text: &str| serde_json::from_str::<Snapshot>(text).ok();
        let Some((was, became)) = kept.and_then(|(was, became)| Some((read(&was)?, read(&became)?))) else {
            return Ok(Applied::unchanged("nothing of it was changed"));
        };
        let stored = managing::stored(self.tx, workspace, self.user.id).await?;
        let stored = stored.ok_or(ApiError::NotFound("user"))?;
        let present = self.now(&became, &stored).await?;
        let mut restoring = Restoring { was, became, present, kept: Vec::new() };
        let mut before = Snapshot::default();
        let mut after = restoring.fields(&mut before);
        self.forget_gone(&mut after, &mut restoring.kept).await?;
        let kept = restoring.kept;
        if after == Snapshot::default() && kept.is_empty() {
            // All that was done is that a mail went out.
            return Err(ApiError::Conflict(Conflict::CantUndo(MAIL_IS_OUT)));
        }
        if after == Snapshot::default() {
            let by = audit::last_actor(self.tx, workspace, self.user.id, change).await?;
            let by = by.map_or_else(String::new, |by| format!(" by {by}"));
            return Err(ApiError::Conflict(Conflict::ChangedSince(format!(
                "{} changed since{by}",
                kept.join(", ")
            ))));
        }
        self.guard_undo(&after, &stored).await?;
        self.write(&after).await?;
        let detail = if kept.is_empty() {
            "taken back".to_owned()
        } else {
            format!("taken back; {} kept, which changed since", kept.join(", "))
        };
        self.record(("change.undone", &detail), &before, &after).await?;
        Ok(Applied { is_partial: !kept.is_empty(), ..Applied::done(detail) })
    }

    /// The user as it is now, as far as `like` says something.
    async fn now(&mut self, like: &Snapshot, stored: &Stored) -> Result<Snapshot, ApiError> {
        let workspace = self.people.workspace.id;
        let courses: Vec<CourseId> = like.enrolments.iter().map(|held| held.course).collect();
        let latest = invitations::latest(self.tx, workspace, self.user.id).await?;
        Ok(Snapshot {
            status: Some(StateName(stored.state)),
            invitation: latest.map(|(info, _)| InvitationKept { id: info.id, state: info.state }),
            enrolments: enrolments::held(self.tx, workspace, self.user.id, &courses).await?,
            ..self.present()
        })
    }

    /// Units and groups that are gone can't be gone back to.
    async fn forget_gone(
        &mut self,
        after: &mut Snapshot,
        kept: &mut Vec<&'static str>,
    ) -> Result<(), ApiError> {
        let workspace = self.people.workspace.id;
        if let Some(Some(unit)) = after.unit
            && self.check_unit(Some(unit)).await.is_err()
        {
            after.unit = None;
            kept.push("unit");
        }
        if let Some(units) = &mut after.units_managed {
            let known = catalogue::known_units(self.tx, workspace, units).await?;
            units.retain(|unit| known.iter().any(|(known, _)| known.id == *unit));
        }
        // Whose roles were changed since, and who is no Manager now, manages nothing.
        let is_manager = after.roles.unwrap_or(self.user.roles).contains(Role::Manager);
        if !is_manager && after.units_managed.as_ref().is_some_and(|units| !units.is_empty()) {
            after.units_managed = None;
            kept.push("units managed");
        }
        if let Some(groups) = &mut after.groups {
            let known = catalogue::known_groups(self.tx, workspace, groups).await?;
            groups.retain(|group| known.contains(group));
        }
        Ok(())
    }

    /// What an edit may not give is not given back either: whoever takes back may do less now than
    /// when the change was made. What protects oneself and the last Admin holds here too.
    async fn guard_undo(&mut self, after: &Snapshot, stored: &Stored) -> Result<(), ApiError> {
        if let Some(roles) = after.roles {
            check_grant(&self.people.scope, roles)?;
        }
        if after.unit == Some(None) {
            self.check_unit(None).await?;
        }
        self.check_units_managed(after).await?;
        let leaves = after.status.is_some_and(|state| state.0 != UserState::Active);
        if leaves && stored.state == UserState::Active {
            self.guard(false).await?;
        }
        self.guard_access(after).await
    }
}

/// What a change made of a user, and what is there now.
struct Restoring {
    was: Snapshot,
    became: Snapshot,
    present: Snapshot,
    /// What was changed since, and is left alone.
    kept: Vec<&'static str>,
}

impl Restoring {
    /// What is to be written; what it takes the place of goes into `before`.
    fn fields(&mut self, before: &mut Snapshot) -> Snapshot {
        macro_rules! restore {
            ($after:ident, $($field:ident $name:literal),+) => {$(
                if self.became.$field.is_some() && self.became.$field != self.was.$field {
                    if self.became.$field == self.present.$field {
                        before.$field.clone_from(&self.present.$field);
                        $after.$field.clone_from(&self.was.$field);
                    } else {
                        self.kept.push($name);
                    }
                }
            )+};
        }
        let mut after = Snapshot::default();
        restore!(
            after, status "status", roles "roles", unit "unit", units_managed "units managed",
            groups "groups", expires_on "expiry date"
        );
        // The invitation follows the status: alone it means nothing.
        if after.status.is_some() && self.became.invitation == self.present.invitation {
            before.invitation = self.present.invitation;
            after.invitation = self.was.invitation;
        }
        (before.enrolments, after.enrolments) = self.enrolments();
        after
    }

    fn enrolments(&mut self) -> (Vec<Held>, Vec<Held>) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for was in &self.was.enrolments {
            let same = |held: &&Held| held.id == was.id;
            let became = self.became.enrolments.iter().find(same);
            let present = self.present.enrolments.iter().find(same);
            match (became, present) {
                (Some(became), Some(present)) if became == present => {
                    before.push(*present);
                    after.push(*was);
                }
                _ if !self.kept.contains(&"courses") => self.kept.push("courses"),
                _ => {}
            }
        }
        (before, after)
    }
}

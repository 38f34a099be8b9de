//! Nobody takes away their own access or the last Admin's (DESIGN R1).

use super::Making;
use crate::domain::policy::Refusal;
use crate::domain::role::Role;
use crate::domain::status::UserStatus;
use crate::server::error::ApiError;
use crate::server::store::managing;

impl Making<'_> {
    /// Refuses what would end the access, or the part of it that a role gives, of the operator or
    /// of the last Admin. `keeps_admin` is whether the user stays an Admin who can enter.
    pub(super) async fn guard(&mut self, keeps_admin: bool) -> Result<(), ApiError> {
        let is_admin = self.user.roles.contains(Role::Admin) && self.user.status == UserStatus::Active;
        if self.user.id == self.people.user {
            return Err(Refusal::Oneself.into());
        }
        if is_admin && !keeps_admin {
            let (workspace, now) = (self.people.workspace.id, self.people.by.now);
            if managing::other_admins(self.tx, workspace, self.user.id, now).await? == 0 {
                return Err(Refusal::LastAdmin.into());
            }
        }
        Ok(())
    }
}

//! Declining an invitation.

use super::scene::{Opened, Scene};
use super::{Nothing, Refused, Registrar, Visitor};
use crate::domain::status::UserState;
use crate::server::store::registration;

impl Registrar {
    /// Declines the invitation of link `token`: the user becomes `cancelled`, the link is dead.
    ///
    /// # Errors
    /// [`Refused::Closed`] when the link leads nowhere any more.
    pub async fn decline(&self, token: &str, visitor: Visitor) -> Result<Scene, Refused<Nothing>> {
        let (workspace, ..) = self.read_link(token)?;
        let mut tx = self.tools.store.write(workspace).await?;
        let Opened { invitee, invitation, view } = self.open::<Nothing>(&mut tx, token).await?;
        registration::decline_invitation(&mut tx, workspace, invitation.id).await?;
        registration::make_cancelled(&mut tx, workspace, invitee.user).await?;
        self.record(&mut tx, &invitee, visitor)
            .change("invitation.declined", "declined the invitation", UserState::Cancelled)
            .await?;
        tx.commit().await?;
        Ok(view.scene)
    }
}

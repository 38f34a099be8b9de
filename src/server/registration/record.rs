//! What registration writes into the record (DESIGN R13): the invitee is the actor, a page the origin.

use serde_json::json;

use super::{Registrar, Visitor};
use crate::domain::ids::AuditId;
use crate::domain::status::UserState;
use crate::server::store::audit::{self, NewEntry};
use crate::server::store::registration::Invitee;
use crate::server::store::{StoreError, Tx};

/// One entry about `invitee`, to be written.
pub(super) struct Record<'a> {
    registrar: &'a Registrar,
    tx: &'a mut Tx,
    invitee: &'a Invitee,
    visitor: Visitor,
}

impl Registrar {
    /// An entry about `invitee`, in `tx`.
    pub(super) fn record<'a>(&'a self, tx: &'a mut Tx, invitee: &'a Invitee, visitor: Visitor) -> Record<'a> {
        Record { registrar: self, tx, invitee, visitor }
    }
}

impl Record<'_> {
    /// Writes that the user's state became `after`.
    pub(super) async fn change(
        self,
        action: &str,
        summary: &str,
        after: UserState,
    ) -> Result<(), StoreError> {
        let status = |state: UserState| json!({ "status": state.as_str() }).to_string();
        let before = status(self.invitee.state);
        self.write((action, summary), Some((before, status(after)))).await
    }

    /// Writes something that left the user as it was.
    pub(super) async fn note(self, action: &str, summary: &str) -> Result<(), StoreError> {
        self.write((action, summary), None).await
    }

    async fn write(
        self,
        (action, summary): (&str, &str),
        states: Option<(String, String)>,
    ) -> Result<(), StoreError> {
        let tools = &self.registrar.tools;
        let now = tools.clock.now();
        let (before, after) = states.unzip();
        let entry = NewEntry {
            id: AuditId::new(tools.entropy.uuid(now)),
            user: Some(self.invitee.user),
            at: now,
            actor: self.invitee.email.clone(),
            actor_id: None,
            origin: self.visitor.origin(),
            action: action.to_owned(),
            summary: summary.to_owned(),
            before,
            after,
            change: None,
        };
        audit::insert(self.tx, self.invitee.workspace, &entry).await
    }
}

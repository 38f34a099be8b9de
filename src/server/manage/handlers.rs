//! The routes that change one user.

use crate::api::changes::{
    CancelInvitation, ChangeOutcome, DeleteUser, EditUser, EnrolUser, ReactivateUser, ResendInvitation,
    UserChange, WithdrawEnrolment, Withdrawing,
};
use crate::api::endpoint::{ChangeQuery, Endpoint, Request};
use crate::domain::ids::{ChangeId, UserId};
use crate::server::change::Begun;
use crate::server::conflict::Conflict;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::store::changes::{self, NewChange};
use crate::server::store::{enrolments, users};

pub use super::replace::replace_invitation;

/// Makes `change` of one user.
async fn change_one<E>(
    people: &People,
    request: &Request<E>,
    (id, change): (UserId, UserChange),
) -> Result<ChangeOutcome, ApiError>
where
    E: Endpoint<Query = ChangeQuery, Reply = ChangeOutcome>,
{
    let mut begun = match people.begin(request).await? {
        Begun::Now(begun) => begun,
        Begun::Before(reply) => return Ok(reply),
    };
    let found = users::find(&mut begun.tx, people.viewpoint(), id).await?;
    let version = found.ok_or(ApiError::NotFound("user"))?.version;
    if request.if_version.is_some_and(|expected| expected != version) {
        return Err(ApiError::Conflict(Conflict::VersionMismatch(version)));
    }
    let made = ChangeId::new(people.uuid());
    let applied = super::apply(people, &mut begun.tx, (id, &change), Some(made)).await?;
    let user = users::find(&mut begun.tx, people.viewpoint(), id).await?.ok_or(ApiError::NotFound("user"))?;
    let can_undo = applied.is_changed && change.is_reversible();
    if applied.is_changed {
        let summary = format!("{}: {}", user.email, applied.detail);
        let new = people.new_change(made, (&change, summary), 1);
        changes::insert(&mut begun.tx, people.workspace.id, &new).await?;
    }
    let outcome = ChangeOutcome {
        dry_run: begun.is_dry_run(),
        change: can_undo.then_some(made),
        result: applied.result(),
        detail: applied.detail.into(),
        tally: applied.tally,
        user,
        added: applied.added,
    };
    let mails = u32::try_from(outcome.tally.mails).unwrap_or(u32::MAX);
    begun.finish(&outcome, mails).await?;
    Ok(outcome)
}

impl People {
    /// A change by the operator, as it is kept to be taken back.
    pub fn new_change(
        &self,
        id: ChangeId,
        (change, summary): (&UserChange, String),
        users: u64,
    ) -> NewChange {
        let until = self.by.now.saturating_add(super::UNDO_FOR).ok();
        NewChange {
            id,
            at: self.by.now,
            actor: self.by.account.email.clone(),
            actor_id: self.by.account.id,
            action: change.name(),
            summary,
            users,
            undo_until: until.filter(|_| change.is_reversible()),
        }
    }
}

macro_rules! handlers {
    ($($(#[$doc:meta])* $name:ident($endpoint:ty) = $change:expr;)+) => {$(
        $(#[$doc])*
        pub async fn $name(people: People, request: Request<$endpoint>) -> Result<ChangeOutcome, ApiError> {
            let change: fn(&Request<$endpoint>) -> UserChange = $change;
            let change = change(&request);
            change_one(&people, &request, (request.path.u, change)).await
        }
    )+};
}

handlers! {
    /// Sends the invitation, or the mail that verifies the address, again.
    resend_invitation(ResendInvitation) = |_| UserChange::Resend;
    /// Withdraws an invitation.
    cancel_invitation(CancelInvitation) = |_| UserChange::Cancel;
    /// Edits a user.
    edit_user(EditUser) = |request| UserChange::Edit(request.body.clone());
    /// Deletes a user.
    delete_user(DeleteUser) = |_| UserChange::Delete;
    /// Brings a deleted user back.
    reactivate_user(ReactivateUser) = |_| UserChange::Reactivate;
    /// Enrols a user in courses.
    enrol_user(EnrolUser) = |request| UserChange::Enrol(request.body.clone());
}

/// Ends an enrolment. A completed one stays (DESIGN R19).
pub async fn withdraw_enrolment(
    people: People,
    request: Request<WithdrawEnrolment>,
) -> Result<ChangeOutcome, ApiError> {
    let id = request.path.u;
    let mut tx = people.store().read().await?;
    users::find(&mut tx, people.viewpoint(), id).await?.ok_or(ApiError::NotFound("user"))?;
    let course = enrolments::course_of(&mut tx, people.workspace.id, id, request.path.e).await?;
    tx.rollback().await?;
    let courses = vec![course.ok_or(ApiError::NotFound("enrolment"))?];
    let change = UserChange::Withdraw(Withdrawing { courses });
    change_one(&people, &request, (id, change)).await
}

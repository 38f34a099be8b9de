//! Changes of users: one function for one user, called for one by its route and for many by a job.
//!
//! Each change loads the user, decides, and only then writes, so that a refusal leaves nothing
//! behind. What it touched is recorded before and after, from which it can be taken back.

mod courses;
mod edit;
mod guard;
pub mod handlers;
mod invitation;
mod presence;
mod replace;
mod snapshot;
mod undo;
mod write;

use crate::api::catalogue::AutoCourse;
use crate::api::changes::{Tally, UserChange, UserResult};
use crate::api::users::User;
use crate::domain::ids::{ChangeId, UserId};
use crate::domain::policy::check_hand;
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::store::audit;
use crate::server::store::{StoreError, Tx, users};
use snapshot::Snapshot;

pub use undo::MAIL_IS_OUT;

/// How long a change can be taken back (DESIGN R18).
pub const UNDO_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// What a change did to a user.
#[derive(Debug, Default)]
pub struct Applied {
    /// Whether anything was written.
    pub is_changed: bool,
    /// What happened, for people.
    pub detail: String,
    /// The same in numbers.
    pub tally: Tally,
    /// Whether something was left as it is, because somebody changed it meanwhile.
    pub is_partial: bool,
    /// The courses that auto-enrolments added.
    pub added: Vec<AutoCourse>,
}

impl Applied {
    fn done(detail: impl Into<String>) -> Self {
        Self { is_changed: true, detail: detail.into(), ..Self::default() }
    }

    fn unchanged(detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..Self::default() }
    }

    fn with(self, tally: Tally) -> Self {
        Self { tally, ..self }
    }

    /// The same as the contract says it.
    pub fn result(&self) -> UserResult {
        if self.is_changed { UserResult::Done } else { UserResult::Unchanged }
    }

    /// What programs are told besides.
    pub fn code(&self) -> Option<String> {
        self.is_partial.then(|| "kept".to_owned())
    }
}

/// A change of one user, under way.
struct Making<'a> {
    people: &'a People,
    tx: &'a mut Tx,
    /// The user as loaded.
    user: User,
    /// The change that it is part of, by which it can be taken back.
    change: Option<ChangeId>,
}

/// Makes `change` of the user `id`, in `tx`, as part of `part_of`.
///
/// # Errors
/// [`ApiError::NotFound`] outside the operator's scope; whatever rule forbids it. Nothing was
/// written then.
pub async fn apply(
    people: &People,
    tx: &mut Tx,
    (id, change): (UserId, &UserChange),
    part_of: Option<ChangeId>,
) -> Result<Applied, ApiError> {
    let user = users::find(tx, people.viewpoint(), id).await?.ok_or(ApiError::NotFound("user"))?;
    if let Some(action) = change.action() {
        action.check(user.status)?;
    }
    check_hand(&people.scope, user.roles)?;
    let making = Making { people, tx, user, change: part_of };
    match change {
        UserChange::Resend => making.resend().await,
        UserChange::Cancel => making.cancel().await,
        UserChange::Edit(edit) => making.edit(edit).await,
        UserChange::Enrol(enrolling) => making.enrol(enrolling).await,
        UserChange::Withdraw(withdrawing) => making.withdraw(&withdrawing.courses).await,
        UserChange::Delete => making.delete().await,
        UserChange::Reactivate => making.reactivate().await,
        UserChange::Undo(undoing) => making.undo(undoing.change).await,
    }
}

impl Making<'_> {
    /// Writes into the record what was before and what is after.
    async fn record(
        &mut self,
        (action, summary): (&str, &str),
        before: &Snapshot,
        after: &Snapshot,
    ) -> Result<(), StoreError> {
        let json = |snapshot: &Snapshot| serde_json::to_string(snapshot).ok();
        let entry = audit::NewEntry {
            user: Some(self.user.id),
            before: json(before),
            after: json(after),
            change: self.change,
            ..self.people.entry(action, summary.to_owned())
        };
        audit::insert(self.tx, self.people.workspace.id, &entry).await
    }
}

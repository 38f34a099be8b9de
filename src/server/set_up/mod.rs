//! Setting a workspace up: units, groups, courses and auto-enrolments are made, changed and deleted.

pub mod auto_enrolments;
pub mod courses;
pub mod groups;
pub mod units;

use serde_json::Value;

use super::change::Change;
use super::context::People;
use super::error::ApiError;
use super::store::{audit, revisions, set_up};
use crate::api::whole_list::Kind;
use crate::domain::catalogue_name::check_catalogue_name;
use crate::domain::ids::UserId;
use crate::domain::person_name::NameError;

/// The name in the field at `pointer`, as it is kept.
fn name_at(pointer: &str, text: &str) -> Result<String, ApiError> {
    check_catalogue_name(text).map_err(|error| wrong_name(pointer, error))
}

fn wrong_name(pointer: &str, error: NameError) -> ApiError {
    ApiError::field(pointer, error.code(), error.to_string())
}

/// Refuses a name that something else has already.
fn refuse_taken(is_taken: bool, pointer: &str, told: &str) -> Result<(), ApiError> {
    if is_taken { Err(ApiError::field(pointer, "duplicate", told)) } else { Ok(()) }
}

/// Writes into the record what was done (DESIGN R13), raises the revision of the list that it is in,
/// and tells it to whoever listens.
async fn record(
    change: &mut Change<'_>,
    people: &People,
    (action, summary): (&str, String),
    [before, after]: [Option<Value>; 2],
) -> Result<(), ApiError> {
    let mut entry = people.entry(action, summary);
    entry.before = before.map(|value| value.to_string());
    entry.after = after.map(|value| value.to_string());
    let listed = Kind::ALL
        .into_iter()
        .find(|kind| action.strip_prefix(kind.one()).is_some_and(|done| done.starts_with('.')));
    if let Some(kind) = listed {
        let what = [Some(action), entry.before.as_deref(), entry.after.as_deref()];
        let what = what.map(Option::unwrap_or_default).join("\n");
        revisions::raise(&mut change.tx, people.workspace.id, kind, &what).await?;
    }
    change.tx.news().catalogue(people.workspace.id);
    Ok(audit::insert(&mut change.tx, people.workspace.id, &entry).await?)
}

/// Writes into the record what that did to each of `users`: who, what was before, what is after.
async fn record_users(
    change: &mut Change<'_>,
    people: &People,
    (action, summary): (&str, &str),
    users: impl Iterator<Item = (UserId, [Value; 2])>,
) -> Result<(), ApiError> {
    let entry = |(user, [before, after]): (UserId, [Value; 2])| {
        let mut entry = people.entry(action, summary.to_owned());
        entry.user = Some(user);
        entry.before = Some(before.to_string());
        entry.after = Some(after.to_string());
        entry
    };
    Ok(set_up::record_all(&mut change.tx, people.workspace.id, users.map(entry).collect()).await?)
}

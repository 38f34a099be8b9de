//! What a job does, in a few words for people.

use crate::api::changes::{UserChange, UserEdit};
use crate::domain::ids::{CourseId, GroupId, WorkspaceId};
use crate::server::store::{StoreError, Tx, catalogue};

/// Names that are told before the rest is only counted.
const NAMED: usize = 2;

/// What `change` does: "enrol in Fire Safety", "move to York; set the expiry date".
pub async fn summary(tx: &mut Tx, workspace: WorkspaceId, change: &UserChange) -> Result<String, StoreError> {
    Ok(match change {
        UserChange::Resend => "resend the invitation".to_owned(),
        UserChange::Cancel => "cancel the invitation".to_owned(),
        UserChange::Edit(edit) => edited(tx, workspace, edit).await?,
        UserChange::Enrol(enrolling) => {
            format!("enrol in {}", courses(tx, workspace, &enrolling.courses).await?)
        }
        UserChange::Withdraw(withdrawing) => {
            format!("withdraw from {}", courses(tx, workspace, &withdrawing.courses).await?)
        }
        UserChange::Delete => "delete".to_owned(),
        UserChange::Reactivate => "reactivate".to_owned(),
        UserChange::Undo(_) => "take back".to_owned(),
    })
}

async fn edited(tx: &mut Tx, workspace: WorkspaceId, edit: &UserEdit) -> Result<String, StoreError> {
    let mut parts = Vec::new();
    if edit.roles.is_some() {
        parts.push("set the roles".to_owned());
    }
    match edit.unit {
        Some(Some(unit)) => {
            let known = catalogue::known_units(tx, workspace, &[unit]).await?;
            parts.extend(known.first().map(|(unit, _)| format!("move to {}", unit.name)));
        }
        Some(None) => parts.push("take out of the unit".to_owned()),
        None => {}
    }
    if edit.units_managed.is_some() {
        parts.push("set the units managed".to_owned());
    }
    if edit.groups.is_some() {
        parts.push("set the groups".to_owned());
    }
    for (verb, groups) in [("add to", &edit.add_groups), ("remove from", &edit.remove_groups)] {
        if !groups.is_empty() {
            parts.push(format!("{verb} {}", group_names(tx, workspace, groups).await?));
        }
    }
    match edit.expires_on {
        Some(Some(date)) => parts.push(format!("set the expiry date to {date}")),
        Some(None) => parts.push("take the expiry date away".to_owned()),
        None => {}
    }
    Ok(parts.join("; "))
}

async fn courses(tx: &mut Tx, workspace: WorkspaceId, ids: &[CourseId]) -> Result<String, StoreError> {
    let known = catalogue::known_courses(tx, workspace, ids).await?;
    Ok(named(known.into_iter().map(|course| course.title.to_string()), ids.len()))
}

async fn group_names(tx: &mut Tx, workspace: WorkspaceId, ids: &[GroupId]) -> Result<String, StoreError> {
    let names = catalogue::group_names(tx, workspace, ids).await?;
    Ok(named(names.into_iter(), ids.len()))
}

fn named(names: impl Iterator<Item = String>, count: usize) -> String {
    let mut words: Vec<String> = names.take(NAMED).collect();
    if count > words.len() {
        words.push(format!("{} more", count - words.len()));
    }
    words.join(", ")
}

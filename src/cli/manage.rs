//! `admit users edit|delete|reactivate`, `admit invitations resend|cancel|replace`, `admit enrol` and
//! `admit withdraw`.

use super::args::manage::{Edit, Enrol, Replace, Withdraw};
use super::exit::Failure;
use super::output::Output;
use super::place::Place;
use super::{Sending, change, invite};
use crate::api::changes::{Enrolling, UserChange, UserEdit, Withdrawing};
use crate::client::WorkspaceApi;
use crate::domain::expiry::read_expiry;
use crate::domain::ids::CourseId;
use crate::domain::role::Role;

/// The word that takes a value away.
const NONE: &str = "none";

/// Edits users.
pub async fn edit<A: WorkspaceApi>(
    place: &Place<'_, A>,
    args: &Edit,
    sending: Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    let edit = wanted(place, args, &sending).await?;
    if edit.is_empty() {
        return Err(Failure::usage(
            "say what is to be changed: --set-role, --set-unit, --add-group, --expires, …",
        ));
    }
    change::run(place, UserChange::Edit(edit), (&args.whom, sending), output).await
}

async fn wanted<A: WorkspaceApi>(
    place: &Place<'_, A>,
    args: &Edit,
    sending: &Sending,
) -> Result<UserEdit, Failure> {
    let mut edit = UserEdit::default();
    if !args.roles.is_empty() {
        let roles = args.roles.iter().map(|word| word.parse::<Role>().map_err(Failure::usage));
        edit.roles = Some(roles.collect::<Result<_, _>>()?);
    }
    edit.unit = match args.set_unit.as_deref() {
        Some(NONE) => Some(None),
        Some(unit) => Some(Some(place.unit(unit).await?)),
        None => None,
    };
    for unit in &args.manages {
        edit.units_managed.get_or_insert_default().push(place.unit(unit).await?);
    }
    for group in &args.groups {
        edit.groups.get_or_insert_default().push(place.group(group).await?);
    }
    for group in &args.add_groups {
        edit.add_groups.push(place.group(group).await?);
    }
    for group in &args.remove_groups {
        edit.remove_groups.push(place.group(group).await?);
    }
    edit.expires_on = match args.expires.as_deref() {
        Some(NONE) => Some(None),
        Some(text) => {
            let date = read_expiry(text, place.today(sending.now))
                .map_err(|error| Failure::usage(format!("--expires {text:?}: {error}")))?;
            Some(date)
        }
        None => None,
    };
    edit.without_courses = courses(place, &args.without_courses).await?;
    Ok(edit)
}

/// Enrols users in courses.
pub async fn enrol<A: WorkspaceApi>(
    place: &Place<'_, A>,
    args: &Enrol,
    sending: Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    let courses = courses(place, &args.courses).await?;
    let enrolling = UserChange::Enrol(Enrolling { courses, again: args.again });
    change::run(place, enrolling, (&args.whom, sending), output).await
}

/// Ends enrolments of users.
pub async fn withdraw<A: WorkspaceApi>(
    place: &Place<'_, A>,
    args: &Withdraw,
    sending: Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    let courses = courses(place, &args.courses).await?;
    let withdrawing = UserChange::Withdraw(Withdrawing { courses });
    change::run(place, withdrawing, (&args.whom, sending), output).await
}

/// Cancels an invitation and invites another address, in one step.
pub async fn replace<A: WorkspaceApi>(
    place: &Place<'_, A>,
    args: &Replace,
    sending: Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    let old = place.user(&args.old).await?;
    invite::send(place, (&args.new, Some(old)), sending, output).await
}

async fn courses<A: WorkspaceApi>(place: &Place<'_, A>, titles: &[String]) -> Result<Vec<CourseId>, Failure> {
    let mut courses = Vec::new();
    for title in titles {
        courses.push(place.course(title).await?);
    }
    Ok(courses)
}

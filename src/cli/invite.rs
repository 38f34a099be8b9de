//! `admit invite`.

use jiff::Timestamp;

use super::args::Invite;
use super::consent::Consent;
use super::exit::{Exit, Failure};
use super::output::{Format, Output};
use super::place::Place;
use super::when::minute;
use crate::api::changes::ReplaceInvitation;
use crate::api::endpoint::{ChangeQuery, Empty, Request, UserPath};
use crate::api::enrolments::{Enrolment, ListUserEnrolments};
use crate::api::invitations::{
    CheckEmail, CheckQuery, CreateInvitation, EmailCheck, InvitationForm, InvitationOutcome,
};
use crate::api::users::GetUser;
use crate::client::WorkspaceApi;
use crate::domain::email::{EmailAddress, likely_slip};
use crate::domain::enrolment::EnrolmentState;
use crate::domain::expiry::{echo, read_expiry};
use crate::domain::ids::UserId;
use crate::domain::pasted_person::read_pasted;
use crate::domain::role::{Role, Roles};

/// The present, the key under which a change is sent (DESIGN R15), and how questions are answered.
pub struct Sending {
    /// The present.
    pub now: Timestamp,
    /// The idempotency key.
    pub key: String,
    /// How questions are answered.
    pub consent: Consent,
}

/// Invites a person, or says what that would do.
pub async fn invite<A: WorkspaceApi>(
    place: &Place<'_, A>,
    args: &Invite,
    sending: Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    send(place, (args, None), sending, output).await
}

/// The same; in the place of the invitation of `old`, where given.
pub(super) async fn send<A: WorkspaceApi>(
    place: &Place<'_, A>,
    (args, old): (&Invite, Option<UserId>),
    sending: Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut form = match old {
        Some(old) => filled(place, old).await?,
        None => InvitationForm { roles: Roles::NONE.with(Role::Learner), ..InvitationForm::default() },
    };
    name(&mut form, args)?;
    if !args.roles.is_empty() {
        form.roles = roles(&args.roles)?;
    }
    let today = place.today(sending.now);
    if let Some(text) = &args.expires {
        form.expires_on = read_expiry(text, today)
            .map_err(|error| Failure::usage(format!("--expires {text:?}: {error}")))?;
    }
    check(place, &mut form, output).await?;
    require_names(&form)?;
    place_in(place, &mut form, args).await?;
    let query = ChangeQuery { dry_run: args.dry_run };
    let outcome = match old {
        None => {
            let request = Request::<CreateInvitation>::change(place.path(), query, form, sending.key);
            place.api.call(request).await?
        }
        Some(old) => {
            let path = UserPath { w: place.workspace.id.to_string(), u: old };
            place.api.call(Request::<ReplaceInvitation>::change(path, query, form, sending.key)).await?
        }
    };
    if output.format() == Format::Json {
        output.json(&outcome)?;
    } else {
        for line in told(&outcome, place, today) {
            output.line(&line)?;
        }
    }
    output.flush()
}

/// The form with the values of the user whose invitation is replaced (DESIGN R12). The courses of
/// rules are left to the rules.
async fn filled<A: WorkspaceApi>(place: &Place<'_, A>, old: UserId) -> Result<InvitationForm, Failure> {
    let user = place.ask_user::<GetUser>(old, Empty {}).await?.user;
    let enrolments = place.all_of_user::<ListUserEnrolments, _>(old).await?;
    let chosen = |held: &&Enrolment| held.state == EnrolmentState::Planned && held.rule.is_none();
    Ok(InvitationForm {
        first_name: user.first_name.into_string(),
        last_name: user.last_name.into_string(),
        roles: user.roles,
        unit: user.unit.map(|unit| unit.id),
        units_managed: user.units_managed.iter().map(|unit| unit.id).collect(),
        expires_on: user.expires_on,
        groups: user.groups.iter().map(|group| group.id).collect(),
        courses: enrolments.iter().filter(chosen).map(|held| held.course.id).collect(),
        ..InvitationForm::default()
    })
}

/// Address and names, also out of `Ann Lee <ann@example.org>`.
fn name(form: &mut InvitationForm, args: &Invite) -> Result<(), Failure> {
    let pasted = read_pasted(&args.email);
    let email = pasted.as_ref().map_or_else(|| args.email.clone(), |person| person.email.clone());
    EmailAddress::parse(&email).map_err(|error| Failure::usage(format!("--email {email:?}: {error}")))?;
    let (first, last) = pasted.map(|person| (person.first_name, person.last_name)).unwrap_or_default();
    form.email = email;
    if let Some(first) = args.first_name.clone().or(first) {
        form.first_name = first;
    }
    if let Some(last) = args.last_name.clone().or(last) {
        form.last_name = last;
    }
    Ok(())
}

fn roles(words: &[String]) -> Result<Roles, Failure> {
    words.iter().map(|word| word.parse::<Role>().map_err(Failure::usage)).collect()
}

/// What is known of the address, before anything is sent (DESIGN R4, R5).
async fn check<A: WorkspaceApi>(
    place: &Place<'_, A>,
    form: &mut InvitationForm,
    output: &mut Output,
) -> Result<(), Failure> {
    let known = place.ask::<CheckEmail>(CheckQuery { email: form.email.clone() }).await?;
    match known {
        EmailCheck::New => {
            let slip = EmailAddress::parse(&form.email).ok().as_ref().and_then(likely_slip);
            if let Some(meant) = slip {
                output.note(&format!("note: is {meant} meant? {} is taken as it is written", form.email));
            }
            Ok(())
        }
        EmailCheck::KnownElsewhere { first_name, last_name } => {
            output.note(&format!(
                "note: {} has an account already; the invitation uses its name, {first_name} {last_name}",
                form.email
            ));
            form.first_name = first_name.into_string();
            form.last_name = last_name.into_string();
            Ok(())
        }
        EmailCheck::KnownHere { user_id, status } => {
            let status = status.map_or_else(String::new, |status| format!(", with the status {status}"));
            let see = user_id.map_or_else(String::new, |_| format!("; see admit users show {}", form.email));
            let told = format!("{} is a user of this workspace already{status}{see}", form.email);
            Err(Failure::new(Exit::Refused, told))
        }
    }
}

fn require_names(form: &InvitationForm) -> Result<(), Failure> {
    for (name, option) in [(&form.first_name, "--first-name"), (&form.last_name, "--last-name")] {
        if name.trim().is_empty() {
            return Err(Failure::usage(format!("add {option} NAME: it is required")));
        }
    }
    Ok(())
}

/// What the command line says of unit, groups and courses, in the place of what the form holds.
async fn place_in<A: WorkspaceApi>(
    place: &Place<'_, A>,
    form: &mut InvitationForm,
    args: &Invite,
) -> Result<(), Failure> {
    if let Some(unit) = &args.unit {
        form.unit = Some(place.unit(unit).await?);
    }
    if !args.manages.is_empty() || !form.roles.contains(Role::Manager) {
        form.units_managed.clear();
    }
    for unit in &args.manages {
        form.units_managed.push(place.unit(unit).await?);
    }
    if !args.groups.is_empty() {
        form.groups.clear();
    }
    for group in &args.groups {
        form.groups.push(place.group(group).await?);
    }
    if !args.courses.is_empty() {
        form.courses.clear();
    }
    for course in &args.courses {
        form.courses.push(place.course(course).await?);
    }
    Ok(())
}

fn told<A: WorkspaceApi>(
    outcome: &InvitationOutcome,
    place: &Place<'_, A>,
    today: jiff::civil::Date,
) -> Vec<String> {
    let user = &outcome.user;
    let verb = if outcome.dry_run { "would invite" } else { "invited" };
    let roles: Vec<&str> = user.roles.iter().map(Role::label).collect();
    let mut lines = vec![
        format!("{verb} {} {} <{}> to {}", user.first_name, user.last_name, user.email, place.workspace.name),
        format!("  roles: {}", roles.join(", ")),
    ];
    if let Some(unit) = &user.unit {
        lines.push(format!("  unit: {}", unit.path));
    }
    for unit in &user.units_managed {
        lines.push(format!("  manages: {}", unit.path));
    }
    if let Some(date) = user.expires_on {
        lines.push(format!("  expires: {}", echo(date, today)));
    }
    lines.extend(user.groups.iter().map(|group| format!("  group: {}", group.name)));
    lines.extend(outcome.courses.iter().map(|course| format!("  course planned: {}", course.title)));
    let mails = match outcome.mails {
        1 => "1 mail".to_owned(),
        mails => format!("{mails} mails"),
    };
    let ends = minute(outcome.link_ends_at, &place.zone());
    lines.push(format!("  {mails}; the link works until {ends}"));
    lines
}

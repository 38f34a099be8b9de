//! `POST …/invitations`.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::json;

use super::check::{Known, look_up};
use crate::api::catalogue::{CourseRef, UnitRef};
use crate::api::endpoint::Request;
use crate::api::invitations::{CreateInvitation, InvitationForm, InvitationOutcome};
use crate::domain::email::EmailAddress;
use crate::domain::enrolment::EnrolmentState;
use crate::domain::expiry::ends_at;
use crate::domain::ids::{AutoEnrolmentId, CourseId, EnrolmentId, InvitationId, LetterId, UserId};
use crate::domain::invitation::{Accepted, Facts, Proposal, check_proposal, planned_courses};
use crate::server::change::{Begun, Change};
use crate::server::context::People;
use crate::server::error::ApiError;
use crate::server::store::accounts::Account;
use crate::server::store::enrolments::{self, NewEnrolment};
use crate::server::store::invitations::{self, NewInvitation};
use crate::server::store::outbox::{self, LetterKind, NewLetter};
use crate::server::store::users::{self, NewInvitee};
use crate::server::store::{StoreError, Tx, catalogue, placement};

type Planned = Vec<(CourseId, Option<AutoEnrolmentId>)>;

/// Invites a person: user, invitation, planned enrolments, record and outgoing mail in one
/// transaction (DESIGN R9), or nothing.
pub async fn create_invitation(
    people: People,
    request: Request<CreateInvitation>,
) -> Result<InvitationOutcome, ApiError> {
    let mut change = match people.begin(&request).await? {
        Begun::Now(change) => change,
        Begun::Before(reply) => return Ok(reply),
    };
    let outcome = invite(&mut change, &people, &request.body).await?;
    change.finish(&outcome, outcome.mails).await?;
    Ok(outcome)
}

/// Invites what `form` says, as part of `change`.
pub async fn invite(
    change: &mut Change<'_>,
    people: &People,
    form: &InvitationForm,
) -> Result<InvitationOutcome, ApiError> {
    let loaded = load(&mut change.tx, people, form).await?;
    let accepted = check_proposal(&proposal(form), &loaded.facts)?;
    let planned = planned_courses(&form.courses, &loaded.added, &form.without_courses);
    let invitee = invitee(people, form, accepted, &loaded);
    write(change, people, form, (&invitee, &planned)).await?;
    outcome(change, people, (&invitee, &planned)).await
}

/// What a decision needs to know.
struct Loaded {
    facts: Facts,
    account: Option<Account>,
    units: Vec<(UnitRef, String)>,
    added: Vec<(CourseId, AutoEnrolmentId)>,
}

async fn load(tx: &mut Tx, people: &People, form: &InvitationForm) -> Result<Loaded, ApiError> {
    let workspace = people.workspace.id;
    let account = match EmailAddress::parse(&form.email) {
        Err(_) => None,
        Ok(email) => match look_up(tx, people, &email, people.by.now).await? {
            Known::New => None,
            Known::Elsewhere(account) => Some(account),
            Known::Here(user) => return Err(ApiError::KnownHere(user)),
        },
    };
    let asked: Vec<_> = form.units_managed.iter().copied().chain(form.unit).collect();
    let units = catalogue::known_units(tx, workspace, &asked).await?;
    let courses = catalogue::known_courses(tx, workspace, &form.courses).await?;
    let added = catalogue::auto_courses(tx, workspace, form.unit, &form.groups).await?;
    let facts = Facts {
        scope: people.scope.clone(),
        has_units: !units.is_empty() || catalogue::has_units(tx, workspace).await?,
        units: units.iter().map(|(unit, _)| unit.id).collect(),
        groups: catalogue::known_groups(tx, workspace, &form.groups).await?,
        courses: courses.iter().map(|course| course.id).collect(),
        today: people.today(),
        account: account.as_ref().map(|account| (account.first_name.clone(), account.last_name.clone())),
    };
    let added = added.into_iter().map(|(rule, added)| (added.course.id, rule)).collect();
    Ok(Loaded { facts, account, units, added })
}

fn proposal(form: &InvitationForm) -> Proposal<'_> {
    Proposal {
        email: &form.email,
        first_name: &form.first_name,
        last_name: &form.last_name,
        roles: form.roles,
        unit: form.unit,
        units_managed: &form.units_managed,
        expires_on: form.expires_on,
        groups: &form.groups,
        courses: &form.courses,
    }
}

fn invitee(people: &People, form: &InvitationForm, accepted: Accepted, loaded: &Loaded) -> NewInvitee {
    let now = people.by.now;
    let unit = form.unit.and_then(|id| loaded.units.iter().find(|(unit, _)| unit.id == id));
    // The account's address is the one that is used, whatever was typed (DESIGN R4).
    let account_email = loaded.account.as_ref().and_then(|account| EmailAddress::parse(&account.email).ok());
    NewInvitee {
        id: UserId::new(people.uuid()),
        account: loaded.account.as_ref().map(|account| account.id),
        email: account_email.unwrap_or(accepted.email),
        first_name: accepted.first_name,
        last_name: accepted.last_name,
        roles: form.roles,
        unit: unit.map(|(unit, key)| (unit.id, key.clone())),
        expires: form.expires_on.map(|date| (date, ends_at(date, &people.zone))),
        invited_at: now,
        link_ends_at: now.saturating_add(people.by.tools.link_lifetime).unwrap_or(Timestamp::MAX),
    }
}

async fn write(
    change: &mut Change<'_>,
    people: &People,
    form: &InvitationForm,
    (invitee, planned): (&NewInvitee, &Planned),
) -> Result<(), ApiError> {
    let (tx, workspace, now) = (&mut change.tx, people.workspace.id, people.by.now);
    users::insert(tx, workspace, invitee).await.map_err(|error| match error {
        StoreError::Duplicate => ApiError::KnownHere(None),
        other => other.into(),
    })?;
    for unit in form.units_managed.iter().copied().collect::<HashSet<_>>() {
        placement::add_unit_managed(tx, workspace, invitee.id, unit).await?;
    }
    let groups = form.groups.iter().copied().collect::<HashSet<_>>();
    if !groups.is_empty() {
        placement::add_to_groups(tx, workspace, invitee.id, groups).await?;
    }
    for (course, rule) in planned.iter().copied() {
        let id = EnrolmentId::new(people.uuid());
        let state = EnrolmentState::Planned;
        let planned = NewEnrolment { id, user: invitee.id, course, rule, state, at: now };
        enrolments::insert(tx, workspace, &planned).await?;
    }
    let invitation = NewInvitation {
        id: InvitationId::new(people.uuid()),
        user: invitee.id,
        sent_at: now,
        sent_by: people.by.account.id,
        link_ends_at: invitee.link_ends_at,
    };
    invitations::insert(tx, workspace, &invitation).await?;
    let letter = NewLetter {
        id: LetterId::new(people.uuid()),
        user: invitee.id,
        kind: LetterKind::Invitation,
        subject: invitation.id.uuid(),
        created_at: now,
    };
    outbox::insert_first(tx, workspace, &letter).await?;
    let summary = format!("invited, {} planned", courses(planned.len()));
    people.record(tx, invitee.id, ("invitation.sent", summary), Some(after(form, invitee, planned))).await?;
    Ok(())
}

fn courses(count: usize) -> String {
    match count {
        0 => "no course".to_owned(),
        1 => "1 course".to_owned(),
        more => format!("{more} courses"),
    }
}

/// What the record keeps of the new user.
fn after(form: &InvitationForm, invitee: &NewInvitee, planned: &Planned) -> serde_json::Value {
    json!({
        "status": "invited",
        "email": invitee.email,
        "first_name": invitee.first_name,
        "last_name": invitee.last_name,
        "roles": form.roles,
        "unit": form.unit,
        "units_managed": form.units_managed,
        "expires_on": form.expires_on,
        "groups": form.groups,
        "courses": planned.iter().map(|(course, _)| course).collect::<Vec<_>>(),
    })
}

async fn outcome(
    change: &mut Change<'_>,
    people: &People,
    (invitee, planned): (&NewInvitee, &Planned),
) -> Result<InvitationOutcome, ApiError> {
    let ids: Vec<CourseId> = planned.iter().map(|(course, _)| *course).collect();
    let courses: Vec<CourseRef> = catalogue::known_courses(&mut change.tx, people.workspace.id, &ids).await?;
    let user = users::find(&mut change.tx, people.viewpoint(), invitee.id).await?;
    Ok(InvitationOutcome {
        dry_run: change.is_dry_run(),
        user: user.ok_or(ApiError::NotFound("user"))?,
        courses,
        mails: 1,
        account_exists: invitee.account.is_some(),
        link_ends_at: invitee.link_ends_at,
    })
}

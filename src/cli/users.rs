//! `admit users list` and `admit users show`.

use jiff::tz::TimeZone;
use serde_json::json;

use super::Sending;
use super::args::UsersList;
use super::exit::Failure;
use super::output::{Format, Output};
use super::place::Place;
use super::when::{day, minute};
use crate::api::enrolments::{Enrolment, ListUserEnrolments};
use crate::api::page::{CommaList, MAX_LIMIT};
use crate::api::users::{
    AuditEntry, DeliveryState, GetUser, ListUserAudit, ListUsers, User, UserDetail, UserFilter, UserOrder,
    UserSort, UsersQuery,
};
use crate::client::WorkspaceApi;
use crate::domain::email::EmailAddress;
use crate::domain::ids::UserId;
use crate::domain::role::Role;
use crate::domain::status::UserStatus;

const HEAD: [&str; 10] =
    ["EMAIL", "NAME", "STATUS", "ROLES", "UNIT", "GROUPS", "EXPIRES", "INVITED", "LAST ACTIVE", "DELIVERY"];

/// Lists users, page after page.
pub async fn list<A: WorkspaceApi>(
    place: &Place<'_, A>,
    args: &UsersList,
    sending: &Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    let sort: UserOrder = args.sort.parse().map_err(Failure::usage)?;
    let filter = place.filter(&args.which, sending).await?;
    let most = args.limit.unwrap_or(u64::MAX);
    stream(place, UsersQuery::first(filter, sort, MAX_LIMIT), most, (&HEAD, cells), output).await
}

/// Words read by `FromStr`.
pub(super) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
    words: &[String],
) -> Result<Vec<T>, Failure> {
    words.iter().map(|word| word.trim().parse().map_err(Failure::usage)).collect()
}

/// The heads of columns, and the values of a user in them, days being those of a time zone.
pub type Columns<'a> = (&'a [&'a str], fn(&User, &TimeZone) -> Vec<String>);

/// Writes the users of `query`, at most `most`, as they come.
pub async fn stream<A: WorkspaceApi>(
    place: &Place<'_, A>,
    mut query: UsersQuery,
    most: u64,
    (head, cells): Columns<'_>,
    output: &mut Output,
) -> Result<(), Failure> {
    output.begin(head)?;
    let zone = place.zone();
    let mut left = most;
    while left > 0 {
        query.limit = Some(u16::try_from(left).unwrap_or(MAX_LIMIT).min(MAX_LIMIT));
        let page = place.ask::<ListUsers>(query.clone()).await?;
        output.rows(head, &page.items, |user| cells(user, &zone))?;
        left = left.saturating_sub(u64::try_from(page.items.len()).unwrap_or(left));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    output.end()
}

/// A user's name.
pub fn name(user: &User) -> String {
    format!("{} {}", user.first_name, user.last_name)
}

/// A user's status, told with what hangs on it.
pub fn status(user: &User) -> String {
    if user.link_expired { format!("{} (link expired)", user.status) } else { user.status.to_string() }
}

/// How the last mail fared.
pub fn delivery(user: &User) -> String {
    user.delivery.map_or_else(String::new, |state: DeliveryState| state.as_str().to_owned())
}

fn cells(user: &User, zone: &TimeZone) -> Vec<String> {
    let roles: Vec<&str> = user.roles.iter().map(Role::as_str).collect();
    let groups: Vec<&str> = user.groups.iter().map(|group| group.name.as_str()).collect();
    vec![
        user.email.to_string(),
        name(user),
        status(user),
        roles.join(","),
        user.unit.as_ref().map(|unit| unit.path.to_string()).unwrap_or_default(),
        groups.join(", "),
        user.expires_on.map(|date| date.to_string()).unwrap_or_default(),
        day(user.invited_at, zone),
        day(user.last_active_at, zone),
        delivery(user),
    ]
}

impl<A: WorkspaceApi> Place<'_, A> {
    /// The user whose address or id is `wanted`.
    pub async fn user(&self, wanted: &str) -> Result<UserId, Failure> {
        if let Ok(id) = wanted.parse() {
            return Ok(id);
        }
        let email =
            EmailAddress::parse(wanted).map_err(|error| Failure::usage(format!("{wanted:?}: {error}")))?;
        // Deleted users are found too: they can be reactivated.
        let status = CommaList(UserStatus::ALL.to_vec());
        let search = Some(email.as_str().to_owned());
        let filter = UserFilter { search, status, ..UserFilter::default() };
        let mut query = UsersQuery::first(filter, UserSort::default(), MAX_LIMIT);
        loop {
            let page = self.ask::<ListUsers>(query.clone()).await?;
            let is =
                |user: &&User| EmailAddress::parse(user.email.as_str()).is_ok_and(|other| other == email);
            if let Some(user) = page.items.iter().find(is) {
                return Ok(user.id);
            }
            query.cursor = page.next;
            if query.cursor.is_none() {
                let told = format!("no user of {} has the address {email}", self.workspace.name);
                return Err(Failure::failed(told));
            }
        }
    }
}

/// Shows everything about one user.
pub async fn show<A: WorkspaceApi>(
    place: &Place<'_, A>,
    wanted: &str,
    output: &mut Output,
) -> Result<(), Failure> {
    let (id, zone) = (place.user(wanted).await?, place.zone());
    let detail = place.ask_user::<GetUser>(id, crate::api::endpoint::Empty {}).await?;
    let enrolments = place.all_of_user::<ListUserEnrolments, _>(id).await?;
    let record = place.all_of_user::<ListUserAudit, _>(id).await?;
    if output.format() == Format::Json {
        output.json(&json!({ "user": detail, "enrolments": enrolments, "audit": record }))?;
        return output.flush();
    }
    for (name, value) in facts(&detail, &zone).into_iter().filter(|(_, value)| !value.is_empty()) {
        output.line(&match output.format() {
            Format::Table => format!("{name:<16}{value}"),
            Format::Lines | Format::Json => format!("{name}\t{value}"),
        })?;
    }
    let lines =
        enrolments.iter().map(enrolment_line).chain(record.iter().map(|entry| record_line(entry, &zone)));
    for (name, value) in lines {
        output.line(&match output.format() {
            Format::Table => format!("{name:<16}{value}"),
            Format::Lines | Format::Json => format!("{name}\t{value}"),
        })?;
    }
    output.flush()
}

fn facts(detail: &UserDetail, zone: &TimeZone) -> Vec<(&'static str, String)> {
    let user = &detail.user;
    let [email, name, status, roles, unit, groups, expires, invited, seen, delivery] =
        <[String; 10]>::try_from(cells(user, zone)).unwrap_or_default();
    let manages: Vec<&str> = user.units_managed.iter().map(|unit| unit.path.as_str()).collect();
    let answer = detail.deliveries.first().and_then(|letter| letter.answer.clone()).unwrap_or_default();
    let link_ends = detail.invitation.as_ref().map(|invitation| invitation.link_ends_at);
    vec![
        ("id", user.id.to_string()),
        ("email", email),
        ("name", name),
        ("status", status),
        ("roles", roles),
        ("unit", unit),
        ("manages", manages.join(", ")),
        ("groups", groups),
        ("expires", expires),
        ("invited", invited),
        ("link ends", day(link_ends, zone)),
        ("last active", seen),
        ("delivery", delivery),
        ("mail server", answer.into_string()),
    ]
}

fn enrolment_line(enrolment: &Enrolment) -> (&'static str, String) {
    let Enrolment { course, state, progress, .. } = enrolment;
    ("course", format!("{}: {state}, {progress} %", course.title))
}

fn record_line(entry: &AuditEntry, zone: &TimeZone) -> (&'static str, String) {
    let at = minute(entry.at, zone);
    ("record", format!("{at} {}: {}", entry.actor, entry.summary))
}

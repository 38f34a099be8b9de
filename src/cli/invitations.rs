//! `admit invitations list` and `admit invitations link`.

use jiff::tz::TimeZone;

use super::exit::Failure;
use super::output::{Format, Output};
use super::place::Place;
use super::users::{delivery, name, status, stream};
use super::when::day;
use crate::api::endpoint::Empty;
use crate::api::invitations::GetInvitationLink;
use crate::api::page::{CommaList, MAX_LIMIT};
use crate::api::users::{User, UserColumn, UserFilter, UserSort, UsersQuery};
use crate::client::WorkspaceApi;
use crate::domain::status::UserStatus;

const HEAD: [&str; 6] = ["EMAIL", "NAME", "STATUS", "INVITED", "LINK ENDS", "DELIVERY"];

/// Lists invited and pending users, the latest invitation first.
pub async fn list<A: WorkspaceApi>(
    place: &Place<'_, A>,
    link_expired: bool,
    output: &mut Output,
) -> Result<(), Failure> {
    let status = CommaList(vec![UserStatus::Invited, UserStatus::Pending]);
    let link_expired = link_expired.then_some(true);
    let filter = UserFilter { status, link_expired, ..UserFilter::default() };
    let sort = UserSort { by: UserColumn::Invited, descending: true };
    stream(place, UsersQuery::first(filter, sort, MAX_LIMIT), u64::MAX, (&HEAD, cells), output).await
}

fn cells(user: &User, zone: &TimeZone) -> Vec<String> {
    let (invited, ends) = (day(user.invited_at, zone), day(user.link_ends_at, zone));
    vec![user.email.to_string(), name(user), status(user), invited, ends, delivery(user)]
}

/// Prints the link of the open invitation of the user whose address is `email`.
pub async fn link<A: WorkspaceApi>(
    place: &Place<'_, A>,
    email: &str,
    output: &mut Output,
) -> Result<(), Failure> {
    let user = place.user(email).await?;
    let link = place.ask_user::<GetInvitationLink>(user, Empty {}).await?;
    if link.expired {
        output.note(&format!("note: the link ended on {}", day(Some(link.ends_at), &place.zone())));
    }
    if output.format() == Format::Json {
        output.json(&link)?;
    } else {
        output.line(link.link.as_str())?;
    }
    output.flush()
}

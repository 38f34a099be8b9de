//! `admit users export`.

use super::Sending;
use super::args::manage::Which;
use super::exit::Failure;
use super::output::{Format, Output};
use super::place::Place;
use crate::api::page::MAX_LIMIT;
use crate::api::users::{ListUsers, User, UserSort, UsersQuery};
use crate::client::WorkspaceApi;
use crate::domain::role::Role;

const HEAD: [&str; 14] = [
    "id",
    "email",
    "first_name",
    "last_name",
    "status",
    "link_expired",
    "roles",
    "unit",
    "units_managed",
    "groups",
    "expires_on",
    "invited_at",
    "last_active_at",
    "delivery",
];

/// Writes users as CSV (RFC 4180), or as JSON with one object a line, as they come.
pub async fn export<A: WorkspaceApi>(
    place: &Place<'_, A>,
    which: &Which,
    sending: &Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    let filter = place.filter(which, sending).await?;
    let mut query = UsersQuery::first(filter, UserSort::default(), MAX_LIMIT);
    let is_json = output.format() == Format::Json;
    if !is_json {
        output.line(record(HEAD.iter().map(ToString::to_string))?.trim_end())?;
    }
    loop {
        let page = place.ask::<ListUsers>(query.clone()).await?;
        for user in &page.items {
            let line = if is_json {
                serde_json::to_string(user).map_err(Failure::failed)?
            } else {
                record(values(user).into_iter())?
            };
            output.line(line.trim_end())?;
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            return output.flush();
        }
    }
}

fn record(values: impl Iterator<Item = String>) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(values.map(harmless)).map_err(Failure::failed)?;
    writer.flush().map_err(Failure::failed)?;
    let bytes = writer.into_inner().map_err(|error| Failure::failed(error.to_string()))?;
    String::from_utf8(bytes).map_err(Failure::failed)
}

/// A value that a spreadsheet would take for a formula is marked as text.
fn harmless(value: String) -> String {
    if value.starts_with(['=', '+', '-', '@']) { format!("'{value}") } else { value }
}

fn values(user: &User) -> Vec<String> {
    let roles: Vec<&str> = user.roles.iter().map(Role::as_str).collect();
    let managed: Vec<&str> = user.units_managed.iter().map(|unit| unit.path.as_str()).collect();
    let groups: Vec<&str> = user.groups.iter().map(|group| group.name.as_str()).collect();
    let at = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    vec![
        user.id.to_string(),
        user.email.to_string(),
        user.first_name.to_string(),
        user.last_name.to_string(),
        user.status.to_string(),
        user.link_expired.to_string(),
        roles.join(";"),
        user.unit.as_ref().map(|unit| unit.path.to_string()).unwrap_or_default(),
        managed.join(";"),
        groups.join(";"),
        user.expires_on.map(|day| day.to_string()).unwrap_or_default(),
        at(user.invited_at),
        at(user.last_active_at),
        super::users::delivery(user),
    ]
}

//! `admit whoami`.

use super::exit::Failure;
use super::output::{Format, Output};
use super::place::session;
use crate::client::WorkspaceApi;
use crate::domain::role::Role;
use crate::domain::safe_text::SafeText;

/// Says who is signed in, and to which workspaces.
pub async fn whoami<A: WorkspaceApi>(api: &A, output: &mut Output) -> Result<(), Failure> {
    let session = session(api).await?;
    if output.format() == Format::Json {
        output.json(&session)?;
        return output.flush();
    }
    let who = &session.operator;
    output.line(&format!("{} {} <{}>", who.first_name, who.last_name, who.email))?;
    for place in &session.workspaces {
        let roles: Vec<&str> = place.roles.iter().map(Role::label).collect();
        let (roles, customer) = (roles.join(", "), &place.customer.name);
        // It is not cleaned as it is read, since it goes back to the server as it is.
        let slug = SafeText::cleaned(&place.slug);
        output.line(&format!("  {slug}: {} of {customer}, as {roles}", place.name))?;
    }
    output.flush()
}

//! `GET /api/v1/session`.

use crate::api::catalogue::UnitRef;
use crate::api::endpoint::Request;
use crate::api::sessions::{CustomerRef, GetSession, Operator, Permissions, Session, WorkspaceAccess};
use crate::domain::policy::{Scope, grantable, scope_of};
use crate::domain::role::Roles;
use crate::domain::safe_text::SafeText;
use crate::server::context::SignedIn;
use crate::server::error::ApiError;
use crate::server::store::workspaces::{self, Membership};
use crate::server::store::{Tx, placement};

/// Who is signed in, and what they may do where.
pub async fn get_session(by: SignedIn, _: Request<GetSession>) -> Result<Session, ApiError> {
    let mut tx = by.tools.store.read().await?;
    let mut workspaces = Vec::new();
    for membership in workspaces::of_account(&mut tx, by.account.id, None, by.now).await? {
        workspaces.push(access(&mut tx, membership).await?);
    }
    let operator = Operator {
        email: by.account.email.into(),
        first_name: by.account.first_name.into(),
        last_name: by.account.last_name.into(),
    };
    Ok(Session { operator, workspaces })
}

async fn access(tx: &mut Tx, membership: Membership) -> Result<WorkspaceAccess, ApiError> {
    let Membership { workspace, user, roles } = membership;
    let managed =
        placement::units_managed(tx, workspace.id, &[user]).await?.remove(&user).unwrap_or_default();
    Ok(WorkspaceAccess {
        id: workspace.id,
        slug: workspace.slug,
        name: workspace.name,
        time_zone: workspace.time_zone,
        customer: CustomerRef { id: workspace.customer_id, name: workspace.customer },
        user_id: user,
        roles,
        may: permissions(roles, managed),
    })
}

fn permissions(roles: Roles, managed: Vec<UnitRef>) -> Permissions {
    match scope_of(roles, managed.iter().map(|unit| unit.id)) {
        Err(refusal) => Permissions {
            people: false,
            refusal: Some(SafeText::from(refusal.to_string())),
            grant: Roles::NONE,
            unit_required: false,
            units: Some(Vec::new()),
        },
        Ok(scope) => {
            let is_limited = scope != Scope::Everybody;
            Permissions {
                people: true,
                refusal: None,
                grant: grantable(&scope),
                unit_required: is_limited,
                units: is_limited.then_some(managed),
            }
        }
    }
}

//! SQL of registration: what a link leads to, and the steps from invited to active.

use jiff::Timestamp;

use super::value::{corrupt, count, instant, instant_some, parse};
use super::words::sought;
use super::{StoreError, Tx, on_engine};
use crate::api::users::InvitationState;
use crate::domain::ids::{AccountId, InvitationId, UserId, WorkspaceId};
use crate::domain::safe_text::SafeText;
use crate::domain::search_key::{name_key, search_text};
use crate::domain::status::UserState;

/// A user who is invited or pending, with their workspace and, where there is one, their account.
#[derive(Clone, Debug)]
pub struct Invitee {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The user.
    pub user: UserId,
    /// The workspace's name.
    pub place: String,
    /// The customer's name.
    pub customer: String,
    /// The workspace's time zone (IANA name).
    pub time_zone: String,
    /// The address, as typed.
    pub email: String,
    /// The address, as compared.
    pub email_key: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// What is stored of the status.
    pub state: UserState,
    /// When access ends (DESIGN R7).
    pub ends_at: Option<Timestamp>,
    /// The password chosen at registration, until the address is verified.
    pub password_hash: Option<String>,
    /// The account with this address.
    pub account: Option<KnownAccount>,
}

impl Invitee {
    /// The hash of the account's password, where there is an account that has one.
    pub fn account_password(&self) -> Option<&str> {
        self.account.as_ref().and_then(|account| account.password_hash.as_deref())
    }
}

/// An account, as far as registration needs it.
#[derive(Clone, Debug)]
pub struct KnownAccount {
    /// The account.
    pub id: AccountId,
    /// Its first name.
    pub first_name: String,
    /// Its last name.
    pub last_name: String,
    /// Its password; none when it was never used to sign in.
    pub password_hash: Option<String>,
}

/// An invitation, as far as its link needs it.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The invitation.
    pub id: InvitationId,
    /// The user it is for.
    pub user: UserId,
    /// Which link is the valid one.
    pub link_number: u32,
    /// How it stands.
    pub state: InvitationState,
    /// When the link ends.
    pub link_ends_at: Timestamp,
    /// The name of who sent it.
    pub inviter: Option<SafeText>,
}

/// Who registers, and with which password; none when the account's is kept.
#[derive(Clone, Debug)]
pub struct Acceptor {
    /// The user.
    pub user: UserId,
    /// The new password's hash.
    pub password_hash: Option<String>,
}

/// An account to make for an invitee.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// Its id.
    pub id: AccountId,
    /// Whose names, address and password it takes.
    pub invitee: &'a Invitee,
    /// When it is made.
    pub created_at: Timestamp,
}

/// The user `id` of `workspace`.
pub async fn find_invitee(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: UserId,
) -> Result<Option<Invitee>, StoreError> {
    const SQL: &str = "SELECT w.name, c.name, w.time_zone, u.email, u.email_key, u.first_name, u.last_name, \
        u.state, u.ends_at, u.password_hash \
        FROM users u JOIN workspaces w ON w.id = u.workspace_id JOIN customers c ON c.id = w.customer_id \
        WHERE u.workspace_id = $1 AND u.id = $2";
    type Row = (String, String, String, String, String, String, String, String, Option<i64>, Option<String>);
    let row: Option<Row> = on_engine!(tx, |conn| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(id.to_string())
        .fetch_optional(conn)
        .await)?;
    let Some(row) = row else { return Ok(None) };
    let (place, customer, time_zone, email, email_key, first_name, last_name, state, ends_at, hash) = row;
    Ok(Some(Invitee {
        workspace,
        user: id,
        place,
        customer,
        time_zone,
        email,
        account: find_account(tx, &email_key).await?,
        email_key,
        first_name,
        last_name,
        state: UserState::from_name(&state).ok_or_else(|| corrupt(&state))?,
        ends_at: instant_some(ends_at)?,
        password_hash: hash,
    }))
}

async fn find_account(tx: &mut Tx, email_key: &str) -> Result<Option<KnownAccount>, StoreError> {
    const SQL: &str = "SELECT id, first_name, last_name, password_hash FROM accounts WHERE email_key = $1";
    type Row = (String, String, String, Option<String>);
    let row: Option<Row> =
        on_engine!(tx, |conn| sqlx::query_as(SQL).bind(email_key).fetch_optional(conn).await)?;
    let read = |(id, first_name, last_name, password_hash): Row| {
        Ok(KnownAccount { id: parse(&id)?, first_name, last_name, password_hash })
    };
    row.map(read).transpose()
}

/// The invitation `id` of `workspace`.
pub async fn find_invitation(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: InvitationId,
) -> Result<Option<Invitation>, StoreError> {
    const SQL: &str = "SELECT i.user_id, i.link_number, i.state, i.link_ends_at, a.first_name, a.last_name \
        FROM invitations i LEFT JOIN accounts a ON a.id = i.sent_by \
        WHERE i.workspace_id = $1 AND i.id = $2";
    type Row = (String, i64, String, i64, Option<String>, Option<String>);
    let row: Option<Row> = on_engine!(tx, |conn| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(id.to_string())
        .fetch_optional(conn)
        .await)?;
    let read = |(user, link_number, state, link_ends_at, first, last): Row| {
        let name = first.zip(last).map(|(first, last)| SafeText::new(format!("{first} {last}").trim()));
        Ok(Invitation {
            id,
            user: parse(&user)?,
            link_number: count(link_number)?,
            state: InvitationState::from_name(&state).ok_or_else(|| corrupt(&state))?,
            link_ends_at: instant(link_ends_at)?,
            inviter: name.filter(|name| !name.is_empty()),
        })
    };
    row.map(read).transpose()
}

/// Marks an invitation as used.
pub async fn use_invitation(tx: &mut Tx, workspace: WorkspaceId, id: InvitationId) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE invitations SET state = 'used' WHERE workspace_id = $1 AND id = $2";
    change(tx, SQL, workspace, &id.to_string()).await
}

/// Marks an invitation as declined.
pub async fn decline_invitation(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: InvitationId,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE invitations SET state = 'declined' WHERE workspace_id = $1 AND id = $2";
    change(tx, SQL, workspace, &id.to_string()).await
}

/// Makes an invited user cancelled.
pub async fn make_cancelled(tx: &mut Tx, workspace: WorkspaceId, user: UserId) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE users SET state = 'cancelled', listed_as = 'cancelled', version = version + 1 \
        WHERE workspace_id = $1 AND id = $2";
    change(tx, SQL, workspace, &user.to_string()).await
}

pub(super) async fn change(
    tx: &mut Tx,
    sql: &'static str,
    workspace: WorkspaceId,
    id: &str,
) -> Result<(), StoreError> {
    on_engine!(tx, |conn| sqlx::query(sql)
        .bind(workspace.to_string())
        .bind(id)
        .execute(conn)
        .await
        .map(drop))?;
    Ok(())
}

/// Makes an invited user pending, keeping the password until the address is verified.
pub async fn make_pending(
    tx: &mut Tx,
    workspace: WorkspaceId,
    acceptor: &Acceptor,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE users SET state = 'pending', listed_as = 'pending', password_hash = $3, \
        version = version + 1 WHERE workspace_id = $1 AND id = $2";
    on_engine!(tx, |conn| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(acceptor.user.to_string())
        .bind(acceptor.password_hash.as_deref())
        .execute(conn)
        .await
        .map(drop))?;
    Ok(())
}

/// Makes a pending user active, as a membership of `account`. The password is the account's now.
pub async fn make_active(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    account: AccountId,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE users SET state = 'active', listed_as = 'active', account_id = $3, \
        password_hash = NULL, last_active_at = $4, version = version + 1 WHERE workspace_id = $1 AND id = $2";
    on_engine!(tx, |conn| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .bind(account.to_string())
        .bind(now.as_microsecond())
        .execute(conn)
        .await
        .map(drop))?;
    Ok(())
}

/// Makes the account of an invitee, with the password chosen at registration.
///
/// # Errors
/// [`StoreError::Collision`] when the account was made meanwhile, from another workspace.
pub async fn insert_account(tx: &mut Tx, account: &NewAccount<'_>) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO accounts \
        (id, email, email_key, first_name, last_name, password_hash, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let invitee = account.invitee;
    on_engine!(tx, |conn| sqlx::query(SQL)
        .bind(account.id.to_string())
        .bind(&invitee.email)
        .bind(&invitee.email_key)
        .bind(&invitee.first_name)
        .bind(&invitee.last_name)
        .bind(invitee.password_hash.as_deref())
        .bind(account.created_at.as_microsecond())
        .execute(conn)
        .await
        .map(drop))
    .map_err(|error| match StoreError::from(error) {
        StoreError::Duplicate => StoreError::Collision,
        other => other,
    })?;
    Ok(())
}

/// Gives a user the names of `account`: a person has one name everywhere (DESIGN R4).
pub async fn take_names(tx: &mut Tx, invitee: &Invitee, account: &KnownAccount) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE users SET first_name = $3, last_name = $4, name_key = $5, search_text = $6 \
        WHERE workspace_id = $1 AND id = $2";
    let KnownAccount { first_name, last_name, .. } = account;
    let (key, text) = (name_key(first_name, last_name), search_text(first_name, last_name, &invitee.email));
    on_engine!(tx, |conn| sqlx::query(SQL)
        .bind(invitee.workspace.to_string())
        .bind(invitee.user.to_string())
        .bind(&account.first_name)
        .bind(&account.last_name)
        .bind(&key)
        .bind(&text)
        .execute(conn)
        .await
        .map(drop))?;
    sought::insert(tx, invitee.workspace, &key, &text).await
}

/// Gives an account its first password.
pub async fn set_account_password(tx: &mut Tx, id: AccountId, hash: &str) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE accounts SET password_hash = $2 WHERE id = $1 AND password_hash IS NULL";
    on_engine!(tx, |conn| sqlx::query(SQL).bind(id.to_string()).bind(hash).execute(conn).await.map(drop))?;
    Ok(())
}

/// Enrols `user` in every planned course (DESIGN R8).
pub async fn enrol_planned(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE enrolments SET state = 'enrolled', changed_at = $3 \
        WHERE workspace_id = $1 AND user_id = $2 AND state = 'planned'";
    on_engine!(tx, |conn| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .bind(now.as_microsecond())
        .execute(conn)
        .await
        .map(drop))?;
    Ok(())
}

/// The titles, in order, of the first `most` courses that `user` is planned for or enrolled in.
pub async fn course_titles(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    most: u32,
) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "SELECT c.title FROM enrolments e \
        JOIN courses c ON c.workspace_id = e.workspace_id AND c.id = e.course_id \
        WHERE e.workspace_id = $1 AND e.user_id = $2 AND e.state IN ('planned', 'enrolled') \
        ORDER BY c.title_key, c.id LIMIT $3";
    let rows: Vec<(String,)> = on_engine!(tx, |conn| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .bind(i64::from(most))
        .fetch_all(conn)
        .await)?;
    Ok(rows.into_iter().map(|(title,)| title).collect())
}

/// How many courses `user` is planned for or enrolled in.
pub async fn count_courses(tx: &mut Tx, workspace: WorkspaceId, user: UserId) -> Result<u64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM enrolments \
        WHERE workspace_id = $1 AND user_id = $2 AND state IN ('planned', 'enrolled')";
    let (courses,): (i64,) = on_engine!(tx, |conn| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .bind(user.to_string())
        .fetch_one(conn)
        .await)?;
    count(courses)
}

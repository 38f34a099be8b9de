//! SQL of the outbox: letters are put in, claimed under a lease, and settled.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::set_up::run;
use super::statement::{Statement, execute, fetch_all};
use super::value::{corrupt, count, instant, instant_some, parse};
use super::{StoreError, Tx, on_engine};
use crate::api::users::DeliveryState;
use crate::domain::ids::{LetterId, UserId, WorkspaceId};
use crate::domain::safe_text::SafeText;

/// A code runs out within minutes, and a batch of invitations may take longer to leave: the first try of a code is
/// due before whatever was invited in this time.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// What a letter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterKind {
    /// An invitation; its subject is the invitation.
    Invitation,
    /// A code; its subject is the verification.
    Verification,
}

impl LetterKind {
    /// The name in the store and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Verification => "verification",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Invitation, Self::Verification].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A letter to put into the outbox, due at once.
#[derive(Clone, Copy, Debug)]
pub struct NewLetter {
    /// Its id, from which the mail's Message-ID follows.
    pub id: LetterId,
    /// Whom it goes to.
    pub user: UserId,
    /// What it is.
    pub kind: LetterKind,
    /// The invitation or verification that it is about.
    pub subject: Uuid,
    /// When it is put in.
    pub created_at: Timestamp,
}

/// A letter under this worker's lease.
#[derive(Clone, Copy, Debug)]
pub struct ClaimedLetter {
    /// The letter.
    pub id: LetterId,
    /// Whom it goes to.
    pub user: UserId,
    /// What it is.
    pub kind: LetterKind,
    /// The invitation or verification that it is about.
    pub subject: Uuid,
    /// Which try this is, from 1.
    pub attempts: u32,
    /// When it was put in.
    pub created_at: Timestamp,
}

/// How a try to send ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The mail server took it.
    Sent,
    /// To be tried again at that instant.
    Queued(Timestamp),
    /// Given up.
    Failed,
}

/// Puts `letter` into the outbox, due at once, and writes into the row of the user that a mail waits.
pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, letter: &NewLetter) -> Result<(), StoreError> {
    insert_first(tx, workspace, letter).await?;
    renew_delivery(tx, workspace, letter.user).await
}

/// Puts the first letter to a user into the outbox, due at once; the row was written with it waiting.
pub async fn insert_first(tx: &mut Tx, workspace: WorkspaceId, letter: &NewLetter) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO letters \
        (workspace_id, id, user_id, kind, subject_id, state, attempts, due_at, created_at) \
        VALUES ($1, $2, $3, $4, $5, 'queued', 0, $6, $7)";
    let at = letter.created_at;
    let due_at = match letter.kind {
        LetterKind::Invitation => at,
        LetterKind::Verification => at.saturating_sub(AHEAD).unwrap_or(at),
    };
    on_engine!(tx, |conn| sqlx::query(SQL)
        .bind(workspace.to_string())
        .bind(letter.id.to_string())
        .bind(letter.user.to_string())
        .bind(letter.kind.as_str())
        .bind(letter.subject.to_string())
        .bind(due_at.as_microsecond())
        .bind(at.as_microsecond())
        .execute(conn)
        .await
        .map(drop))?;
    Ok(())
}

/// Writes into the row of `user` how the last mail to them fares. A row that says so already is left
/// alone, since a write of it is one of every index of users.
async fn renew_delivery(tx: &mut Tx, workspace: WorkspaceId, user: UserId) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE users SET delivery = latest.delivery FROM (SELECT CASE l.state WHEN 'failed' THEN 0 \
        WHEN 'queued' THEN 1 ELSE 2 END AS delivery FROM letters l WHERE l.workspace_id = $1 AND l.user_id = $2 \
        ORDER BY l.id DESC LIMIT 1) AS latest \
        WHERE users.workspace_id = $1 AND users.id = $2 AND users.delivery IS DISTINCT FROM latest.delivery";
    run(tx, SQL, &[&workspace.to_string(), &user.to_string()]).await
}

/// The workspaces that have a letter due at `now`.
pub async fn workspaces_due(tx: &mut Tx, now: Timestamp) -> Result<Vec<WorkspaceId>, StoreError> {
    const SQL: &str = "SELECT DISTINCT workspace_id FROM letters WHERE state = 'queued' AND due_at <= $1 \
        ORDER BY workspace_id";
    let rows: Vec<(String,)> =
        on_engine!(tx, |conn| sqlx::query_as(SQL).bind(now.as_microsecond()).fetch_all(conn).await)?;
    rows.iter().map(|(id,)| parse(id)).collect()
}

/// When the first letter that waits is due; none when none waits.
pub async fn next_due(tx: &mut Tx) -> Result<Option<Timestamp>, StoreError> {
    const SQL: &str = "SELECT MIN(due_at) FROM letters WHERE state = 'queued'";
    let (due,): (Option<i64>,) = on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_one(conn).await)?;
    instant_some(due)
}

/// How many letters wait in all workspaces, and since when the oldest of them does.
pub async fn queued(tx: &mut Tx) -> Result<(u64, Option<Timestamp>), StoreError> {
    const SQL: &str = "SELECT COUNT(*), MIN(created_at) FROM letters WHERE state = 'queued'";
    let (letters, since): (i64, Option<i64>) =
        on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_one(conn).await)?;
    Ok((count(letters)?, instant_some(since)?))
}

/// Claims up to `most` letters due at `now`: until `lease_ends_at` they are not due for anybody else.
pub async fn claim(
    tx: &mut Tx,
    workspace: WorkspaceId,
    now: Timestamp,
    lease_ends_at: Timestamp,
    most: u32,
) -> Result<Vec<ClaimedLetter>, StoreError> {
    type Row = (String, String, String, String, i64, i64);
    let mut statement = Statement::new(
        "SELECT id, user_id, kind, subject_id, attempts + 1, created_at FROM letters WHERE workspace_id = ",
    );
    statement.bind(workspace.to_string());
    statement.push(" AND state = 'queued' AND due_at <= ").bind(now.as_microsecond());
    statement.push(" ORDER BY due_at, id LIMIT ").bind(i64::from(most)).push(tx.skip_locked());
    let rows: Vec<Row> = fetch_all!(tx, statement)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    // By a statement of its own: within this one PostgreSQL may make the one above again for each row, and each time
    // it passes by what it has locked, whatever its limit.
    let mut statement = Statement::new("UPDATE letters SET attempts = attempts + 1, due_at = ");
    statement.bind(lease_ends_at.as_microsecond()).push(" WHERE workspace_id = ").bind(workspace.to_string());
    statement.push(" AND id IN ").bind_all(rows.iter().map(|(id, ..)| id.as_str()));
    execute!(tx, statement)?;
    let claimed = |(id, user, kind, subject, attempts, created_at): Row| {
        Ok(ClaimedLetter {
            id: parse(&id)?,
            user: parse(&user)?,
            kind: LetterKind::from_name(&kind).ok_or_else(|| corrupt(&kind))?,
            subject: parse(&subject)?,
            attempts: count(attempts)?,
            created_at: instant(created_at)?,
        })
    };
    rows.into_iter().map(claimed).collect()
}

/// Writes down how the try `letter` ended. Another worker's later try is left alone, unless this one
/// was taken by the mail server: sent stays sent.
pub async fn settle(
    tx: &mut Tx,
    workspace: WorkspaceId,
    letter: &ClaimedLetter,
    (settled, words): (Settled, &SafeText),
    now: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE letters SET state = $1, due_at = $2, settled_at = $3, answer = $4 \
        WHERE workspace_id = $5 AND id = $6 AND state <> 'sent' AND (attempts = $7 OR $1 = 'sent')";
    tx.touch_user(workspace, letter.user, None);
    let (state, due_at) = match settled {
        Settled::Sent => (DeliveryState::Sent, now),
        Settled::Queued(due_at) => (DeliveryState::Queued, due_at),
        Settled::Failed => (DeliveryState::Failed, now),
    };
    on_engine!(tx, |conn| sqlx::query(SQL)
        .bind(state.as_str())
        .bind(due_at.as_microsecond())
        .bind(now.as_microsecond())
        .bind(words.as_str())
        .bind(workspace.to_string())
        .bind(letter.id.to_string())
        .bind(i64::from(letter.attempts))
        .execute(conn)
        .await
        .map(drop))?;
    renew_delivery(tx, workspace, letter.user).await
}

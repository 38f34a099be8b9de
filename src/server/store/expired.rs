//! Who has expired, and whose link has, is noted in the user's row, so that lists find all of them together in every
//! order. Until it is, lists tell by the date (`user_list/part.rs`): it decides what a list costs, never what stands on
//! it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::statement::{Statement, execute, fetch_all};
use super::user_list::{LINK_EXPIRED, entered_by};
use super::value::{instant_some, parse};
use super::{StoreError, Tx};
use crate::domain::ids::WorkspaceId;
use crate::domain::status::{UserState, UserStatus};

/// What a user in `state` is listed as, whose access ends at `ends_at` and whose link ends at `link_ends_at`.
pub fn listed_as(
    state: UserState,
    (ends_at, link_ends_at): (Option<Timestamp>, Option<Timestamp>),
    now: Timestamp,
) -> &'static str {
    match UserStatus::of(state, ends_at, now) {
        UserStatus::Invited if link_ends_at.is_some_and(|end| end <= now) => LINK_EXPIRED,
        status => status.as_str(),
    }
}

/// Something that expires.
struct Kind {
    /// When it does.
    end: &'static str,
    /// Of whom that is not noted.
    among: &'static str,
    /// What they are listed as from then on.
    listed_as: &'static str,
    /// How SQLite is told the index of those: without statistics it would rather go through all users.
    index: &'static str,
}

const KINDS: [Kind; 2] = [
    Kind {
        end: "ends_at",
        among: "listed_as IN ('active', 'invited', 'link_expired', 'pending')",
        listed_as: UserStatus::Expired.as_str(),
        index: " INDEXED BY users_expiring",
    },
    Kind {
        end: "link_ends_at",
        among: "listed_as = 'invited'",
        listed_as: LINK_EXPIRED,
        index: " INDEXED BY users_link_expiring",
    },
];

impl Kind {
    /// Appends of whom it is to be noted at `now`.
    fn push_due(&self, statement: &mut Statement, now: Timestamp) {
        statement.push(self.among).push(" AND ").push(self.end).push(" <= ").bind(now.as_microsecond());
    }
}

/// The workspaces in which something has expired by `now` that is not noted.
pub async fn workspaces_due(tx: &mut Tx, now: Timestamp) -> Result<BTreeSet<WorkspaceId>, StoreError> {
    let mut due = BTreeSet::new();
    for kind in KINDS {
        let mut statement = Statement::new("SELECT DISTINCT workspace_id FROM users");
        statement.push(entered_by(tx, kind.index)).push(" WHERE ");
        kind.push_due(&mut statement, now);
        let rows: Vec<(String,)> = fetch_all!(tx, statement)?;
        for (id,) in rows {
            due.insert(parse(&id)?);
        }
    }
    Ok(due)
}

/// When the first thing expires of which that is to be noted; none where nothing does.
pub async fn next_due(tx: &mut Tx) -> Result<Option<Timestamp>, StoreError> {
    let mut first = None;
    for Kind { end, among, index, .. } in KINDS {
        let mut statement = Statement::new("SELECT MIN(");
        statement.push(end).push(") FROM users").push(entered_by(tx, index)).push(" WHERE ").push(among);
        let rows: Vec<(Option<i64>,)> = fetch_all!(tx, statement)?;
        first = first.into_iter().chain(rows.into_iter().filter_map(|(end,)| end)).min();
    }
    instant_some(first)
}

/// Notes of up to `most` users of `workspace`, of each kind, what has expired by `now`; whether there were any. It is
/// told to those who listen, and is no change of the user: what an operator has read of them stays current.
pub async fn note(
    tx: &mut Tx,
    workspace: WorkspaceId,
    now: Timestamp,
    most: u32,
) -> Result<bool, StoreError> {
    let mut were_any = false;
    for kind in KINDS {
        let mut statement = Statement::new("SELECT id FROM users");
        statement.push(entered_by(tx, kind.index)).push(" WHERE workspace_id = ");
        statement.bind(workspace.to_string()).push(" AND ");
        kind.push_due(&mut statement, now);
        statement.push(" LIMIT ").bind(i64::from(most));
        let rows: Vec<(String,)> = fetch_all!(tx, statement)?;
        if rows.is_empty() {
            continue;
        }
        were_any = true;
        for (id,) in &rows {
            tx.touch_user(workspace, parse(id)?, None);
        }
        let mut statement = Statement::new("UPDATE users SET listed_as = ");
        statement.bind(kind.listed_as).push(" WHERE workspace_id = ").bind(workspace.to_string());
        statement.push(" AND id IN ").bind_all(rows.into_iter().map(|(id,)| id));
        execute!(tx, statement)?;
    }
    Ok(were_any)
}

/// Sees to it that nobody is listed as something else than the state says, but for those of whom it can be noted.
#[cfg(debug_assertions)]
pub(super) async fn check(tx: &mut Tx) -> Result<(), StoreError> {
    let statement = Statement::new(
        "SELECT COUNT(*) FROM users u WHERE u.listed_as <> u.state \
         AND NOT (u.listed_as = 'expired' AND u.state NOT IN ('cancelled', 'deleted') AND u.ends_at IS NOT NULL) \
         AND NOT (u.listed_as = 'link_expired' AND u.state = 'invited' AND u.link_ends_at IS NOT NULL)",
    );
    let counts: Vec<(i64,)> = fetch_all!(tx, statement)?;
    assert_eq!(counts, [(0,)], "a user was changed, and is listed as before");
    Ok(())
}

//! What the row of a user has of the user's groups: the first by name, to be sorted by, and their marks,
//! by which nearly all who are not in a group are told apart without a look at its users.

use super::statement::{Statement, execute, fetch_all};
use super::{StoreError, Tx};
use crate::domain::ids::{GroupId, UserId, WorkspaceId};

/// The mark of a new group: one of 63 bits.
pub fn mark(group: GroupId) -> i64 {
    let [.., last] = group.uuid().into_bytes();
    1 << (last % 63)
}

/// The mark of a group; none where there is no such group, and so nobody in it.
pub(super) async fn mark_of(tx: &mut Tx, workspace: WorkspaceId, group: GroupId) -> Result<i64, StoreError> {
    let mut statement = Statement::new("SELECT mark FROM groups WHERE workspace_id = ");
    statement.bind(workspace.to_string()).push(" AND id = ").bind(group.to_string());
    let marks: Vec<(i64,)> = fetch_all!(tx, statement)?;
    Ok(marks.first().map_or(0, |(mark,)| *mark))
}

/// Whose rows are to be renewed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whose {
    One(UserId),
    /// Of all who are in a group.
    In(GroupId),
    /// Of all who are in a group that is about to go.
    Leaving(GroupId),
}

/// Renews what the rows of users have of their groups.
pub(super) async fn renew(tx: &mut Tx, workspace: WorkspaceId, whose: Whose) -> Result<(), StoreError> {
    // An index holds no longer key. Of different powers of two the sum is what all of them have.
    let mut statement = Statement::new(
        "UPDATE users SET (group_key, group_marks) = (SELECT substr(COALESCE(MIN(g.name_key), ''), 1, 40), \
         CAST(COALESCE(SUM(DISTINCT g.mark), 0) AS BIGINT) FROM group_users m \
         JOIN groups g ON g.workspace_id = m.workspace_id AND g.id = m.group_id \
         WHERE m.user_id = users.id AND m.workspace_id = ",
    );
    statement.bind(workspace.to_string());
    if let Whose::Leaving(group) = whose {
        statement.push(" AND m.group_id <> ").bind(group.to_string());
    }
    statement.push(") WHERE workspace_id = ").bind(workspace.to_string());
    match whose {
        Whose::One(user) => drop(statement.push(" AND id = ").bind(user.to_string())),
        Whose::In(group) | Whose::Leaving(group) => {
            statement.push(" AND id IN (SELECT user_id FROM group_users WHERE workspace_id = ");
            statement.bind(workspace.to_string()).push(" AND group_id = ").bind(group.to_string()).push(")");
        }
    }
    execute!(tx, statement)?;
    Ok(())
}

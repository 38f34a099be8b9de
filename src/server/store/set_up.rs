//! SQL that all that a workspace is set up with have in common.

use super::audit::NewEntry;
use super::bulk::{AUDIT, Rows};
use super::value::count;
use super::{StoreError, Tx, on_engine};
use crate::domain::ids::WorkspaceId;

/// Runs a statement all of whose parameters are texts.
pub(super) async fn run(tx: &mut Tx, sql: &'static str, values: &[&str]) -> Result<(), StoreError> {
    on_engine!(tx, |connection| {
        let query = values.iter().fold(sqlx::query(sql), |query, value| query.bind(*value));
        query.execute(connection).await.map(drop)
    })?;
    Ok(())
}

/// The number that such a statement gives.
pub(super) async fn count_of(tx: &mut Tx, sql: &'static str, values: &[&str]) -> Result<u64, StoreError> {
    let (number,): (i64,) = on_engine!(tx, |connection| {
        let query = values.iter().fold(sqlx::query_as(sql), |query, value| query.bind(*value));
        query.fetch_one(connection).await
    })?;
    count(number)
}

/// The texts that such a statement gives, two a row; the second is empty where there is none.
pub(super) async fn pairs(
    tx: &mut Tx,
    sql: &'static str,
    values: &[&str],
) -> Result<Vec<(String, String)>, StoreError> {
    Ok(on_engine!(tx, |connection| {
        let query = values.iter().fold(sqlx::query_as(sql), |query, value| query.bind(*value));
        query.fetch_all(connection).await
    })?)
}

/// Writes many entries into the record of `workspace`.
pub async fn record_all(
    tx: &mut Tx,
    workspace: WorkspaceId,
    entries: Vec<NewEntry>,
) -> Result<(), StoreError> {
    let mut rows = Rows::of(AUDIT);
    for entry in entries {
        rows.push([
            workspace.to_string().into(),
            entry.id.to_string().into(),
            entry.user.map(|id| id.to_string()).into(),
            entry.at.as_microsecond().into(),
            entry.actor.into(),
            entry.actor_id.map(|id| id.to_string()).into(),
            entry.origin.into(),
            entry.action.into(),
            entry.summary.into(),
            entry.before.into(),
            entry.after.into(),
        ]);
    }
    rows.insert(tx).await
}

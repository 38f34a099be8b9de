//! Work that workspaces have for one worker: they take turns at it.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::domain::ids::WorkspaceId;

/// How soon work is looked for again after it could not be done.
pub const RETRY: Duration = Duration::from_secs(15);
/// The least wait: what is due and can't be done is no reason to spin.
const SOON: Duration = Duration::from_secs(1);

/// How long a worker waits that has something `due`, and otherwise looks for work every `patience`.
pub fn until(due: Option<Timestamp>, now: Timestamp, patience: Duration) -> Duration {
    let left = due.map(|due| due.duration_since(now));
    left.map_or(patience, |left| Duration::try_from(left).unwrap_or_default().clamp(SOON, patience))
}

/// Gives every workspace that is `waiting` its `turn`, which tells whether there may be more to do, round after
/// round until there is not, or `stop`. One that fails, or has much to do, does not keep the others waiting.
///
/// # Errors
/// What failed last, after the others had all their turns; at once, where it can't be told who waits.
pub async fn in_rounds<E, W, T>(
    stop: &CancellationToken,
    waiting: impl Fn() -> W,
    turn: impl Fn(WorkspaceId) -> T,
) -> Result<(), E>
where
    W: Future<Output = Result<Vec<WorkspaceId>, E>>,
    T: Future<Output = Result<bool, E>>,
{
    let (mut failed, mut failing) = (None, HashSet::new());
    let mut may_be_more = true;
    while may_be_more && !stop.is_cancelled() {
        may_be_more = false;
        for workspace in waiting().await? {
            if stop.is_cancelled() || failing.contains(&workspace) {
                continue;
            }
            match turn(workspace).await {
                Ok(has_more) => may_be_more |= has_more,
                Err(error) => {
                    failed = Some(error);
                    failing.insert(workspace);
                }
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

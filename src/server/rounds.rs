//! Work that workspaces have for one worker: they take turns at it.

use std::collections::HashSet;

use tokio_util::sync::CancellationToken;

use crate::domain::ids::WorkspaceId;

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

//! SQL of words of names: what may be meant by a word with a slip in it.

use super::grams;
use crate::domain::ids::WorkspaceId;
use crate::domain::slip::{forms, is_one_slip, may_slip, words};
use crate::server::store::bulk::{NAME_WORDS, Rows};
use crate::server::store::search::push_word;
use crate::server::store::statement::{Statement, fetch_all};
use crate::server::store::user_list::sources::push_sample;
use crate::server::store::{StoreError, Tx};

/// Words meant by one at most.
const MOST_MEANT: usize = 8;

/// What may be meant by `typed`: itself, and, where nobody in the workspace has it, the words of names
/// that are one slip away.
pub(super) async fn meant(
    tx: &mut Tx,
    workspace: WorkspaceId,
    typed: &str,
) -> Result<Vec<String>, StoreError> {
    let mut meant = vec![typed.to_owned()];
    if may_slip(typed) && !somebody_has(tx, workspace, typed).await? {
        meant.extend(one_slip_from(tx, workspace, typed).await?);
    }
    Ok(meant)
}

/// Whether anybody's name or address holds `word`. Looked for where it is likely first: at the
/// beginning of a name, then in a sample, so that the search index is asked for rare words only.
async fn somebody_has(tx: &mut Tx, workspace: WorkspaceId, word: &str) -> Result<bool, StoreError> {
    let mut statement = Statement::new("SELECT 1 FROM name_words WHERE workspace_id = ");
    statement.bind(workspace.to_string()).push(" AND form >= ").bind(word);
    statement.push(" AND form < ").bind(format!("{word}\u{10FFFF}")).push(" AND form = word LIMIT 1");
    let found: Vec<(i32,)> = fetch_all!(tx, statement)?;
    if !found.is_empty() {
        return Ok(true);
    }
    let mut statement = Statement::new("SELECT 1");
    push_sample(&mut statement, tx);
    statement.push("u.workspace_id = ");
    push_word(statement.bind(workspace.to_string()).push(" AND "), "(u.search_text || '')", word);
    statement.push(" LIMIT 1");
    let found: Vec<(i32,)> = fetch_all!(tx, statement)?;
    if !found.is_empty() {
        return Ok(true);
    }
    let mut statement = Statement::new("WITH found AS MATERIALIZED (SELECT u.workspace_id ");
    grams::push(&mut statement, tx, workspace, std::iter::once(&[word.to_owned()][..]));
    push_word(statement.push(" AND "), "u.search_text", word);
    statement
        .push(") SELECT 1 FROM found WHERE workspace_id = ")
        .bind(workspace.to_string())
        .push(" LIMIT 1");
    let found: Vec<(i32,)> = fetch_all!(tx, statement)?;
    Ok(!found.is_empty())
}

async fn one_slip_from(tx: &mut Tx, workspace: WorkspaceId, typed: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = Statement::new("SELECT DISTINCT word FROM name_words WHERE workspace_id = ");
    statement.bind(workspace.to_string()).push(" AND form IN ").bind_all(forms(typed));
    statement.push(" ORDER BY word");
    let found: Vec<(String,)> = fetch_all!(tx, statement)?;
    let meant = found.into_iter().map(|(word,)| word).filter(|word| is_one_slip(typed, word));
    Ok(meant.take(MOST_MEANT).collect())
}

/// Writes down the words of a name.
pub(super) async fn insert(tx: &mut Tx, workspace: WorkspaceId, name_key: &str) -> Result<(), StoreError> {
    let mut new: Vec<&str> = words(name_key).collect();
    let mut statement = Statement::new("SELECT word FROM name_words WHERE form = word AND workspace_id = ");
    statement.bind(workspace.to_string()).push(" AND form IN ").bind_all(new.iter().copied());
    let known: Vec<(String,)> = fetch_all!(tx, statement)?;
    new.retain(|word| !known.iter().any(|(known,)| known == word));
    new.sort_unstable();
    new.dedup();
    let mut rows = Rows::of(NAME_WORDS);
    for word in new {
        for form in forms(word) {
            rows.push([workspace.to_string().into(), form.into(), word.to_owned().into()]);
        }
    }
    rows.insert(tx).await
}

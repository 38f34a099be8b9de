//! SQL of the search index, which knows three characters in a row: who may have a word, and by which grams
//! a shorter word is found there.

use crate::domain::gram::{forms, grams, head, is_of_word};
use crate::domain::ids::WorkspaceId;
use crate::server::store::search::push_word;
use crate::server::store::statement::{Statement, execute, fetch_all};
use crate::server::store::{StoreError, Tx, TxEngine};

/// A word that is in more grams is in so many texts that it is rather sought along the order.
const MOST_GRAMS: usize = 64;

/// Whether the search index knows `word`: only of three letters in a row and more.
pub(super) fn is_indexed(word: &str) -> bool {
    word.split(|c: char| !c.is_alphanumeric()).any(|run| run.chars().count() >= 3)
}

/// Whether few are found by `gram`. PostgreSQL's index is made of words, with blanks before and behind them:
/// where a letter has none of its word beside it, all are found who have a word that begins with it.
fn is_telling(gram: &str) -> bool {
    let mut letters = gram.chars().skip(1);
    letters.next().is_some_and(is_of_word) || letters.next().is_some_and(|last| !last.is_ascii())
}

/// Grams of the workspace of which everybody has one who has `word`; none where there are too many, or some
/// that tell little.
pub(super) async fn around(
    tx: &mut Tx,
    workspace: WorkspaceId,
    word: &str,
) -> Result<Option<Vec<String>>, StoreError> {
    let mut statement = Statement::new("SELECT DISTINCT gram FROM search_grams WHERE workspace_id = ");
    statement.bind(workspace.to_string()).push(" AND form >= ").bind(head(word));
    statement.push(" AND form < ").bind(format!("{}\u{10FFFF}", head(word)));
    statement.push(" LIMIT ").literal(i64::try_from(MOST_GRAMS + 1).unwrap_or(i64::MAX));
    let found: Vec<(String,)> = fetch_all!(tx, statement)?;
    let is_narrow = found.len() <= MOST_GRAMS && found.iter().all(|(gram,)| is_telling(gram));
    Ok(is_narrow.then(|| found.into_iter().map(|(gram,)| gram).collect()))
}

/// Writes down the grams of what a user is searched by, most of which others have brought there before.
pub(super) async fn insert(tx: &mut Tx, workspace: WorkspaceId, search_text: &str) -> Result<(), StoreError> {
    let pairs = serde_json::json!(forms(search_text)).to_string();
    let mut statement = Statement::new("INSERT INTO search_grams (workspace_id, form, gram) SELECT ");
    statement.bind(workspace.to_string()).push(", pair.value ->> 0, pair.value ->> 1 FROM ");
    // One text however many there are, so that it is planned once.
    match tx.on {
        TxEngine::Sqlite(_) => statement.push("json_each(").bind(pairs).push(") AS pair"),
        TxEngine::Postgres(_) => {
            statement.push("jsonb_array_elements(CAST(").bind(pairs).push(" AS jsonb)) AS pair (value)")
        }
    };
    statement.push(" WHERE 1 = 1 ON CONFLICT DO NOTHING");
    execute!(tx, statement)?;
    Ok(())
}

/// Appends where those are found who may have a word of each of `words`, all of which the search index knows.
pub fn push<'a>(
    statement: &mut Statement,
    tx: &Tx,
    workspace: WorkspaceId,
    words: impl Iterator<Item = &'a [String]>,
) {
    if matches!(tx.on, TxEngine::Postgres(_)) {
        statement.push(" FROM users u WHERE u.workspace_id = ").bind(workspace.to_string());
        statement.push(" AND (u.workspace_id || '') = ").bind(workspace.to_string());
        let mut between = " AND (";
        for meant in words {
            for word in meant {
                push_word(statement.push(between), "u.search_text", word);
                between = " OR ";
            }
            between = ") AND (";
        }
        statement.push(")");
        return;
    }
    let all_of = |word: &String| {
        let quoted = grams(word).map(|gram| format!("\"{}\"", gram.replace('"', "\"\"")));
        format!("({})", quoted.collect::<Vec<_>>().join(" AND "))
    };
    let any_of =
        |meant: &[String]| format!("({})", meant.iter().map(all_of).collect::<Vec<_>>().join(" OR "));
    let sought = words.map(any_of).collect::<Vec<_>>().join(" AND ");
    statement.push(
        " FROM user_search CROSS JOIN users u INDEXED BY users_by_number ON u.number = user_search.rowid \
         WHERE user_search MATCH ",
    );
    statement.bind(sought);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_index_knows_words_of_three_letters_in_a_row() {
        for word in ["ann", "@example.org", "小龍虎", "o'brien"] {
            assert!(is_indexed(word), "{word}");
        }
        for word in ["an", "a.b.c", "...", "小龍", "%_%"] {
            assert!(!is_indexed(word), "{word}");
        }
    }

    #[test]
    fn grams_within_words_are_telling() {
        for gram in ["ann", "an ", ".an", " 小龍", "伟 王", " j "] {
            assert!(is_telling(gram), "{gram}");
        }
        for gram in ["a b", "...", "龍 l", "a. "] {
            assert!(!is_telling(gram), "{gram}");
        }
    }
}

//! The index of the words that names of units, groups and courses are made of.

use crate::api::whole_list::Kind;
use crate::domain::ids::WorkspaceId;
use crate::server::store::statement::Statement;
use crate::server::store::{Tx, TxEngine};

/// Limits a list of `kind`, whose table is called by its alias in [`crate::server::store::catalogue`], to names of
/// which some word begins with each of `words`, which are letters and digits alone. Each engine has an
/// index of its own kind; on SQLite the first `most` that fit are looked at.
pub fn push(
    statement: &mut Statement,
    (tx, kind): (&Tx, Kind),
    (workspace, words, most): (WorkspaceId, &[String], i64),
) {
    match &tx.on {
        TxEngine::Sqlite(_) => {
            statement
                .push(match kind {
                    Kind::Units => " AND n.number IN (SELECT rowid FROM unit_words WHERE unit_words MATCH ",
                    Kind::Groups => {
                        " AND g.number IN (SELECT rowid FROM group_words WHERE group_words MATCH "
                    }
                    Kind::Courses => {
                        " AND c.number IN (SELECT rowid FROM course_words WHERE course_words MATCH "
                    }
                })
                .bind(matching(workspace, words))
                .push(" LIMIT ")
                .bind(most)
                .push(")");
        }
        TxEngine::Postgres(_) => {
            let text: Vec<String> = words.iter().map(|word| format!("'{word}':*")).collect();
            statement
                .push(match kind {
                    Kind::Units => " AND to_tsvector('simple', n.search_text) @@ to_tsquery('simple', ",
                    Kind::Groups => " AND to_tsvector('simple', g.name_key) @@ to_tsquery('simple', ",
                    Kind::Courses => " AND to_tsvector('simple', c.title_key) @@ to_tsquery('simple', ",
                })
                .bind(text.join(" & "))
                .push(")");
        }
    }
}

/// The workspace, which is the first word of each row, and the beginnings of words.
fn matching(workspace: WorkspaceId, words: &[String]) -> String {
    let workspace = workspace.uuid().simple();
    words.iter().fold(format!("\"{workspace}\""), |text, word| format!("{text} AND \"{word}\"*"))
}

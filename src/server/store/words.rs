//! The index of the words that names of units, groups and courses are made of.

use super::statement::Statement;
use crate::api::whole_list::Kind;
use crate::domain::ids::WorkspaceId;

/// Limits a list of `kind`, whose rows are called by the first letter of the table's alias in
/// [`super::catalogue`], to names of which some word begins with each of `words`, which are letters and
/// digits alone. Of all workspaces' names that fit, `most` are looked at.
pub(super) fn push(
    statement: &mut Statement,
    kind: Kind,
    (workspace, words, most): (WorkspaceId, &[String], i64),
) {
    statement
        .push(match kind {
            Kind::Units => " AND n.number IN (SELECT rowid FROM unit_words WHERE unit_words MATCH ",
            Kind::Groups => " AND g.number IN (SELECT rowid FROM group_words WHERE group_words MATCH ",
            Kind::Courses => " AND c.number IN (SELECT rowid FROM course_words WHERE course_words MATCH ",
        })
        .bind(matching(workspace, words))
        .push(" LIMIT ")
        .bind(most)
        .push(")");
}

/// The workspace, which is the first word of each row, and the beginnings of words.
fn matching(workspace: WorkspaceId, words: &[String]) -> String {
    let workspace = workspace.uuid().simple();
    words.iter().fold(format!("\"{workspace}\""), |text, word| format!("{text} AND \"{word}\"*"))
}

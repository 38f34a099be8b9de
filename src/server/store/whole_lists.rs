//! SQL of whole lists, read in parts of which each goes on after the one before.

use uuid::Uuid;

use super::catalogue::push_managed;
use super::set_up::count_of;
use super::statement::{Statement, fetch_all};
use super::value::{count, parse, parse_some};
use super::{StoreError, Tx};
use crate::api::whole_list::{Item, Kind};
use crate::domain::ids::{UserId, WorkspaceId};

/// Which list, as whom it is for sees it.
#[derive(Clone, Copy, Debug)]
pub struct Whose {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Which list.
    pub kind: Kind,
    /// Only units that this user manages, and all below.
    pub manager: Option<UserId>,
}

/// Where a part ends: the key and the id of its last item.
pub type Place = (String, String);

/// One item as it is stored, with what it is sorted by.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: Uuid,
    parent: Option<Uuid>,
    level: u8,
    name: String,
    note: String,
    key: String,
}

impl Row {
    /// The item.
    pub fn item(&self) -> Item<'_> {
        Item { id: self.id, parent: self.parent, level: self.level, name: &self.name, note: &self.note }
    }

    /// After which the next part goes on.
    pub fn place(&self) -> Place {
        (self.key.clone(), self.id.hyphenated().to_string())
    }
}

/// How many items the list has.
pub async fn count_all(tx: &mut Tx, whose: Whose) -> Result<u64, StoreError> {
    if whose.kind == Kind::Units && whose.manager.is_some() {
        let mut statement = Statement::new("SELECT COUNT(*) FROM units n WHERE n.workspace_id = ");
        statement.bind(whose.workspace.to_string());
        push_managed(&mut statement, whose.workspace, whose.manager);
        let rows: Vec<(i64,)> = fetch_all!(tx, statement)?;
        return count(rows.first().map_or(0, |(items,)| *items));
    }
    let sql = match whose.kind {
        Kind::Units => "SELECT COUNT(*) FROM units WHERE workspace_id = $1",
        Kind::Groups => "SELECT COUNT(*) FROM groups WHERE workspace_id = $1",
        Kind::Courses => "SELECT COUNT(*) FROM courses WHERE workspace_id = $1",
    };
    count_of(tx, sql, &[&whose.workspace.to_string()]).await
}

/// At most `most` items after `after`, in the order of the list.
pub async fn part(
    tx: &mut Tx,
    whose: Whose,
    after: Option<&Place>,
    most: i64,
) -> Result<Vec<Row>, StoreError> {
    let [select, place, order] = match whose.kind {
        Kind::Units => [
            "SELECT n.id, n.parent_id, n.level, n.name, n.path, n.path_key FROM units n WHERE n.workspace_id = ",
            " AND (n.path_key, n.id) > (",
            " ORDER BY n.path_key, n.id LIMIT ",
        ],
        Kind::Groups => [
            "SELECT g.id, NULL, CAST(1 AS BIGINT), g.name, '', g.name_key FROM groups g WHERE g.workspace_id = ",
            " AND (g.name_key, g.id) > (",
            " ORDER BY g.name_key, g.id LIMIT ",
        ],
        Kind::Courses => [
            "SELECT c.id, NULL, CAST(1 AS BIGINT), c.title, c.subject, c.title_key FROM courses c \
             WHERE c.workspace_id = ",
            " AND (c.title_key, c.id) > (",
            " ORDER BY c.title_key, c.id LIMIT ",
        ],
    };
    let mut statement = Statement::new(select);
    statement.bind(whose.workspace.to_string());
    if whose.kind == Kind::Units {
        push_managed(&mut statement, whose.workspace, whose.manager);
    }
    if let Some((key, id)) = after {
        statement.push(place).bind(key.as_str()).push(", ").bind(id.as_str()).push(")");
    }
    statement.push(order).bind(most);
    let rows: Vec<(String, Option<String>, i64, String, String, String)> = fetch_all!(tx, statement)?;
    let row =
        |(id, parent, level, name, note, key): (String, Option<String>, i64, String, String, String)| {
            Ok(Row {
                id: parse(&id)?,
                parent: parse_some(parent.as_deref())?,
                level: count(level)?,
                name,
                note,
                key,
            })
        };
    rows.into_iter().map(row).collect()
}

//! SQL of units, groups, courses and auto-enrolments.

use std::collections::HashSet;

use uuid::Uuid;

use super::search::push_words;
use super::statement::{Statement, fetch_all};
use super::value::{count, parse, parse_some};
use super::words::names;
use super::{StoreError, Tx, on_engine};
use crate::api::catalogue::{AutoCourse, Course, CourseRef, Group, Unit, UnitRef};
use crate::api::whole_list::Kind;
use crate::domain::ids::{AutoEnrolmentId, CourseId, GroupId, UnitId, UserId, WorkspaceId};

/// Part of a list, each item with the key that it is sorted by.
pub type Keyed<T> = Vec<(String, T)>;

/// What makes an item likely to be meant by what was typed, folded.
#[derive(Clone, Copy, Debug)]
pub enum Likely<'a> {
    /// Its name begins with this.
    Beginning(&'a str),
    /// For each of these, a word of its name begins with it; letters and digits alone.
    Words(&'a [String]),
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part<'a> {
    /// Only the item with this id.
    pub only: Option<&'a str>,
    /// Only the items with these ids.
    pub ids: &'a [Uuid],
    /// Only items that hold every word of this.
    pub search: Option<&'a str>,
    /// Only items that are likely meant.
    pub likely: Option<Likely<'a>>,
    /// The key and id after which to go on.
    pub after: Option<(&'a str, &'a str)>,
    /// How many at most.
    pub most: i64,
}

impl<'a> Part<'a> {
    /// The item `id` alone.
    pub fn only(id: &'a str) -> Self {
        Self { only: Some(id), most: 1, ..Self::default() }
    }

    fn push(&self, statement: &mut Statement, (tx, workspace): (&Tx, WorkspaceId), columns: &Columns) {
        let Columns { kind, id, text, key, most_by_words, place, order } = *columns;
        if let Some(only) = self.only {
            statement.push(" AND ").push(id).push(" = ").bind(only);
        }
        if !self.ids.is_empty() {
            let ids = self.ids.iter().map(|id| id.hyphenated().to_string());
            statement.push(" AND ").push(id).push(" IN ").bind_all(ids);
        }
        push_words(statement, self.search, text);
        match self.likely {
            None => {}
            Some(Likely::Beginning(typed)) => {
                // No character is above the last one, so that this ends all that begins so.
                let end = format!("{typed}{}", char::MAX);
                statement.push(" AND ").push(key).push(" >= ").bind(typed);
                statement.push(" AND ").push(key).push(" < ").bind(end);
            }
            Some(Likely::Words(typed)) => {
                // What is likely has no order, so that the work can be bounded.
                names::push(statement, (tx, kind), (workspace, typed, most_by_words));
                statement.push(" LIMIT ").bind(self.most);
                return;
            }
        }
        if let Some((key, id)) = self.after {
            statement.push(" AND ").push(place).push(" > (").bind(key).push(", ").bind(id).push(")");
        }
        statement.push(order).push(" LIMIT ").bind(self.most);
    }
}

/// The columns of a list.
struct Columns {
    kind: Kind,
    id: &'static str,
    /// What is searched.
    text: &'static str,
    /// What it is sorted by, and its name begins with.
    key: &'static str,
    /// How many items the words may find before the other conditions.
    most_by_words: i64,
    place: &'static str,
    order: &'static str,
}

/// Which units: those of a Manager, those below one, or all.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnitLimits {
    /// Only units that this user manages, and all below.
    pub manager: Option<UserId>,
    /// Only units directly below this one.
    pub parent: Option<UnitId>,
}

type UnitRow = (String, String, String, String, Option<String>, i64, i64);

/// Units in the order of the tree.
pub async fn units(
    tx: &mut Tx,
    workspace: WorkspaceId,
    limits: UnitLimits,
    part: Part<'_>,
) -> Result<Keyed<Unit>, StoreError> {
    let mut statement = Statement::new(
        "SELECT n.id, n.name, n.path, n.path_key, n.parent_id, n.level, \
         (SELECT COUNT(*) FROM users u WHERE u.workspace_id = ",
    );
    statement.bind(workspace.to_string());
    statement.push(" AND u.unit_id = n.id AND u.state <> 'deleted') FROM units n WHERE n.workspace_id = ");
    statement.bind(workspace.to_string());
    push_managed(&mut statement, workspace, limits.manager);
    if let Some(parent) = limits.parent {
        statement.push(" AND n.parent_id = ").bind(parent.to_string());
    }
    let columns = Columns {
        kind: Kind::Units,
        id: "n.id",
        text: "n.search_text",
        key: "n.path_key",
        // What a Manager does not manage is left out afterwards.
        most_by_words: if limits.manager.is_some() { i64::MAX } else { part.most },
        place: "(n.path_key, n.id)",
        order: " ORDER BY n.path_key, n.id",
    };
    part.push(&mut statement, (&*tx, workspace), &columns);
    let rows: Vec<UnitRow> = fetch_all!(tx, statement)?;
    let unit = |(id, name, path, key, parent, level, users): UnitRow| {
        let unit = Unit {
            id: parse(&id)?,
            name: name.into(),
            path: path.into(),
            parent_id: parse_some(parent.as_deref())?,
            level: count(level)?,
            users: count(users)?,
        };
        Ok((key, unit))
    };
    rows.into_iter().map(unit).collect()
}

/// Limits units to those that `manager` manages, and all below.
pub(super) fn push_managed(statement: &mut Statement, workspace: WorkspaceId, manager: Option<UserId>) {
    if let Some(manager) = manager {
        statement
            .push(
                " AND EXISTS (SELECT 1 FROM units_managed m JOIN units top \
                 ON top.workspace_id = m.workspace_id AND top.id = m.unit_id \
                 WHERE n.lineage LIKE top.lineage || '%' AND m.workspace_id = ",
            )
            .bind(workspace.to_string())
            .push(" AND m.user_id = ")
            .bind(manager.to_string())
            .push(")");
    }
}

/// The units that `manager` manages, and all below, as a set.
pub async fn units_within(
    tx: &mut Tx,
    workspace: WorkspaceId,
    manager: UserId,
) -> Result<HashSet<UnitId>, StoreError> {
    let mut statement = Statement::new("SELECT n.id FROM units n WHERE n.workspace_id = ");
    statement.bind(workspace.to_string());
    push_managed(&mut statement, workspace, Some(manager));
    let rows: Vec<(String,)> = fetch_all!(tx, statement)?;
    rows.iter().map(|(id,)| parse(id)).collect()
}

/// Groups by name.
pub async fn groups(tx: &mut Tx, workspace: WorkspaceId, part: Part<'_>) -> Result<Keyed<Group>, StoreError> {
    // The deleted are few beside all: counted once, and taken off.
    let mut statement = Statement::new(
        "WITH gone AS MATERIALIZED (SELECT m.group_id, COUNT(*) AS users FROM users u CROSS JOIN group_users m \
         WHERE u.state = 'deleted' AND m.workspace_id = u.workspace_id AND m.user_id = u.id AND u.workspace_id = ",
    );
    statement.bind(workspace.to_string());
    statement.push(
        " GROUP BY m.group_id) SELECT g.id, g.name, g.name_key, \
         (SELECT COUNT(*) FROM group_users m WHERE m.group_id = g.id AND m.workspace_id = ",
    );
    statement.bind(workspace.to_string());
    statement.push(
        ") - COALESCE((SELECT users FROM gone WHERE gone.group_id = g.id), 0) FROM groups g WHERE g.workspace_id = ",
    );
    statement.bind(workspace.to_string());
    let columns = Columns {
        kind: Kind::Groups,
        id: "g.id",
        text: "g.name_key",
        key: "g.name_key",
        most_by_words: part.most,
        place: "(g.name_key, g.id)",
        order: " ORDER BY g.name_key, g.id",
    };
    part.push(&mut statement, (&*tx, workspace), &columns);
    let rows: Vec<(String, String, String, i64)> = fetch_all!(tx, statement)?;
    let group = |(id, name, key, users): (String, String, String, i64)| {
        Ok((key, Group { id: parse(&id)?, name: name.into(), users: count(users)? }))
    };
    rows.into_iter().map(group).collect()
}

type CourseRow = (String, String, String, String, i64);

/// Courses by title.
pub async fn courses(
    tx: &mut Tx,
    workspace: WorkspaceId,
    part: Part<'_>,
) -> Result<Keyed<Course>, StoreError> {
    let mut statement = Statement::new(
        "SELECT c.id, c.title, c.title_key, c.subject, (SELECT COUNT(*) FROM enrolments e \
         WHERE e.workspace_id = ",
    );
    statement.bind(workspace.to_string());
    statement.push(" AND e.course_id = c.id AND e.state IN ('enrolled', 'in_progress')) ");
    statement.push("FROM courses c WHERE c.workspace_id = ").bind(workspace.to_string());
    let columns = Columns {
        kind: Kind::Courses,
        id: "c.id",
        text: "c.title_key",
        key: "c.title_key",
        most_by_words: part.most,
        place: "(c.title_key, c.id)",
        order: " ORDER BY c.title_key, c.id",
    };
    part.push(&mut statement, (&*tx, workspace), &columns);
    let rows: Vec<CourseRow> = fetch_all!(tx, statement)?;
    let course = |(id, title, key, subject, enrolled): CourseRow| {
        let (id, enrolled) = (parse(&id)?, count(enrolled)?);
        Ok((key, Course { id, title: title.into(), subject: subject.into(), enrolled }))
    };
    rows.into_iter().map(course).collect()
}

/// `head`, and then `ids` of `workspace`. Nothing needs to be asked where there are none.
fn among<T: ToString>(head: &'static str, workspace: WorkspaceId, ids: &[T]) -> Option<Statement> {
    let mut statement = Statement::new(head);
    statement.bind(workspace.to_string()).push(" AND id IN ").bind_all(ids.iter().map(ToString::to_string));
    (!ids.is_empty()).then_some(statement)
}

/// Those of `ids` that are units of the workspace, with their keys in the order of the tree.
pub async fn known_units(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[UnitId],
) -> Result<Vec<(UnitRef, String)>, StoreError> {
    let Some(statement) =
        among("SELECT id, name, path, path_key FROM units WHERE workspace_id = ", workspace, ids)
    else {
        return Ok(Vec::new());
    };
    let rows: Vec<(String, String, String, String)> = fetch_all!(tx, statement)?;
    let unit = |(id, name, path, key): (String, String, String, String)| {
        Ok((UnitRef { id: parse(&id)?, name: name.into(), path: path.into() }, key))
    };
    rows.into_iter().map(unit).collect()
}

/// Those of `ids` that are groups of the workspace.
pub async fn known_groups(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[GroupId],
) -> Result<HashSet<GroupId>, StoreError> {
    let Some(statement) = among("SELECT id FROM groups WHERE workspace_id = ", workspace, ids) else {
        return Ok(HashSet::new());
    };
    let rows: Vec<(String,)> = fetch_all!(tx, statement)?;
    rows.iter().map(|(id,)| parse(id)).collect()
}

/// The names of those of `ids` that are groups of the workspace, in order.
pub async fn group_names(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[GroupId],
) -> Result<Vec<String>, StoreError> {
    let Some(mut statement) = among("SELECT name FROM groups WHERE workspace_id = ", workspace, ids) else {
        return Ok(Vec::new());
    };
    statement.push(" ORDER BY name_key, id");
    let rows: Vec<(String,)> = fetch_all!(tx, statement)?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Those of `ids` that are courses of the workspace, by title.
pub async fn known_courses(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[CourseId],
) -> Result<Vec<CourseRef>, StoreError> {
    let Some(mut statement) = among("SELECT id, title FROM courses WHERE workspace_id = ", workspace, ids)
    else {
        return Ok(Vec::new());
    };
    statement.push(" ORDER BY title_key, id");
    let rows: Vec<(String, String)> = fetch_all!(tx, statement)?;
    rows.into_iter().map(|(id, title)| Ok(CourseRef { id: parse(&id)?, title: title.into() })).collect()
}

/// Whether the workspace has units at all.
pub async fn has_units(tx: &mut Tx, workspace: WorkspaceId) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM \
        (SELECT 1 FROM units WHERE workspace_id = $1 LIMIT 1) AS first";
    let (units,): (i64,) = on_engine!(tx, |connection| sqlx::query_as(SQL)
        .bind(workspace.to_string())
        .fetch_one(connection)
        .await)?;
    Ok(units > 0)
}

type AutoRow = (String, String, String, String, String);

/// The courses that auto-enrolments of `unit`, all above it, and `groups` add, by title (DESIGN
/// R8). A course that several add stands there once for each.
pub async fn auto_courses(
    tx: &mut Tx,
    workspace: WorkspaceId,
    unit: Option<UnitId>,
    groups: &[GroupId],
) -> Result<Vec<(AutoEnrolmentId, AutoCourse)>, StoreError> {
    if unit.is_none() && groups.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::new(
        "SELECT r.id, r.name, COALESCE(top.path, g.name), c.id, c.title FROM auto_enrolments r \
         JOIN auto_enrolment_courses rc ON rc.workspace_id = r.workspace_id AND rc.auto_enrolment_id = r.id \
         JOIN courses c ON c.workspace_id = r.workspace_id AND c.id = rc.course_id \
         LEFT JOIN units top ON top.workspace_id = r.workspace_id AND top.id = r.unit_id \
         LEFT JOIN groups g ON g.workspace_id = r.workspace_id AND g.id = r.group_id \
         WHERE r.workspace_id = ",
    );
    statement
        .bind(workspace.to_string())
        .push(" AND (r.group_id IN ")
        .bind_all(groups.iter().map(ToString::to_string))
        .push(" OR EXISTS (SELECT 1 FROM units own WHERE own.workspace_id = ")
        .bind(workspace.to_string())
        .push(" AND own.id = ")
        .bind(unit.map(|id| id.to_string()).unwrap_or_default())
        .push(" AND own.lineage LIKE top.lineage || '%')) ORDER BY c.title_key, c.id, r.id");
    let rows: Vec<AutoRow> = fetch_all!(tx, statement)?;
    let course = |(id, rule, because, course, title): AutoRow| {
        let course = CourseRef { id: parse(&course)?, title: title.into() };
        Ok((parse(&id)?, AutoCourse { course, rule: rule.into(), because: because.into() }))
    };
    rows.into_iter().map(course).collect()
}

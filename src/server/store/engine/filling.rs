//! Filling an empty database: what every row would have to be entered into is put away, and made
//! anew from all rows at once.

use crate::server::store::{StoreError, Tx, TxEngine, on_engine};

/// What was put away: the statements that make it anew.
#[derive(Debug)]
#[must_use = "what was put away is to be put back"]
pub struct Shelf(Vec<String>);

/// On SQLite: indexes, and the triggers that keep what is searched by.
const OF_SQLITE: &str = "SELECT 'DROP ' || type || ' \"' || name || '\"', sql FROM sqlite_schema \
    WHERE sql IS NOT NULL AND (type = 'index' OR (type = 'trigger' \
    AND tbl_name IN ('users', 'units', 'groups', 'courses'))) ORDER BY type, name";
/// What those triggers would have done.
const SEARCH_INDEXES_OF_SQLITE: [&str; 9] = [
    "UPDATE users SET number = rowid",
    "INSERT INTO user_search (rowid, search_text) SELECT number, search_text FROM users",
    "INSERT INTO user_search (user_search) VALUES ('optimize')",
    "UPDATE units SET number = rowid",
    "INSERT INTO unit_words (rowid, words) \
        SELECT number, replace(workspace_id, '-', '') || ' ' || search_text FROM units",
    "UPDATE groups SET number = rowid",
    "INSERT INTO group_words (rowid, words) \
        SELECT number, replace(workspace_id, '-', '') || ' ' || name_key FROM groups",
    "UPDATE courses SET number = rowid",
    "INSERT INTO course_words (rowid, words) \
        SELECT number, replace(workspace_id, '-', '') || ' ' || title_key FROM courses",
];
/// On PostgreSQL: references, and indexes that hold no rule.
const OF_POSTGRES: &str = "SELECT drop_it, make_it FROM (\
    SELECT 2 AS place, conname AS name, \
        format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop_it, \
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS make_it \
    FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace \
    UNION ALL \
    SELECT 1, c.relname, format('DROP INDEX %I', c.relname), pg_get_indexdef(c.oid) \
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
    WHERE c.relnamespace = current_schema()::regnamespace \
        AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u'))\
    ) AS things ORDER BY place, name";
/// Writing a million rows takes longer, and more memory, than what is usual otherwise.
const ROOM_ON_POSTGRES: [&str; 2] =
    ["SET LOCAL statement_timeout = 0", "SET LOCAL maintenance_work_mem = '128MB'"];
/// Keys come in no order: without room for the trees that they go into, every row is a page written.
const ROOM_ON_SQLITE: [&str; 1] = ["PRAGMA cache_size = -262144"];

/// Puts away what slows down the writing of many rows.
pub async fn put_away(tx: &mut Tx) -> Result<Shelf, StoreError> {
    let is_sqlite = matches!(tx.on, TxEngine::Sqlite(_));
    let room: &[&'static str] = if is_sqlite { &ROOM_ON_SQLITE } else { &ROOM_ON_POSTGRES };
    for sql in room {
        tx.run(sql).await?;
    }
    let sql = if is_sqlite { OF_SQLITE } else { OF_POSTGRES };
    let things: Vec<(String, String)> =
        on_engine!(tx, |connection| sqlx::query_as(sql).fetch_all(connection).await)?;
    let (drops, makes): (Vec<String>, Vec<String>) = things.into_iter().unzip();
    // References go before the indexes that they lean on.
    for sql in drops.into_iter().rev() {
        run(tx, sql).await?;
    }
    let search = SEARCH_INDEXES_OF_SQLITE.map(str::to_owned).into_iter().filter(|_| is_sqlite);
    Ok(Shelf(search.chain(makes).collect()))
}

/// Puts back what was put away.
pub async fn put_back(tx: &mut Tx, Shelf(statements): Shelf) -> Result<(), StoreError> {
    for sql in statements {
        run(tx, sql).await?;
    }
    Ok(())
}

async fn run(tx: &mut Tx, sql: String) -> Result<(), StoreError> {
    on_engine!(tx, |connection| sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(connection).await.map(drop))?;
    Ok(())
}

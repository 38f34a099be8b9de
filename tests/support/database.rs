//! The database under a test: a file of its own, or, where `ADMIT_TEST_POSTGRES` names a server
//! (`postgres://…`), a database of its own there. The same tests run on both.

use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use admit::server::store::Store;
use admit::server::store::address::DatabaseAddress;
use sqlx::postgres::{PgConnection, PgPool};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{AssertSqlSafe, Connection, Executor};
use tokio::sync::OnceCell;

/// A value of a row.
#[derive(Clone, Debug)]
pub enum Value {
    Text(Option<String>),
    Number(Option<i64>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(Some(text.clone()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

/// A row's values, of whatever kinds.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::database::Value::from($value)),*] };
}

enum Raw {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// The database under a test, for looking into it and for arranging what no request can.
pub struct Database {
    pub address: DatabaseAddress,
    raw: Raw,
    server: Option<(String, String)>,
}

macro_rules! on_raw {
    ($database:expr, $sql:expr, $values:expr, |$query:ident, $pool:ident| $body:expr, $make:path) => {{
        let sql = numbered($sql);
        match &$database.raw {
            Raw::Sqlite($pool) => {
                let mut $query = $make(AssertSqlSafe(sql));
                for value in $values {
                    $query = match value.clone() {
                        Value::Text(text) => $query.bind(text),
                        Value::Number(number) => $query.bind(number),
                    };
                }
                $body
            }
            Raw::Postgres($pool) => {
                let mut $query = $make(AssertSqlSafe(sql));
                for value in $values {
                    $query = match value.clone() {
                        Value::Text(text) => $query.bind(text),
                        Value::Number(number) => $query.bind(number),
                    };
                }
                $body
            }
        }
    }};
}

/// `sql` with `$1`, `$2`… for its question marks.
fn numbered(sql: &str) -> String {
    let mut parts = sql.split('?');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.enumerate().fold(first, |sql, (n, part)| format!("{sql}${}{part}", n + 1))
}

/// The PostgreSQL server that tests are to use.
#[expect(clippy::disallowed_methods, reason = "the one place of the tests that asks for it")]
pub fn postgres_server() -> Option<String> {
    std::env::var("ADMIT_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// `server` with another database.
fn with_name(server: &str, name: &str) -> String {
    let (before, query) = server.split_once('?').map_or((server, ""), |(before, query)| (before, query));
    let (host, _) = before.rsplit_once('/').unwrap();
    format!("{host}/{name}?sslmode=disable{}{query}", if query.is_empty() { "" } else { "&" })
}

async fn command(server: &str, sql: String) {
    let mut connection = PgConnection::connect(&with_name(server, "postgres")).await.unwrap();
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
    connection.close().await.unwrap();
}

/// A database with all tables, of which every test gets a copy.
async fn template(server: &str) -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let made = TEMPLATE.get_or_init(|| async {
        let name = format!("admit_template_{}", process::id());
        command(server, format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")).await;
        Store::open(&with_name(server, &name).parse().unwrap()).await.unwrap().close().await;
        name
    });
    made.await.clone()
}

impl Database {
    /// A new one; a file is put into `folder`.
    pub async fn make(folder: &Path) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let Some(server) = postgres_server() else { return Self::file(folder).await };
        let template = template(&server).await;
        let name = format!("admit_{}_{}", process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        command(&server, format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        let url = with_name(&server, &name);
        let raw = Raw::Postgres(PgPool::connect_lazy(&url).unwrap());
        Self { address: url.parse().unwrap(), raw, server: Some((server, name)) }
    }

    async fn file(folder: &Path) -> Self {
        let path = folder.join("people.db");
        Store::open(&DatabaseAddress::Sqlite(path.clone())).await.unwrap().close().await;
        let options = SqliteConnectOptions::new().filename(&path).foreign_keys(true);
        let raw = Raw::Sqlite(SqlitePool::connect_lazy_with(options));
        Self { address: DatabaseAddress::Sqlite(path), raw, server: None }
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.raw, Raw::Postgres(_))
    }

    /// Runs `sql`, in which question marks stand for `values`.
    pub async fn run(&self, sql: &str, values: &[Value]) {
        on_raw!(self, sql, values, |query, pool| query.execute(pool).await.map(drop), sqlx::query).unwrap();
    }

    /// Runs one statement for SQLite or another for PostgreSQL.
    pub async fn run_either(&self, sqlite: &str, postgres: &str) {
        let sql = if self.is_postgres() { postgres } else { sqlite };
        match &self.raw {
            Raw::Sqlite(pool) => pool.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.map(drop),
            Raw::Postgres(pool) => pool.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.map(drop),
        }
        .unwrap();
    }

    /// The first column of a query, of texts.
    pub async fn texts(&self, sql: &str, values: &[Value]) -> Vec<String> {
        let rows: Vec<(String,)> =
            on_raw!(self, sql, values, |query, pool| query.fetch_all(pool).await, sqlx::query_as).unwrap();
        rows.into_iter().map(|(text,)| text).collect()
    }

    /// The first column of a query, of numbers.
    pub async fn numbers(&self, sql: &str, values: &[Value]) -> Vec<i64> {
        let rows: Vec<(i64,)> =
            on_raw!(self, sql, values, |query, pool| query.fetch_all(pool).await, sqlx::query_as).unwrap();
        rows.into_iter().map(|(number,)| number).collect()
    }

    /// The names of its tables.
    pub async fn tables(&self) -> Vec<String> {
        let sql = if self.is_postgres() {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        } else {
            "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1"
        };
        self.texts(sql, &[]).await
    }

    /// Ends the looking.
    pub async fn close(&self) {
        match &self.raw {
            Raw::Sqlite(pool) => pool.close().await,
            Raw::Postgres(pool) => pool.close().await,
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((server, name)) = self.server.take() else { return };
        // The runtime of the test can't wait for it any more; a server that is gone needs no tidying.
        drop(process::Command::new("psql")
            .arg(with_name(&server, "postgres"))
            .args(["-qc", &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")])
            .stdout(process::Stdio::null())
            .stderr(process::Stdio::null())
            .spawn());
    }
}

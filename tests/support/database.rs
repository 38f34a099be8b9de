//! The database under a test: a file of its own, or, where `TEST_POSTGRES_URL` names a server
//! (`postgres://…`), a database of its own there. The same tests run on both; one that can't have its
//! database fails.

use std::path::Path;
use std::process;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use admit::server::store::Store;
use admit::server::store::engine::address::DatabaseAddress;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgSslMode};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
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

/// The values of a statement, of whatever kinds.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::database::Value::from($value)),*] };
}

/// Ends of lines to the database, beside those of the store.
enum Lines {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// The database under a test, for looking into it and for arranging what no request can.
pub struct Database {
    pub address: DatabaseAddress,
    lines: Lines,
    rented: Option<Rented>,
}

/// A database on a server, which is dropped with this.
struct Rented {
    server: String,
    name: String,
}

/// Runs `$body` with a query of `$sql` on `$values`, on either engine.
macro_rules! on_lines {
    ($database:expr, $sql:expr, $values:expr, $kind:path, |$query:ident, $lines:ident| $body:expr) => {{
        let sql = AssertSqlSafe(numbered($sql));
        match &$database.lines {
            Lines::Sqlite($lines) => {
                let $query = bound!($kind(sql), $values);
                $body
            }
            Lines::Postgres($lines) => {
                let $query = bound!($kind(sql), $values);
                $body
            }
        }
    }};
}

macro_rules! bound {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value.clone() {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
            };
        }
        query
    }};
}

/// `sql` with `$1`, `$2`… for its question marks.
fn numbered(sql: &str) -> String {
    let mut parts = sql.split('?');
    let first = parts.next().unwrap().to_owned();
    parts.enumerate().fold(first, |sql, (n, part)| format!("{sql}${}{part}", n + 1))
}

/// The PostgreSQL server that tests are to use.
#[expect(clippy::disallowed_methods, reason = "the one place of the tests that asks for it")]
pub fn postgres_server() -> Option<String> {
    std::env::var("TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
}

/// The address of the database `name` on `server`.
pub fn named(server: &str, name: &str) -> String {
    let options = PgConnectOptions::from_str(server).unwrap().database(name);
    options.ssl_mode(PgSslMode::Disable).to_url_lossy().to_string()
}

async fn command(server: &str, sql: String) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(&named(server, "postgres")).await?;
    connection.execute(AssertSqlSafe(sql)).await?;
    connection.close().await
}

/// A database with all tables, of which every test of this program gets a copy.
async fn template(server: &str) -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let made = TEMPLATE.get_or_init(|| async {
        sweep(server).await;
        let name = format!("admit_test_{}", process::id());
        command(server, format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")).await.unwrap();
        Store::open(&named(server, &name).parse().unwrap()).await.unwrap().close().await;
        name
    });
    made.await.clone()
}

/// Drops what test programs left that run no more.
async fn sweep(server: &str) {
    let mut connection = PgConnection::connect(&named(server, "postgres")).await.unwrap();
    let sql = r"SELECT datname::text FROM pg_database WHERE datname LIKE 'admit\_test\_%'";
    let names: Vec<(String,)> = sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap();
    for (name,) in names {
        let maker = name.split('_').nth(2).unwrap();
        if !Path::new("/proc").join(maker).exists() {
            // Another program may be sweeping too.
            drop(
                connection
                    .execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")))
                    .await,
            );
        }
    }
}

impl Database {
    /// A new one; a file is put into `folder`.
    pub async fn make(folder: &Path) -> Self {
        match postgres_server() {
            Some(server) => Self::rent(server).await,
            None => Self::file(folder).await,
        }
    }

    async fn rent(server: String) -> Self {
        static RENTED: AtomicU32 = AtomicU32::new(0);
        let template = template(&server).await;
        let name = format!("{template}_{}", RENTED.fetch_add(1, Ordering::Relaxed));
        command(&server, format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
        let url = named(&server, &name);
        let lines = Lines::Postgres(PgPool::connect_lazy(&url).unwrap());
        Self { address: url.parse().unwrap(), lines, rented: Some(Rented { server, name }) }
    }

    /// The one at `url` of a PostgreSQL server that the test has for itself.
    pub async fn at(url: &str) -> Self {
        let address: DatabaseAddress = url.parse().unwrap();
        Store::open(&address).await.unwrap().close().await;
        Self { address, lines: Lines::Postgres(PgPool::connect_lazy(url).unwrap()), rented: None }
    }

    async fn file(folder: &Path) -> Self {
        let path = folder.join("people.db");
        let address = DatabaseAddress::Sqlite(path.clone());
        Store::open(&address).await.unwrap().close().await;
        let options = SqliteConnectOptions::new().filename(&path).foreign_keys(true);
        Self { address, lines: Lines::Sqlite(SqlitePool::connect_lazy_with(options)), rented: None }
    }

    /// The address, as a command line has it.
    pub fn url(&self) -> String {
        match &self.rented {
            Some(Rented { server, name }) => named(server, name),
            None => self.address.to_string(),
        }
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.lines, Lines::Postgres(_))
    }

    /// Runs `sql`, in which question marks stand for `values`.
    pub async fn run(&self, sql: &str, values: &[Value]) {
        self.try_run(sql, values).await.unwrap();
    }

    /// The same for what may be refused.
    pub async fn try_run(&self, sql: &str, values: &[Value]) -> Result<(), sqlx::Error> {
        on_lines!(self, sql, values, sqlx::query, |query, lines| query.execute(lines).await.map(drop))
    }

    /// Runs statements for SQLite or others for PostgreSQL.
    pub async fn run_either(&self, sqlite: &'static str, postgres: &'static str) {
        match &self.lines {
            Lines::Sqlite(lines) => lines.execute(sqlx::raw_sql(sqlite)).await.map(drop),
            Lines::Postgres(lines) => lines.execute(sqlx::raw_sql(postgres)).await.map(drop),
        }
        .unwrap();
    }

    /// Runs again those statements of a migration that begin with `beginning`; how many there are.
    pub async fn fill_as(&self, migration: &str, beginning: &str) -> usize {
        let engine = if self.address.file().is_some() { "sqlite" } else { "postgres" };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/store/migrations");
        let file = format!("{migration}.sql");
        let own = std::fs::read_to_string(folder.join(engine).join(&file));
        // What is the same for both stands above.
        let text = own.or_else(|_| std::fs::read_to_string(folder.join(&file))).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("--")).collect();
        let text = lines.join("\n");
        let fills: Vec<&str> =
            text.split(';').map(str::trim).filter(|sql| sql.starts_with(beginning)).collect();
        for sql in &fills {
            self.run(sql, values![]).await;
        }
        fills.len()
    }

    /// The first column of a query, of texts.
    pub async fn texts(&self, sql: &str, values: &[Value]) -> Vec<String> {
        let rows: Vec<(String,)> =
            on_lines!(self, sql, values, sqlx::query_as, |query, lines| query.fetch_all(lines).await)
                .unwrap();
        rows.into_iter().map(|(text,)| text).collect()
    }

    /// The first column of a query, of numbers.
    pub async fn numbers(&self, sql: &str, values: &[Value]) -> Vec<i64> {
        let rows: Vec<(i64,)> =
            on_lines!(self, sql, values, sqlx::query_as, |query, lines| query.fetch_all(lines).await)
                .unwrap();
        rows.into_iter().map(|(number,)| number).collect()
    }

    /// The names of its tables.
    pub async fn tables(&self) -> Vec<String> {
        let sql = if self.is_postgres() {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        } else {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'user_search%' ORDER BY 1"
        };
        self.texts(sql, &[]).await
    }

    /// The rows of `table` as texts, in some order that depends on nothing else.
    pub async fn rows(&self, table: &str) -> Vec<String> {
        let row = if self.is_postgres() {
            "t::text".to_owned()
        } else {
            let columns = "SELECT 'quote(\"' || name || '\")' FROM pragma_table_info(?)";
            self.texts(columns, values![table]).await.join(" || '|' || ")
        };
        self.texts(&format!("SELECT {row} FROM \"{table}\" t ORDER BY 1"), &[]).await
    }

    /// All that is kept: the files of a database that is one, with its write-ahead log, or every row.
    pub async fn bytes(&self) -> Vec<u8> {
        if let Some(path) = self.address.file() {
            let log = path.with_extension("db-wal");
            return [path, &log].map(|path| std::fs::read(path).unwrap_or_default()).concat();
        }
        let mut bytes = Vec::new();
        for table in self.tables().await {
            bytes.extend(self.rows(&table).await.join("\n").into_bytes());
        }
        bytes
    }
}

impl Drop for Rented {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // Nobody waits for it: the server ends no database while a connection to it is being opened, and
        // that one hangs on the very runtime that would wait. What is left when the tests are over is
        // swept by the next ones.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            drop(runtime.block_on(command(&server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))));
        });
    }
}

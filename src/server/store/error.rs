//! Why the store could not do what was asked.

use std::path::PathBuf;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique key is taken.
    #[error("the row exists already")]
    Duplicate,
    /// Another writer did not finish in time.
    #[error("the database is busy")]
    Busy,
    /// The address names no database that this program speaks to.
    #[error("{0:?} is no database address; use sqlite:PATH")]
    BadAddress(String),
    /// The file can't be opened or made.
    #[error("the database {} can't be opened: {cause}", .path.display())]
    CantOpen {
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        cause: std::io::Error,
    },
    /// The file is damaged, or something else than a database.
    #[error("{} is damaged or not a database; nothing was changed; restore it from a backup or move it away", .0.display())]
    NotADatabase(PathBuf),
    /// The database was written by a newer version of the program.
    #[error("{} was written by a newer version of admit; use that version", .0.display())]
    Newer(PathBuf),
    /// A row holds what can't be.
    #[error("the database holds what makes no sense: {0}")]
    Corrupt(String),
    /// Anything else.
    #[error("the database failed: {0}")]
    Database(sqlx::Error),
    /// A migration failed.
    #[error("the database could not be brought up to date: {0}")]
    Migration(sqlx::migrate::MigrateError),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Busy;
        }
        let Some(database) = error.as_database_error() else { return Self::Database(error) };
        // Primary result codes of SQLite: 5 busy, 6 locked; extended ones carry them in the low byte.
        let code = database.code().and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xff);
        if database.is_unique_violation() {
            Self::Duplicate
        } else if matches!(code, Some(5 | 6)) {
            Self::Busy
        } else {
            Self::Database(error)
        }
    }
}

//! Why the store could not do what was asked.

use std::fmt;
use std::path::PathBuf;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique key is taken.
    #[error("the row exists already")]
    Duplicate,
    /// The database can't serve now; it may later, without anybody doing anything here.
    #[error("the database {0}")]
    Unavailable(Outage),
    /// Two transactions were in each other's way, and this one was taken back. Tried again from its
    /// beginning it goes through.
    #[error("another change was in the way")]
    Collision,
    /// A text holds U+0000, which this database can't hold. No text that is kept has it.
    #[error("a text holds the character U+0000")]
    Unholdable,
    /// The address names no database that this program speaks to.
    #[error("{0:?} is no database address; use sqlite:PATH or postgres://USER@HOST/NAME")]
    BadAddress(String),
    /// The file can't be opened or made.
    #[error("the database {} can't be opened: {cause}", .path.display())]
    CantOpen {
        /// The file.
        path: PathBuf,
        /// The operating system's words.
        cause: std::io::Error,
    },
    /// The server can't be reached, or does not let this program in.
    #[error("can't connect to {address}: {cause}")]
    CantConnect {
        /// The address, without its password.
        address: String,
        /// Why.
        cause: String,
        /// Whether it may be there later.
        is_away: bool,
    },
    /// The file is damaged, or something else than a database.
    #[error("{} is damaged or not a database; nothing was changed; restore it from a backup or move it away", .0.display())]
    NotADatabase(PathBuf),
    /// The database was written by a newer version of the program.
    #[error("{0} was written by a newer version of admit; use that version")]
    Newer(String),
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

impl StoreError {
    /// Whether it may pass without anybody doing anything here.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::CantConnect { is_away: true, .. })
    }
}

/// Why a database can't serve now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// Others are at work, and did not finish in time.
    Busy,
    /// It does not answer, or the line to it broke.
    Away,
    /// It did not answer in time.
    Slow,
    /// It takes no changes: a replica, or set so.
    ReadOnly,
    /// Its disk or memory is full.
    Full,
    /// Its tables are those of another version of the program, which may be on its way here.
    OtherVersion,
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy => "is busy",
            Self::Away => "does not answer",
            Self::Slow => "took too long",
            Self::ReadOnly => "takes no changes at the moment",
            Self::Full => "is full",
            Self::OtherVersion => "is of another version of admit",
        })
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error;
        match &error {
            Error::PoolTimedOut => Self::Unavailable(Outage::Busy),
            Error::Io(_) | Error::Tls(_) | Error::Protocol(_) | Error::PoolClosed | Error::WorkerCrashed => {
                tracing::warn!(%error, "the line to the database broke");
                Self::Unavailable(Outage::Away)
            }
            Error::Database(database) if database.is_unique_violation() => Self::Duplicate,
            Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                let postgres = database.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some();
                match if postgres { of_postgres(&code) } else { of_sqlite(&code) } {
                    Some(known) => {
                        tracing::warn!(%error, "the database refused");
                        known
                    }
                    None => Self::Database(error),
                }
            }
            _ => Self::Database(error),
        }
    }
}

/// What a code of PostgreSQL (appendix A of its manual) means here.
fn of_postgres(code: &str) -> Option<StoreError> {
    let outage = match code {
        // serialization_failure, deadlock_detected
        "40001" | "40P01" => return Some(StoreError::Collision),
        // character_not_in_repertoire
        "22021" => return Some(StoreError::Unholdable),
        // lock_not_available, too_many_connections
        "55P03" | "53300" => Outage::Busy,
        // query_canceled, which is what the statement time-out does
        "57014" => Outage::Slow,
        // read_only_sql_transaction
        "25006" => Outage::ReadOnly,
        // disk_full, out_of_memory
        "53100" | "53200" => Outage::Full,
        // undefined_table, undefined_column, undefined_function, and not_null_violation: nothing is left out that
        // this version knows of
        "42P01" | "42703" | "42883" | "23502" => Outage::OtherVersion,
        // connection_exception, operator_intervention, internal errors of a server that goes down,
        // and a session that idled in a transaction for too long
        _ if code.starts_with("08") || code.starts_with("57P") || code == "25P03" => Outage::Away,
        _ => return None,
    };
    Some(StoreError::Unavailable(outage))
}

/// What a result code of SQLite means here; extended ones carry the primary one in the low byte.
fn of_sqlite(code: &str) -> Option<StoreError> {
    let outage = match code.parse::<u32>().ok()? & 0xff {
        // SQLITE_BUSY, SQLITE_LOCKED
        5 | 6 => Outage::Busy,
        // SQLITE_READONLY
        8 => Outage::ReadOnly,
        // SQLITE_INTERRUPT, which is what the statement time-out does
        9 => Outage::Slow,
        // SQLITE_IOERR, SQLITE_CANTOPEN
        10 | 14 => Outage::Away,
        // SQLITE_NOMEM, SQLITE_FULL
        7 | 13 => Outage::Full,
        _ => return None,
    };
    Some(StoreError::Unavailable(outage))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outage(error: Option<&StoreError>) -> Option<Outage> {
        match error {
            Some(StoreError::Unavailable(outage)) => Some(*outage),
            _ => None,
        }
    }

    #[test]
    fn what_passes_by_itself_is_told_from_what_does_not() {
        for (code, expected) in [
            ("57P01", Some(Outage::Away)),
            ("08006", Some(Outage::Away)),
            ("57014", Some(Outage::Slow)),
            ("25006", Some(Outage::ReadOnly)),
            ("53100", Some(Outage::Full)),
            ("42P01", Some(Outage::OtherVersion)),
            ("23502", Some(Outage::OtherVersion)),
            ("23503", None),
        ] {
            assert_eq!(outage(of_postgres(code).as_ref()), expected, "{code}");
        }
        assert!(matches!(of_postgres("40001"), Some(StoreError::Collision)));
        for (code, expected) in [
            ("261", Some(Outage::Busy)),
            ("13", Some(Outage::Full)),
            ("1032", Some(Outage::ReadOnly)),
            ("787", None),
        ] {
            assert_eq!(outage(of_sqlite(code).as_ref()), expected, "{code}");
        }
    }
}

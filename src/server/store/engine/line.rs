//! The line to a PostgreSQL server: how it is protected, why there is none, and the tables brought up to
//! date over it.

use std::str::FromStr;

use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{ConnectOptions, Connection, Executor};

use super::address::PostgresAddress;
use super::connect::migrator;
use super::postgres::{MIGRATIONS, WAIT};
use crate::server::store::StoreError;

/// A line that leaves this machine is encrypted, and the server's certificate looked at, unless the
/// address says otherwise.
pub(super) fn options(address: &PostgresAddress) -> Result<PgConnectOptions, StoreError> {
    let cant = |error: sqlx::Error| cant_connect(address, error);
    let mut options = PgConnectOptions::from_str(address.expose()).map_err(cant)?;
    if !address.says_how_to_encrypt() {
        let host = options.get_host();
        let is_here = options.get_socket().is_some()
            || host.starts_with('/')
            || matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]");
        options = options.ssl_mode(if is_here { PgSslMode::Disable } else { PgSslMode::VerifyFull });
    }
    // Statements stand in the log of the database server where somebody wants them.
    Ok(options.application_name("admit").disable_statement_logging())
}

/// Where the tables are spread by Citus, a new one stays as it was made until it is distributed too: by default
/// Citus would make what refers to a table of all machines one of the coordinator. And a migration, which is one
/// transaction, keeps to one line to each machine: Citus refuses to change a table that refers to one of all
/// machines once another was changed over several. Both mean nothing elsewhere.
const FOR_MIGRATING: &str = "SET citus.enable_local_reference_table_foreign_keys = off; \
    SET citus.multi_shard_modify_mode = 'sequential'";

/// Brings the tables up to date. Several programs that start at once take turns, by a lock of the
/// database that the migrator takes.
pub(super) async fn migrate(address: &PostgresAddress) -> Result<(), StoreError> {
    let options = options(address)?;
    let connecting = tokio::time::timeout(WAIT, PgConnection::connect_with(&options)).await;
    let connected = connecting.unwrap_or_else(|_| Err(std::io::Error::other("no answer").into()));
    let mut connection = connected.map_err(|error| cant_connect(address, error))?;
    let migrated = match connection.execute(FOR_MIGRATING).await {
        Ok(_) => migrator(MIGRATIONS).run(&mut connection).await,
        Err(error) => Err(MigrateError::Execute(error)),
    };
    drop(connection.close().await);
    migrated.map_err(|error| match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
            StoreError::Newer(address.to_string())
        }
        MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => cause.into(),
        other => StoreError::Migration(other),
    })
}

fn cant_connect(address: &PostgresAddress, error: sqlx::Error) -> StoreError {
    let said = match &error {
        sqlx::Error::Database(refusal) => refusal.message().to_owned(),
        other => in_plain_words(&other.to_string()),
    };
    let is_away = match error {
        sqlx::Error::Io(_) => true,
        refusal @ sqlx::Error::Database(_) => matches!(refusal.into(), StoreError::Unavailable(_)),
        _ => false,
    };
    StoreError::CantConnect { address: address.to_string(), cause: said, is_away }
}

/// What is wrong with the protection of the line, and what to do about it; anything else as it is.
fn in_plain_words(error: &str) -> String {
    let known = [
        (
            "BadSignature",
            "somebody else vouches for its certificate than sslrootcert=FILE in the address names",
        ),
        (
            "UnknownIssuer",
            "nobody whom this machine trusts vouches for its certificate; name that of the authority with \
             sslrootcert=FILE in the address",
        ),
        ("not valid for name", "its certificate is for another name than the address has"),
        ("certificate expired", "its certificate has expired"),
        (
            "UnsupportedCertVersion",
            "its certificate is of X.509 version 1, which protects nothing; give it one of version 3",
        ),
        (
            "server does not support TLS",
            "it does not encrypt; switch that on there, or add sslmode=disable to the address where the line \
             needs no protection",
        ),
    ];
    let words = known.into_iter().find(|(sign, _)| error.contains(sign));
    words.map_or_else(|| error.to_owned(), |(_, words)| words.to_owned())
}

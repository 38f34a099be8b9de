//! Which database: the address that an operator gives, said again without its password.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};

use crate::server::store::StoreError;

/// Where a database is.
#[derive(Clone, Debug)]
pub enum DatabaseAddress {
    /// A file of this machine: `sqlite:PATH`.
    Sqlite(PathBuf),
    /// A PostgreSQL server: `postgres://USER@HOST/NAME?sslmode=…`.
    Postgres(PostgresAddress),
}

/// The address of a database on a PostgreSQL server. Its password is never shown.
#[derive(Clone, Debug)]
pub struct PostgresAddress {
    whole: SecretString,
    shown: String,
}

impl FromStr for DatabaseAddress {
    type Err = StoreError;

    /// # Errors
    /// [`StoreError::BadAddress`] for anything but `sqlite:PATH` and `postgres://…`.
    fn from_str(text: &str) -> Result<Self, StoreError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let address = PostgresAddress { whole: text.into(), shown: without_password(text) };
            return Ok(Self::Postgres(address));
        }
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"));
        match path.filter(|path| !path.is_empty()) {
            Some(path) => Ok(Self::Sqlite(path.into())),
            None => Err(StoreError::BadAddress(without_password(text))),
        }
    }
}

impl DatabaseAddress {
    /// The file, where the database is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }
}

impl PostgresAddress {
    /// The address with its password, for whoever connects.
    pub(super) fn expose(&self) -> &str {
        self.whole.expose_secret()
    }

    /// Whether the address says how the line is to be protected.
    pub(super) fn says_how_to_encrypt(&self) -> bool {
        let query = self.expose().split_once('?').map_or("", |(_, query)| query);
        form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "sslmode" || name == "ssl-mode")
    }
}

impl fmt::Display for DatabaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(address) => address.fmt(f),
        }
    }
}

impl fmt::Display for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// The address without what stands between the user's name and the host, and without its query,
/// which may hold a password too.
fn without_password(text: &str) -> String {
    let text = text.split_once('?').map_or(text, |(before, _)| before);
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let Some((user, host)) = rest.rsplit_once('@') else { return text.to_owned() };
    let user = user.split_once(':').map_or(user, |(user, _)| user);
    format!("{scheme}://{user}@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (given, shown) in [
            ("postgres://ann:s3cret@db.example/admit", "postgres://ann@db.example/admit"),
            ("postgresql://ann:p@ss@db:5433/admit?password=s3cret", "postgresql://ann@db:5433/admit"),
            ("postgres:///admit?host=/run/postgresql", "postgres:///admit"),
            ("sqlite://people.db", "sqlite:people.db"),
        ] {
            let address: DatabaseAddress = given.parse().unwrap();
            assert_eq!(address.to_string(), shown);
            assert!(!format!("{address:?}").contains("s3cret"), "{address:?}");
        }
        let wrong = "mysql://ann:s3cret@db/x".parse::<DatabaseAddress>().unwrap_err().to_string();
        assert!(wrong.contains("mysql://ann@db/x") && !wrong.contains("s3cret"), "{wrong}");
    }

    #[test]
    fn only_a_file_has_a_path() {
        let file = |text: &str| text.parse::<DatabaseAddress>().unwrap().file().map(Path::to_owned);
        assert_eq!(file("sqlite:people.db"), Some("people.db".into()));
        assert_eq!(file("postgres://db/admit"), None);
        assert!("sqlite:".parse::<DatabaseAddress>().is_err());
    }
}

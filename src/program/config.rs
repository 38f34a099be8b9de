//! The config file: profiles, read with every slip named.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use toml::{Table, Value};

use super::files::refuse_if_readable_by_others;
use crate::cli::exit::Failure;
use crate::domain::safe_text::SafeText;

const TOP_KEYS: &[&str] = &["default_profile", "profile"];
const PROFILE_KEYS: &[&str] = &["url", "token", "token_file", "workspace", "label", "allow_insecure"];

/// What the config file says.
#[derive(Debug, Default)]
pub struct Config {
    /// The file.
    pub path: PathBuf,
    /// The profile to use when none is named.
    pub default_profile: Option<String>,
    /// The profiles by name.
    pub profiles: BTreeMap<String, Profile>,
    /// What is wrong with it without harm, a sentence each.
    pub warnings: Vec<String>,
}

/// A saved server, workspace and sign-in.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The server.
    pub url: Option<String>,
    /// The token itself.
    pub token: Option<SecretString>,
    /// The file that holds the token.
    pub token_file: Option<PathBuf>,
    /// The workspace.
    pub workspace: Option<String>,
    /// What the header shows.
    pub label: Option<String>,
    /// Whether the token may go unencrypted to another machine.
    pub allow_insecure: bool,
}

impl Config {
    /// Reads the file at `path`; a file that is not there says nothing, unless it was asked for.
    pub fn read(path: &Path, asked_for: bool) -> Result<Self, Failure> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound && !asked_for => return Ok(Self::default()),
            Err(error) => {
                return Err(Failure::usage(format!("the config {} can't be read: {error}", path.display())));
            }
        };
        let config = Self::parse(path, &text)?;
        if config.profiles.values().any(|profile| profile.token.is_some()) {
            refuse_if_readable_by_others(path, "the config")?;
        }
        Ok(config)
    }

    /// Reads `text`, the content of the file at `path`.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Failure> {
        let table: Table = text.parse().map_err(|error| syntax(path, text, &error))?;
        let mut reader = Reader { path, warnings: Vec::new() };
        reader.warn_of_unknown(&table, TOP_KEYS, "");
        let default_profile = reader.text(&table, "default_profile", "")?;
        let mut profiles = BTreeMap::new();
        match table.get("profile") {
            None => {}
            Some(Value::Table(named)) => {
                for (name, value) in named {
                    profiles.insert(name.clone(), reader.profile(name, value)?);
                }
            }
            Some(_) => return Err(reader.wrong("profile", "a table: write [profile.NAME]")),
        }
        let Reader { warnings, .. } = reader;
        Ok(Self { path: path.to_owned(), default_profile, profiles, warnings })
    }
}

struct Reader<'a> {
    path: &'a Path,
    warnings: Vec<String>,
}

impl Reader<'_> {
    fn profile(&mut self, name: &str, value: &Value) -> Result<Profile, Failure> {
        let place = format!("profile.{name}.");
        let Value::Table(table) = value else {
            return Err(self.wrong(&format!("profile.{name}"), "a table: write [profile.NAME]"));
        };
        self.warn_of_unknown(table, PROFILE_KEYS, &place);
        let allow_insecure = match table.get("allow_insecure") {
            None => false,
            Some(Value::Boolean(allowed)) => *allowed,
            Some(_) => return Err(self.wrong(&format!("{place}allow_insecure"), "true or false")),
        };
        Ok(Profile {
            url: self.text(table, "url", &place)?,
            token: self.text(table, "token", &place)?.map(SecretString::from),
            token_file: self.text(table, "token_file", &place)?.map(PathBuf::from),
            workspace: self.text(table, "workspace", &place)?,
            label: self.text(table, "label", &place)?,
            allow_insecure,
        })
    }

    fn text(&self, table: &Table, key: &str, place: &str) -> Result<Option<String>, Failure> {
        match table.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.wrong(&format!("{place}{key}"), "text in quotation marks")),
        }
    }

    fn wrong(&self, key: &str, wanted: &str) -> Failure {
        Failure::usage(format!("in the config {}, {key} must be {wanted}", self.path.display()))
    }

    fn warn_of_unknown(&mut self, table: &Table, known: &[&str], place: &str) {
        for key in table.keys().filter(|key| !known.contains(&key.as_str())) {
            let like = |known: &&&str| strsim::osa_distance(known, key);
            let nearest = known.iter().min_by_key(like).filter(|known| like(known) <= 3);
            let hint = nearest.map_or_else(String::new, |known| format!("; is {known} meant?"));
            let key = SafeText::new(key);
            let path = self.path.display();
            self.warnings.push(format!("the config {path} has an unknown key {place}{key}{hint}"));
        }
    }
}

fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let place = error.span().map_or_else(String::new, |span| {
        let before = text.get(..span.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!(", line {line}, column {column}")
    });
    let said = error.message().lines().next().unwrap_or_default();
    Failure::usage(format!("the config {}{place} can't be read: {said}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, Failure> {
        Config::parse(Path::new("/c/config.toml"), text)
    }

    #[test]
    fn a_profile_is_read() {
        let config = parse(
            "default_profile = 'prod'\n[profile.prod]\nurl = 'https://p.example.org'\ntoken_file = 't'\n\
             workspace = 'academy'\nlabel = 'PROD'\nallow_insecure = true\n",
        );
        let config = config.unwrap();
        let profile = &config.profiles["prod"];
        assert_eq!(profile.url.as_deref(), Some("https://p.example.org"));
        assert!(profile.allow_insecure && config.warnings.is_empty());
    }

    #[test]
    fn an_unknown_key_is_a_warning_with_the_nearest_match() {
        let config = parse("default_profil = 'a'\n[profile.a]\nworkspcae = 'x'\nzzzzzzzzzz = 1\n").unwrap();
        assert_eq!(
            config.warnings,
            [
                "the config /c/config.toml has an unknown key default_profil; is default_profile meant?",
                "the config /c/config.toml has an unknown key profile.a.workspcae; is workspace meant?",
                "the config /c/config.toml has an unknown key profile.a.zzzzzzzzzz",
            ]
        );
    }

    #[test]
    fn a_slip_is_told_with_line_and_column() {
        let told = parse("default_profile = 'a'\n[profile.a\n").unwrap_err();
        assert_eq!(told.exit, crate::cli::exit::Exit::Usage);
        assert!(
            told.message.as_str().starts_with("the config /c/config.toml, line 2, column "),
            "{}",
            told.message
        );
        assert!(!told.message.as_str().contains('\n'));
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_named() {
        let told = parse("[profile.a]\nurl = 7\n").unwrap_err();
        assert_eq!(
            told.message.as_str(),
            "in the config /c/config.toml, profile.a.url must be text in quotation marks"
        );
    }
}

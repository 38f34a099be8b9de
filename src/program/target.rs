//! Which server is meant: one named on the command line or in the environment, a profile, or the
//! embedded workspace.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::config::{Config, Profile};
use super::environment::Environment;
use super::files::read_secret;
use crate::cli::args::Global;
use crate::cli::exit::{Exit, Failure};
use crate::cli::nearest;
use crate::client::http::Connection;

/// The name that means the workspace of this machine, whatever the config says.
pub const EMBEDDED: &str = "embedded";

/// Which server is meant.
#[derive(Debug)]
pub enum Target {
    /// The workspace of this machine.
    Embedded,
    /// A server.
    Server {
        /// What the header shows.
        label: String,
        /// The way to it.
        connection: Connection,
        /// The workspace that the profile names.
        workspace: Option<String>,
    },
}

impl Target {
    /// The server that is meant, and warnings about how that was said. The nearest word counts:
    /// `--profile` and `--url` before `ADMIT_URL`, that before `ADMIT_PROFILE`, that before the
    /// config's `default_profile`.
    pub fn choose(global: &Global, environment: &Environment) -> Result<(Self, Vec<String>), Failure> {
        let named = global.config.as_ref().or(environment.config.as_ref());
        let usual = || environment.config_home.as_ref().map(|home| home.join("admit").join("config.toml"));
        let config = match (named.cloned().or_else(usual), named.is_some()) {
            (Some(path), asked_for) => Config::read(&path, asked_for)?,
            (None, _) => Config::default(),
        };
        let mut warnings = config.warnings.clone();
        let url =
            global.url.as_ref().or_else(|| environment.url.as_ref().filter(|_| global.profile.is_none()));
        if let Some(url) = url {
            return Ok((Self::of_url(url, environment)?, warnings));
        }
        let profile =
            global.profile.as_ref().or(environment.profile.as_ref()).or(config.default_profile.as_ref());
        match profile {
            Some(name) if name != EMBEDDED || config.profiles.contains_key(EMBEDDED) => {
                Ok((Self::of_profile(name, &config, environment)?, warnings))
            }
            _ => {
                if environment.token.is_some() {
                    warnings
                        .push("ADMIT_TOKEN is set, but no server; the embedded workspace is used".to_owned());
                }
                Ok((Self::Embedded, warnings))
            }
        }
    }

    fn of_url(url: &str, environment: &Environment) -> Result<Self, Failure> {
        let token = environment.token.clone().ok_or_else(|| {
            Failure::new(Exit::NotAllowed, "not signed in: set ADMIT_TOKEN to your token for the server")
        })?;
        let connection = Connection { url: url.to_owned(), token, allow_insecure: false };
        let host = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
        Ok(Self::Server { label: host.to_owned(), connection, workspace: None })
    }

    fn of_profile(name: &str, config: &Config, environment: &Environment) -> Result<Self, Failure> {
        let path = config.path.display();
        let Some(profile) = config.profiles.get(name) else {
            let near = nearest(name, config.profiles.keys().map(String::as_str));
            let hint =
                if near.is_empty() { String::new() } else { format!("; nearest: {}", near.join(", ")) };
            return Err(Failure::usage(format!("no profile is called {name:?}{hint}")));
        };
        let url = profile.url.clone().ok_or_else(|| {
            Failure::usage(format!("in the config {path}, the profile {name:?} needs a url"))
        })?;
        let token = token_of(name, profile, config, environment)?;
        let connection = Connection { url, token, allow_insecure: profile.allow_insecure };
        let label = profile.label.clone().unwrap_or_else(|| name.to_owned());
        Ok(Self::Server { label, connection, workspace: profile.workspace.clone() })
    }
}

/// The profile's own token, its file's, or the environment's.
fn token_of(
    name: &str,
    profile: &Profile,
    config: &Config,
    environment: &Environment,
) -> Result<SecretString, Failure> {
    if let Some(token) = &profile.token {
        return Ok(token.clone());
    }
    if let Some(file) = &profile.token_file {
        let path = in_config_folder(file, &config.path, environment);
        let text = SecretString::from(read_secret(&path, "the token file")?);
        return Ok(SecretString::from(text.expose_secret().trim().to_owned()));
    }
    environment.token.clone().ok_or_else(|| {
        let told =
            format!("not signed in: the profile {name:?} has no token; add token_file, or set ADMIT_TOKEN");
        Failure::new(Exit::NotAllowed, told)
    })
}

/// A path as the config means it: `~/` is the home folder, a relative one begins at the config.
fn in_config_folder(file: &Path, config: &Path, environment: &Environment) -> PathBuf {
    match (file.strip_prefix("~"), &environment.home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => config.parent().unwrap_or(Path::new("")).join(file),
    }
}

//! What the program is told by its surroundings, read once.

use std::ffi::OsString;
use std::path::PathBuf;

use etcetera::BaseStrategy;
use secrecy::SecretString;

use crate::terminal::capabilities::Environment as TerminalEnvironment;

/// The environment variables that count, and the folders that follow from them. Empty variables
/// count as unset.
#[derive(Debug, Default)]
pub struct Environment {
    /// `ADMIT_URL`: the server.
    pub url: Option<String>,
    /// `ADMIT_TOKEN`: who calls.
    pub token: Option<SecretString>,
    /// `ADMIT_PROFILE`: which profile of the config.
    pub profile: Option<String>,
    /// `ADMIT_CONFIG`: the config file.
    pub config: Option<PathBuf>,
    /// `ADMIT_DATA_DIR`: where the embedded workspace is.
    pub data_dir: Option<PathBuf>,
    /// `ADMIT_LOG`: what is logged, as `tracing` writes it: `info`, `admit=debug`.
    pub log: Option<String>,
    /// The home folder.
    pub home: Option<PathBuf>,
    /// Where configs are.
    pub config_home: Option<PathBuf>,
    /// Where data is.
    pub data_home: Option<PathBuf>,
    /// Where caches are.
    pub cache_home: Option<PathBuf>,
    /// Where logs are.
    pub state_home: Option<PathBuf>,
    /// What tells about the terminal.
    pub terminal: TerminalEnvironment,
}

impl Environment {
    /// Reads it; to be called once, by `main`.
    pub fn read() -> Self {
        let folders = etcetera::base_strategy::Xdg::new().ok();
        Self {
            url: variable("ADMIT_URL"),
            token: variable("ADMIT_TOKEN").map(SecretString::from),
            profile: variable("ADMIT_PROFILE"),
            config: set("ADMIT_CONFIG").map(PathBuf::from),
            data_dir: set("ADMIT_DATA_DIR").map(PathBuf::from),
            log: variable("ADMIT_LOG"),
            home: folders.as_ref().map(|folders| folders.home_dir().to_owned()),
            config_home: folders.as_ref().map(BaseStrategy::config_dir),
            data_home: folders.as_ref().map(BaseStrategy::data_dir),
            cache_home: folders.as_ref().map(BaseStrategy::cache_dir),
            state_home: folders.as_ref().and_then(BaseStrategy::state_dir),
            terminal: TerminalEnvironment::read(variable),
        }
    }
}

/// What is no text is kept as one that fits nothing: passed over, it would lead to another server or
/// another workspace than the one that was meant.
fn variable(name: &str) -> Option<String> {
    set(name).map(|value| value.to_string_lossy().into_owned())
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn set(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

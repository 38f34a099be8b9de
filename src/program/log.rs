//! Where the program's own log goes.

use std::io;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

use super::environment::Environment;
use super::files::{append_private, make_private_folder};

/// What is logged unless `ADMIT_LOG` says otherwise.
const USUAL: &str = "warn,admit=info";

fn filter(environment: &Environment) -> EnvFilter {
    environment.log.as_ref().and_then(|log| log.parse().ok()).unwrap_or_else(|| USUAL.into())
}

/// Logs to standard error, as a server does.
pub fn to_stderr(environment: &Environment) {
    let log = tracing_subscriber::fmt().with_env_filter(filter(environment)).with_ansi(false);
    // Only a second call could fail; the first log then goes on.
    drop(log.with_writer(io::stderr).try_init());
}

/// Logs to `admit/admit.log` in the state folder, readable by the operator alone. A log that can't
/// be written stops nobody from working: there is none then.
pub fn to_file(environment: &Environment) {
    let Some(folder) = environment.state_home.as_ref().map(|home| home.join("admit")) else { return };
    if make_private_folder(&folder).is_err() {
        return;
    }
    let Ok(file) = append_private(&folder.join("admit.log")) else { return };
    let log = tracing_subscriber::fmt().with_env_filter(filter(environment)).with_ansi(false);
    drop(log.with_writer(Mutex::new(file)).try_init());
}

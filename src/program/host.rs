//! The commands of a server's host: `serve`, `seed`, `token create`. They work on a database.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use secrecy::ExposeSecret;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use super::environment::Environment;
use super::sample::{self, Size};
use super::tools::Tools;
use super::{files, log};
use crate::cli::args::{Seed, Serve};
use crate::cli::exit::Failure;
use crate::cli::output::{Format, Output};
use crate::domain::email::EmailAddress;
use crate::server::mail::MailSettings;
use crate::server::registration::PasswordCost;
use crate::server::secret::ServerSecret;
use crate::server::seed::{SAMPLE_PASSWORD, fill};
use crate::server::settings::{HEARTBEAT, LINK_LIFETIME, Rate, Settings};
use crate::server::start::{Parts, start};
use crate::server::store::Store;
use crate::server::store::engine::address::DatabaseAddress;
use crate::server::store::engine::connect::{Awaited, Connections};
use crate::server::tokens;

/// Runs a server until it is told to end (SIGTERM, SIGINT).
pub async fn serve(
    args: &Serve,
    (environment, tools): (&Environment, &Tools),
    output: &mut Output,
) -> Result<(), Failure> {
    log::to_stderr(environment);
    let settings = settings(args)?;
    let address: DatabaseAddress = args.database.parse().map_err(Failure::usage)?;
    let secret_file = secret_file(args, &address)?;
    let (store, awaited) =
        Store::open_or_await(&address, Connections::of(args.connections)).await.map_err(Failure::failed)?;
    let secret = ServerSecret::load_or_create(&secret_file, &*tools.entropy).map_err(Failure::failed)?;
    let parts = Parts {
        store: store.clone(),
        clock: Arc::clone(&tools.clock),
        entropy: Arc::clone(&tools.entropy),
        secret: Arc::new(secret),
    };
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::failed)?;
    let running = start(&settings, parts).await.map_err(Failure::failed)?;
    output.note(&format!("listening on http://{}", running.address));
    if let Some(address) = running.metrics_address {
        output.note(&format!("figures on http://{address}/metrics"));
    }
    let ended = tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        error = failure_of(awaited, output) => Err(error),
    };
    running.shut_down().await;
    store.close().await;
    ended
}

/// Ends only where a database that was awaited turns out to be none that can be served from.
async fn failure_of(awaited: Option<Awaited>, output: &mut Output) -> Failure {
    if let Some(awaited) = awaited {
        output.note(&format!("{}; waiting for it", awaited.why));
        match awaited.up_to_date().await {
            Ok(()) => output.note("the database is there"),
            Err(error) => return Failure::failed(error),
        }
    }
    std::future::pending().await
}

fn settings(args: &Serve) -> Result<Settings, Failure> {
    let mail = match (&args.smtp, &args.mail_dir) {
        (Some(url), _) => MailSettings::Smtp(url.parse().map_err(Failure::usage)?),
        (None, Some(folder)) => {
            files::make_private_folder(folder)?;
            MailSettings::Folder(folder.clone())
        }
        (None, None) => return Err(Failure::usage("say where mail goes: --smtp URL or --mail-dir DIR")),
    };
    let public_url = args.public_url.as_ref().map(|url| url.trim_end_matches('/').to_owned());
    if let Some(url) = public_url.as_ref().filter(|url| !is_web_address(url)) {
        return Err(Failure::usage(format!("--public-url {url:?} must begin with https:// or http://")));
    }
    let mail_from =
        args.mail_from.as_ref().map(|sender| sender.parse()).transpose().map_err(Failure::usage)?;
    Ok(Settings {
        listen: args.listen,
        metrics: args.metrics,
        public_url,
        link_lifetime: LINK_LIFETIME,
        mail,
        mail_from,
        password_cost: PasswordCost::default(),
        rate: Rate::default(),
        proxies: args.trust_proxy.clone(),
        heartbeat: HEARTBEAT,
    })
}

fn is_web_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|host| !host.is_empty() && !host.contains(char::is_whitespace))
}

/// Beside a database that is a file, where nothing else was said. Servers that share a database share
/// the secret too: an invitation's link made by one is opened at another.
fn secret_file(args: &Serve, address: &DatabaseAddress) -> Result<PathBuf, Failure> {
    let beside = || {
        let mut name = address.file()?.as_os_str().to_owned();
        name.push(".secret");
        Some(PathBuf::from(name))
    };
    args.secret_file.clone().or_else(beside).ok_or_else(|| {
        Failure::usage("say where the secret is that links are derived from: --secret-file FILE; every server of this database needs the same one")
    })
}

/// Fills a new database with a sample.
pub async fn seed(args: &Seed, tools: &Tools, output: &mut Output) -> Result<(), Failure> {
    let address: DatabaseAddress = args.database.parse().map_err(Failure::usage)?;
    let store = Store::open(&address).await.map_err(Failure::failed)?;
    let count = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    let size = Size {
        users: args.users,
        units: count(args.units),
        groups: count(args.groups),
        courses: count(args.courses),
    };
    let plan = sample::plan(size, args.seed, tools).await?;
    let watched = std::io::stderr().is_terminal();
    let filled = fill(&store, &plan, |written| {
        if watched {
            output.progress(&format!("{written} of {} users", args.users));
        }
    });
    let filled = filled.await.map_err(Failure::failed);
    if watched {
        output.note("");
    }
    store.close().await;
    filled?;
    output.note(&format!(
        "filled {} with {} users; admin@, manager@, learner@ and elsewhere@example.org have the password \
         {SAMPLE_PASSWORD}",
        address, args.users
    ));
    Ok(())
}

/// Makes a token and prints it, once.
pub async fn create_token(
    (database, email, label): (&str, &str, &str),
    tools: &Tools,
    output: &mut Output,
) -> Result<(), Failure> {
    let email =
        EmailAddress::parse(email).map_err(|error| Failure::usage(format!("--email {email:?}: {error}")))?;
    let address: DatabaseAddress = database.parse().map_err(Failure::usage)?;
    if let Some(path) = address.file().filter(|path| !path.exists()) {
        return Err(Failure::failed(format!("there is no database {}", path.display())));
    }
    let store = Store::open(&address).await.map_err(Failure::failed)?;
    let made = tokens::create(&store, (&*tools.clock, &*tools.entropy), &email, (label, false)).await;
    store.close().await;
    let token = made.map_err(Failure::failed)?;
    if output.format() == Format::Json {
        output.json(&json!({ "email": email, "label": label, "token": token.expose_secret() }))?;
    } else {
        output.line(token.expose_secret())?;
    }
    output.flush()
}

//! The workspace of this machine: its folder, its server, and a token that lives in memory only.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::environment::Environment;
use super::files::{make_private_folder, write_private};
use super::sample;
use super::throwaway::Throwaway;
use super::tools::Tools;
use crate::cli::exit::Failure;
use crate::client::http::Connection;
use crate::domain::email::EmailAddress;
use crate::server::mail::MailSettings;
use crate::server::registration::PasswordCost;
use crate::server::secret::ServerSecret;
use crate::server::seed::ADMIN;
use crate::server::settings::{LINK_LIFETIME, Rate, Settings};
use crate::server::start::{Parts, Running, StartError, start};
use crate::server::store::Store;
use crate::server::store::engine::address::DatabaseAddress;
use crate::server::store::{accounts, tokens as stored_tokens};
use crate::server::tokens;

/// How often a stream of events gives a sign of life. Both ends are in this process and can't be cut
/// apart; a shorter time would only wake it.
const HEARTBEAT: Duration = Duration::from_mins(10);

/// How long the client waits for one.
pub const SILENCE: Duration = Duration::from_mins(25);

/// A running embedded workspace.
pub struct Embedded {
    /// The way to its server.
    pub connection: Connection,
    /// Where its mail goes.
    pub mail_folder: PathBuf,
    running: Running,
    store: Store,
    label: String,
    /// The folder of a throw-away workspace, removed when dropped.
    _demo: Option<Throwaway>,
}

impl Embedded {
    /// Starts the workspace in the data folder, made with the sample on the first run.
    pub async fn start(environment: &Environment, tools: &Tools) -> Result<Self, Failure> {
        let folder = data_folder(environment)?;
        Self::start_in(folder, None, tools).await
    }

    /// Starts a throw-away sample workspace.
    pub async fn start_demo(tools: &Tools) -> Result<Self, Failure> {
        let demo = Throwaway::make(&*tools.entropy)?;
        let folder = demo.path().to_owned();
        Self::start_in(folder, Some(demo), tools).await
    }

    async fn start_in(folder: PathBuf, demo: Option<Throwaway>, tools: &Tools) -> Result<Self, Failure> {
        make_private_folder(&folder)?;
        let mail_folder = folder.join("mail");
        make_private_folder(&mail_folder)?;
        let database = folder.join("admit.db");
        sample::make_where_missing(&database, tools).await?;
        let store = Store::open(&DatabaseAddress::Sqlite(database)).await.map_err(Failure::failed)?;
        let secret = ServerSecret::load_or_create(&folder.join("secret"), &*tools.entropy);
        let parts = Parts {
            store: store.clone(),
            clock: Arc::clone(&tools.clock),
            entropy: Arc::clone(&tools.entropy),
            secret: Arc::new(secret.map_err(Failure::failed)?),
        };
        let running = listen(&folder, &mail_folder, parts).await?;
        // Named after the port, which is one program's alone while it runs: what a killed one left
        // is replaced, what another one uses is not.
        let label = format!("embedded {}", running.address.port());
        let token = admin_token(&store, &label, tools).await?;
        let connection =
            Connection { url: format!("http://{}", running.address), token, allow_insecure: false };
        Ok(Self { connection, mail_folder, running, store, label, _demo: demo })
    }

    /// Sends what waits in the outbox; how many letters left.
    pub async fn deliver(&self) -> Result<usize, Failure> {
        self.running.deliver_due().await.map_err(Failure::failed)
    }

    /// Ends the server; its token is worth nothing from then on.
    pub async fn stop(self) {
        self.running.shut_down().await;
        if let Err(error) = forget_token(&self.store, &self.label).await {
            tracing::warn!(%error, "the token of this run was not forgotten");
        }
        self.store.close().await;
    }
}

/// Where the program keeps its data.
pub fn data_folder(environment: &Environment) -> Result<PathBuf, Failure> {
    let usual = || environment.data_home.as_ref().map(|home| home.join("admit"));
    environment.data_dir.clone().or_else(usual).ok_or_else(|| {
        Failure::usage("there is no home folder; set ADMIT_DATA_DIR to where data is to be kept")
    })
}

/// Starts the server on the port of the last time, so that the links of older mails keep working;
/// on any free one where that is taken or this is the first time.
async fn listen(folder: &Path, mail_folder: &Path, parts: Parts) -> Result<Running, Failure> {
    let kept = folder.join("port");
    let last = fs::read_to_string(&kept).ok().and_then(|text| text.trim().parse::<u16>().ok());
    let mut settings = settings(last.unwrap_or(0), mail_folder);
    let running = match start(&settings, parts.clone()).await {
        Err(StartError::CantListen { .. }) if last.is_some() => {
            settings.listen.set_port(0);
            start(&settings, parts).await.map_err(Failure::failed)?
        }
        started => {
            let running = started.map_err(Failure::failed)?;
            let port = running.address.port();
            if last != Some(port)
                && let Err(error) = write_private(&kept, format!("{port}\n").as_bytes())
            {
                tracing::warn!(%error, "the port is not remembered");
            }
            running
        }
    };
    Ok(running)
}

fn settings(port: u16, mail_folder: &Path) -> Settings {
    Settings {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        metrics: None,
        public_url: None,
        link_lifetime: LINK_LIFETIME,
        mail: MailSettings::Folder(mail_folder.to_owned()),
        mail_from: None,
        password_cost: PasswordCost::default(),
        rate: Rate::default(),
        proxies: Vec::new(),
        heartbeat: HEARTBEAT,
    }
}

async fn admin_token(store: &Store, label: &str, tools: &Tools) -> Result<SecretString, Failure> {
    let email = EmailAddress::parse(ADMIN.email).map_err(Failure::failed)?;
    let tools = (&*tools.clock, &*tools.entropy);
    tokens::create(store, tools, &email, (label, true)).await.map_err(Failure::failed)
}

async fn forget_token(store: &Store, label: &str) -> Result<(), crate::server::store::StoreError> {
    let mut tx = store.write_beside().await?;
    if let Some(account) = accounts::with_email(&mut tx, ADMIN.email).await? {
        stored_tokens::delete_labelled(&mut tx, account.id, label).await?;
    }
    tx.commit().await
}

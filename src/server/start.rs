//! Starting and stopping a workspace server.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::connections::{Patience, serve};
use super::context::Tools;
use super::expired::ExpiryWorker;
use super::jobs::worker::JobWorker;
use super::limits::Requests;
use super::mail::{AnyMailer, LetterError, LetterWriter, MailSettingsError, Sender};
use super::metrics::{self, Metrics};
use super::outbox::{Outbox, OutboxTools};
use super::pages::{self, ViewError};
use super::proxies::unmasked;
use super::registration::{self, Registrar};
use super::router::router;
use super::secret::ServerSecret;
use super::settings::Settings;
use super::store::{Store, StoreError};
use crate::domain::clock::Clock;
use crate::domain::entropy::Entropy;

/// What a server is made of, besides its settings.
#[derive(Clone)]
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// What links and codes are derived from.
    pub secret: Arc<ServerSecret>,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address can't be listened on.
    #[error("can't listen on {address}: {cause}")]
    CantListen {
        /// The address.
        address: SocketAddr,
        /// The operating system's words.
        cause: std::io::Error,
    },
    /// The mail settings do not work.
    #[error(transparent)]
    Mail(#[from] MailSettingsError),
    /// A letter's template is broken.
    #[error(transparent)]
    Letter(#[from] LetterError),
    /// A page's template is broken.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// A server that runs until it is shut down.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where `/metrics` is.
    pub metrics_address: Option<SocketAddr>,
    /// Where people reach it.
    pub public_url: String,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
    outbox: Arc<Outbox<AnyMailer>>,
}

impl Running {
    /// Sends what is due in the outbox; how many letters left.
    pub async fn deliver_due(&self) -> Result<usize, StoreError> {
        self.outbox.deliver_due().await
    }

    /// Lets requests under way end, for some seconds, and streams of events at once; then stops.
    pub async fn shut_down(self) {
        self.stop.cancel();
        for task in self.tasks {
            drop(task.await);
        }
    }
}

/// Starts a server: API, registration pages, and the worker that sends mail.
pub async fn start(settings: &Settings, parts: Parts) -> Result<Running, StartError> {
    let (listener, address) = bind(settings.listen).await?;
    let watched = match settings.metrics {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let metrics_address = watched.as_ref().map(|(_, address)| *address);
    let metrics = Arc::new(Metrics::new(&parts.store, &*parts.clock));
    let public_url = settings.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let letters = Arc::new(Notify::new());
    let registrar = Arc::new(Registrar::new(registration::Tools {
        store: parts.store.clone(),
        clock: Arc::clone(&parts.clock),
        entropy: Arc::clone(&parts.entropy),
        secret: Arc::clone(&parts.secret),
        letters: Arc::clone(&letters),
        password_cost: settings.password_cost,
    }));
    let pages = pages::router(registrar, &public_url)?;
    let sender = settings.mail_from.clone().unwrap_or_else(|| Sender::of_public_url(&public_url));
    let outbox = Arc::new(Outbox::new(OutboxTools {
        store: parts.store.clone(),
        clock: Arc::clone(&parts.clock),
        secret: Arc::clone(&parts.secret),
        mailer: AnyMailer::open(&settings.mail)?,
        writer: LetterWriter::new(sender)?,
        public_url: public_url.clone(),
        metrics: Arc::clone(&metrics),
    }));
    let stop = CancellationToken::new();
    let tools = Tools {
        store: parts.store,
        clock: parts.clock,
        entropy: parts.entropy,
        secret: parts.secret,
        public_url: public_url.clone(),
        link_lifetime: settings.link_lifetime,
        letters: Arc::clone(&letters),
        jobs: Arc::default(),
        requests: Requests::new(settings.rate),
        heartbeat: settings.heartbeat,
        metrics,
        stop: stop.clone(),
    };
    let tools = Arc::new(tools);
    let mut tasks = workers(&tools, &outbox, &stop).await;
    if let Some((listener, _)) = watched {
        let figures = metrics::page::router(Arc::clone(&tools));
        tasks.push(tokio::spawn(serve(listener, figures, Patience::default(), stop.clone())));
    }
    let proxies: Arc<[IpAddr]> = settings.proxies.clone().into();
    let router = router(tools, pages).layer(from_fn_with_state(proxies, unmasked));
    tasks.push(tokio::spawn(serve(listener, router, Patience::default(), stop.clone())));
    Ok(Running { address, metrics_address, public_url, stop, tasks, outbox })
}

/// What works beside the requests, until `stop`: jobs, mail, what expires, and news of other servers.
async fn workers(
    tools: &Arc<Tools>,
    outbox: &Arc<Outbox<AnyMailer>>,
    stop: &CancellationToken,
) -> Vec<JoinHandle<()>> {
    let jobs = {
        let (worker, stop) = (JobWorker::new(Arc::clone(tools)), stop.clone());
        tokio::spawn(async move { worker.run(stop).await })
    };
    let mail = {
        let (outbox, letters, stop) = (Arc::clone(outbox), Arc::clone(&tools.letters), stop.clone());
        tokio::spawn(async move { outbox.run(letters, stop).await })
    };
    let expired = {
        let (store, clock) = (tools.store.clone(), Arc::clone(&tools.clock));
        let (worker, stop) = (ExpiryWorker::new(store, clock, Arc::clone(&tools.metrics)), stop.clone());
        tokio::spawn(async move { worker.run(stop).await })
    };
    let news = hear_others(&tools.store, stop).await;
    vec![jobs, mail, expired, news]
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let cant_listen = |cause| StartError::CantListen { address, cause };
    let listener = TcpListener::bind(address).await.map_err(cant_listen)?;
    let address = listener.local_addr().map_err(cant_listen)?;
    Ok((listener, address))
}

/// Hears of what other servers change, and waits until it does, so that nobody who listens at this
/// one misses anything.
async fn hear_others(store: &Store, stop: &CancellationToken) -> JoinHandle<()> {
    let (store, stop) = (store.clone(), stop.clone());
    let (began, listening) = oneshot::channel();
    let relay = tokio::spawn(async move { store.relay_news(began, stop).await });
    drop(listening.await);
    relay
}

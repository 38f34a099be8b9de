//! What one server does in a second: pages read and invitations taken, with 1, 8 and 64 clients.
//!
//! `cargo bench --bench load [-- DATABASE…]`; without an address, on a file of its own. A database that
//! is named must be empty: it is filled with 10 000 users first. The server is a process of its own, so
//! that what it and the database take of the processors can be told from what the clients take.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a bench prints its figures, and stops where it can't go on"
)]
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock and the environment")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::num::NonZeroU32;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use admit::domain::clock::{Clock, SystemClock};
use admit::domain::email::EmailAddress;
use admit::domain::entropy::{Entropy, OsEntropy};
use admit::server::mail::MailSettings;
use admit::server::registration::{PasswordCost, Passwords};
use admit::server::secret::ServerSecret;
use admit::server::seed::{ADMIN, Plan, SAMPLE_PASSWORD, fill};
use admit::server::settings::{HEARTBEAT, LINK_LIFETIME, Rate, Settings};
use admit::server::start::{Parts, start};
use admit::server::store::Store;
use admit::server::store::engine::address::DatabaseAddress;
use admit::server::tokens;
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

/// Users in the database when the clients begin.
const USERS: u64 = 10_000;
/// How long each line of the table takes.
const ROUND: Duration = Duration::from_secs(6);
/// How many ask at once.
const CLIENTS: [usize; 3] = [1, 8, 64];
/// Kernel ticks in a second, by which `/proc` counts processor time.
const TICKS: f64 = 100.0;
/// What the first argument is in the server's process.
const SERVE: &str = "serve-for-the-bench";

fn main() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [word, address, folder] = arguments.as_slice()
        && word == SERVE
    {
        return runtime.block_on(serve(&address.parse().unwrap(), Path::new(folder)));
    }
    println!(
        "| store | work | clients | in a second | median | p99 | server, CPU | database, CPU | clients, CPU |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    if arguments.is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("people.db");
        runtime.block_on(measure(&format!("sqlite:{}", file.display())));
    }
    for address in arguments {
        runtime.block_on(measure(&address));
    }
}

/// The server, until it is killed.
async fn serve(address: &DatabaseAddress, folder: &Path) {
    let many = NonZeroU32::new(1_000_000).unwrap();
    let settings = Settings {
        listen: "127.0.0.1:0".parse().unwrap(),
        metrics: None,
        public_url: None,
        link_lifetime: LINK_LIFETIME,
        mail: MailSettings::Folder(folder.to_owned()),
        mail_from: None,
        password_cost: PasswordCost::LEAST,
        rate: Rate { per_second: many, burst: many },
        proxies: Vec::new(),
        heartbeat: HEARTBEAT,
    };
    let parts = Parts {
        store: Store::open(address).await.unwrap(),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(OsEntropy),
        secret: Arc::new(ServerSecret::from_bytes([7; 32])),
    };
    let running = start(&settings, parts).await.unwrap();
    println!("http://{}", running.address);
    std::future::pending::<()>().await;
}

async fn measure(address: &str) {
    let database: DatabaseAddress = address.parse().unwrap();
    let token = fill_and_sign_in(&database).await;
    let mail = tempfile::tempdir().unwrap();
    let (mut server, url) = spawn(address, mail.path());
    let workspace = format!("{url}/api/v1/workspaces/academy");
    let site = Arc::new(Site { workspace, token, client: Client::new(), invited: AtomicU64::new(0) });
    let store = if database.file().is_some() { "SQLite" } else { "PostgreSQL" };
    for (work, request) in [
        ("page of 100 users", Site::page as fn(&Site) -> RequestBuilder),
        ("one user searched", Site::search),
        ("invitation", Site::invitation),
    ] {
        for clients in CLIENTS {
            let round = round(&site, (clients, request), server.id()).await;
            round.print(&format!("| {store} | {work} | {clients} "));
        }
    }
    server.kill().unwrap();
    drop(server.wait());
}

async fn fill_and_sign_in(address: &DatabaseAddress) -> SecretString {
    let store = Store::open(address).await.unwrap();
    let passwords = Passwords::new(PasswordCost::LEAST);
    let password_hash = passwords.hash(SecretString::from(SAMPLE_PASSWORD), [1; 16]).await.unwrap();
    let plan = Plan {
        users: USERS,
        units: 100,
        groups: 30,
        courses: 500,
        seed: 1,
        now: SystemClock.now(),
        password_hash,
    };
    fill(&store, &plan, |_| ()).await.unwrap();
    let email = EmailAddress::parse(ADMIN.email).unwrap();
    let token = tokens::create(&store, (&SystemClock, &OsEntropy), &email, ("bench", false)).await.unwrap();
    store.close().await;
    token
}

fn spawn(address: &str, mail: &Path) -> (Child, String) {
    let mut server = Command::new(std::env::current_exe().unwrap())
        .args([SERVE, address])
        .arg(mail)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut url).unwrap();
    (server, url.trim().to_owned())
}

/// What clients ask, and of whom.
struct Site {
    workspace: String,
    token: SecretString,
    client: Client,
    invited: AtomicU64,
}

impl Site {
    fn page(&self) -> RequestBuilder {
        self.client.get(format!("{}/users?limit=100", self.workspace))
    }

    fn search(&self) -> RequestBuilder {
        self.client.get(format!("{}/users?search=admin@example.org&limit=10", self.workspace))
    }

    fn invitation(&self) -> RequestBuilder {
        let n = self.invited.fetch_add(1, Ordering::Relaxed);
        let form = json!({ "email": format!("bench.{n}@example.net"), "first_name": "Ann", "last_name": "Lee",
            "roles": ["learner"] });
        let key = OsEntropy.uuid(SystemClock.now()).to_string();
        self.client.post(format!("{}/invitations", self.workspace)).header("Idempotency-Key", key).json(&form)
    }
}

/// One line of the table.
struct Round {
    times: Vec<Duration>,
    took: Duration,
    server: f64,
    database: f64,
    clients: f64,
}

async fn round(
    site: &Arc<Site>,
    (clients, request): (usize, fn(&Site) -> RequestBuilder),
    server: u32,
) -> Round {
    let begun = Instant::now();
    let cpu = Processors::now(server);
    let asking = (0..clients).map(|_| {
        let site = Arc::clone(site);
        tokio::spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < ROUND {
                let asked = Instant::now();
                let request = request(&site).bearer_auth(site.token.expose_secret());
                let answer = request.send().await.unwrap().error_for_status().unwrap();
                answer.bytes().await.unwrap();
                times.push(asked.elapsed());
            }
            times
        })
    });
    let mut times = Vec::new();
    for task in asking.collect::<Vec<_>>() {
        times.extend(task.await.unwrap());
    }
    times.sort_unstable();
    let now = Processors::now(server);
    Round {
        times,
        took: begun.elapsed(),
        server: now.server - cpu.server,
        database: now.database - cpu.database,
        clients: now.clients - cpu.clients,
    }
}

impl Round {
    fn print(&self, head: &str) {
        let count = self.times.len() as f64;
        let millis = |share: usize| self.times[(self.times.len() - 1) * share / 100].as_secs_f64() * 1e3;
        let each = |seconds: f64| seconds / count * 1e3;
        println!(
            "{head}| {:.0} | {:.1} ms | {:.1} ms | {:.2} ms | {:.2} ms | {:.2} ms |",
            count / self.took.as_secs_f64(),
            millis(50),
            millis(99),
            each(self.server),
            each(self.database),
            each(self.clients),
        );
    }
}

/// Seconds of processor time so far.
struct Processors {
    server: f64,
    database: f64,
    clients: f64,
}

impl Processors {
    fn now(server: u32) -> Self {
        let mut database = 0.0;
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            if fs::read_to_string(entry.path().join("comm")).is_ok_and(|name| name.trim() == "postgres") {
                database += taken(id);
            }
        }
        Self { server: taken(server), database, clients: taken(std::process::id()) }
    }
}

/// What process `id` took of the processors; nothing once it is gone.
fn taken(id: u32) -> f64 {
    let Ok(stat) = fs::read_to_string(format!("/proc/{id}/stat")) else { return 0.0 };
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS
}

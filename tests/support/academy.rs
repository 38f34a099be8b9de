//! A real workspace server on loopback, over a database in a file, with a small hand-made sample.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use admit::api::problem::{MEDIA_TYPE, Problem};
use admit::domain::clock::{Clock, ManualClock};
use admit::domain::email::EmailAddress;
use admit::domain::entropy::SeededEntropy;
use admit::domain::ids::{GroupId, UserId, WorkspaceId};
use admit::domain::search_key::fold;
use admit::server::mail::MailSettings;
use admit::server::registration::PasswordCost;
use admit::server::secret::ServerSecret;
use admit::server::settings::{LINK_LIFETIME, Rate, Settings};
use admit::server::start::{Parts, Running, start};
use admit::server::store::marks::mark;
use admit::server::store::{Store, Tx};
use admit::server::tokens;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::database::Database;
use crate::values;

/// The present when a test begins: ten in the morning where the workspace is.
pub const NOW: &str = "2026-11-23T09:00:00Z";

pub const OPERATIONS: u128 = 20;
pub const YORKSHIRE: u128 = 21;
pub const YORK: u128 = 22;
pub const SALES: u128 = 23;
pub const NIGHT_SHIFT: u128 = 30;
pub const FIRST_AIDERS: u128 = 31;
pub const FIRE_SAFETY: u128 = 40;
pub const FIRST_AID: u128 = 41;
pub const MANUAL_HANDLING: u128 = 42;
pub const ROMAN_HISTORY: u128 = 43;

pub const ADMIN: u128 = 100;
pub const MANAGER: u128 = 101;
pub const LEARNER: u128 = 102;
pub const INVITED: u128 = 103;
pub const LATE: u128 = 104;
pub const PENDING: u128 = 105;
pub const CANCELLED: u128 = 106;
pub const DELETED: u128 = 107;
pub const EXPIRED: u128 = 108;
pub const UNPLACED: u128 = 109;
/// Of the other workspace.
pub const HARBOUR_UNIT: u128 = 60;
/// Of the other workspace.
pub const HARBOUR_GROUP: u128 = 61;
/// Of the other workspace.
pub const HARBOUR_COURSE: u128 = 62;

const ACADEMY: u128 = 2;
const HARBOUR: u128 = 3;

/// The figure of a server that has one change waiting for its turn.
pub const ONE_WAITS: &str = "admit_store_waiting{pool=\"writing\"} 1";

/// An id of the sample.
pub fn id(n: u128) -> String {
    Uuid::from_u128(n).to_string()
}

/// The mark of the group numbered `n`.
fn mark_of(n: u128) -> i64 {
    mark(GroupId::new(Uuid::from_u128(n)))
}

/// The form for somebody whom nobody knows.
pub fn ann() -> Value {
    json!({ "email": "ann.lee@example.org", "first_name": "Ann", "last_name": "Lee", "roles": ["learner"] })
}

/// `form` with the fields of `changes` put in.
pub fn with(mut form: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        form[name] = value.clone();
    }
    form
}

pub struct Academy {
    pub clock: Arc<ManualClock>,
    pub store: Store,
    pub database: Database,
    pub server: Running,
    pub dir: TempDir,
    entropy: Arc<SeededEntropy>,
    settings: Settings,
}

impl Academy {
    pub async fn open() -> Self {
        Self::with_rate(100_000).await
    }

    /// With so many requests let through in a second, and at once.
    pub async fn with_rate(requests: u32) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::make(dir.path()).await;
        Self::on(database, dir, requests).await
    }

    /// On a database of one's own, which has to be empty.
    pub async fn on(database: Database, dir: TempDir, requests: u32) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let store = Store::open(&database.address).await.unwrap();
        let clock = Arc::new(ManualClock::at(NOW.parse().unwrap()));
        let entropy = Arc::new(SeededEntropy::new(7));
        let requests = NonZeroU32::new(requests).unwrap();
        let settings = Settings {
            listen: "127.0.0.1:0".parse().unwrap(),
            metrics: Some("127.0.0.1:0".parse().unwrap()),
            public_url: None,
            link_lifetime: LINK_LIFETIME,
            mail: MailSettings::Folder(dir.path().join("mail")),
            mail_from: None,
            password_cost: PasswordCost::LEAST,
            rate: Rate { per_second: requests, burst: requests },
            proxies: vec!["127.0.0.1".parse().unwrap()],
            heartbeat: Duration::from_millis(50),
        };
        Sample { store: &store, database: &database, now: clock.now() }.write().await;
        let server = start(&settings, parts(&store, &clock, &entropy)).await.unwrap();
        Self { clock, store, database, server, dir, entropy, settings }
    }

    /// Another server on the same database.
    pub async fn beside(&self) -> Running {
        let store = Store::open(&self.database.address).await.unwrap();
        // It is another program: its chance is its own.
        let entropy = Arc::new(SeededEntropy::new(8));
        start(&self.settings, parts(&store, &self.clock, &entropy)).await.unwrap()
    }

    /// Somebody with a token of their own.
    pub async fn caller(&self, email: &str) -> Caller {
        let email = EmailAddress::parse(email).unwrap();
        let with = (self.clock.as_ref() as _, self.entropy.as_ref() as _);
        let token = tokens::create(&self.store, with, &email, ("test", false)).await.unwrap();
        self.holder(Some(token.expose_secret()))
    }

    pub async fn admin(&self) -> Caller {
        self.caller("admin@example.org").await
    }

    pub async fn manager(&self) -> Caller {
        self.caller("manager@example.org").await
    }

    /// Whoever holds `token`.
    pub fn holder(&self, token: Option<&str>) -> Caller {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .no_gzip()
            .build()
            .unwrap();
        Caller {
            http,
            base: format!("http://{}", self.server.address),
            token: token.map(str::to_owned),
            keys: AtomicU32::new(0),
        }
    }

    /// The turn to change what is in the academy: until it is over, every change waits for it.
    pub async fn turn(&self) -> Tx {
        self.store.write(WorkspaceId::new(Uuid::from_u128(ACADEMY))).await.unwrap()
    }

    /// Waits until `figure` is among what whoever watches the server is told.
    pub async fn figures_say(&self, figure: &str) {
        let url = format!("http://{}/metrics", self.server.metrics_address.unwrap());
        while !Answer::of(self.holder(None).http.get(&url)).await.text().lines().any(|line| line == figure) {}
    }

    /// How many rows each table has, but those that tell of requests whatever these do.
    pub async fn row_counts(&self) -> BTreeMap<String, i64> {
        let mut counts = BTreeMap::new();
        for table in self.database.tables().await {
            if ["limits", "turns"].contains(&table.as_str()) {
                continue;
            }
            let sql = format!("SELECT COUNT(*) FROM \"{table}\"");
            let rows = self.database.numbers(&sql, &[]).await[0];
            counts.insert(table, rows);
        }
        counts
    }

    /// The first column of a query, as text.
    pub async fn column(&self, sql: &'static str, value: &str) -> Vec<String> {
        self.database.texts(sql, values![value]).await
    }

    /// The mails in the folder, as they were sent, once none waits any more: the server's own worker
    /// may be at it.
    pub async fn mails(&self) -> Vec<String> {
        let queued = "SELECT id FROM letters WHERE state = 'queued' AND id <> ?";
        while !self.column(queued, "").await.is_empty() {
            self.server.deliver_due().await.unwrap();
        }
        let files = std::fs::read_dir(self.dir.path().join("mail")).unwrap().map(|file| file.unwrap().path());
        let mails = files.filter(|path| path.extension().is_some_and(|ending| ending == "eml"));
        mails.map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }
}

fn parts(store: &Store, clock: &Arc<ManualClock>, entropy: &Arc<SeededEntropy>) -> Parts {
    Parts {
        store: store.clone(),
        clock: Arc::clone(clock) as _,
        entropy: Arc::clone(entropy) as _,
        secret: Arc::new(ServerSecret::from_bytes([7; 32])),
    }
}

/// Speaks plain HTTP, with a token or without.
pub struct Caller {
    pub http: reqwest::Client,
    pub base: String,
    pub token: Option<String>,
    keys: AtomicU32,
}

impl Caller {
    /// A request to `path`: from the root if it begins with a slash, else in the workspace `academy`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let root = if path.starts_with('/') { "" } else { "/api/v1/workspaces/academy/" };
        let request = self.http.request(method, format!("{}{root}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// The same at another server.
    pub fn at(&self, server: &Running) -> Self {
        let base = format!("http://{}", server.address);
        Self { http: self.http.clone(), base, token: self.token.clone(), keys: AtomicU32::new(1000) }
    }

    /// Gets what has to be there.
    pub async fn read(&self, path: &str) -> Value {
        self.get(path).await.done()
    }

    pub async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, key, body).await
    }

    /// Sends a change of any method, with a body unless it is null.
    pub async fn send(&self, method: Method, path: &str, key: &str, body: &Value) -> Answer {
        let request = self.request(method, path).header("Idempotency-Key", key);
        Answer::of(if body.is_null() { request } else { request.json(body) }).await
    }

    /// A key that was not used before.
    pub fn key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    /// Sends the form under a key of its own.
    pub async fn invite(&self, form: &Value) -> Answer {
        let request = self.request(Method::POST, "invitations").header("Idempotency-Key", self.key());
        Answer::of(request.json(form)).await
    }

    pub async fn dry_run(&self, form: &Value) -> Answer {
        self.post("invitations?dry_run=true", "dry", form).await
    }

    /// The addresses on a page of users.
    pub async fn emails(&self, path: &str) -> Vec<String> {
        let page = self.read(path).await;
        page["items"].as_array().unwrap().iter().map(|user| text(&user["email"])).collect()
    }
}

/// A JSON string.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The answer to what was done.
    pub fn done(&self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text());
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The problem that a refusal is told with.
    pub fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), MEDIA_TYPE, "{}: {}", self.status, self.text());
        let problem: Problem = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(problem.status, self.status);
        assert_eq!(problem.request_id.as_ref().unwrap().as_str(), self.header("x-request-id"));
        problem
    }

    /// The wrong fields of a refusal: where, and what.
    pub fn wrong(&self) -> Vec<(String, String)> {
        assert_eq!(self.status, 422, "{}", self.text());
        self.problem().errors.into_iter().map(|error| (error.pointer, error.code)).collect()
    }
}

struct Sample<'a> {
    store: &'a Store,
    database: &'a Database,
    now: Timestamp,
}

/// A user of the sample.
struct Person {
    n: u128,
    email: &'static str,
    name: (&'static str, &'static str),
    state: &'static str,
    roles: i64,
    unit: Option<u128>,
    /// Days from now at which access ends.
    ends_in: Option<i64>,
    /// Days from now at which the link ends.
    link_ends_in: Option<i64>,
    seen: bool,
}

const fn person(
    n: u128,
    email: &'static str,
    name: (&'static str, &'static str),
    (state, roles, unit): (&'static str, i64, Option<u128>),
) -> Person {
    Person { n, email, name, state, roles, unit, ends_in: None, link_ends_in: None, seen: false }
}

const PEOPLE: &[Person] = &[
    Person { seen: true, ..person(ADMIN, "admin@example.org", ("Ada", "Admin"), ("active", 4, None)) },
    Person {
        seen: true,
        ..person(MANAGER, "manager@example.org", ("Max", "Manager"), ("active", 3, Some(YORKSHIRE)))
    },
    person(LEARNER, "learner@example.org", ("Lea", "Learner"), ("active", 1, Some(YORK))),
    Person {
        link_ends_in: Some(14),
        ..person(INVITED, "Invited@Example.org", ("José", "García"), ("invited", 1, Some(YORK)))
    },
    Person {
        link_ends_in: Some(-1),
        ..person(LATE, "late@example.org", ("Lars", "Late"), ("invited", 1, Some(SALES)))
    },
    person(PENDING, "pending@example.org", ("Penny", "Pending"), ("pending", 1, Some(YORK))),
    person(CANCELLED, "cancelled@example.org", ("Cato", "Cancelled"), ("cancelled", 1, Some(SALES))),
    person(DELETED, "deleted@example.org", ("Dele", "Ted"), ("deleted", 1, Some(YORK))),
    Person {
        ends_in: Some(-3),
        ..person(EXPIRED, "expired@example.org", ("Edda", "Expired"), ("active", 1, Some(YORKSHIRE)))
    },
    Person {
        link_ends_in: Some(7),
        ends_in: Some(30),
        ..person(UNPLACED, "unplaced@example.org", ("Uma", "Unplaced"), ("invited", 1, None))
    },
    person(110, "percent%sign@example.org", ("100%", "Sure"), ("active", 1, Some(SALES))),
    person(111, "under_score@example.org", ("Snake_case", "Smith"), ("active", 1, Some(OPERATIONS))),
    Person { ends_in: Some(90), ..person(112, "a.twin@example.org", ("Ann", "Twin"), ("active", 1, None)) },
    Person {
        ends_in: Some(90),
        seen: true,
        ..person(113, "b.twin@example.org", ("Ann", "Twin"), ("active", 1, None))
    },
    person(114, "soeren@example.org", ("Søren", "Ærø"), ("active", 3, Some(SALES))),
    person(115, "li@例え.jp", ("李", "小龍"), ("active", 1, Some(YORKSHIRE))),
    person(116, "olga@example.org", ("Ольга", "Иванова"), ("active", 5, Some(OPERATIONS))),
    Person { link_ends_in: Some(3), ..person(117, "zed@example.org", ("zed", "Z"), ("invited", 1, None)) },
];

impl Sample<'_> {
    async fn write(&self) {
        for (n, slug, name, customer) in [
            (ACADEMY, "academy", "Nordwind Academy", "Nordwind"),
            (HARBOUR, "harbour", "Quayside College", "Meridian Shipping"),
        ] {
            let owner = id(n + 1000);
            self.run("INSERT INTO customers (id, name) VALUES (?, ?)", &[&owner, customer]).await;
            self.run(
                "INSERT INTO workspaces (id, customer_id, slug, name, time_zone, created_at) \
                 VALUES (?, ?, ?, ?, 'Europe/Berlin', 0)",
                &[&id(n), &owner, slug, name],
            )
            .await;
        }
        self.units().await;
        self.groups_and_courses().await;
        for person in PEOPLE {
            self.person(person, ACADEMY).await;
        }
        let elsewhere = ("Elsa", "Where");
        let elsewhere = person(200, "elsewhere@example.org", elsewhere, ("active", 5, Some(HARBOUR_UNIT)));
        self.person(&elsewhere, HARBOUR).await;
        self.database.fill_as("0008_grams", "WITH").await;
        let managed = "INSERT INTO units_managed (workspace_id, user_id, unit_id) VALUES (?, ?, ?)";
        self.run(managed, &[&id(ACADEMY), &id(MANAGER), &id(YORKSHIRE)]).await;
        for (group, user) in [(NIGHT_SHIFT, LEARNER), (NIGHT_SHIFT, LATE), (FIRST_AIDERS, LEARNER)] {
            let member = "INSERT INTO group_users (workspace_id, group_id, user_id) VALUES (?, ?, ?)";
            self.run(member, &[&id(ACADEMY), &id(group), &id(user)]).await;
        }
        for (user, key, groups) in [
            (LEARNER, "first aiders", &[NIGHT_SHIFT, FIRST_AIDERS][..]),
            (LATE, "night shift", &[NIGHT_SHIFT]),
        ] {
            let marks = groups.iter().fold(0, |marks, group| marks | mark_of(*group));
            let sql = "UPDATE users SET group_key = ?, group_marks = ? WHERE id = ?";
            self.database.run(sql, values![key, marks, id(user)]).await;
        }
        let mut tx = self.store.write_beside().await.unwrap();
        for user in [LEARNER, LATE] {
            // What memberships have of them is renewed.
            tx.touch_user(
                WorkspaceId::new(Uuid::from_u128(ACADEMY)),
                UserId::new(Uuid::from_u128(user)),
                None,
            );
        }
        tx.commit().await.unwrap();
        for (n, course, state) in [(70, FIRE_SAFETY, "completed"), (71, FIRST_AID, "in_progress")] {
            self.run(
                "INSERT INTO enrolments (workspace_id, id, user_id, course_id, state, progress, changed_at) \
                 VALUES (?, ?, ?, ?, ?, 50, 0)",
                &[&id(ACADEMY), &id(n), &id(LEARNER), &id(course), state],
            )
            .await;
        }
    }

    async fn run(&self, sql: &'static str, values: &[&str]) {
        let values: Vec<_> = values.iter().map(|value| (*value).into()).collect();
        self.database.run(sql, &values).await;
    }

    async fn units(&self) {
        for (workspace, n, path) in [
            (ACADEMY, OPERATIONS, vec![(OPERATIONS, "Operations")]),
            (ACADEMY, YORKSHIRE, vec![(OPERATIONS, "Operations"), (YORKSHIRE, "Yorkshire")]),
            (ACADEMY, YORK, vec![(OPERATIONS, "Operations"), (YORKSHIRE, "Yorkshire"), (YORK, "York")]),
            (ACADEMY, SALES, vec![(SALES, "Sales")]),
            (HARBOUR, HARBOUR_UNIT, vec![(HARBOUR_UNIT, "Docks")]),
        ] {
            let names: Vec<&str> = path.iter().map(|(_, name)| *name).collect();
            let key: Vec<String> = names.iter().map(|name| fold(name)).collect();
            let lineage: Vec<String> = path.iter().map(|(n, _)| id(*n)).collect();
            let parent = path.iter().rev().nth(1).map(|(n, _)| id(*n));
            self.database
                .run(
                    "INSERT INTO units (workspace_id, id, parent_id, name, path, path_key, search_text, \
                 lineage, level) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    values![
                        id(workspace),
                        id(n),
                        parent,
                        names.last().unwrap().to_string(),
                        names.join(" › "),
                        key.join("\u{1}"),
                        key.join(" "),
                        format!("/{}/", lineage.join("/")),
                        i64::try_from(path.len()).unwrap()
                    ],
                )
                .await;
        }
    }

    async fn groups_and_courses(&self) {
        for (workspace, n, name) in [
            (ACADEMY, NIGHT_SHIFT, "Night shift"),
            (ACADEMY, FIRST_AIDERS, "First aiders"),
            (HARBOUR, HARBOUR_GROUP, "Pilots"),
        ] {
            let sql = "INSERT INTO groups (workspace_id, id, name, name_key, mark) VALUES (?, ?, ?, ?, ?)";
            self.database.run(sql, values![id(workspace), id(n), name, fold(name), mark_of(n)]).await;
        }
        for (workspace, n, title) in [
            (ACADEMY, FIRE_SAFETY, "Fire safety"),
            (ACADEMY, FIRST_AID, "First aid"),
            (ACADEMY, MANUAL_HANDLING, "Manual handling"),
            (ACADEMY, ROMAN_HISTORY, "Roman history"),
            (HARBOUR, HARBOUR_COURSE, "Mooring"),
        ] {
            let sql = "INSERT INTO courses (workspace_id, id, title, title_key, subject) \
                       VALUES (?, ?, ?, ?, 'Safety')";
            self.run(sql, &[&id(workspace), &id(n), title, &fold(title)]).await;
        }
        for (n, name, unit, group, courses) in [
            (50, "Yorkshire basics", Some(YORKSHIRE), None, [FIRE_SAFETY, FIRST_AID]),
            (51, "First aiders", None, Some(FIRST_AIDERS), [FIRST_AID, MANUAL_HANDLING]),
        ] {
            self.database
                .run(
                    "INSERT INTO auto_enrolments (workspace_id, id, name, unit_id, group_id) \
                 VALUES (?, ?, ?, ?, ?)",
                    values![id(ACADEMY), id(n), name, unit.map(id), group.map(id)],
                )
                .await;
            for course in courses {
                let sql = "INSERT INTO auto_enrolment_courses (workspace_id, auto_enrolment_id, course_id) \
                           VALUES (?, ?, ?)";
                self.run(sql, &[&id(ACADEMY), &id(n), &id(course)]).await;
            }
        }
    }

    async fn person(&self, person: &Person, workspace: u128) {
        let email = EmailAddress::parse(person.email).unwrap();
        let (first, last) = person.name;
        let is_active = person.state == "active";
        if is_active {
            let sql = "INSERT INTO accounts (id, email, email_key, first_name, last_name, created_at) \
                       VALUES (?, ?, ?, ?, ?, 0)";
            self.run(sql, &[&id(person.n + 1000), person.email, email.key(), first, last]).await;
        }
        let at = |days: i64| (self.now + SignedDuration::from_hours(24 * days)).as_microsecond();
        let key = "SELECT path_key FROM units WHERE id = ?";
        let unit_key = self.database.texts(key, values![person.unit.map(id)]).await.pop();
        let expires = person.ends_in.map(|days| {
            let day = self.now + SignedDuration::from_hours(24 * (days - 1));
            day.to_string().get(..10).unwrap().to_owned()
        });
        self.database
            .run(
                "INSERT INTO users (workspace_id, id, account_id, email, email_key, first_name, last_name, \
             name_key, search_text, state, listed_as, roles, unit_id, unit_key, expires_on, ends_at, invited_at, \
             link_ends_at, last_active_at, created_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                values![
                    id(workspace),
                    id(person.n),
                    is_active.then(|| id(person.n + 1000)),
                    person.email,
                    email.key(),
                    first,
                    last,
                    fold(&format!("{first} {last}")),
                    fold(&format!("{first} {last} {email}")),
                    person.state,
                    match (person.ends_in, person.link_ends_in) {
                        (Some(..=0), _) => "expired",
                        (_, Some(..=0)) => "link_expired",
                        _ => person.state,
                    },
                    person.roles,
                    person.unit.map(id),
                    unit_key.unwrap_or_default(),
                    expires,
                    person.ends_in.map(at),
                    person.link_ends_in.map(|days| at(days - 14)),
                    person.link_ends_in.map(at),
                    person.seen.then(|| at(-1) - i64::try_from(person.n).unwrap())
                ],
            )
            .await;
        if let Some(days) = person.link_ends_in {
            self.invitation(person, workspace, [at(days - 14), at(days)]).await;
        }
    }

    async fn invitation(&self, person: &Person, workspace: u128, [sent_at, link_ends_at]: [i64; 2]) {
        self.database
            .run(
                "INSERT INTO invitations (workspace_id, id, user_id, state, sent_at, sent_by, link_ends_at) \
                 VALUES (?, ?, ?, 'open', ?, ?, ?)",
                values![
                    id(workspace),
                    id(person.n + 2000),
                    id(person.n),
                    sent_at,
                    id(ADMIN + 1000),
                    link_ends_at
                ],
            )
            .await;
    }
}

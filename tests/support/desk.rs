//! A workspace with one operator, a clock that stands still, and people to invite.

use std::path::PathBuf;
use std::sync::Arc;

use admit::domain::clock::{Clock, ManualClock};
use admit::domain::entropy::{Entropy, SeededEntropy};
use admit::domain::ids::{InvitationId, LetterId, UserId, WorkspaceId};
use admit::server::mail::{AnyMailer, FolderMailer, LetterWriter, Mailer, Sender};
use admit::server::metrics::Metrics;
use admit::server::outbox::{Outbox, OutboxTools};
use admit::server::pages;
use admit::server::registration::{PasswordCost, Registrar, Tools};
use admit::server::secret::ServerSecret;
use admit::server::store::Store;
use admit::server::store::outbox::{self, LetterKind, NewLetter};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::database::Database;
use crate::values;

pub const PUBLIC_URL: &str = "https://learn.example.org/join";

pub struct Desk {
    pub clock: Arc<ManualClock>,
    pub entropy: Arc<SeededEntropy>,
    pub secret: Arc<ServerSecret>,
    pub store: Store,
    pub database: Database,
    pub workspace: WorkspaceId,
    pub dir: TempDir,
    letters: Arc<Notify>,
}

/// Somebody who was invited.
#[derive(Clone, Debug)]
pub struct Invited {
    pub user: UserId,
    pub invitation: InvitationId,
    pub token: String,
}

/// Whom to invite.
#[derive(Clone, Copy, Debug)]
pub struct Guest<'a> {
    pub email: &'a str,
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub ends_in: Option<SignedDuration>,
}

impl Default for Guest<'_> {
    fn default() -> Self {
        Self { email: "Ann.Lee@example.org", first_name: "Ann", last_name: "Lee", ends_in: None }
    }
}

impl Desk {
    pub async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::make(dir.path()).await;
        let store = Store::open(&database.address).await.unwrap();
        let clock = Arc::new(ManualClock::at("2026-11-23T09:00:00Z".parse().unwrap()));
        let desk = Self {
            clock,
            entropy: Arc::new(SeededEntropy::new(7)),
            secret: Arc::new(ServerSecret::from_bytes([7; 32])),
            store,
            database,
            workspace: WorkspaceId::new(Uuid::from_u128(2)),
            dir,
            letters: Arc::new(Notify::new()),
        };
        desk.furnish().await;
        desk
    }

    async fn furnish(&self) {
        let (customer, operator) = (Uuid::from_u128(1).to_string(), Uuid::from_u128(3).to_string());
        let workspace = self.workspace.to_string();
        self.run("INSERT INTO customers (id, name) VALUES (?, 'Nordwind')", &[&customer]).await;
        self.run(
            "INSERT INTO workspaces (id, customer_id, slug, name, time_zone, created_at) \
             VALUES (?, ?, 'academy', 'Nordwind Academy', 'Europe/Berlin', 0)",
            &[&workspace, &customer],
        )
        .await;
        self.run(
            "INSERT INTO accounts (id, email, email_key, first_name, last_name, created_at) \
             VALUES (?, 'mara@example.org', 'mara@example.org', 'Mara', 'Jansen', 0)",
            &[&operator],
        )
        .await;
        for (n, title) in [(10, "First aid"), (11, "Working at heights"), (12, "Cooking")] {
            let id = Uuid::from_u128(n).to_string();
            self.run(
                "INSERT INTO courses (workspace_id, id, title, title_key, subject) VALUES (?, ?, ?, ?, '')",
                &[&workspace, &id, title, &title.to_lowercase()],
            )
            .await;
        }
    }

    /// Goes on in another workspace of the same database.
    pub async fn move_on(&mut self) {
        self.workspace = WorkspaceId::new(Uuid::from_u128(4));
        let (customer, workspace) = (Uuid::from_u128(1).to_string(), self.workspace.to_string());
        self.run(
            "INSERT INTO workspaces (id, customer_id, slug, name, time_zone, created_at) \
             VALUES (?, ?, 'harbour', 'Quayside College', 'Europe/Berlin', 0)",
            &[&workspace, &customer],
        )
        .await;
        for n in [10, 11] {
            let id = Uuid::from_u128(n).to_string();
            self.run(
                "INSERT INTO courses (workspace_id, id, title, title_key, subject) VALUES (?, ?, ?, ?, '')",
                &[&workspace, &id, &id, &id],
            )
            .await;
        }
    }

    pub async fn run(&self, sql: &'static str, values: &[&str]) {
        let values: Vec<_> = values.iter().map(|value| (*value).into()).collect();
        self.database.run(sql, &values).await;
    }

    /// The rows of a query on one user: every column as text.
    pub async fn rows(&self, sql: &'static str, user: UserId) -> Vec<String> {
        self.database.texts(sql, values![user.to_string()]).await
    }

    pub fn new_id(&self) -> Uuid {
        self.entropy.uuid(self.clock.now())
    }

    /// Invites `guest` with two planned courses; the link works for 14 days.
    pub async fn invite(&self, guest: Guest<'_>) -> Invited {
        let (now, user, invitation) = (self.clock.now(), UserId::new(self.new_id()), self.new_id());
        let link_ends_at = now + SignedDuration::from_hours(14 * 24);
        self.insert_user(user, guest, link_ends_at).await;
        self.insert_invitation(user, invitation, link_ends_at).await;
        for course in [10, 11] {
            let (id, course) = (self.new_id().to_string(), Uuid::from_u128(course).to_string());
            self.run(
                "INSERT INTO enrolments (workspace_id, id, user_id, course_id, state, changed_at) \
                 VALUES (?, ?, ?, ?, 'planned', 0)",
                &[&self.workspace.to_string(), &id, &user.to_string(), &course],
            )
            .await;
        }
        let mut tx = self.store.write(self.workspace).await.unwrap();
        let id = LetterId::new(self.new_id());
        let letter =
            NewLetter { id, user, kind: LetterKind::Invitation, subject: invitation, created_at: now };
        outbox::insert(&mut tx, self.workspace, &letter).await.unwrap();
        tx.commit().await.unwrap();
        let invitation = InvitationId::new(invitation);
        let token = self.secret.invitation_token(self.workspace, invitation, 1);
        Invited { user, invitation, token }
    }

    async fn insert_user(&self, user: UserId, guest: Guest<'_>, link_ends_at: Timestamp) {
        let now = self.clock.now();
        self.database
            .run(
                "INSERT INTO users (workspace_id, id, email, email_key, first_name, last_name, name_key, \
             search_text, state, listed_as, roles, ends_at, invited_at, link_ends_at, created_at) \
             VALUES (?, ?, ?, ?, ?, ?, '', '', 'invited', 'invited', 1, ?, ?, ?, ?)",
                values![
                    self.workspace.to_string(),
                    user.to_string(),
                    guest.email,
                    guest.email.to_lowercase(),
                    guest.first_name,
                    guest.last_name,
                    guest.ends_in.map(|ends_in| (now + ends_in).as_microsecond()),
                    now.as_microsecond(),
                    link_ends_at.as_microsecond(),
                    now.as_microsecond()
                ],
            )
            .await;
    }

    async fn insert_invitation(&self, user: UserId, id: Uuid, link_ends_at: Timestamp) {
        self.database
            .run(
                "INSERT INTO invitations \
             (workspace_id, id, user_id, link_number, state, sent_at, sent_by, link_ends_at) \
             VALUES (?, ?, ?, 1, 'open', ?, ?, ?)",
                values![
                    self.workspace.to_string(),
                    id.to_string(),
                    user.to_string(),
                    self.clock.now().as_microsecond(),
                    Uuid::from_u128(3).to_string(),
                    link_ends_at.as_microsecond()
                ],
            )
            .await;
    }

    /// Gives the address an account, as another workspace would have.
    pub async fn give_account(&self, email: &str, password: Option<&str>) {
        let hash = match password {
            Some(password) => {
                let passwords = admit::server::registration::Passwords::new(PasswordCost::LEAST);
                Some(passwords.hash(password.into(), [1; 16]).await.unwrap())
            }
            None => None,
        };
        self.database.run("INSERT INTO accounts (id, email, email_key, first_name, last_name, password_hash, created_at) \
             VALUES (?, ?, ?, 'Ann', 'Lee', ?, 0)", values![Uuid::from_u128(99).to_string(), email, email.to_lowercase(), hash]).await;
    }

    pub fn registrar(&self) -> Registrar {
        Registrar::new(Tools {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock) as _,
            entropy: Arc::clone(&self.entropy) as _,
            secret: Arc::clone(&self.secret),
            letters: Arc::clone(&self.letters),
            password_cost: PasswordCost::LEAST,
        })
    }

    pub fn outbox<M: Mailer>(&self, mailer: M) -> Outbox<M> {
        let sender: Sender = "no-reply@learn.example.org".parse().unwrap();
        Outbox::new(OutboxTools {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock) as _,
            secret: Arc::clone(&self.secret),
            mailer,
            writer: LetterWriter::new(sender).unwrap(),
            public_url: PUBLIC_URL.to_owned(),
            metrics: Arc::new(Metrics::new(&self.store, &*self.clock)),
        })
    }

    pub fn mail_dir(&self) -> PathBuf {
        self.dir.path().join("mail")
    }

    pub fn folder_outbox(&self) -> Outbox<AnyMailer> {
        self.outbox(AnyMailer::Folder(FolderMailer::open(&self.mail_dir()).unwrap()))
    }

    /// The mails in the folder, oldest name first: name and text.
    pub fn mails(&self) -> Vec<(String, String)> {
        let entries = std::fs::read_dir(self.mail_dir()).unwrap();
        let mut mails: Vec<(String, String)> = entries
            .map(|entry| entry.unwrap())
            .map(|entry| {
                let name = entry.file_name().into_string().unwrap();
                (name, std::fs::read_to_string(entry.path()).unwrap())
            })
            .collect();
        mails.sort();
        mails
    }

    /// Serves the pages on loopback; gives a browser without cookies that follows no redirect.
    pub async fn browser(&self) -> Browser {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let router = pages::router(Arc::new(self.registrar()), "http://localhost").unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Browser { client, base }
    }

    pub async fn state(&self, user: UserId) -> String {
        self.rows("SELECT state FROM users WHERE id = ?", user).await.concat()
    }

    pub async fn invitation_state(&self, user: UserId) -> String {
        self.rows("SELECT state FROM invitations WHERE user_id = ?", user).await.concat()
    }

    pub async fn enrolments(&self, user: UserId) -> Vec<String> {
        self.rows("SELECT state FROM enrolments WHERE user_id = ? ORDER BY course_id", user).await
    }

    /// The code of a user's latest verification.
    pub async fn code(&self, user: UserId) -> String {
        self.secret.verification_code(self.workspace, self.verification(user).await)
    }

    /// The path of the mailed link of a user's latest verification.
    pub async fn mailed_path(&self, user: UserId) -> String {
        let id = self.verification(user).await;
        format!("/verify/{}", self.secret.verification_token(self.workspace, id))
    }

    async fn verification(&self, user: UserId) -> admit::domain::ids::VerificationId {
        let ids = self
            .rows("SELECT id FROM verifications WHERE user_id = ? ORDER BY created_at DESC, id DESC", user)
            .await;
        ids[0].parse().unwrap()
    }
}

pub struct Browser {
    client: reqwest::Client,
    base: String,
}

/// What a page answered.
#[derive(Debug)]
pub struct Shown {
    pub status: u16,
    pub location: String,
    pub headers: reqwest::header::HeaderMap,
    pub html: String,
}

impl Browser {
    pub async fn get(&self, path: &str) -> Shown {
        shown(self.client.get(format!("{}{path}", self.base))).await
    }

    pub async fn head(&self, path: &str) -> Shown {
        shown(self.client.head(format!("{}{path}", self.base))).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let escape = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(pairs.join("&"));
        shown(request).await
    }

    pub async fn register(&self, token: &str, password: &str) -> Shown {
        self.post(&format!("/i/{token}"), &[("password", password), ("password_again", password)]).await
    }
}

async fn shown(request: reqwest::RequestBuilder) -> Shown {
    let response = request.send().await.unwrap();
    let location = response.headers().get("location").map_or("", |value| value.to_str().unwrap()).to_owned();
    Shown {
        status: response.status().as_u16(),
        location,
        headers: response.headers().clone(),
        html: response.text().await.unwrap(),
    }
}

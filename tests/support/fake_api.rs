//! A double of the workspace API over a list of users in memory; failures can be put in its way.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can't go on is to stop there"
)]

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use admit::api::catalogue::{CatalogueQuery, ListCourses, ListGroups, ListUnits};
use admit::api::endpoint::{Endpoint, Request, WorkspacePath};
use admit::api::users::{User, UserCounts, UserFilter, UsersQuery};
use admit::api::whole_list::Kind;
use admit::client::list_lines::Progress;
use admit::client::whole_list::WholeList;
use admit::client::{ClientError, Fetched, ListSource, WantedList, WorkspaceApi};
use admit::domain::status::UserStatus;
use serde_json::{Value, json};

use super::team;

/// A double of the workspace API.
#[derive(Default)]
pub struct FakeApi {
    users: Mutex<Vec<User>>,
    /// Answers that come before the ordinary ones, by the operation's name.
    prepared: Mutex<HashMap<String, VecDeque<Result<Value, ClientError>>>>,
    log: Mutex<Vec<(String, Value)>>,
    is_down: Mutex<bool>,
    has_catalogue: bool,
    /// Whether it counts about right only.
    estimates: Mutex<bool>,
    sent: Mutex<Vec<(String, Value)>>,
}

impl FakeApi {
    /// A double that knows `users`.
    pub fn new(users: Vec<User>) -> Self {
        Self { users: Mutex::new(users), ..Self::default() }
    }

    /// The same, with units, groups, courses and an auto-enrolment.
    pub fn with_catalogue(users: Vec<User>) -> Self {
        Self { has_catalogue: true, ..Self::new(users) }
    }

    /// The idempotency keys and bodies of all invitations asked for so far, refused ones included.
    pub fn sent(&self) -> Vec<(String, Value)> {
        self.sent.lock().unwrap().clone()
    }

    /// Whether the server can be reached.
    pub fn set_down(&self, is_down: bool) {
        *self.is_down.lock().unwrap() = is_down;
    }

    /// Lets it count about right only.
    pub fn estimate(&self) {
        *self.estimates.lock().unwrap() = true;
    }

    /// Changes the users behind the program's back.
    pub fn change(&self, change: impl FnOnce(&mut Vec<User>)) {
        change(&mut self.users.lock().unwrap());
    }

    /// Lets the next call of `operation` be answered so.
    pub fn prepare(&self, operation: &str, answer: Result<Value, ClientError>) {
        self.prepared.lock().unwrap().entry(operation.to_owned()).or_default().push_back(answer);
    }

    /// The queries and bodies of all calls of `operation` so far.
    pub fn calls(&self, operation: &str) -> Vec<Value> {
        let log = self.log.lock().unwrap();
        log.iter().filter(|(name, _)| name == operation).map(|(_, value)| value.clone()).collect()
    }

    fn matching(&self, filter: &UserFilter) -> Vec<User> {
        let words: Vec<String> =
            filter.search.iter().flat_map(|text| text.split_whitespace()).map(str::to_lowercase).collect();
        let users = self.users.lock().unwrap();
        let fits = |user: &&User| {
            let text = format!("{} {} {}", user.first_name, user.last_name, user.email).to_lowercase();
            words.iter().all(|word| text.contains(word))
                && (filter.status.is_empty() || filter.status.0.contains(&user.status))
                && (filter.role.is_empty() || filter.role.0.iter().any(|role| user.roles.contains(*role)))
                && filter.unit.is_none_or(|unit| user.unit.as_ref().is_some_and(|own| own.id == unit))
                && filter.group.is_none_or(|group| user.groups.iter().any(|own| own.id == group))
                && filter.link_expired.is_none_or(|expired| user.link_expired == expired)
        };
        users.iter().filter(fits).cloned().collect()
    }

    /// A cursor leads on from the user it names; from where that user was, when they are gone.
    fn list(&self, query: &UsersQuery) -> Value {
        let mut users = self.matching(&query.filter());
        match query.sort.as_deref() {
            Some("email") => users.sort_by(|a, b| a.email.cmp(&b.email)),
            Some("-name") => users.reverse(),
            _ => {}
        }
        let limit = usize::from(query.limit.unwrap_or(50));
        let from_here = |start: usize| start..(start + limit).min(users.len());
        let up_to_here = |end: usize| end.saturating_sub(limit)..end;
        let range = if let Some(cursor) = &query.cursor {
            let (way, place) = cursor.split_at(1);
            let (id, at) = place.split_once('@').unwrap();
            let known = users.iter().position(|user| user.id.to_string() == id);
            let gone: usize = at.parse().unwrap();
            match way {
                ">" => from_here(known.map_or(gone, |at| at + 1).min(users.len())),
                _ => up_to_here(known.unwrap_or(gone).min(users.len())),
            }
        } else if query.last == Some(true) {
            up_to_here(users.len())
        } else if let Some(text) = &query.from {
            let key = |user: &User| match query.sort.as_deref() {
                Some("email") => user.email.to_string(),
                _ => format!("{} {}", user.first_name, user.last_name).to_lowercase(),
            };
            from_here(users.iter().position(|user| key(user) >= text.to_lowercase()).unwrap_or(users.len()))
        } else {
            from_here(0)
        };
        let next = (range.end < users.len() && !range.is_empty())
            .then(|| format!(">{}@{}", users[range.end - 1].id, range.end));
        let previous = (range.start > 0 && !range.is_empty())
            .then(|| format!("<{}@{}", users[range.start].id, range.start));
        json!({ "items": users[range], "next": next, "previous": previous })
    }

    fn count(&self, filter: &UserFilter) -> UserCounts {
        let users = self.matching(filter);
        let of = |status| users.iter().filter(|user| user.status == status).count() as u64;
        UserCounts {
            total: users.len() as u64 - of(UserStatus::Deleted),
            active: of(UserStatus::Active),
            invited: of(UserStatus::Invited),
            pending: of(UserStatus::Pending),
            cancelled: of(UserStatus::Cancelled),
            expired: of(UserStatus::Expired),
            deleted: of(UserStatus::Deleted),
            link_expired: users.iter().filter(|user| user.link_expired).count() as u64,
            approximate: *self.estimates.lock().unwrap(),
        }
    }

    fn check(&self, email: &Value) -> Value {
        let users = self.users.lock().unwrap();
        let here = users.iter().find(|user| json!(user.email) == *email);
        match here {
            Some(user) => json!({ "result": "known_here", "user_id": user.id, "status": user.status }),
            None if email == "elsewhere@example.org" => {
                json!({ "result": "known_elsewhere", "first_name": "Else", "last_name": "Where" })
            }
            None => json!({ "result": "new" }),
        }
    }

    fn invite(&self, body: &Value) -> Value {
        let mut users = self.users.lock().unwrap();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        let number = 0x900 + users.len() as u128;
        let mut user = team::user(number, &text("first_name"), &text("last_name"), UserStatus::Invited);
        user.email = text("email").into();
        users.push(user.clone());
        json!({
            "dry_run": false, "user": user, "courses": [], "mails": 1,
            "account_exists": false, "link_ends_at": team::now(),
        })
    }

    /// A job that is over at once: everybody is changed.
    fn job(&self, body: &Value, query: &Value) -> Value {
        let target = &body["target"];
        let total = if let Some(users) = target["users"].as_array() {
            users.len()
        } else {
            let filter = serde_json::from_value(target["matching"]["filter"].clone()).unwrap();
            let except = target["matching"]["except"].as_array().map_or(0, Vec::len);
            self.matching(&filter).len() - except
        };
        job(body, query["dry_run"] == true, total, total, 0)
    }

    fn changed(&self, path: &Value, query: &Value, detail: &str) -> Value {
        json!({ "dry_run": query["dry_run"] == true, "change": team::user_id(0x77), "result": "done",
            "detail": detail, "tally": {}, "user": self.one(path), "added": [] })
    }

    fn make(&self, operation: &str, path: &Value, query: &Value, body: &Value) -> Value {
        match operation {
            "create_invitation" | "replace_invitation" => self.invite(body),
            "create_job" => self.job(body, query),
            "undo_change" => {
                job(&json!({ "change": { "action": "undo", "change": path["c"] } }), false, 1, 1, 0)
            }
            "resend_invitation" => self.changed(path, query, "sent again; the link stays the same"),
            "cancel_invitation" => self.changed(path, query, "cancelled; the link is dead"),
            "edit_user" => self.changed(path, query, "changed expiry date"),
            "enrol_user" => self.changed(path, query, "enrolled in 1 course"),
            "withdraw_enrolment" => self.changed(path, query, "withdrawn from 1 course"),
            "delete_user" => self.changed(path, query, "deleted"),
            "reactivate_user" => self.changed(path, query, "reactivated; active again"),
            other => panic!("the double does not know {other}"),
        }
    }

    fn one(&self, path: &Value) -> User {
        let users = self.users.lock().unwrap();
        users.iter().find(|user| path["u"] == json!(user.id)).unwrap().clone()
    }

    fn answer(&self, operation: &str, path: &Value, query: &Value) -> Value {
        let read = |value: &Value| serde_json::from_value(value.clone()).unwrap();
        match operation {
            "list_users" => self.list(&read(query)),
            "count_users" => json!(self.count(&serde_json::from_value(query.clone()).unwrap())),
            "get_user" => json!(team::detail(self.one(path))),
            "list_user_enrolments" => json!({ "items": team::enrolments(), "next": null }),
            "list_user_audit" => json!({ "items": team::record(30), "next": null }),
            "get_invitation_link" => json!({
                "link": "https://people.example.org/i/8fK2", "ends_at": team::now(), "expired": false,
            }),
            "list_units" if self.has_catalogue => json!({ "items": team::units(), "next": null }),
            "list_groups" if self.has_catalogue => json!({ "items": team::groups(), "next": null }),
            "list_courses" if self.has_catalogue => json!({ "items": team::courses(), "next": null }),
            "preview_auto_enrolments" if query.get("unit").is_some() => {
                json!({ "items": team::added(), "next": null })
            }
            "check_email" => self.check(&query["email"]),
            "list_units"
            | "list_groups"
            | "list_courses"
            | "preview_auto_enrolments"
            | "list_job_results"
            | "list_changes"
            | "list_jobs"
            | "list_audit"
            | "list_auto_enrolments" => {
                json!({ "items": [], "next": null })
            }
            other => panic!("the double does not know {other}"),
        }
    }
}

/// A job that is over.
pub fn job(body: &Value, dry_run: bool, total: usize, done: usize, refused: usize) -> Value {
    json!({ "id": team::user_id(0x99), "change": body["change"], "summary": body["change"]["action"],
        "on_refusal": "go_on", "dry_run": dry_run, "state": "finished", "by": "dana@example.org",
        "created_at": team::now(), "finished_at": team::now(), "total": total, "done": done, "unchanged": 0,
        "refused": refused, "tally": {}, "undo_until": null })
}

impl ListSource for FakeApi {
    /// The page that the ordinary list would give, as if it were all.
    async fn fetch_list(
        &self,
        workspace: &str,
        wanted: &WantedList,
        _progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Fetched, ClientError> {
        let path = WorkspacePath { w: workspace.to_owned() };
        let query = CatalogueQuery::default();
        let list = match wanted.kind {
            Kind::Units => {
                let page = self.call(Request::<ListUnits>::read(path, query)).await?;
                WholeList::from(page.items.as_slice())
            }
            Kind::Groups => {
                let page = self.call(Request::<ListGroups>::read(path, query)).await?;
                WholeList::from(page.items.as_slice())
            }
            Kind::Courses => {
                let page = self.call(Request::<ListCourses>::read(path, query)).await?;
                WholeList::from(page.items.as_slice())
            }
        };
        let count = list.len() as u64;
        Ok(if count > wanted.most { Fetched::TooLong(count) } else { Fetched::Whole(list) })
    }
}

impl WorkspaceApi for FakeApi {
    async fn call<E: Endpoint>(&self, request: Request<E>) -> Result<E::Reply, ClientError> {
        let value = |text: Result<Value, serde_json::Error>| text.unwrap();
        let (path, query) =
            (value(serde_json::to_value(&request.path)), value(serde_json::to_value(&request.query)));
        self.log.lock().unwrap().push((E::NAME.to_owned(), query.clone()));
        let body = value(serde_json::to_value(&request.body));
        if let Some(key) = &request.idempotency_key {
            self.sent.lock().unwrap().push((key.clone(), body.clone()));
        }
        if *self.is_down.lock().unwrap() {
            return Err(ClientError::Unreachable("connection refused".into()));
        }
        let prepared = self.prepared.lock().unwrap().get_mut(E::NAME).and_then(VecDeque::pop_front);
        let usual = || {
            if E::METHOD.is_change() {
                self.make(E::NAME, &path, &query, &body)
            } else {
                self.answer(E::NAME, &path, &query)
            }
        };
        let answer = prepared.unwrap_or_else(|| Ok(usual()))?;
        Ok(serde_json::from_value(answer).unwrap())
    }
}

//! The loop on a device that only counts.

use std::sync::Mutex;

use jiff::tz::TimeZone;
use tokio::sync::mpsc::Sender;

use super::*;
use crate::api::endpoint::{Endpoint, Request};
use crate::api::events::Event;
use crate::api::sessions::{CustomerRef, Operator, Permissions, WorkspaceAccess};
use crate::api::whole_list::Kind;
use crate::client::list_lines::Progress;
use crate::client::whole_list::WholeList;
use crate::client::{ClientError, Events, Fetched, NotListening, WantedList};
use crate::domain::clock::ManualClock;
use crate::domain::entropy::SeededEntropy;
use crate::domain::ids::{CustomerId, UserId, WorkspaceId};
use crate::domain::role::{Role, Roles};
use crate::terminal::capabilities::{Capabilities, Environment};
use crate::terminal::key::parse_keys;
use crate::tui::context::Place;
use crate::tui::draft::Draft;
use crate::tui::table::{Table, TableChange};

/// A server that can't be reached.
struct Nowhere;

impl WorkspaceApi for Nowhere {
    async fn call<E: Endpoint>(&self, _: Request<E>) -> Result<E::Reply, ClientError> {
        Err(ClientError::Unreachable("connection refused".into()))
    }
}

impl EventSource for Nowhere {
    type Events = Nothing;

    async fn listen(&self, _: &str) -> Result<Nothing, NotListening> {
        Err(NotListening { error: ClientError::Unreachable("connection refused".into()), retry_after: None })
    }
}

struct Nothing;

impl Events for Nothing {
    async fn next(&mut self) -> Option<Event> {
        None
    }
}

impl ListSource for Nowhere {
    async fn fetch_list(
        &self,
        _: &str,
        _: &WantedList,
        _: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Fetched, ClientError> {
        Err(ClientError::Unreachable("connection refused".into()))
    }
}

struct NoDrafts;

impl Lists for NoDrafts {
    fn load(&self, _: Kind) -> Option<WholeList> {
        None
    }

    fn save(&self, _: &WholeList) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }
}

impl Tables for NoDrafts {
    fn load(&self) -> Result<Table, String> {
        Ok(Table::default())
    }

    fn change(&mut self, _: &TableChange) -> io::Result<Option<Table>> {
        Ok(None)
    }
}

impl Drafts for NoDrafts {
    fn load(&self) -> Option<Box<Draft>> {
        None
    }

    fn save(&mut self, _: &Draft) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn forget(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct NoHold;

impl Hold for NoHold {
    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn resume(&mut self) -> io::Result<Option<(u16, u16)>> {
        Ok(Some((60, 15)))
    }
}

/// Keeps each write; fails when told so.
#[derive(Clone, Default)]
struct Writes(Arc<Mutex<(Vec<Vec<u8>>, bool)>>);

impl Writes {
    fn count(&self) -> usize {
        self.0.lock().unwrap().0.len()
    }
}

impl Write for Writes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut writes = self.0.lock().unwrap();
        if writes.1 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        writes.0.push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn place() -> Place {
    let roles = Roles::NONE.with(Role::Admin);
    let may = Permissions { people: true, refusal: None, grant: roles, unit_required: false, units: None };
    Place {
        profile: "test".into(),
        mail_folder: None,
        operator: Operator {
            email: "dana@example.org".into(),
            first_name: "Dana".into(),
            last_name: "Reyes".into(),
        },
        workspace: WorkspaceAccess {
            id: WorkspaceId::new(uuid::Uuid::from_u128(1)),
            slug: "leeds".to_owned(),
            name: "Leeds".into(),
            time_zone: "UTC".to_owned(),
            customer: CustomerRef { id: CustomerId::new(uuid::Uuid::from_u128(2)), name: "Northwind".into() },
            user_id: UserId::new(uuid::Uuid::from_u128(3)),
            roles,
            may,
        },
        zone: TimeZone::UTC,
    }
}

fn started(writes: &Writes) -> (Sender<TerminalEvent>, impl Future<Output = io::Result<()>>) {
    let (sender, events) = channel(EVENT_CAPACITY);
    let capabilities = Capabilities::of(&Environment {
        term: Some("xterm".to_owned()),
        lang: Some("C.UTF-8".to_owned()),
        ..Environment::default()
    });
    let world = World {
        api: Arc::new(Nowhere),
        clock: Arc::new(ManualClock::at(jiff::Timestamp::UNIX_EPOCH)),
        entropy: Arc::new(SeededEntropy::new(1)),
        drafts: Box::new(NoDrafts),
        warning: None,
        tables: Box::new(NoDrafts),
        lists: Arc::new(NoDrafts),
        place: place(),
        capabilities,
    };
    let screen = Screen::new(writes.clone(), capabilities.depth, 80, 24);
    (sender, drive(world, Device { events, screen, hold: Box::new(NoHold) }))
}

fn press(sender: &Sender<TerminalEvent>, keys: &str) {
    for key in parse_keys(keys) {
        sender.try_send(TerminalEvent::Input(Input::Key(key))).unwrap();
    }
}

#[tokio::test]
async fn keys_that_wait_are_all_taken_before_one_frame() {
    let writes = Writes::default();
    let (sender, running) = started(&writes);
    press(&sender, ":invite<esc>?????<esc><esc>q");
    running.await.unwrap();
    assert_eq!(writes.count(), 1, "the first frame; the keys and the end that they bring need no other");
}

#[tokio::test]
async fn a_terminal_that_is_gone_ends_the_program_at_once() {
    let writes = Writes::default();
    let (sender, running) = started(&writes);
    sender.try_send(TerminalEvent::Hangup).unwrap();
    running.await.unwrap();
    assert_eq!(writes.count(), 1);
    let (sender, running) = started(&writes);
    drop(sender);
    running.await.unwrap();
}

#[tokio::test]
async fn a_terminal_that_takes_no_frames_ends_the_program() {
    let writes = Writes::default();
    writes.0.lock().unwrap().1 = true;
    let (_sender, running) = started(&writes);
    assert!(running.await.is_err());
}

#[tokio::test]
async fn after_a_suspension_all_is_painted_again() {
    let writes = Writes::default();
    let (sender, running) = started(&writes);
    let paints = || {
        let writes = writes.0.lock().unwrap();
        writes.0.iter().filter(|bytes| bytes.windows(4).any(|part| part == b"\x1b[2J")).count()
    };
    let keys = async {
        for (expected, next) in [(1, TerminalEvent::Continued), (2, TerminalEvent::Terminate)] {
            while paints() < expected {
                tokio::task::yield_now().await;
            }
            sender.try_send(next).unwrap();
        }
    };
    let (ended, ()) = tokio::join!(running, keys);
    ended.unwrap();
}

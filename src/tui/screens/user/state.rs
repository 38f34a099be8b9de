//! What the user page knows of its user.

use jiff::Timestamp;

use crate::api::enrolments::Enrolment;
use crate::api::invitations::InvitationLink;
use crate::api::page::Page;
use crate::api::users::{AuditEntry, UserDetail};
use crate::client::ClientError;
use crate::domain::ids::UserId;
use crate::domain::safe_text::SafeText;
use crate::tui::effect::Ticket;
use crate::tui::manage::Manage;
use crate::tui::remote::Remote;
use crate::tui::screens::users::copying::Copying;

/// Courses and entries of the record that are asked for at once.
pub const PAGE: u16 = 100;

/// The page of one user.
#[derive(Debug)]
pub struct State {
    pub(super) id: UserId,
    pub(super) detail: Remote<Box<UserDetail>>,
    pub(super) enrolments: Long<Enrolment>,
    pub(super) audit: Long<AuditEntry>,
    pub(super) link: Remote<InvitationLink>,
    pub(super) manage: Manage,
    pub(super) copying: Copying,
    /// The first line shown.
    pub(super) top: usize,
    /// The next refresh without being asked.
    pub(super) live: Option<Ticket>,
    /// The refresh that follows news.
    pub(super) heard: Option<Ticket>,
    /// When news were last followed.
    pub(super) followed: Timestamp,
    /// Courses and record may be older than the user.
    pub(super) is_stale: bool,
    /// Another screen lies on top.
    pub(super) is_covered: bool,
    pub(super) touched: Timestamp,
}

impl State {
    /// The page of the user `id`.
    pub fn new(id: UserId) -> Self {
        Self {
            id,
            detail: Remote::Idle,
            enrolments: Long::default(),
            audit: Long::default(),
            link: Remote::Idle,
            manage: Manage::default(),
            copying: Copying::default(),
            top: 0,
            live: None,
            heard: None,
            followed: Timestamp::default(),
            is_stale: false,
            is_covered: false,
            touched: Timestamp::default(),
        }
    }

    /// The user's name, once known.
    pub fn name(&self) -> SafeText {
        match self.detail.value() {
            Some(detail) => format!("{} {}", detail.user.first_name, detail.user.last_name).into(),
            None => "User".into(),
        }
    }
}

/// A list that comes in pages.
#[derive(Clone, Debug, PartialEq)]
pub struct Long<T> {
    remote: Remote<Vec<T>>,
    next: Option<String>,
    is_more: bool,
}

impl<T> Default for Long<T> {
    fn default() -> Self {
        Self { remote: Remote::Idle, next: None, is_more: false }
    }
}

impl<T: Clone> Long<T> {
    /// What has arrived.
    pub fn items(&self) -> Option<&[T]> {
        self.remote.value().map(Vec::as_slice)
    }

    /// Why the last page could not be had.
    pub fn error(&self) -> Option<&ClientError> {
        self.remote.error()
    }

    /// Where the rest begins, when there is one and it was not asked for.
    pub fn rest(&self) -> Option<String> {
        self.next.clone().filter(|_| !self.remote.is_loading())
    }

    /// Notes that the first page, or the rest, was asked for.
    pub fn ask(&mut self, ticket: Ticket, is_more: bool) {
        self.remote.ask(ticket);
        self.is_more = is_more;
    }

    /// Takes the answer, if it is to the last question.
    pub fn answered(&mut self, ticket: Ticket, answer: &Result<Page<T>, ClientError>) {
        if !self.remote.awaits(ticket) {
            return;
        }
        let before = if self.is_more { self.items().unwrap_or_default().to_vec() } else { Vec::new() };
        if let Ok(page) = answer {
            self.next.clone_from(&page.next);
        }
        let whole = |page: Page<T>| before.into_iter().chain(page.items).collect();
        self.remote.settle(answer.clone().map(whole));
    }
}

//! What the user page knows of its user.

use jiff::Timestamp;

use crate::api::enrolments::Enrolment;
use crate::api::invitations::InvitationLink;
use crate::api::users::{AuditEntry, UserDetail};
use crate::domain::ids::UserId;
use crate::domain::safe_text::SafeText;
use crate::tui::effect::Ticket;
use crate::tui::long::Long;
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

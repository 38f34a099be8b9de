//! What Activity knows: three lists, one of which is looked at.

use uuid::Uuid;

use crate::api::audit::{AuditQuery, WorkspaceAuditEntry};
use crate::api::changes::MadeChange;
use crate::api::jobs::Job;
use crate::tui::effect::Ticket;
use crate::tui::long::{Long, Sought};
use crate::tui::manage::Manage;

/// Lines that are asked for at once.
pub const PAGE: u16 = 100;

/// The kinds of entries that the record can be narrowed to, as the server and people call them.
pub const KINDS: [(&str, char); 9] = [
    ("invitation", 'i'),
    ("user", 'u'),
    ("enrolment", 'e'),
    ("verification", 'v'),
    ("unit", 'n'),
    ("group", 'g'),
    ("course", 'c'),
    ("rule", 'r'),
    ("change", 'b'),
];

/// Which list is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Changes, those that can be taken back marked.
    #[default]
    Changes,
    /// Jobs.
    Jobs,
    /// The record.
    Record,
}

impl Tab {
    /// Every list, from left to right.
    pub const ALL: [Self; 3] = [Self::Changes, Self::Jobs, Self::Record];

    /// What it is called.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Changes => "Changes",
            Self::Jobs => "Jobs",
            Self::Record => "Record",
        }
    }
}

/// Activity.
#[derive(Debug, Default)]
pub struct State {
    pub(super) tab: Tab,
    pub(super) at: usize,
    /// Where the cursor belongs once the list is here again.
    pub(super) sought: Option<Sought>,
    pub(super) changes: Long<MadeChange>,
    pub(super) jobs: Long<Job>,
    pub(super) record: Long<WorkspaceAuditEntry>,
    pub(super) operator: Option<String>,
    /// The operators seen so far, in the order of the menu.
    pub(super) operators: Vec<String>,
    pub(super) kind: Option<&'static str>,
    /// A refresh that was put off, so that a burst of events is one.
    pub(super) heard: Option<Ticket>,
    pub(super) is_covered: bool,
    pub(super) manage: Manage,
}

impl State {
    /// How many lines the list that is looked at has.
    pub(super) fn len(&self) -> usize {
        match self.tab {
            Tab::Changes => self.changes.count(),
            Tab::Jobs => self.jobs.count(),
            Tab::Record => self.record.count(),
        }
    }

    pub(super) fn change(&self) -> Option<&MadeChange> {
        self.changes.items()?.get(self.at)
    }

    pub(super) fn job(&self) -> Option<&Job> {
        self.jobs.items()?.get(self.at)
    }

    pub(super) fn entry(&self) -> Option<&WorkspaceAuditEntry> {
        self.record.items()?.get(self.at)
    }

    /// The lines of the list that is looked at.
    pub(super) fn ids(&self) -> Vec<Uuid> {
        match self.tab {
            Tab::Changes => self.changes.ids(|change| change.id.uuid()),
            Tab::Jobs => self.jobs.ids(|job| job.id.uuid()),
            Tab::Record => self.record.ids(|entry| entry.entry.id.uuid()),
        }
    }

    /// Whether there is more of it than is here, and whether a page of it is on its way.
    pub(super) fn stands(&self) -> (bool, bool) {
        match self.tab {
            Tab::Changes => (self.changes.has_more(), self.changes.is_loading()),
            Tab::Jobs => (self.jobs.has_more(), self.jobs.is_loading()),
            Tab::Record => (self.record.has_more(), self.record.is_loading()),
        }
    }

    /// A page of the record.
    pub(super) fn query(&self, cursor: Option<String>) -> AuditQuery {
        AuditQuery {
            operator: self.operator.clone(),
            kind: self.kind.map(str::to_owned),
            cursor,
            limit: Some(PAGE),
        }
    }
}

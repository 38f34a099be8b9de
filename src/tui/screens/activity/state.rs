//! What Activity knows: three lists, one of which is looked at.

use crate::api::audit::{AuditQuery, WorkspaceAuditEntry};
use crate::api::changes::MadeChange;
use crate::api::jobs::Job;
use crate::tui::effect::Ticket;
use crate::tui::long::{Here, Long, Spot};
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
    pub(super) spot: Spot,
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
        self.changes.items()?.get(self.spot.at)
    }

    pub(super) fn job(&self) -> Option<&Job> {
        self.jobs.items()?.get(self.spot.at)
    }

    pub(super) fn entry(&self) -> Option<&WorkspaceAuditEntry> {
        self.record.items()?.get(self.spot.at)
    }

    /// What is here of the list that is looked at.
    pub(super) fn here(&self) -> Here {
        match self.tab {
            Tab::Changes => self.changes.here(|change| change.id.uuid()),
            Tab::Jobs => self.jobs.here(|job| job.id.uuid()),
            Tab::Record => self.record.here(|entry| entry.entry.id.uuid()),
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

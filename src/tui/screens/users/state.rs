//! What the table of users knows: the question asked, the rows that came, the place in them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::copying::Copying;
use super::filter::Filter;
use super::goto::Goto;
use super::rows::Rows;
use super::selection::{Range, Selection};
use super::tally::Tally;
use super::window::{Question, Step, Strangers};
use crate::api::users::{DeliveryState, User, UserCounts, UserOrder};
use crate::client::ClientError;
use crate::domain::ids::UserId;
use crate::domain::status::UserStatus;
use crate::tui::effect::Ticket;
use crate::tui::manage::Manage;
use crate::tui::parts::line_edit::LineEdit;
use crate::tui::remote::Remote;

/// Rows of a page: a screenful is there at once, the next before one gets to it.
pub const PAGE: u16 = 100;
/// Rows of a page for who scrolls faster than the server answers.
pub const LONG_PAGE: u16 = 300;
/// The most rows that are asked for at once.
pub const MOST: u16 = crate::api::page::MAX_LIMIT;
/// So long the typing of a search pauses before it is asked.
pub const DEBOUNCE: Duration = Duration::from_millis(250);
/// So often the rows in view are asked for anew while changes are not heard of (no server-sent
/// events) and somebody in view is about to change without the operator's doing. Nothing is drawn,
/// and nothing written to the terminal, unless an answer differs.
pub const LIVE: Duration = Duration::from_secs(5);
/// So long after news the rows in view are asked for anew, so that a burst of news asks once.
pub const BURST: Duration = Duration::from_millis(150);
/// While news keep coming, the rows are asked for no more often than this: still within a second.
pub const BETWEEN_BURSTS: Duration = Duration::from_millis(600);
/// Without a key for so long the table is no longer watched, and the program sleeps.
pub const WATCHED_FOR: SignedDuration = SignedDuration::from_mins(30);
/// Loading that takes less is not worth a word.
pub const PATIENCE: SignedDuration = SignedDuration::from_millis(150);

/// The table of users.
#[derive(Debug, Default)]
pub struct State {
    pub(super) filter: Filter,
    pub(super) order: UserOrder,
    /// The search while it is typed.
    pub(super) search: Option<LineEdit>,
    pub(super) debounce: Option<Ticket>,
    /// The text to go to while it is typed.
    pub(super) goto: Option<Goto>,
    pub(super) phase: Phase,
    /// An invitation went out while an answer was awaited that may not show it yet.
    pub(super) is_stale: bool,
    /// The rows; none before the first came.
    pub(super) rows: Option<Rows>,
    /// Of which list the rows are: the one before, while those of another filter or order are awaited.
    pub(super) shown: (Filter, UserOrder),
    pub(super) counts: Remote<UserCounts>,
    /// How many users there are without a filter, as last counted.
    pub(super) everybody: Option<Tally>,
    /// The next refresh without being asked.
    pub(super) live: Option<Ticket>,
    /// The refresh that follows news.
    pub(super) heard: Option<Ticket>,
    /// When news were last followed.
    pub(super) followed: Timestamp,
    pub(super) presence: Presence,
    pub(super) touched: Timestamp,
    pub(super) selection: Selection,
    /// A range of marks under way.
    pub(super) range: Option<Range>,
    pub(super) manage: Manage,
    pub(super) copying: Copying,
    /// The link that was asked for, to be copied.
    pub(super) link: Remote<()>,
}

/// Whether the operator sees the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presence {
    /// Yes.
    #[default]
    Shown,
    /// Another screen lies on top.
    Covered,
    /// They may not see people here (DESIGN R1): nothing is offered.
    Refused,
}

/// What is being asked of the list. One thing at a time: a newer question replaces the older.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// Nothing, and nothing was.
    #[default]
    Fresh,
    /// The answer came.
    Settled,
    /// Rows that take the place of those that are here.
    Anew(Ticket, Jump),
    /// Rows beside those that are here, or the same anew.
    Part(Ticket, Part),
    /// It could not be had.
    Failed(ClientError),
}

/// The way to another place in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Jump {
    /// Where to.
    pub question: Question,
    /// Which row is selected there.
    pub landing: Landing,
    /// By how many rows the operator has gone on from there.
    pub moved: isize,
    /// When it was asked.
    pub since: Timestamp,
}

/// Which row is selected when another place of the list is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landing {
    /// The same user as before, or else the first.
    Same,
    /// The first.
    First,
    /// The last.
    Last,
}

/// Rows that were asked for beside those that are here, or anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where they lie.
    pub step: Step,
    /// What becomes of the rows beyond.
    pub strangers: Strangers,
}

impl Jump {
    /// Whether it leads elsewhere in the same list.
    pub fn is_elsewhere(&self) -> bool {
        self.landing != Landing::Same
    }
}

impl Phase {
    /// The ticket that is awaited.
    pub fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Anew(ticket, _) | Self::Part(ticket, _) => Some(*ticket),
            Self::Fresh | Self::Settled | Self::Failed(_) => None,
        }
    }
}

impl State {
    /// The selected user.
    pub fn selected(&self) -> Option<&User> {
        self.rows.as_ref()?.selected()
    }

    pub(super) fn selected_id(&self) -> Option<UserId> {
        self.selected().map(|user| user.id)
    }

    /// Whether the list could not be had, or not yet: no news would bring it.
    pub(super) fn is_missing(&self) -> bool {
        self.rows.is_none() || matches!(self.phase, Phase::Failed(_))
    }

    /// Whether a user in view is about to change without the operator's doing, or the list is not
    /// there at all, so that asking again now and then makes sense.
    pub(super) fn is_worth_watching(&self, height: usize) -> bool {
        let Some(rows) = &self.rows else { return true };
        let in_view = rows.iter().skip(rows.top_for(height)).take(height);
        matches!(self.phase, Phase::Failed(_)) || in_view.into_iter().any(is_under_way)
    }
}

/// Whether the invitee or the mail server has the next move.
pub fn is_under_way(user: &User) -> bool {
    user.delivery == Some(DeliveryState::Queued)
        || user.status == UserStatus::Pending
        || (user.status == UserStatus::Invited && !user.link_expired)
}

/// How long after news the rows are asked for anew, when they were last at `followed`.
pub fn burst(followed: Timestamp, now: Timestamp) -> Duration {
    let since = Duration::try_from(now.duration_since(followed)).unwrap_or_default();
    BURST.max(BETWEEN_BURSTS.saturating_sub(since))
}

//! What has become of a user of a sample: status, roles, place and dates.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::dice::Dice;
use crate::domain::expiry::{ends_at, today_in};
use crate::domain::role::{Role, Roles};
use crate::domain::status::UserState;
use crate::server::settings::LINK_LIFETIME;

/// What a user of a sample is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Registered and here.
    Active,
    /// Past the expiry date.
    Expired,
    /// Invited, the link works.
    Invited,
    /// Invited, the link has ended.
    Overdue,
    /// Invited, the mail did not arrive.
    Bounced,
    /// Registered, not verified.
    Pending,
    /// Withdrawn by an operator.
    Cancelled,
    /// Declined by the invitee.
    Declined,
    /// Removed.
    Deleted,
}

/// Every fate and how many of a hundred users it meets.
const FATES: [(Fate, usize); 9] = [
    (Fate::Active, 79),
    (Fate::Expired, 3),
    (Fate::Invited, 6),
    (Fate::Overdue, 2),
    (Fate::Bounced, 1),
    (Fate::Pending, 3),
    (Fate::Cancelled, 2),
    (Fate::Declined, 1),
    (Fate::Deleted, 3),
];

impl Fate {
    /// The fate of user number `n`. The first users meet each one in turn, so that a small sample
    /// has them all.
    pub fn of(n: u64, dice: &mut Dice) -> Self {
        let first = usize::try_from(n).ok().and_then(|n| FATES.get(n));
        let thrown = dice.weighted(&FATES.map(|(_, share)| share));
        first.or_else(|| FATES.get(thrown)).map_or(Self::Active, |(fate, _)| *fate)
    }

    /// What is stored of it.
    pub const fn state(self) -> UserState {
        match self {
            Self::Active | Self::Expired => UserState::Active,
            Self::Invited | Self::Overdue | Self::Bounced => UserState::Invited,
            Self::Pending => UserState::Pending,
            Self::Cancelled | Self::Declined => UserState::Cancelled,
            Self::Deleted => UserState::Deleted,
        }
    }

    /// Whether the user has ever been active, and so has an account.
    pub const fn has_account(self) -> bool {
        matches!(self, Self::Active | Self::Expired | Self::Deleted)
    }
}

/// The dates of a user.
#[derive(Clone, Copy, Debug)]
pub struct Dates {
    /// When the user was invited, which is when the user came to be.
    pub invited_at: Timestamp,
    /// When the link ends or ended.
    pub link_ends_at: Timestamp,
    /// When the user became active, or last did something else.
    pub settled_at: Timestamp,
    /// When last seen.
    pub last_active_at: Option<Timestamp>,
    /// The expiry date.
    pub expires_on: Option<Date>,
    /// When that day ends.
    pub ends_at: Option<Timestamp>,
}

impl Dates {
    /// The dates of a user of `fate`; `part` of `whole` users came before.
    pub fn of(
        fate: Fate,
        (part, whole): (u64, u64),
        (now, zone): (Timestamp, &TimeZone),
        dice: &mut Dice,
    ) -> Self {
        let day = 24 * 60;
        let minutes_ago = match fate {
            Fate::Invited | Fate::Bounced | Fate::Pending => 30 + dice.span(9 * day),
            Fate::Overdue => 15 * day + dice.span(60 * day),
            Fate::Cancelled | Fate::Declined => 2 * day + dice.span(200 * day),
            Fate::Active | Fate::Expired | Fate::Deleted => since_founding(part, whole),
        };
        let invited_at = before(now, minutes_ago);
        let settled_at = before(now, minutes_ago - dice.span((minutes_ago / 2).min(7 * day)).max(5));
        let seen = fate.has_account() && dice.chance(92);
        let last_active_at = seen.then(|| {
            let since = now.duration_since(settled_at).as_mins();
            let idle = if fate == Fate::Active { since.min(60 * day) } else { since };
            let longest = if fate == Fate::Active { 0 } else { since / 2 };
            before(now, longest + dice.span((idle - longest).max(1)))
        });
        let today = today_in(now, zone);
        let expires_on = match fate {
            Fate::Expired => today.checked_sub((1 + dice.span(240)).days()).ok(),
            Fate::Deleted | Fate::Cancelled | Fate::Declined => None,
            _ if dice.chance(12) => today.checked_add((20 + dice.span(700)).days()).ok(),
            _ => None,
        };
        let ends_at = expires_on.map(|date| ends_at(date, zone));
        let link_ends_at = invited_at.saturating_add(LINK_LIFETIME).unwrap_or(invited_at);
        Self { invited_at, link_ends_at, settled_at, last_active_at, expires_on, ends_at }
    }
}

/// Minutes since user `part` of `whole` came: evenly over three years up to last month, in the order
/// of the numbers, so that ids and rows grow in the order of the index.
fn since_founding(part: u64, whole: u64) -> i64 {
    const MONTH: i64 = 30 * 24 * 60;
    let share = u128::from(part) * 35 * 30 * 24 * 60 / u128::from(whole.max(1));
    36 * MONTH - i64::try_from(share).unwrap_or_default().clamp(0, 35 * MONTH)
}

/// The instant `minutes` before `now`.
pub fn before(now: Timestamp, minutes: i64) -> Timestamp {
    now.saturating_sub(SignedDuration::from_mins(minutes)).unwrap_or(now)
}

/// The instant `seconds` after `at`.
pub fn after(at: Timestamp, seconds: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(at)
}

/// The roles of user number `n`.
pub fn roles(n: u64, dice: &mut Dice) -> Roles {
    let learner = Roles::NONE.with(Role::Learner);
    match (n, dice.below(200)) {
        (20, _) | (_, 0) => learner.with(Role::Admin),
        (21, _) | (_, 1..=5) => learner.with(Role::Manager),
        (22, _) | (_, 6..=8) => Roles::NONE.with(Role::Manager),
        _ => learner,
    }
}

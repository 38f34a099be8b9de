//! How the connection fares: what is awaited, the last round trip, whether the server is there.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::client::ClientError;
use crate::tui::effect::Ticket;
use crate::tui::msg::LiveState;

/// Shorter waits show no sign of loading.
const PATIENCE: SignedDuration = SignedDuration::from_millis(150);
/// How long a frame of the spinner stays: four in a second are calm and cost little over a slow line.
const FRAME: Duration = Duration::from_millis(250);

/// How the connection fares.
#[derive(Debug, Default)]
pub(super) struct Link {
    awaited: BTreeMap<Ticket, Timestamp>,
    round_trip: Option<SignedDuration>,
    is_down: bool,
    live: Option<LiveState>,
}

impl Link {
    pub(super) fn asked(&mut self, ticket: Ticket, now: Timestamp) {
        self.awaited.insert(ticket, now);
    }

    pub(super) fn cancelled(&mut self, ticket: Ticket) {
        self.awaited.remove(&ticket);
    }

    pub(super) fn replied(&mut self, ticket: Ticket, error: Option<&ClientError>, now: Timestamp) {
        let Some(asked) = self.awaited.remove(&ticket) else { return };
        self.is_down = matches!(error, Some(ClientError::Unreachable(_)));
        if !self.is_down && !ticket.is_quiet() {
            self.note(now.duration_since(asked));
        }
    }

    /// Takes a round trip. What is shown follows only marked changes, so that the header does not
    /// flicker with every answer.
    fn note(&mut self, took: SignedDuration) {
        let near = |shown: SignedDuration| took <= shown * 2 && shown <= took * 2;
        if !self.round_trip.is_some_and(near) {
            self.round_trip = Some(took);
        }
    }

    pub(super) fn is_down(&self) -> bool {
        self.is_down
    }

    /// Whether changes are heard of; nothing before it was tried.
    pub(super) fn live(&self) -> Option<LiveState> {
        self.live
    }

    pub(super) fn is_live(&self) -> bool {
        self.live == Some(LiveState::Connected)
    }

    pub(super) fn set_live(&mut self, live: LiveState) {
        self.live = Some(live);
        // Who is heard is there.
        self.is_down &= live == LiveState::Lost;
    }

    /// The last round trip in words.
    pub(super) fn round_trip(&self) -> Option<String> {
        self.round_trip.map(|took| match took.as_millis() {
            0..10 => "<10 ms".to_owned(),
            ms @ 10..10_000 => format!("{ms} ms"),
            ms => format!("{} s", ms / 1000),
        })
    }

    /// How long the oldest answer is awaited, when long enough to say so.
    pub(super) fn waits(&self, now: Timestamp) -> Option<SignedDuration> {
        self.oldest(now).filter(|waited| *waited >= PATIENCE)
    }

    /// See [`super::App::wakes_in`].
    pub(super) fn wakes_in(&self, now: Timestamp) -> Option<Duration> {
        let waited = self.oldest(now)?;
        let left = Duration::try_from(PATIENCE - waited).unwrap_or_default();
        Some(if left.is_zero() { FRAME } else { left })
    }

    fn oldest(&self, now: Timestamp) -> Option<SignedDuration> {
        let awaited = self.awaited.iter().filter(|(ticket, _)| !ticket.is_quiet());
        awaited.map(|(_, asked)| now.duration_since(*asked)).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    #[test]
    fn nothing_turns_when_nothing_is_awaited() {
        let mut link = Link::default();
        assert_eq!(link.wakes_in(at(0)), None);
        link.asked(Ticket(1), at(0));
        assert_eq!(link.wakes_in(at(50)), Some(Duration::from_millis(100)));
        assert_eq!(link.waits(at(149)), None);
        assert_eq!(link.wakes_in(at(200)), Some(FRAME));
        link.replied(Ticket(1), None, at(300));
        assert_eq!((link.wakes_in(at(300)), link.round_trip()), (None, Some("300 ms".to_owned())));
    }

    #[test]
    fn a_quiet_call_leaves_no_trace() {
        let mut link = Link::default();
        link.asked(Ticket(1 | Ticket::QUIET), at(0));
        assert_eq!(link.wakes_in(at(900)), None);
        link.replied(Ticket(1 | Ticket::QUIET), None, at(950));
        assert_eq!(link.round_trip(), None);
    }

    #[test]
    fn the_shown_round_trip_is_calm() {
        let mut link = Link::default();
        for (ticket, took) in [(1, 20), (2, 30), (3, 12)] {
            link.asked(Ticket(ticket), at(0));
            link.replied(Ticket(ticket), None, at(took));
        }
        assert_eq!(link.round_trip(), Some("20 ms".to_owned()));
    }

    #[test]
    fn a_lost_server_is_noticed_and_so_is_its_return() {
        let mut link = Link::default();
        link.asked(Ticket(1), at(0));
        link.replied(Ticket(1), Some(&ClientError::Unreachable("refused".into())), at(1));
        assert!(link.is_down());
        link.asked(Ticket(2), at(2));
        link.replied(Ticket(2), None, at(3));
        assert!(!link.is_down());
    }
}

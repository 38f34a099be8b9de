//! From the bytes of a stream of server-sent events to events (WHATWG HTML section 9.2.6).

use crate::api::events::Event;

/// The longest line, and the most data of one event, that is kept.
const MOST_BYTES: usize = 1 << 20;
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The stream does not keep to any measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an event is longer than {MOST_BYTES} bytes")]
pub struct TooLong;

/// Reads events from bytes that come in pieces cut anywhere.
#[derive(Clone, Debug, Default)]
pub struct EventLines {
    line: Vec<u8>,
    data: Vec<u8>,
    /// The last line ended with a carriage return: a line feed that follows belongs to it.
    ended_with_return: bool,
    is_under_way: bool,
}

impl EventLines {
    /// Takes the next piece; the events that it completes. What is no event that this program knows
    /// is left out: a newer server may tell more.
    ///
    /// # Errors
    /// [`TooLong`], after which the stream is of no use.
    pub fn take(&mut self, piece: &[u8]) -> Result<Vec<Event>, TooLong> {
        let mut events = Vec::new();
        for &byte in piece {
            let follows_return = std::mem::take(&mut self.ended_with_return);
            match byte {
                b'\n' if follows_return => {}
                b'\r' | b'\n' => {
                    self.ended_with_return = byte == b'\r';
                    events.extend(self.end_line()?);
                }
                byte if self.line.len() < MOST_BYTES => self.line.push(byte),
                _ => return Err(TooLong),
            }
        }
        Ok(events)
    }

    fn end_line(&mut self) -> Result<Option<Event>, TooLong> {
        let line = std::mem::take(&mut self.line);
        let is_first = !std::mem::replace(&mut self.is_under_way, true);
        let line = if is_first { line.strip_prefix(MARK).unwrap_or(&line) } else { &line };
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return Ok(serde_json::from_slice(&data).ok());
        }
        let mut parts = line.splitn(2, |byte| *byte == b':');
        // The name of an event stands in its data too; ids are of no use, since what was missed is
        // asked for anew.
        if parts.next() == Some(b"data") {
            let value = parts.next().unwrap_or_default();
            let value = value.strip_prefix(b" ").unwrap_or(value);
            if self.data.len() + value.len() >= MOST_BYTES {
                return Err(TooLong);
            }
            self.data.extend_from_slice(value);
            self.data.push(b'\n');
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::{ChangeId, UserId};

    fn read(text: &str) -> Vec<Event> {
        EventLines::default().take(text.as_bytes()).unwrap()
    }

    fn users(number: u128) -> Event {
        Event::Users { users: vec![UserId::new(Uuid::from_u128(number))] }
    }

    #[test]
    fn an_event_is_its_data() {
        let id = Uuid::from_u128(7);
        let text = format!(": hello\n\nevent: users\ndata: {{\"kind\":\"users\",\"users\":[\"{id}\"]}}\n\n");
        assert_eq!(read(&text), [users(7)]);
    }

    #[test]
    fn every_end_of_line_is_one() {
        for end in ["\n", "\r\n", "\r"] {
            let text =
                ["data: {\"kind\":", "data:\"catalogue\"}", "", "data: {\"kind\":\"everything\"}", "", ""];
            assert_eq!(
                read(&text.join(end)),
                [Event::Catalogue {}, Event::Everything {}],
                "lines that end with {end:?}"
            );
        }
    }

    #[test]
    fn what_is_not_known_or_cannot_be_read_is_left_out() {
        let text = "\u{feff}data: {\"kind\":\"weather\",\"is\":\"fine\"}\n\nid: 7\nretry: 1\nunheard of\n\n\
                    data: {\"kind\":\n\ndata\n\n\n\ndata:{\"kind\":\"everything\",\"new\":1}\n\n";
        assert_eq!(read(text), [Event::Everything {}]);
    }

    #[test]
    fn a_mark_of_the_byte_order_is_no_part_of_the_first_line() {
        assert_eq!(read("\u{feff}data:{\"kind\":\"catalogue\"}\n\n"), [Event::Catalogue {}]);
    }

    #[test]
    fn half_an_event_is_none() {
        assert_eq!(read("data: {\"kind\":\"everything\"}\n"), []);
    }

    #[test]
    fn what_has_no_measure_is_refused() {
        let mut lines = EventLines::default();
        assert_eq!(lines.take(&vec![b'x'; MOST_BYTES]), Ok(Vec::new()));
        assert_eq!(lines.take(b"x"), Err(TooLong));
        let mut lines = EventLines::default();
        let line = format!("data: {}\n", "x".repeat(MOST_BYTES / 2));
        assert_eq!(lines.take(line.as_bytes()), Ok(Vec::new()));
        assert_eq!(lines.take(line.as_bytes()), Err(TooLong), "many lines of one event are one");
    }

    fn any_event() -> impl Strategy<Value = Event> {
        prop_oneof![
            any::<u128>().prop_map(users),
            any::<u128>().prop_map(|n| Event::Job { job: ChangeId::new(Uuid::from_u128(n)) }),
            Just(Event::Catalogue {}),
            Just(Event::Everything {}),
        ]
    }

    proptest! {
        #[test]
        fn where_the_stream_is_cut_does_not_matter(
            events in proptest::collection::vec((any_event(), 0..3_usize, any::<bool>()), 0..6),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let mut text = String::new();
            for (event, end, is_commented) in &events {
                let end = ["\n", "\r\n", "\r"][*end];
                let comment = if *is_commented { format!(": beat{end}{end}") } else { String::new() };
                let data = serde_json::to_string(event).unwrap();
                write!(text, "{comment}event: {}{end}data: {data}{end}{end}", event.kind()).unwrap();
            }
            let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            at.extend([0, text.len()]);
            at.sort_unstable();
            let mut lines = EventLines::default();
            let mut found = Vec::new();
            for piece in at.windows(2) {
                found.extend(lines.take(&text.as_bytes()[piece[0]..piece[1]]).unwrap());
            }
            prop_assert_eq!(found, events.into_iter().map(|(event, _, _)| event).collect::<Vec<_>>());
        }

        #[test]
        fn no_bytes_make_it_panic(pieces in proptest::collection::vec(any::<Vec<u8>>(), 0..8)) {
            let mut lines = EventLines::default();
            for piece in pieces {
                prop_assert!(lines.take(&piece).is_ok());
            }
        }
    }
}

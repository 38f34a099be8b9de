//! A whole list, read line by line as its bytes arrive.

use super::ClientError;
use super::whole_list::{Builder, WholeList};
use crate::api::whole_list::{END, Head, Item, Kind};

/// The longest line: an id or two, and names of at most 200 characters on six levels.
const MOST_LINE: usize = 16 << 10;

/// How far a list has arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Items that are here.
    pub done: u64,
    /// Items that are on their way in all.
    pub of: u64,
}

/// A list that is being read.
#[derive(Debug)]
pub(super) struct ListLines {
    kind: Kind,
    most: u64,
    /// The beginning of a line whose end has not come yet.
    open: Vec<u8>,
    head: Option<Head>,
    builder: Option<Builder>,
    is_over: bool,
}

/// A list that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// All of it.
    Whole(WholeList),
    /// It has more items than are wanted: so many.
    TooLong(u64),
}

impl ListLines {
    /// A reader of the list of `kind`, of `most` items.
    pub fn new(kind: Kind, most: u64) -> Self {
        Self { kind, most, open: Vec::new(), head: None, builder: None, is_over: false }
    }

    /// Takes the next bytes.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at(end);
            rest = after.get(1..).unwrap_or_default();
            if self.open.is_empty() {
                self.line(line)?;
            } else {
                let mut whole = std::mem::take(&mut self.open);
                whole.extend_from_slice(line);
                self.line(&whole)?;
                whole.clear();
                self.open = whole;
            }
        }
        if self.open.len() + rest.len() > MOST_LINE {
            return Err(unexpected("a line of the list is too long"));
        }
        self.open.extend_from_slice(rest);
        Ok(())
    }

    fn line(&mut self, line: &[u8]) -> Result<(), ClientError> {
        let broken = || unexpected("a line of the list can't be read");
        let line = std::str::from_utf8(line).map_err(|_| broken())?;
        let Some(head) = &self.head else {
            let head = Head::read(line, self.kind).ok_or_else(broken)?;
            let room = head.count.min(self.most);
            self.builder = Some(Builder::new(self.kind, &head.tag, usize::try_from(room).unwrap_or(0)));
            self.head = Some(head);
            return Ok(());
        };
        let Some(builder) = self.builder.as_mut().filter(|_| !self.is_over) else { return Err(broken()) };
        if let Some(lines) = line.strip_prefix(END).and_then(|rest| rest.strip_prefix('\t')) {
            self.is_over = lines.parse() == Ok(builder.len() as u64);
            return if self.is_over { Ok(()) } else { Err(broken()) };
        }
        let item = Item::read(line, self.kind).ok_or_else(broken)?;
        // Items may have been added since they were counted; of a list that is too long none is wanted.
        let room = head.count.min(self.most).saturating_mul(2).saturating_add(1_000);
        if builder.len() as u64 > room || !builder.push(&item) {
            return Err(unexpected("the list is longer than it says"));
        }
        Ok(())
    }

    /// How far it is; nothing before the first line.
    pub fn progress(&self) -> Option<Progress> {
        let (head, builder) = (self.head.as_ref()?, self.builder.as_ref()?);
        Some(Progress { done: builder.len() as u64, of: head.count })
    }

    /// The list, once the answer is over.
    ///
    /// # Errors
    /// When it was cut short.
    pub fn finish(self) -> Result<Read, ClientError> {
        let cut = || ClientError::Unreachable("the list was cut short".into());
        let (head, builder) = self.head.zip(self.builder).ok_or_else(cut)?;
        if !self.is_over {
            return Err(cut());
        }
        if head.count > self.most { Ok(Read::TooLong(head.count)) } else { Ok(Read::Whole(builder.finish())) }
    }
}

fn unexpected(told: &str) -> ClientError {
    ClientError::Unexpected(told.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::whole_list::Named;

    const ID: &str = "0192f0c1000070008000000000000001";

    fn read(text: &str, step: usize) -> Result<Read, ClientError> {
        let mut lines = ListLines::new(Kind::Courses, 10);
        for bytes in text.as_bytes().chunks(step) {
            lines.take(bytes)?;
        }
        lines.finish()
    }

    fn whole(text: &str, step: usize) -> WholeList {
        match read(text, step) {
            Ok(Read::Whole(list)) => list,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_list_is_the_same_however_its_bytes_arrive() {
        let text = format!("courses\ta1\t2\n{ID}\tCrème brûlée\tCatering\n{ID}\tFirst aid\tSafety\nend\t2\n");
        for step in 1..text.len() {
            let list = whole(&text, step);
            assert_eq!((list.len(), list.tag(), list.text(0)), (2, "a1", "Crème brûlée"));
            assert_eq!(list.note(1).as_str(), "Safety");
        }
    }

    #[test]
    fn a_list_without_its_last_line_is_none() {
        let text = format!("courses\ta1\t2\n{ID}\tFirst aid\tSafety\n");
        assert!(matches!(read(&text, 9), Err(ClientError::Unreachable(_))));
        assert!(matches!(read("", 9), Err(ClientError::Unreachable(_))));
        let miscounted = format!("{text}end\t2\n");
        assert!(matches!(read(&miscounted, 9), Err(ClientError::Unexpected(_))));
    }

    #[test]
    fn a_list_that_is_too_long_says_how_long() {
        assert_eq!(read("courses\ta1\t11\nend\t0\n", 4), Ok(Read::TooLong(11)));
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        assert!(matches!(read(&"x".repeat(MOST_LINE + 9), 1_000), Err(ClientError::Unexpected(_))));
        let items = format!("{ID}\ta\tb\n").repeat(1_100);
        assert!(matches!(read(&format!("courses\ta1\t2\n{items}"), 999), Err(ClientError::Unexpected(_))));
        let endless = format!("courses\ta1\t{}\n{items}", u64::MAX);
        assert!(matches!(read(&endless, 999), Err(ClientError::Unexpected(_))), "whatever it says of itself");
        let huge = format!("courses\ta1\t{}\nend\t0\n", u64::MAX);
        assert_eq!(read(&huge, 99), Ok(Read::TooLong(u64::MAX)), "no room is made for what is not wanted");
    }

    #[test]
    fn names_are_made_harmless() {
        let list = whole(&format!("courses\ta1\t1\n{ID}\t\u{1b}[31mred\u{202e}\t\u{7}\nend\t1\n"), 5);
        assert_eq!((list.text(0), list.note(0).as_str()), ("\u{241b}[31mred", "\u{2407}"));
        assert!(
            matches!(list.named(0), Some(Named::Course(course)) if course.title.as_str() == list.text(0))
        );
    }
}

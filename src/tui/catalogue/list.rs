//! One list, ready to be searched: whole, or what the server made of it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use uuid::Uuid;

use crate::api::catalogue::{Course, Group, Unit};
use crate::client::whole_list::{Named, WholeList};
use crate::domain::safe_text::SafeText;
use crate::fuzzy::Index;
use crate::tui::popups::Pick;

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it stands for.
    pub pick: Pick,
    /// What is added to its name: a course's subject.
    pub note: SafeText,
}

/// A list, ready to be searched.
pub struct List {
    lines: WholeList,
    /// The same, to be ranked; made when it is first wanted.
    index: OnceLock<Arc<Index>>,
    /// Whether these are all.
    pub is_whole: bool,
}

impl fmt::Debug for List {
    /// Not the lines, which may be a million.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "List({:?}, whole: {})", self.lines, self.is_whole)
    }
}

impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        self.is_whole == other.is_whole && self.lines == other.lines
    }
}

impl List {
    /// The whole list.
    pub fn whole(lines: WholeList) -> Self {
        Self::of(lines, true)
    }

    fn of(lines: WholeList, is_whole: bool) -> Self {
        Self { lines, index: OnceLock::new(), is_whole }
    }

    /// The lines, to be ranked. Takes its time with a long list, the first time: not to be asked for
    /// while somebody waits for a frame.
    pub fn index(&self) -> &Arc<Index> {
        self.index.get_or_init(|| Arc::new(Index::new(self.lines.texts())))
    }

    /// The lines, to be kept.
    pub fn lines(&self) -> &WholeList {
        &self.lines
    }

    /// What stands for its state, to ask the server whether there is another.
    pub fn tag(&self) -> &str {
        self.lines.tag()
    }

    /// How many lines.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Line `at`.
    pub fn entry(&self, at: usize) -> Option<Entry> {
        let pick = match self.lines.named(at)? {
            Named::Unit(unit) => Pick::Unit(unit),
            Named::Group(group) => Pick::Group(group),
            Named::Course(course) => Pick::Course(course),
        };
        Some(Entry { pick, note: self.lines.note(at) })
    }

    /// The id of line `at`.
    pub fn id(&self, at: usize) -> Option<Uuid> {
        self.lines.id(at)
    }

    /// The line with this id.
    pub fn place_of(&self, id: Uuid) -> Option<usize> {
        self.lines.place_of(id)
    }

    /// The level of unit `at`, 1 at the top.
    pub fn level(&self, at: usize) -> u8 {
        self.lines.level(at)
    }

    /// The line of the unit above unit `at`.
    pub fn parent(&self, at: usize) -> Option<usize> {
        self.lines.parent(at)
    }

    /// Whether units are below unit `at`; in the order of the tree the first of them comes next.
    pub fn has_branches(&self, at: usize) -> bool {
        self.lines.parent(at + 1) == Some(at)
    }
}

/// Pages of the server, each with whether it is all that there is.
macro_rules! of_pages {
    ($($item:ty),+) => {$(
        impl From<(&[$item], bool)> for List {
            fn from((items, is_whole): (&[$item], bool)) -> Self {
                Self::of(WholeList::from(items), is_whole)
            }
        }
    )+};
}

of_pages!(Unit, Group, Course);

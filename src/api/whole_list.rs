//! Whole lists of units, groups and courses: one streamed answer of lines, known again by its tag.
//!
//! The first line is a [`Head`], the last `end` and the number of lines between; without it the answer
//! was cut short. Each line between is one item: its id, a unit's parent (empty at the top) and level,
//! its name, and a unit's path or a course's subject, separated by tabs. How many users something has
//! changes all the time and is no part of a whole list.

use std::fmt::{self, Write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::safe_text::SafeText;

/// The media type of the answer.
pub const MEDIA_TYPE: &str = "text/tab-separated-values";
/// What the last line begins with.
pub const END: &str = "end";

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Units, in the order of the tree; a Manager gets the units managed and all below.
    Units,
    /// Groups, by name.
    Groups,
    /// Courses, by title.
    Courses,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Units, Self::Groups, Self::Courses];

    /// What one is called.
    pub const fn one(self) -> &'static str {
        match self {
            Self::Units => "unit",
            Self::Groups => "group",
            Self::Courses => "course",
        }
    }

    /// What several are called.
    pub const fn many(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Groups => "groups",
            Self::Courses => "courses",
        }
    }

    /// The path of the whole list, answered to Admins and Managers.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Units => "/api/v1/workspaces/{w}/units/all",
            Self::Groups => "/api/v1/workspaces/{w}/groups/all",
            Self::Courses => "/api/v1/workspaces/{w}/courses/all",
        }
    }

    /// How many fields an item's line has.
    const fn fields(self) -> usize {
        match self {
            Self::Units => 5,
            Self::Groups => 2,
            Self::Courses => 3,
        }
    }
}

/// How much of a list is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WholeQuery {
    /// A list of more items than this is answered by its first line alone: how many they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u64>,
}

/// The first line: which list, its tag, and how many items it had when the answer began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Which list.
    pub kind: Kind,
    /// What stands for this state of the list, also in the `ETag`.
    pub tag: String,
    /// How many items.
    pub count: u64,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\t{}\t{}", self.kind.many(), self.tag, self.count)
    }
}

impl Head {
    /// Reads the line, without its end, of the list of `kind`.
    pub fn read(line: &str, kind: Kind) -> Option<Self> {
        let mut fields = line.split('\t');
        let (which, tag, count) = (fields.next()?, fields.next()?, fields.next()?);
        let is_whole = fields.next().is_none() && which == kind.many();
        let count = count.parse().ok()?;
        is_whole.then(|| Self { kind, tag: tag.to_owned(), count })
    }
}

/// One item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// Its id.
    pub id: Uuid,
    /// A unit's parent.
    pub parent: Option<Uuid>,
    /// A unit's level; 1 for all else.
    pub level: u8,
    /// Its own name or title.
    pub name: &'a str,
    /// A unit's path, which ends with its name; a course's subject; nothing for a group.
    pub note: &'a str,
}

impl<'a> Item<'a> {
    /// Appends its line to `text`, in a list of `kind`.
    pub fn write(&self, kind: Kind, text: &mut String) {
        let (id, name, note) = (self.id.simple(), SafeText::cleaned(self.name), SafeText::cleaned(self.note));
        // Writing to a string can't fail.
        let _ = match kind {
            Kind::Units => {
                let parent = self.parent.map(|id| id.simple().to_string()).unwrap_or_default();
                writeln!(text, "{id}\t{parent}\t{}\t{name}\t{note}", self.level)
            }
            Kind::Groups => writeln!(text, "{id}\t{name}"),
            Kind::Courses => writeln!(text, "{id}\t{name}\t{note}"),
        };
    }

    /// Reads a line, without its end, of a list of `kind`.
    pub fn read(line: &'a str, kind: Kind) -> Option<Self> {
        let mut fields = line.splitn(kind.fields(), '\t');
        let id = Uuid::try_parse(fields.next()?).ok()?;
        let (parent, level) = match kind {
            Kind::Units => {
                let parent = fields.next()?;
                let parent = if parent.is_empty() { None } else { Some(Uuid::try_parse(parent).ok()?) };
                (parent, fields.next()?.parse().ok()?)
            }
            Kind::Groups | Kind::Courses => (None, 1),
        };
        let name = fields.next()?;
        let note = if kind == Kind::Groups { "" } else { fields.next()? };
        Some(Self { id, parent, level, name, note })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_line_is_that_of_its_own_list_or_none() {
        let head = Head { kind: Kind::Courses, tag: "a1".to_owned(), count: 7 };
        assert_eq!(head.to_string(), "courses\ta1\t7\n");
        assert_eq!(Head::read("courses\ta1\t7", Kind::Courses), Some(head));
        for line in ["courses\ta1\t7", "units\ta1", "units\ta1\t-1", "units\ta1\t7\t", "<html>"] {
            assert_eq!(Head::read(line, Kind::Units), None, "{line}");
        }
    }

    #[test]
    fn what_is_no_item_is_not_taken_for_one() {
        let id = Uuid::from_u128(7).simple().to_string();
        for line in ["", "end\t3", &id, &format!("{id}\tno uuid\t1\ta\ta"), &format!("{id}\t\t999\ta\ta")] {
            assert_eq!(Item::read(line, Kind::Units), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn an_item_is_read_as_it_was_written(
            id in any::<u128>(), parent in any::<Option<u128>>(), level in 1..=6_u8,
            name in any::<String>(), note in any::<String>()
        ) {
            for kind in Kind::ALL {
                let is_unit = kind == Kind::Units;
                let (name, note) = (SafeText::new(&name), SafeText::new(&note));
                let item = Item {
                    id: Uuid::from_u128(id),
                    parent: parent.map(Uuid::from_u128).filter(|_| is_unit),
                    level: if is_unit { level } else { 1 },
                    name: name.as_str(),
                    note: if kind == Kind::Groups { "" } else { note.as_str() },
                };
                let mut text = String::new();
                item.write(kind, &mut text);
                prop_assert_eq!(text.matches('\n').count(), 1);
                prop_assert_eq!(Item::read(text.trim_end_matches('\n'), kind), Some(item));
            }
        }

        #[test]
        fn no_line_makes_the_reader_fall(line in any::<String>()) {
            for kind in Kind::ALL {
                let _ = (Item::read(&line, kind), Head::read(&line, kind));
            }
        }
    }
}

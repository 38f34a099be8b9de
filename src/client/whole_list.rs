//! A whole list of units, groups or courses in memory: a million items in few large pieces, no text
//! or box of their own.

use std::collections::HashMap;

use uuid::Uuid;

use crate::api::catalogue::{Course, CourseRef, Group, GroupRef, Unit, UnitRef};
use crate::api::whole_list::{Item, Kind};
use crate::domain::ids::{CourseId, GroupId, UnitId};
use crate::domain::safe_text::SafeText;

/// No item.
pub(super) const NONE: u32 = u32::MAX;
/// Texts together are no longer, so that a place in them has four bytes.
pub(super) const MOST_TEXT: usize = 0xffff_fff0;

/// A list; items are known by their place in it.
#[derive(Clone, PartialEq, Eq)]
pub struct WholeList {
    pub(super) kind: Kind,
    pub(super) tag: String,
    /// The texts that are searched, one after the other: a unit's path, a name, a title.
    pub(super) text: String,
    /// Where each text ends.
    pub(super) ends: Vec<u32>,
    pub(super) ids: Vec<Uuid>,
    /// Units alone.
    pub(super) tree: Vec<Branch>,
    /// The subjects of courses, each once.
    pub(super) notes: Vec<String>,
    /// Which of them: courses alone.
    pub(super) note_of: Vec<u32>,
}

/// Where a unit hangs in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Branch {
    /// The place of the unit above; [`NONE`] where it is not in the list.
    pub parent: u32,
    /// Bytes of the path before the unit's own name.
    pub before_name: u32,
    pub level: u8,
}

impl std::fmt::Debug for WholeList {
    /// Not the items, which may be a million.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WholeList({} {}, {:?})", self.len(), self.kind.many(), self.tag)
    }
}

/// An item, named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// A unit.
    Unit(UnitRef),
    /// A group.
    Group(GroupRef),
    /// A course.
    Course(CourseRef),
}

impl WholeList {
    /// The list of `kind` without items; `tag` stands for the state it is fetched in.
    pub fn new(kind: Kind, tag: impl Into<String>) -> Self {
        Self {
            kind,
            tag: tag.into(),
            text: String::new(),
            ends: Vec::new(),
            ids: Vec::new(),
            tree: Vec::new(),
            notes: Vec::new(),
            note_of: Vec::new(),
        }
    }

    /// Which list.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What stands for its state, to ask whether there is another.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// How many items.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The texts to search, in order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.text(at))
    }

    /// The text of item `at`; nothing where there is no such item.
    pub fn text(&self, at: usize) -> &str {
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Item `at`, named.
    pub fn named(&self, at: usize) -> Option<Named> {
        let id = *self.ids.get(at)?;
        let text = SafeText::new(self.text(at));
        Some(match self.kind {
            Kind::Units => {
                let name = self.text(at).get(self.tree.get(at)?.before_name as usize..).unwrap_or_default();
                Named::Unit(UnitRef { id: UnitId::new(id), name: name.into(), path: text })
            }
            Kind::Groups => Named::Group(GroupRef { id: GroupId::new(id), name: text }),
            Kind::Courses => Named::Course(CourseRef { id: CourseId::new(id), title: text }),
        })
    }

    /// The id of item `at`.
    pub fn id(&self, at: usize) -> Option<Uuid> {
        self.ids.get(at).copied()
    }

    /// The place of the item with this id.
    pub fn place_of(&self, id: Uuid) -> Option<usize> {
        self.ids.iter().position(|other| *other == id)
    }

    /// The subject of course `at`.
    pub fn note(&self, at: usize) -> SafeText {
        let note = self.note_of.get(at).and_then(|note| self.notes.get(*note as usize));
        note.map(|note| SafeText::new(note)).unwrap_or_default()
    }

    /// The place of the unit above unit `at`, where it is in the list.
    pub fn parent(&self, at: usize) -> Option<usize> {
        self.tree.get(at).map(|branch| branch.parent).filter(|parent| *parent != NONE).map(|at| at as usize)
    }

    /// The level of unit `at`, 1 at the top.
    pub fn level(&self, at: usize) -> u8 {
        self.tree.get(at).map_or(1, |branch| branch.level)
    }
}

/// Makes a list, item by item.
#[derive(Debug)]
pub struct Builder {
    list: WholeList,
    notes: HashMap<String, u32>,
    /// The units that the next one may be below, from the top down.
    above: Vec<u32>,
}

impl Builder {
    /// An empty list of `kind` for about `count` items.
    pub fn new(kind: Kind, tag: &str, count: usize) -> Self {
        let mut list = WholeList::new(kind, tag);
        list.ends.reserve_exact(count);
        list.ids.reserve_exact(count);
        match kind {
            Kind::Units => list.tree.reserve_exact(count),
            Kind::Groups => {}
            Kind::Courses => list.note_of.reserve_exact(count),
        }
        Self { list, notes: HashMap::new(), above: Vec::new() }
    }

    /// How many items there are so far.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none so far.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Appends an item; one that has no room is left out, and `false`.
    #[must_use = "a list that is not whole is to be thrown away"]
    pub fn push(&mut self, item: &Item<'_>) -> bool {
        let is_unit = self.list.kind == Kind::Units;
        let text = SafeText::cleaned(if is_unit { item.note } else { item.name });
        let (Ok(at), true) = (u32::try_from(self.list.len()), self.list.text.len() + text.len() <= MOST_TEXT)
        else {
            return false;
        };
        if self.list.text.capacity() < self.list.text.len() + text.len() {
            // An eighth at a time: doubling would hold up to twice what is needed.
            self.list.text.reserve_exact((self.list.text.len() / 8).max(1 << 14).max(text.len()));
        }
        match self.list.kind {
            Kind::Units => self.hang(at, item, text.len()),
            Kind::Groups => {}
            Kind::Courses => {
                let note = self.interned(item.note);
                self.list.note_of.push(note);
            }
        }
        self.list.text.push_str(&text);
        self.list.ends.push(u32::try_from(self.list.text.len()).unwrap_or(NONE));
        self.list.ids.push(item.id);
        true
    }

    /// In the order of the tree, the unit above is among those that lead to the unit before.
    fn hang(&mut self, at: u32, item: &Item<'_>, path: usize) {
        let is_above = |above: &u32| self.list.ids.get(*above as usize).copied() == item.parent;
        let parent = self.above.iter().rposition(is_above);
        self.above.truncate(parent.map_or(0, |parent| parent + 1));
        let parent = self.above.last().copied().unwrap_or(NONE);
        self.above.push(at);
        let name = SafeText::cleaned(item.name).len();
        let before_name = u32::try_from(path.saturating_sub(name)).unwrap_or(0);
        self.list.tree.push(Branch { parent, before_name, level: item.level });
    }

    fn interned(&mut self, note: &str) -> u32 {
        if let Some(known) = self.notes.get(note) {
            return *known;
        }
        let place = u32::try_from(self.list.notes.len()).unwrap_or(NONE);
        self.list.notes.push(SafeText::cleaned(note).into_owned());
        self.notes.insert(note.to_owned(), place);
        place
    }

    /// The list.
    pub fn finish(self) -> WholeList {
        let mut list = self.list;
        list.text.shrink_to_fit();
        list
    }
}

/// Part of a list, as the server gave it on a page: short enough to have room.
fn of_page<'a>(kind: Kind, items: impl ExactSizeIterator<Item = Item<'a>>) -> WholeList {
    let mut builder = Builder::new(kind, "", items.len());
    items.for_each(|item| _ = builder.push(&item));
    builder.finish()
}

impl From<&[Unit]> for WholeList {
    fn from(units: &[Unit]) -> Self {
        let items = units.iter().map(|unit| Item {
            id: unit.id.uuid(),
            parent: unit.parent_id.map(UnitId::uuid),
            level: unit.level,
            name: unit.name.as_str(),
            note: unit.path.as_str(),
        });
        of_page(Kind::Units, items)
    }
}

impl From<&[Group]> for WholeList {
    fn from(groups: &[Group]) -> Self {
        let items = groups.iter().map(|group| Item {
            id: group.id.uuid(),
            parent: None,
            level: 1,
            name: group.name.as_str(),
            note: "",
        });
        of_page(Kind::Groups, items)
    }
}

impl From<&[Course]> for WholeList {
    fn from(courses: &[Course]) -> Self {
        let items = courses.iter().map(|course| Item {
            id: course.id.uuid(),
            parent: None,
            level: 1,
            name: course.title.as_str(),
            note: course.subject.as_str(),
        });
        of_page(Kind::Courses, items)
    }
}

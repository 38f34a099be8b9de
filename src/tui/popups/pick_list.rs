//! A list that is narrowed by typing: which lines fit, which is pointed at. The picker under a
//! field, the stand-alone picker and Advanced search all hold one.

use std::sync::Arc;

use ratatui::text::{Line, Span};

use super::Pick;
use crate::fuzzy::{Finder, highlight};
use crate::tui::catalogue::{Catalogue, Entry, Kind, List};
use crate::tui::context::Look;
use crate::tui::parts::highlight::marked;
use crate::tui::parts::text;
use crate::tui::remote::Remote;

/// Lines that are ranked; nobody scrolls further than to type on.
const RANKED: usize = 1_000;

/// A list that is narrowed by typing.
#[derive(Clone, Debug, PartialEq)]
pub struct PickList {
    /// Which list.
    pub kind: Kind,
    typed: String,
    list: Option<Arc<List>>,
    hits: Vec<usize>,
    matched: usize,
    at: usize,
}

impl PickList {
    /// The whole list of `kind`.
    pub fn new(kind: Kind) -> Self {
        Self { kind, typed: String::new(), list: None, hits: Vec::new(), matched: 0, at: 0 }
    }

    /// Ranks the list for `typed`.
    pub fn narrow(&mut self, typed: &str, catalogue: &Catalogue) {
        if typed != self.typed {
            self.at = 0;
        }
        typed.clone_into(&mut self.typed);
        self.list = catalogue.list_for(self.kind, typed);
        let Some(list) = &self.list else {
            (self.hits, self.matched) = (Vec::new(), 0);
            return;
        };
        let limit = if typed.trim().is_empty() { list.entries.len() } else { RANKED };
        let ranked = Finder::new(Arc::clone(&list.index)).rank(typed, limit);
        self.hits = ranked.hits.iter().map(|hit| hit.at).collect();
        self.matched = ranked.matched;
        self.at = self.at.min(self.hits.len().saturating_sub(1));
    }

    /// Ranks anew when the list came, or another one.
    pub fn refresh(&mut self, catalogue: &Catalogue) {
        let list = catalogue.list_for(self.kind, &self.typed);
        let is_same = match (&self.list, &list) {
            (Some(own), Some(theirs)) => Arc::ptr_eq(own, theirs),
            (None, None) => true,
            _ => false,
        };
        if !is_same {
            let typed = self.typed.clone();
            self.narrow(&typed, catalogue);
        }
    }

    /// Whether the list is here to be picked from.
    pub fn is_here(&self) -> bool {
        self.list.is_some()
    }

    /// What was typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// The lines that fit, best first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.hits.iter().filter_map(|at| self.list.as_ref()?.entries.get(*at))
    }

    /// How many lines can be pointed at.
    pub fn len(&self) -> usize {
        self.hits.len()
    }

    /// Whether nothing fits.
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    /// Which line is pointed at.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Points at another line, `by` lines away.
    pub fn step(&mut self, by: isize) {
        self.at = self.at.saturating_add_signed(by).min(self.hits.len().saturating_sub(1));
    }

    /// Points at line `at`.
    pub fn point_at(&mut self, at: usize) {
        self.at = at.min(self.hits.len().saturating_sub(1));
    }

    /// The line pointed at.
    pub fn here(&self) -> Option<&Entry> {
        self.entries().nth(self.at)
    }

    /// `3 of 120`, or why there is nothing to count.
    pub fn tally(&self, look: &Look<'_>) -> String {
        let Some(list) = &self.list else { return String::new() };
        let more = if list.is_whole { "" } else { "+" };
        let _ = look;
        let (matched, all) = (self.matched as u64, list.entries.len() as u64);
        format!("{} of {}{more}", text::number(matched), text::number(all))
    }

    /// What stands where no line is: loading, failed, none fits.
    pub fn absence(&self, look: &Look<'_>) -> Option<String> {
        let many = self.kind.many();
        match (look.catalogue.list(self.kind), self.list.is_some()) {
            (Remote::Failed(error, None), _) => Some(format!("{error}; type on to try again")),
            (_, false) => Some(format!("loading the {many}{}", look.theme.signs.ellipsis)),
            (_, true) if self.hits.is_empty() && self.typed.trim().is_empty() => {
                Some(format!("no {many} here"))
            }
            (_, true) if self.hits.is_empty() => {
                Some(format!("no {} fits {:?}", self.kind.one(), self.typed))
            }
            _ => None,
        }
    }

    /// One line of the list in `cells`.
    pub fn line(
        &self,
        at: usize,
        entry: &Entry,
        (cells, ticked): (usize, Option<bool>),
        look: &Look<'_>,
    ) -> Line<'static> {
        let theme = look.theme;
        let is_here = at == self.at;
        let plain = if is_here { theme.selected() } else { theme.text() };
        let strong = plain.patch(theme.matched());
        let tick = match ticked {
            Some(true) => format!("[{}] ", theme.signs.tick),
            Some(false) => "[ ] ".to_owned(),
            None => String::new(),
        };
        let note = side_note(entry);
        let side = text::width(&note);
        let room = cells.saturating_sub(text::width(&tick) + side + 3);
        let shown = text::fit(entry.pick.path().as_str(), room, theme.signs.ellipsis);
        let fill = room.saturating_sub(text::width(&shown)) + 1;
        let mut spans = vec![
            Span::styled(if is_here { theme.signs.pointer } else { " " }, theme.focus()),
            Span::styled(tick, plain),
        ];
        spans.extend(marked(&shown, &highlight(&shown, &self.typed), plain, strong));
        spans.push(Span::styled(" ".repeat(fill), plain));
        spans.push(Span::styled(note, if is_here { plain } else { theme.dim() }));
        Line::from(spans)
    }
}

/// What stands at the right of a line.
fn side_note(entry: &Entry) -> String {
    match (&entry.pick, entry.note.as_str()) {
        (Pick::Course(_), subject) => subject.to_owned(),
        (_, _) => text::counted(entry.count, "user", "users"),
    }
}

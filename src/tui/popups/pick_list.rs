//! A list that is narrowed by typing: which lines fit, which is pointed at. The picker under a
//! field, the stand-alone picker and Advanced search all hold one.
//!
//! Ranking is an effect: until it is done, the lines of the search before stay, and keys that mean one
//! of the lines wait (see [`PickList::is_ranking`]).

use std::sync::Arc;

use ratatui::text::{Line, Span};
use uuid::Uuid;

use crate::fuzzy::{Ranked, highlight};
use crate::tui::catalogue::{Entry, Kind, List};
use crate::tui::context::{Context, Look};
use crate::tui::effect::{Ranking, Ticket};
use crate::tui::parts::highlight::marked;
use crate::tui::parts::text;

/// Lines that are ranked; nobody scrolls further than to type on.
const RANKED: usize = 1_000;

/// A list that is narrowed by typing.
#[derive(Clone, Debug, PartialEq)]
pub struct PickList {
    /// Which list.
    pub kind: Kind,
    typed: String,
    /// What is shown.
    shown: Shown,
    at: usize,
    /// What is being ranked.
    ranking: Option<(Ticket, Arc<List>)>,
}

/// The lines that are shown.
#[derive(Clone, Debug, Default, PartialEq)]
struct Shown {
    list: Option<Arc<List>>,
    /// What they were ranked for.
    typed: String,
    hits: Hits,
    matched: usize,
}

/// Lines of a list.
#[derive(Clone, Debug, Default, PartialEq)]
enum Hits {
    /// All, in the order of the list.
    #[default]
    All,
    /// These, best first.
    Best(Vec<usize>),
}

impl PickList {
    /// The whole list of `kind`.
    pub fn new(kind: Kind) -> Self {
        Self { kind, typed: String::new(), shown: Shown::default(), at: 0, ranking: None }
    }

    /// Narrows the list to `typed`; fetches it first, where it is not here.
    pub fn narrow(&mut self, typed: &str, context: &mut Context<'_>) {
        typed.clone_into(&mut self.typed);
        context.fetch(self.kind);
        context.narrow(self.kind, typed);
        self.rank(context);
    }

    fn rank(&mut self, context: &mut Context<'_>) {
        if let Some((older, _)) = self.ranking.take() {
            context.cancel(older);
        }
        let Some(list) = context.catalogue.list_for(self.kind, &self.typed) else {
            self.show(Shown::default());
            return;
        };
        if self.typed.trim().is_empty() {
            let matched = list.len();
            self.show(Shown { list: Some(list), typed: self.typed.clone(), hits: Hits::All, matched });
            return;
        }
        let ranking = Ranking { list: Arc::clone(&list), typed: self.typed.clone(), limit: RANKED };
        self.ranking = Some((context.rank(ranking), list));
    }

    /// Takes what was ranked; one under a ticket that it does not wait for is not its own. Whether it was.
    pub fn ranked(&mut self, ticket: Ticket, ranked: &Ranked) -> bool {
        let Some((_, list)) = self.ranking.take_if(|(awaited, _)| *awaited == ticket) else { return false };
        let hits = Hits::Best(ranked.hits.iter().map(|hit| hit.at).collect());
        self.show(Shown { list: Some(list), typed: self.typed.clone(), hits, matched: ranked.matched });
        true
    }

    /// Another search is shown from its first line; the same one in a newer list keeps the line that is
    /// pointed at.
    fn show(&mut self, shown: Shown) {
        let here = self.id_at(self.at).filter(|_| shown.typed == self.shown.typed);
        self.shown = shown;
        let again = here.and_then(|id| self.row_of(id));
        self.at = again.unwrap_or(if here.is_some() { self.at } else { 0 });
        self.at = self.at.min(self.len().saturating_sub(1));
    }

    /// Ranks anew when the list came, or another one.
    pub fn refresh(&mut self, context: &mut Context<'_>) {
        let list = context.catalogue.list_for(self.kind, &self.typed);
        let own = self.ranking.as_ref().map(|(_, list)| list).or(self.shown.list.as_ref());
        let is_same = match (own, &list) {
            (Some(own), Some(theirs)) => Arc::ptr_eq(own, theirs),
            (None, None) => true,
            _ => false,
        };
        if !is_same {
            self.rank(context);
        }
    }

    /// Whether there is a list to be picked from. Of a long one that is not here, the lines that fit so
    /// far will do; where none does, the server's word is awaited.
    pub fn is_here(&self, context: &Context<'_>) -> bool {
        let is_told = !self.is_empty() || !context.catalogue.is_narrowing(self.kind);
        self.shown.list.is_some() && is_told && !self.is_ranking()
    }

    /// Whether what is shown does not fit what is typed yet. It takes no longer than a frame, so that
    /// keys that mean a line can wait for it.
    pub fn is_ranking(&self) -> bool {
        self.ranking.is_some()
    }

    /// Whether the first search in a list is still being ranked, and nothing shown before it.
    pub fn is_blank(&self) -> bool {
        self.is_ranking() && self.shown.list.is_none()
    }

    /// What was typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// The list whose lines are shown.
    pub fn list(&self) -> Option<&Arc<List>> {
        self.shown.list.as_ref()
    }

    /// Whether all lines are shown, in the order of the list.
    pub fn is_unsearched(&self) -> bool {
        self.shown.hits == Hits::All
    }

    /// The line of the list that stands in `row`.
    pub fn line_in(&self, row: usize) -> Option<usize> {
        match &self.shown.hits {
            Hits::All => Some(row).filter(|row| *row < self.len()),
            Hits::Best(hits) => hits.get(row).copied(),
        }
    }

    /// The id of what stands in `row`.
    fn id_at(&self, row: usize) -> Option<Uuid> {
        self.shown.list.as_ref()?.id(self.line_in(row)?)
    }

    fn row_of(&self, id: Uuid) -> Option<usize> {
        let list = self.shown.list.as_ref()?;
        match &self.shown.hits {
            Hits::All => list.place_of(id),
            Hits::Best(hits) => hits.iter().position(|at| list.id(*at) == Some(id)),
        }
    }

    /// The rows from `top` on, best first.
    pub fn rows(&self, top: usize) -> impl Iterator<Item = (usize, Entry)> {
        let entry = |row| Some((row, self.shown.list.as_ref()?.entry(self.line_in(row)?)?));
        (top..self.len()).map_while(entry)
    }

    /// How many rows can be pointed at.
    pub fn len(&self) -> usize {
        match &self.shown.hits {
            Hits::All => self.shown.list.as_ref().map_or(0, |list| list.len()),
            Hits::Best(hits) => hits.len(),
        }
    }

    /// Whether nothing fits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Which row is pointed at.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Points at another row, `by` rows away.
    pub fn step(&mut self, by: isize) {
        self.point_at(self.at.saturating_add_signed(by));
    }

    /// Points at row `at`.
    pub fn point_at(&mut self, at: usize) {
        self.at = at.min(self.len().saturating_sub(1));
    }

    /// What is pointed at.
    pub fn here(&self) -> Option<Entry> {
        self.shown.list.as_ref()?.entry(self.line_in(self.at)?)
    }

    /// `3 of 120`, or how far the list is.
    pub fn tally(&self, look: &Look<'_>) -> String {
        let all = |list: &List| text::number(list.len() as u64);
        if let Some(progress) = look.catalogue.progress(self.kind) {
            return format!("loading {} of {}", text::number(progress.done), text::number(progress.of));
        }
        let Some(list) = &self.shown.list else { return String::new() };
        let matched = text::number(self.shown.matched as u64);
        match look.catalogue.too_long(self.kind) {
            Some(count) => {
                let more = if list.is_whole { "" } else { "+" };
                format!("{matched}{more} of {}", text::number(count))
            }
            None => format!("{matched} of {}", all(list)),
        }
    }

    /// What stands where no line is: loading, failed, none fits.
    pub fn absence(&self, look: &Look<'_>) -> Option<String> {
        let many = self.kind.many();
        let is_awaited = self.is_ranking() || look.catalogue.is_narrowing(self.kind);
        match (look.catalogue.error(self.kind), &self.shown.list) {
            _ if !self.is_empty() || self.is_blank() => None,
            (Some(error), None) => Some(format!("{error}; type on to try again")),
            (None, None) => Some(format!("loading the {many}{}", look.theme.signs.ellipsis)),
            (_, Some(_)) if is_awaited => Some(format!("searching{}", look.theme.signs.ellipsis)),
            (_, Some(_)) if let Some(error) = look.catalogue.narrowing_error(self.kind) => {
                Some(format!("{error}; type on to try again"))
            }
            (_, Some(_)) if self.typed.trim().is_empty() => Some(format!("no {many} here")),
            (_, Some(_)) => Some(format!("no {} fits \"{}\"", self.kind.one(), self.typed)),
        }
    }

    /// One line of the list in `cells`.
    pub fn line(
        &self,
        is_here: bool,
        entry: &Entry,
        (cells, ticked): (usize, Option<bool>),
        look: &Look<'_>,
    ) -> Line<'static> {
        let theme = look.theme;
        let plain = if is_here { theme.selected() } else { theme.text() };
        let strong = plain.patch(theme.matched());
        let tick = match ticked {
            Some(true) => format!("[{}] ", theme.signs.tick),
            Some(false) => "[ ] ".to_owned(),
            None => String::new(),
        };
        let note = entry.note.as_str();
        let room = cells.saturating_sub(text::width(&tick) + text::width(note) + 3);
        let shown = text::fit(entry.pick.path().as_str(), room, theme.signs.ellipsis);
        let fill = room.saturating_sub(text::width(&shown)) + 1;
        let mut spans = vec![
            Span::styled(if is_here { theme.signs.pointer } else { " " }, theme.focus()),
            Span::styled(tick, plain),
        ];
        spans.extend(marked(&shown, &highlight(&shown, &self.shown.typed), plain, strong));
        spans.push(Span::styled(" ".repeat(fill), plain));
        spans.push(Span::styled(note.to_owned(), if is_here { plain } else { theme.dim() }));
        Line::from(spans)
    }
}

//! A run of the list: rows that follow each other without a gap, and the places between them from
//! which the server can be asked for the rows above or below.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::api::page::Page;
use crate::api::users::User;
use crate::domain::ids::UserId;

/// Which rows of the list the server is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The first ones.
    First,
    /// The last ones.
    Last,
    /// Those from the first on that sorts at or after this text.
    From(String),
    /// Those that a cursor leads to.
    Cursor(String),
}

/// Which way the list is gone through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// Towards its first row.
    Up,
    /// Towards its last row.
    #[default]
    Down,
}

/// A question to the server: for the rows above or below a seam, by the seam's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Above or below.
    pub way: Way,
    /// The number of the seam.
    pub seam: usize,
}

/// What becomes of the rows beyond an answer in which none of them is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strangers {
    /// They stay: so many rows came in between.
    Stay,
    /// They are let go.
    Go,
}

/// A place between two rows, or at an end of the run, and the questions for the rows around it.
/// At the ends, none means that there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Seam {
    up: Option<Question>,
    down: Option<Question>,
}

/// The rows between two seams.
#[derive(Clone, Debug, Default, PartialEq)]
struct Chunk {
    users: Vec<User>,
    /// Whether something may have changed since they came.
    is_old: bool,
}

/// A run of the list: chunks, and the seams before, between and after them. There is at least one
/// chunk; an empty run has one without rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    chunks: Vec<Chunk>,
    seams: Vec<Seam>,
}

impl Window {
    /// The rows that `question` was answered with.
    pub fn new(question: Question, page: Page<User>) -> Self {
        let mut above = Seam { up: page.previous.map(Question::Cursor), down: None };
        let mut below = Seam { up: None, down: page.next.map(Question::Cursor) };
        match question {
            Question::Last => below.up = Some(question),
            _ => above.down = Some(question),
        }
        let mut window =
            Self { chunks: vec![Chunk { users: page.items, is_old: false }], seams: vec![above, below] };
        window.tidy();
        window
    }

    /// Its rows, from the first on.
    pub fn iter(&self) -> impl Iterator<Item = &User> {
        self.chunks.iter().flat_map(|chunk| &chunk.users)
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.users.len()).sum()
    }

    /// Whether it begins with the first row of the list.
    pub fn begins(&self) -> bool {
        self.seams.first().is_none_or(|seam| seam.up.is_none())
    }

    /// Whether it ends with the last row of the list.
    pub fn ends(&self) -> bool {
        self.seams.last().is_none_or(|seam| seam.down.is_none())
    }

    /// The question for more rows at the end that `way` leads to; none where there are no more.
    pub fn more(&self, way: Way) -> Option<Step> {
        let seam = match way {
            Way::Up => 0,
            Way::Down => self.chunks.len(),
        };
        let step = Step { way, seam };
        self.question(step).map(|_| step)
    }

    /// The question of `step`, as the server is asked.
    pub fn question(&self, step: Step) -> Option<&Question> {
        let seam = self.seams.get(step.seam)?;
        match step.way {
            Way::Up => seam.up.as_ref(),
            Way::Down => seam.down.as_ref(),
        }
    }

    /// Notes that every row may have changed.
    pub fn age(&mut self) {
        for chunk in &mut self.chunks {
            chunk.is_old = true;
        }
    }

    /// The question that brings the old rows among those of `view` anew, and for how many rows at
    /// least; none when there are no old ones.
    pub fn renewal(&self, view: Range<usize>) -> Option<(Step, usize)> {
        let starts = self.starts();
        let is_in_view = |(chunk, start): &(&Chunk, &usize)| {
            let rows = **start..**start + chunk.users.len();
            chunk.is_old && (rows.is_empty() || (rows.start < view.end && view.start < rows.end))
        };
        let (_, start) = self.chunks.iter().zip(&starts).find(is_in_view)?;
        let (first, end) = (view.start.max(*start), view.end.min(self.len()));
        let seams = || starts.iter().copied().enumerate();
        let ask =
            |way: Way, seam: usize| Some(Step { way, seam }).filter(|step| self.question(*step).is_some());
        let from_above = seams()
            .filter(|(_, at)| *at <= first)
            .filter_map(|(seam, at)| Some((ask(Way::Down, seam)?, end.saturating_sub(at))));
        let from_below = seams()
            .filter(|(_, at)| *at >= end)
            .filter_map(|(seam, at)| Some((ask(Way::Up, seam)?, at.saturating_sub(first))));
        from_above.chain(from_below).min_by_key(|(_, rows)| *rows)
    }

    /// Takes the answer to `step`. Where it overlaps with the rows that are here it replaces them;
    /// those that follow stay, and are old unless the answer ended where they begin. Whether the
    /// answer met any of them, or the end of the list.
    pub fn merge(&mut self, step: Step, page: Page<User>, strangers: Strangers) -> bool {
        let met = match step.way {
            Way::Down => self.merge_below(step.seam, page, strangers),
            Way::Up => {
                let seam = self.chunks.len().saturating_sub(step.seam);
                self.turn();
                let Page { mut items, next, previous } = page;
                items.reverse();
                let met = self.merge_below(seam, Page { items, next: previous, previous: next }, strangers);
                self.turn();
                met
            }
        };
        self.tidy();
        met
    }

    /// Lets go of what is outside `keep`, as far as it can be asked for again; how many rows went
    /// at the beginning.
    pub fn trim(&mut self, keep: &Range<usize>) -> usize {
        let starts = self.starts();
        let seams = || self.seams.iter().zip(&starts).enumerate();
        let last = seams()
            .skip(1)
            .find(|(_, (seam, start))| **start >= keep.end && seam.down.is_some())
            .map_or(self.chunks.len(), |(at, _)| at);
        let first = seams()
            .take(last)
            .rev()
            .find(|(_, (seam, start))| **start <= keep.start && seam.up.is_some())
            .map_or(0, |(at, _)| at);
        self.chunks.truncate(last);
        self.seams.truncate(last + 1);
        self.chunks.drain(..first);
        self.seams.drain(..first);
        starts.get(first).copied().unwrap_or(0)
    }

    /// The row that follows each seam.
    fn starts(&self) -> Vec<usize> {
        let mut starts = vec![0];
        let mut end = 0;
        starts.extend(self.chunks.iter().map(|chunk| {
            end += chunk.users.len();
            end
        }));
        starts
    }

    fn merge_below(&mut self, at: usize, page: Page<User>, strangers: Strangers) -> bool {
        let at = at.min(self.chunks.len());
        let mut below = Self { chunks: self.chunks.split_off(at), seams: self.seams.split_off(at) };
        let told = match page.next {
            None => below.len(),
            Some(_) => below.told_by(&page.items),
        };
        let met = told > 0 || page.next.is_none() || below.len() == 0;
        let is_same = below.iter().take(told).map(|user| user.id).eq(page.items.iter().map(|user| user.id));
        let mut seam = below.seams.first().cloned().unwrap_or_default();
        below.cut(told);
        if !met && strangers == Strangers::Go {
            below.cut(usize::MAX);
        }
        if !is_same {
            below.age();
        }
        if let Some(first) = below.seams.first_mut() {
            *first = Seam { up: first.up.take().filter(|_| is_same), down: page.next.map(Question::Cursor) };
        }
        let new: HashSet<UserId> = page.items.iter().map(|user| user.id).collect();
        for chunk in self.chunks.iter_mut().chain(&mut below.chunks) {
            chunk.users.retain(|user| !new.contains(&user.id));
        }
        if !page.items.is_empty() {
            seam.up = page.previous.map(Question::Cursor).or(seam.up);
            self.seams.push(seam);
            self.chunks.push(Chunk { users: page.items, is_old: false });
        } else if let Some(first) = below.seams.first_mut() {
            first.up = seam.up;
        }
        self.chunks.extend(below.chunks);
        self.seams.extend(below.seams);
        met
    }

    /// How many rows, from the first on, `items` stand for: up to the last of them that is here.
    fn told_by(&self, items: &[User]) -> usize {
        let places: HashMap<UserId, usize> = self.iter().zip(0..).map(|(user, at)| (user.id, at)).collect();
        items.iter().rev().find_map(|user| places.get(&user.id)).map_or(0, |at| at + 1)
    }

    /// Takes the first `rows` away.
    fn cut(&mut self, mut rows: usize) {
        while let Some(first) = self.chunks.first_mut() {
            if first.users.len() > rows {
                if rows > 0 {
                    first.users.drain(..rows);
                    self.seams.splice(..1, [Seam::default()]);
                }
                return;
            }
            rows -= first.users.len();
            self.chunks.remove(0);
            self.seams.remove(0);
        }
    }

    /// Puts the last row first.
    fn turn(&mut self) {
        self.chunks.reverse();
        for chunk in &mut self.chunks {
            chunk.users.reverse();
        }
        self.seams.reverse();
        for seam in &mut self.seams {
            std::mem::swap(&mut seam.up, &mut seam.down);
        }
    }

    /// Takes chunks without rows out; at an end of the list it can always be asked for.
    fn tidy(&mut self) {
        let mut at = 0;
        while let (true, Some(chunk)) = (self.chunks.len() > 1, self.chunks.get(at)) {
            if !chunk.users.is_empty() {
                at += 1;
                continue;
            }
            self.chunks.remove(at);
            let above = self.seams.remove(at);
            let is_last = at == self.chunks.len();
            if let Some(below) = self.seams.get_mut(at) {
                below.up = above.up.or(below.up.take().filter(|_| at > 0));
                below.down = below.down.take().or(above.down.filter(|_| !is_last));
            }
        }
        if self.len() == 0 {
            self.chunks.truncate(1);
            if self.chunks.is_empty() {
                self.chunks.push(Chunk::default());
            }
            self.seams = vec![Seam::default(), Seam::default()];
        }
        if let Some(first) = self.seams.first_mut()
            && first.up.is_none()
        {
            first.down.get_or_insert(Question::First);
        }
        if let Some(last) = self.seams.last_mut()
            && last.down.is_none()
        {
            last.up.get_or_insert(Question::Last);
        }
    }
}

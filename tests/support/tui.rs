//! Drives the program without a terminal: keys in, screen out. Time stands still until it is
//! moved, and answers wait in a queue until they are let through.

#![expect(clippy::unwrap_used, reason = "a test that can't go on is to stop there")]

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use admit::client::{ClientError, Fetched, ListSource, WantedList};
use admit::domain::entropy::SeededEntropy;
use admit::fuzzy::{Finder, Ranked};
use admit::terminal::canvas::Canvas;
use admit::terminal::key::parse_keys;
use admit::terminal::output::ColourDepth;
use admit::tui::app::{App, Start};
use admit::tui::catalogue::{List, ListNews, MOST};
use admit::tui::context::Place;
use admit::tui::draft::Draft;
use admit::tui::effect::{Call, Effect, Ranking, Ticket, perform};
use admit::tui::msg::Msg;
use admit::tui::table::Table;
use admit::tui::theme::Theme;
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use ratatui::layout::Size;

use super::fake_api::FakeApi;
use super::team;

/// The program, and a world around it.
pub struct Harness {
    pub app: App,
    pub api: FakeApi,
    pub now: Timestamp,
    /// What went to the clipboard.
    pub copied: Vec<String>,
    /// Effects that are neither calls nor timers.
    pub effects: Vec<Effect>,
    /// Calls that wait for an answer.
    pub calls: VecDeque<(Ticket, Waiting)>,
    /// Lists that wait to be ranked, where that is held back.
    pub rankings: VecDeque<(Ticket, Ranking)>,
    pub holds_rankings: bool,
    timers: Vec<(Timestamp, Ticket)>,
}

impl Harness {
    /// The program at 80x24 in colour, nothing answered yet.
    pub fn start(api: FakeApi) -> Self {
        Self::start_at(api, team::place(), theme())
    }

    /// The program in `place`, in `theme`.
    pub fn start_at(api: FakeApi, place: Place, theme: Theme) -> Self {
        Self::start_from(api, (place, theme, None))
    }

    /// The same, with what it kept when it ended.
    pub fn start_from(api: FakeApi, from: (Place, Theme, Option<Box<Draft>>)) -> Self {
        Self::start_with(api, from, MOST)
    }

    /// The same, where lists of up to `longest_list` lines are here whole.
    pub fn start_with(
        api: FakeApi,
        (place, theme, draft): (Place, Theme, Option<Box<Draft>>),
        longest_list: u64,
    ) -> Self {
        let start = Start {
            place,
            theme,
            size: Size::new(80, 24),
            now: team::now(),
            entropy: Arc::new(SeededEntropy::new(1)),
            draft,
            warning: None,
            table: Ok(Table::default()),
            longest_list,
        };
        let (app, effects) = App::start(start);
        let mut harness = Self {
            app,
            api,
            now: team::now(),
            copied: Vec::new(),
            effects: Vec::new(),
            calls: VecDeque::new(),
            rankings: VecDeque::new(),
            holds_rankings: false,
            timers: Vec::new(),
        };
        harness.take(effects);
        harness
    }

    /// Presses keys: `jj<enter>`.
    pub fn keys(mut self, keys: &str) -> Self {
        for key in parse_keys(keys) {
            self.update(Msg::Key(key));
        }
        self
    }

    /// Pastes a text.
    pub fn paste(mut self, text: &str) -> Self {
        self.update(Msg::Paste(text.to_owned()));
        self
    }

    /// Answers every call, those that follow included, in their order.
    pub fn settle(mut self) -> Self {
        while !self.calls.is_empty() {
            self = self.answer_next();
        }
        self
    }

    /// Answers the oldest call.
    pub fn answer_next(mut self) -> Self {
        let (ticket, call) = self.calls.pop_front().unwrap();
        self.answer(ticket, call);
        self
    }

    /// Answers the newest call.
    pub fn answer_last(mut self) -> Self {
        let (ticket, call) = self.calls.pop_back().unwrap();
        self.answer(ticket, call);
        self
    }

    /// How many calls wait for an answer.
    pub fn waiting(&self) -> usize {
        self.calls.len()
    }

    /// Lets time pass; what falls due happens in its order. Calls stay unanswered.
    pub fn advance(mut self, by: Duration) -> Self {
        let end = self.now + SignedDuration::try_from(by).unwrap();
        while let Some(due) = self.timers.iter().copied().filter(|(at, _)| *at <= end).min() {
            self.timers.retain(|timer| *timer != due);
            self.now = due.0;
            self.update(Msg::Rang(due.1));
        }
        self.now = end;
        let effects = self.app.update(Msg::Tick(end));
        self.take(effects);
        self
    }

    /// Gives the terminal another size.
    pub fn resize(mut self, width: u16, height: u16) -> Self {
        self.update(Msg::Resized(Size::new(width, height)));
        self
    }

    /// Lets something happen.
    pub fn update(&mut self, msg: Msg) {
        let effects = self.app.update(Msg::Tick(self.now));
        self.take(effects);
        let effects = self.app.update(msg);
        self.take(effects);
    }

    /// The picture as text, the cursor's place below it.
    pub fn screen(&self) -> String {
        let canvas = self.app.view();
        let mut text = String::new();
        for row in rows(&canvas) {
            let cells: String = row.iter().map(|(symbol, _)| symbol.as_str()).collect();
            writeln!(text, "{}", cells.trim_end()).unwrap();
        }
        if let Some(at) = canvas.cursor {
            writeln!(text, "cursor {},{}", at.x, at.y).unwrap();
        }
        text
    }

    /// The picture with its styles: each run of cells that look alike, in the order of reading.
    pub fn styled(&self) -> String {
        let canvas = self.app.view();
        let mut text = String::new();
        for (y, row) in rows(&canvas).iter().enumerate() {
            let mut runs: Vec<(String, String)> = Vec::new();
            for (symbol, style) in row {
                match runs.last_mut() {
                    Some((cells, last)) if last == style => cells.push_str(symbol),
                    _ => runs.push((symbol.clone(), style.clone())),
                }
            }
            for (cells, style) in runs.into_iter().filter(|(_, style)| !style.is_empty()) {
                writeln!(text, "{y:>2} {style:<28} {:?}", cells.trim_end()).unwrap();
            }
        }
        text
    }

    fn answer(&mut self, ticket: Ticket, waiting: Waiting) {
        let msg = match waiting {
            Waiting::Call(call) => {
                Msg::Replied(ticket, perform(&self.api, "leeds", call).now_or_never().unwrap())
            }
            Waiting::List(wanted) => {
                let fetched = self.api.fetch_list("leeds", &wanted, &|_| ()).now_or_never().unwrap();
                Msg::List(ticket, news(fetched))
            }
        };
        self.update(msg);
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Call(ticket, call) => self.calls.push_back((ticket, Waiting::Call(call))),
                Effect::FetchList(ticket, wanted) => self.calls.push_back((ticket, Waiting::List(wanted))),
                Effect::Rank(ticket, ranking) => self.rankings.push_back((ticket, ranking)),
                Effect::ForgetRanking => {}
                Effect::Cancel(ticket) => {
                    self.calls.retain(|(waiting, _)| *waiting != ticket);
                    self.rankings.retain(|(waiting, _)| *waiting != ticket);
                }
                Effect::After(delay, ticket) => {
                    self.timers.push((self.now + SignedDuration::try_from(delay).unwrap(), ticket));
                }
                Effect::Copy(text) => self.copied.push(text),
                other => self.effects.push(other),
            }
        }
        // As a fast machine does: before the next key.
        while !self.holds_rankings
            && let Some((ticket, ranking)) = self.rankings.pop_front()
        {
            let effects = self.app.update(Msg::Ranked(ticket, ranked(&ranking)));
            self.take(effects);
        }
    }
}

/// What waits for an answer.
#[derive(Clone, Debug)]
pub enum Waiting {
    Call(Call),
    List(WantedList),
}

fn news(fetched: Result<Fetched, ClientError>) -> ListNews {
    match fetched {
        Ok(Fetched::Whole(list)) => ListNews::Whole(Arc::new(List::whole(list))),
        Ok(Fetched::Unchanged) => ListNews::Unchanged,
        Ok(Fetched::TooLong(count)) => ListNews::TooLong(count),
        Err(error) => ListNews::Failed(error),
    }
}

/// What the program's thread would say.
pub fn ranked(ranking: &Ranking) -> Ranked {
    let mut finder = Finder::new(Arc::clone(ranking.list.index()));
    finder.rank_unless(&ranking.typed, ranking.limit, &|| false).unwrap()
}

/// Colours and Unicode.
pub fn theme() -> Theme {
    Theme::new(ColourDepth::Sixteen, false)
}

/// No colours (`NO_COLOR`).
pub fn mono() -> Theme {
    Theme::new(ColourDepth::None, false)
}

/// ASCII only.
pub fn ascii() -> Theme {
    Theme::new(ColourDepth::Sixteen, true)
}

/// Symbols and styles of each row; cells hidden by a wide character before them are left out.
fn rows(canvas: &Canvas) -> Vec<Vec<(String, String)>> {
    let area = canvas.area();
    let mut rows = Vec::new();
    for y in area.top()..area.bottom() {
        let mut row = Vec::new();
        let mut hidden = 0;
        for x in area.left()..area.right() {
            let cell = &canvas.buffer[(x, y)];
            if hidden > 0 {
                hidden -= 1;
                continue;
            }
            hidden = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
            let mut style = Vec::new();
            if cell.fg != ratatui::style::Color::Reset {
                style.push(format!("{:?}", cell.fg));
            }
            if !cell.modifier.is_empty() {
                style.push(format!("{:?}", cell.modifier).replace(" | ", "+"));
            }
            row.push((cell.symbol().to_owned(), style.join(" ")));
        }
        rows.push(row);
    }
    rows
}

//! The program as a state: screens, popups and what they share. `update` decides, `view` shows.

mod actions;
mod changes;
mod heard;
mod keys;
mod late;
mod link;
mod lists;
mod pasted;
mod stack;
mod view;
mod watch;
mod wishes;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use ratatui::layout::Size;

use super::catalogue::Catalogue;
use super::context::{Mint, Place, Tone};
use super::draft::Draft;
use super::effect::{Effect, Reply, Ticket};
use super::messages::Messages;
use super::msg::Msg;
use super::outbox::Outbox;
use super::screens::{AnyScreen, Route};
use super::table::Table;
use super::theme::Theme;
use crate::domain::entropy::Entropy;
use crate::domain::safe_text::SafeText;
use crate::terminal::key::Key;
use changes::Changes;
use late::Late;
use link::Link;
use watch::Watch;
use wishes::Asking;

/// What the program begins with.
pub struct Start {
    /// Where the program is.
    pub place: Place,
    /// How things look.
    pub theme: Theme,
    /// The terminal's size.
    pub size: Size,
    /// The present.
    pub now: Timestamp,
    /// Where idempotency keys come from.
    pub entropy: Arc<dyn Entropy>,
    /// What was kept of a form when the program last ended.
    pub draft: Option<Box<Draft>>,
    /// What is to be told of it first.
    pub warning: Option<String>,
    /// How the operator wants the table of users, or why that can't be read.
    pub table: Result<Table, String>,
    /// Lists of up to so many lines are here whole: [`crate::tui::catalogue::MOST`].
    pub longest_list: u64,
}

/// The program.
pub struct App {
    place: Place,
    theme: Theme,
    size: Size,
    now: Timestamp,
    mint: Mint,
    catalogue: Catalogue,
    outbox: Outbox,
    changes: Changes,
    table: Table,
    screens: Vec<AnyScreen>,
    popups: Vec<Asking>,
    late: Late,
    watch: Watch,
    /// Where the operator was going when a screen asked whether it may be left.
    going: Option<Route>,
    messages: Messages,
    link: Link,
    draft: Option<Box<Draft>>,
    disk: Disk,
    chord: Option<Key>,
    /// Keys and pastes that wait until lines are ranked.
    held: VecDeque<Msg>,
    cancelled_at: Option<Timestamp>,
    effects: Vec<Effect>,
}

/// What the world keeps.
#[derive(PartialEq)]
enum Disk {
    /// Something may not have been written: it is told again.
    Unknown,
    /// It was told to keep this, or nothing.
    Told(Option<Box<Draft>>),
}

impl App {
    /// The program at its first screen, and what it wants done first.
    pub fn start(start: Start) -> (Self, Vec<Effect>) {
        let Start { place, theme, size, now, entropy, draft, warning, table, longest_list } = start;
        let disk = Disk::Told(draft.clone());
        let mut draft = draft.unwrap_or_default();
        let unsent = std::mem::take(&mut draft.unsent);
        let mut app = Self {
            place,
            theme,
            size,
            now,
            mint: Mint::new(entropy),
            catalogue: Catalogue::new(longest_list),
            outbox: Outbox::default(),
            changes: Changes::default(),
            table: table.clone().unwrap_or_default(),
            disk,
            screens: Vec::new(),
            popups: Vec::new(),
            late: Late::default(),
            watch: Watch::default(),
            going: None,
            messages: Messages::default(),
            link: Link::default(),
            draft: draft.is_worth_a_file().then_some(draft),
            chord: None,
            held: VecDeque::new(),
            cancelled_at: None,
            effects: Vec::new(),
        };
        if let Err(why) = table {
            app.say(Tone::Error, format!("the saved columns and views can't be read: {why}"));
        }
        if let Some(warning) = warning {
            app.say(Tone::Error, warning);
        }
        if app.draft.is_some() {
            app.say(Tone::Note, "an unfinished invitation was kept: i goes on with it");
        }
        if !unsent.is_empty() {
            let count = unsent.len();
            let words = if count == 1 { "invitation is" } else { "invitations are" };
            app.say(Tone::Error, format!("{count} {words} not known to be sent: i, then Ctrl-G opens one"));
            app.outbox.restore(unsent);
        }
        app.open(Route::Users);
        let effects = app.drain();
        (app, effects)
    }

    /// Takes what happened; says what the world is to do.
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Tick(now) => self.now = now,
            Msg::Resized(size) => self.size = size,
            Msg::Key(_) | Msg::Paste(_) => self.typed(msg),
            Msg::OfPaste(news) => self.tell_of_paste(&news),
            Msg::Replied(ticket, reply) => self.replied(ticket, &reply),
            Msg::List(ticket, news) => self.list_news(ticket, news),
            Msg::Ranked(ticket, ranked) => self.ranked(ticket, &ranked),
            Msg::Event(event) => self.heard(&event),
            Msg::Live(state) => self.live(state),
            Msg::Rang(ticket) => self.rang(ticket),
            Msg::Copied(Ok(())) => {}
            Msg::Copied(Err(why)) => self.say(Tone::Error, format!("could not be copied: {why}")),
            Msg::DraftNotKept(why) => {
                self.disk = Disk::Unknown;
                self.say(Tone::Error, format!("the draft is not kept on disk: {why}"));
            }
            // Columns are a choice of this program; views that others saved are there for this one, too.
            Msg::TableKept(Ok(table)) => self.table.views = table.views,
            Msg::TableKept(Err(why)) => {
                self.say(Tone::Error, format!("columns and views are not kept on disk: {why}"));
            }
            Msg::HungUp => self.hang_up(),
        }
        self.ask_what_waits();
        self.drain()
    }

    /// How long the program may wait before it wants to be told the time: only while someone
    /// waits for an answer, so that a spinner turns.
    pub fn wakes_in(&self) -> Option<Duration> {
        self.link.wakes_in(self.now)
    }

    fn drain(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        let mut is_other = self.outbox.take_changed();
        for effect in std::mem::take(&mut self.effects) {
            match &effect {
                Effect::Call(ticket, _) | Effect::FetchList(ticket, _) => self.link.asked(*ticket, self.now),
                Effect::Cancel(ticket) => self.link.cancelled(*ticket),
                _ => {}
            }
            match effect {
                Effect::SaveDraft(draft) => (self.draft, is_other) = (Some(draft), true),
                Effect::DropDraft => (self.draft, is_other) = (None, true),
                effect => effects.push(effect),
            }
        }
        if is_other {
            effects.extend(self.keep());
        }
        effects
    }

    /// Keeps the form together with what is not known to have arrived: sending alone forgets nothing.
    fn keep(&mut self) -> Option<Effect> {
        let mut draft = self.draft.clone().unwrap_or_default();
        draft.unsent = self.outbox.unsent();
        let kept = draft.is_worth_a_file().then_some(draft);
        let disk = Disk::Told(kept.clone());
        if disk == self.disk {
            return None;
        }
        self.disk = disk;
        Some(kept.map_or(Effect::DropDraft, Effect::SaveDraft))
    }

    fn say(&mut self, tone: Tone, text: impl Into<SafeText>) {
        self.messages.say(self.now, tone, text.into());
    }

    fn replied(&mut self, ticket: Ticket, reply: &Reply) {
        self.late.is_answering = true;
        let left = self.changes.answered(ticket);
        self.link.replied(ticket, reply.error(), self.now);
        self.catalogue.replied(ticket, reply);
        let effects = self.outbox.replied(ticket, reply, &mut self.mint);
        self.effects.extend(effects);
        for (tone, text) in self.outbox.news() {
            let folder = self.place.mail_folder.as_ref().filter(|_| tone == Tone::Done);
            self.say(
                tone,
                folder.map_or(text.clone(), |folder| format!("{text}; its mail is in {folder}").into()),
            );
        }
        for at in 0..self.popups.len() {
            self.with_popup(at, |popup, context| {
                popup.overlay_mut().replied(ticket, reply, context);
                None::<()>
            });
        }
        // From the top, as a screen may close by it.
        for at in (0..self.screens.len()).rev() {
            self.with_screen(at, |screen, context| screen.screen_mut().replied(ticket, reply, context));
        }
        self.watched(ticket, reply);
        if let Some(about) = left {
            self.tell_of_change(&about, reply);
        }
        self.late.is_answering = false;
    }

    fn rang(&mut self, ticket: Ticket) {
        let (may_be_renewed, effects) = self.catalogue.rang(ticket, &mut self.mint);
        self.effects.extend(effects);
        if may_be_renewed {
            self.listed();
        }
        let effects = self.outbox.rang(ticket, &mut self.mint);
        self.effects.extend(effects);
        self.watch_rang(ticket);
        for at in 0..self.popups.len() {
            self.with_popup(at, |popup, context| {
                popup.overlay_mut().rang(ticket, context);
                None::<()>
            });
        }
        for at in 0..self.screens.len() {
            self.with_screen(at, |screen, context| screen.screen_mut().rang(ticket, context));
        }
    }
}

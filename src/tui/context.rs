//! What a screen's `update` is given: facts to read, and a place for what it wants done.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ratatui::layout::Size;

use super::about::About;
use super::catalogue::{Catalogue, Kind};
use super::effect::{Asked, Call, Effect, Ranking, Ticket};
use super::outbox::Outbox;
use super::parts::text;
use super::popups::Popup;
use super::screens::Route;
use super::table::{Table, TableChange};
use super::theme::Theme;
use crate::api::sessions::{Operator, WorkspaceAccess};
use crate::domain::entropy::Entropy;
use crate::domain::safe_text::SafeText;

/// What does not change while the program is in one workspace.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The profile's name, shown in the header: `embedded`, `PROD`.
    pub profile: SafeText,
    /// Where mail goes, when the program itself writes it to a folder.
    pub mail_folder: Option<String>,
    /// The signed-in person.
    pub operator: Operator,
    /// The workspace, and what the operator may do in it.
    pub workspace: WorkspaceAccess,
    /// The workspace's time zone.
    pub zone: TimeZone,
}

/// How grave a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Done,
    /// Something to know.
    Note,
    /// Something went wrong; stays until a key is pressed.
    Error,
}

/// What an `update` wants of the rest of the program.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// Go to a screen.
    Open(Route),
    /// Leave this screen.
    Close,
    /// Put a popup on top.
    Popup(Popup),
    /// Put a question on top whose answer is about this.
    Ask(Popup, Box<About>),
    /// Show a line at the bottom; it is kept in the list of messages.
    Say(Tone, SafeText),
}

/// What a `view` is given.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// How things look.
    pub theme: Theme,
    /// The present, for spinners and ages.
    pub now: Timestamp,
    /// Where the program is.
    pub place: &'a Place,
    /// The lists to pick from.
    pub catalogue: &'a Catalogue,
    /// How the operator wants the table of users.
    pub table: &'a Table,
}

/// What a screen's or popup's `update` is given.
pub struct Context<'a> {
    /// The present.
    pub now: Timestamp,
    /// The terminal's size.
    pub size: Size,
    /// Where the program is.
    pub place: &'a Place,
    /// Whether changes are heard of as they happen, so that nothing has to be asked for now and then.
    pub is_live: bool,
    /// Makes tickets and keys.
    pub mint: &'a mut Mint,
    /// The lists to pick from.
    pub catalogue: &'a mut Catalogue,
    /// Invitations on their way.
    pub outbox: &'a mut Outbox,
    /// How the operator wants the table of users.
    pub table: &'a mut Table,
    /// What the world is to do.
    pub effects: Vec<Effect>,
    /// Whom or what changes among them are about, as messages name it.
    pub named: Vec<(Ticket, SafeText)>,
    /// What the rest of the program is to do.
    pub wishes: Vec<Wish>,
}

impl Context<'_> {
    /// Asks the workspace API; the answer comes under the ticket.
    pub fn call(&mut self, call: Call) -> Ticket {
        let ticket = self.mint.ticket();
        self.effects.push(Effect::Call(ticket, call));
        ticket
    }

    /// Asks the workspace API without being asked to: neither spinner nor round trip show it.
    pub fn call_quietly(&mut self, call: Call) -> Ticket {
        let ticket = self.mint.quiet_ticket();
        self.effects.push(Effect::Call(ticket, call));
        ticket
    }

    /// Asks for a change of whom or what `about` names: its answer is told by that name, wherever the operator is
    /// by then.
    pub fn change(&mut self, about: impl Into<SafeText>, call: Call) -> Ticket {
        let ticket = self.call(call);
        self.named.push((ticket, about.into()));
        ticket
    }

    /// A change for real, under a new idempotency key.
    pub fn asked(&self) -> Asked {
        Asked { key: self.mint.idempotency_key(self.now), ..Asked::default() }
    }

    /// What a change would do (DESIGN R17).
    pub fn asked_dry(&self) -> Asked {
        Asked { dry_run: true, ..self.asked() }
    }

    /// Lets a list be ranked; the answer comes under the ticket.
    pub fn rank(&mut self, ranking: Ranking) -> Ticket {
        let ticket = self.mint.quiet_ticket();
        self.effects.push(Effect::Rank(ticket, ranking));
        ticket
    }

    /// Drops a call or a ranking.
    pub fn cancel(&mut self, ticket: Ticket) {
        self.effects.push(Effect::Cancel(ticket));
    }

    /// Puts `copied` on the clipboard of the operator's terminal, and shows it too, since whether
    /// the terminal takes it is never known; `what` names it: `the link`.
    pub fn copy(&mut self, what: &str, copied: &str) {
        self.effects.push(Effect::Copy(copied.to_owned()));
        let told = format!("{what}, sent to your terminal: {copied}");
        // Where both have no room, the text itself: it may be needed to be selected by hand.
        let room = usize::from(self.size.width).saturating_sub(4);
        let is_cut = text::width(&told) > room && text::width(copied) <= room;
        self.say(Tone::Note, if is_cut { format!("{copied}  {what}, sent to your terminal") } else { told });
    }

    /// Changes how the operator wants the table of users, here and where that is kept.
    pub fn change_table(&mut self, change: TableChange) {
        self.table.apply(change.clone());
        self.effects.push(Effect::ChangeTable(change));
    }

    /// Fetches a list to pick from, unless it is here.
    pub fn fetch(&mut self, kind: Kind) {
        let effects = self.catalogue.fetch(kind, self.mint);
        self.effects.extend(effects);
    }

    /// Asks for a list to pick from again, where it was changed since.
    pub fn renew(&mut self, kind: Kind) {
        let effects = self.catalogue.renew(kind, self.mint);
        self.effects.extend(effects);
    }

    /// Lets a list to pick from follow what is typed.
    pub fn narrow(&mut self, kind: Kind, typed: &str) {
        let effects = self.catalogue.narrow(kind, typed, self.mint);
        self.effects.extend(effects);
    }

    /// Asks to be woken; `Msg::Rang` comes under the ticket.
    pub fn after(&mut self, delay: Duration) -> Ticket {
        let ticket = self.mint.ticket();
        self.effects.push(Effect::After(delay, ticket));
        ticket
    }

    /// Puts a question on top; its answer comes back with what it is `about`.
    pub fn ask(&mut self, popup: Popup, about: About) {
        self.wishes.push(Wish::Ask(popup, Box::new(about)));
    }

    /// Shows a line at the bottom.
    pub fn say(&mut self, tone: Tone, text: impl Into<SafeText>) {
        self.wishes.push(Wish::Say(tone, text.into()));
    }

    /// Today in the workspace's time zone.
    pub fn today(&self) -> Date {
        self.place.zone.to_datetime(self.now).date()
    }
}

/// Makes tickets, and the idempotency keys of changes.
pub struct Mint {
    next: u64,
    entropy: Arc<dyn Entropy>,
}

impl Mint {
    /// A mint whose keys come from `entropy`.
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self { next: 0, entropy }
    }

    /// A ticket that was never given before.
    pub fn ticket(&mut self) -> Ticket {
        self.next += 1;
        Ticket(self.next)
    }

    /// The ticket of a call that nobody waits for.
    pub fn quiet_ticket(&mut self) -> Ticket {
        Ticket(self.ticket().0 | Ticket::QUIET)
    }

    /// An idempotency key (DESIGN R15).
    pub fn idempotency_key(&self, now: Timestamp) -> String {
        self.entropy.uuid(now).to_string()
    }
}

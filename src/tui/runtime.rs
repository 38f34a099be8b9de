//! The loop: events and answers in, effects and frames out. Decides nothing.

mod lists;
mod ranker;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::Size;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::AbortHandle;

use super::app::{App, Start};
use super::catalogue::MOST;
use super::context::Place;
use super::draft::Draft;
use super::effect::{Call, Effect, Ticket, perform};
use super::live::{Pace, keep_listening};
use super::msg::Msg;
use super::table::{Table, TableChange};
use super::theme::Theme;
use crate::client::retry::RealWaiter;
use crate::client::{EventSource, ListSource, WantedList, WorkspaceApi};
use crate::domain::clock::Clock;
use crate::domain::entropy::Entropy;
use crate::terminal::capabilities::{Capabilities, Scrolling};
use crate::terminal::clipboard::osc52;
use crate::terminal::guard::Guard;
use crate::terminal::key::Input;
use crate::terminal::pace::LinePace;
use crate::terminal::reader::{EVENT_CAPACITY, Patience, Reader, TerminalEvent};
use crate::terminal::screen::Screen;
use crate::terminal::signals;
use crate::terminal::tty::Tty;

use lists::Errand;
pub use lists::Lists;
use ranker::Ranker;

/// Answers that may wait to be taken.
const ANSWERS: usize = 256;

/// How long the program may take to keep the draft when it is told to end.
const GRACE: Duration = Duration::from_secs(2);

/// Where an unfinished form is kept.
pub trait Drafts: Send {
    /// What was kept.
    fn load(&self) -> Option<Box<Draft>>;

    /// Keeps `draft` in the place of the one before.
    fn save(&mut self, draft: &Draft) -> io::Result<()>;

    /// Forgets it.
    fn forget(&mut self) -> io::Result<()>;
}

/// Where it is kept how the operator wants the table of users.
pub trait Tables: Send {
    /// What was kept; the default where nothing was.
    ///
    /// # Errors
    /// Why it can't be read.
    fn load(&self) -> Result<Table, String>;

    /// Keeps `change`; how the table is wanted by now, if it is kept at all: other programs may change it, too.
    ///
    /// # Errors
    /// Why it can't be kept.
    fn change(&mut self, change: &TableChange) -> io::Result<Option<Table>>;
}

/// What the program needs of the world.
pub struct World<A> {
    /// Answers its calls.
    pub api: Arc<A>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes idempotency keys.
    pub entropy: Arc<dyn Entropy>,
    /// Keeps its draft.
    pub drafts: Box<dyn Drafts>,
    /// What the operator is to be told of it first.
    pub warning: Option<String>,
    /// Keeps columns and views of its table.
    pub tables: Box<dyn Tables>,
    /// Keeps the lists that it picks from.
    pub lists: Arc<dyn Lists>,
    /// Where it is.
    pub place: Place,
    /// What the terminal can show.
    pub capabilities: Capabilities,
}

/// The terminal, as the loop uses it.
pub struct Device<W> {
    /// What it reports.
    pub events: Receiver<TerminalEvent>,
    /// Where frames go.
    pub screen: Screen<W>,
    /// Gives it back for a while.
    pub hold: Box<dyn Hold>,
}

/// The hold on the terminal.
pub trait Hold {
    /// Gives the terminal back and stops the program (Ctrl-Z).
    fn suspend(&mut self) -> io::Result<()>;

    /// Takes it again; its size now, if it says.
    fn resume(&mut self) -> io::Result<Option<(u16, u16)>>;
}

impl Hold for Guard {
    fn suspend(&mut self) -> io::Result<()> {
        Guard::suspend(self).map(drop)
    }

    fn resume(&mut self) -> io::Result<Option<(u16, u16)>> {
        Guard::resume(self)?;
        Ok(self.session().size())
    }
}

/// Runs the program on the terminal of this process until the operator quits or it is gone.
///
/// # Errors
/// When there is no terminal, or it can't be entered.
pub async fn run<A: WorkspaceApi + EventSource + ListSource>(world: World<A>) -> io::Result<()> {
    let tty = Tty::open()?;
    let (width, height) = tty.size();
    let guard = Guard::enter(&tty)?;
    let (sender, events) = channel(EVENT_CAPACITY);
    let patience = Patience::of_escape(world.capabilities.escape_delay);
    let _reader = Reader::start(tty.input()?, sender.clone(), patience)?;
    let signals = signals::watch(guard.session(), sender, GRACE)?;
    let screen = Screen::new(guard.session(), world.capabilities.depth, width, height);
    let screen = match world.capabilities.scrolling {
        Scrolling::Shifted => screen,
        Scrolling::Written => screen.without_scrolling(),
    };
    let ended = drive(world, Device { events, screen, hold: Box::new(guard) }).await;
    signals.abort();
    ended
}

/// Runs the program on `device`.
///
/// # Errors
/// When the device takes no more frames.
pub async fn drive<A, W>(world: World<A>, device: Device<W>) -> io::Result<()>
where
    A: WorkspaceApi + EventSource + ListSource,
    W: Write,
{
    let (width, height) = device.screen.size();
    let (app, effects) = App::start(Start {
        place: world.place.clone(),
        theme: Theme::new(world.capabilities.depth, world.capabilities.ascii),
        size: Size::new(width, height),
        now: world.clock.now(),
        entropy: world.entropy.clone(),
        draft: world.drafts.load(),
        warning: world.warning.clone(),
        table: world.tables.load(),
        longest_list: MOST,
    });
    let (sender, mut answers) = channel(ANSWERS);
    let live = listen(&world, &sender);
    let mut running = Running {
        app,
        pace: LinePace::new(world.capabilities.line),
        world,
        device,
        ranker: Ranker::new(sender.clone()),
        sender,
        calls: BTreeMap::new(),
        fetches: BTreeMap::new(),
        draft: None,
        has_ended: false,
    };
    running.perform(effects);
    let ended = running.until_the_end(&mut answers).await;
    if ended.is_err() {
        running.update(Some(Msg::HungUp));
    }
    live.abort();
    running.calls.values().chain(running.fetches.values()).for_each(AbortHandle::abort);
    running.keep_draft();
    ended
}

/// Keeps listening to what changes in the workspace; who may not see people hears of nothing.
fn listen<A: EventSource>(world: &World<A>, sender: &Sender<Msg>) -> AbortHandle {
    let (api, sender) = (Arc::clone(&world.api), sender.clone());
    let pace = Pace {
        clock: Arc::clone(&world.clock),
        entropy: Arc::clone(&world.entropy),
        waiter: Arc::new(RealWaiter),
    };
    let workspace = Some(&world.place.workspace).filter(|access| access.may.people);
    let workspace = workspace.map(|access| access.slug.clone());
    let task = async move {
        if let Some(workspace) = workspace {
            keep_listening(&*api, &workspace, &pace, &sender).await;
        }
    };
    tokio::spawn(task).abort_handle()
}

/// What is to be done with the draft once the frame is out.
enum DraftWork {
    Save(Box<Draft>),
    Forget,
}

struct Running<A, W> {
    app: App,
    world: World<A>,
    device: Device<W>,
    pace: LinePace,
    sender: Sender<Msg>,
    calls: BTreeMap<Ticket, AbortHandle>,
    fetches: BTreeMap<&'static str, AbortHandle>,
    ranker: Ranker,
    draft: Option<DraftWork>,
    has_ended: bool,
}

impl<A: WorkspaceApi + ListSource, W: Write> Running<A, W> {
    async fn until_the_end(&mut self, answers: &mut Receiver<Msg>) -> io::Result<()> {
        loop {
            if self.has_ended {
                return Ok(());
            }
            let wait = self.draw()?;
            if !self.keep_draft() {
                continue;
            }
            // Biased: a terminal that is gone ends the program before any answer is taken.
            tokio::select! {
                biased;
                event = self.device.events.recv() => self.on_event(event.unwrap_or(TerminalEvent::Hangup))?,
                Some(msg) = answers.recv() => self.on_answer(msg),
                () = wake(self.app.wakes_in().into_iter().chain(wait).min()) => self.update(None),
            }
            // All that waits is taken before one frame is drawn, so that held keys never pile up.
            while let (false, Ok(event)) = (self.has_ended, self.device.events.try_recv()) {
                self.on_event(event)?;
            }
            while let (false, Ok(msg)) = (self.has_ended, answers.try_recv()) {
                self.on_answer(msg);
            }
        }
    }

    /// Shows the present state, or says how long that is to wait for the line.
    fn draw(&mut self) -> io::Result<Option<Duration>> {
        let now = self.world.clock.now();
        let wait = self.pace.wait(now);
        if wait.is_zero() {
            let bytes = self.device.screen.draw(self.app.view())?;
            self.pace.wrote(bytes, now);
        }
        Ok((!wait.is_zero()).then_some(wait))
    }

    fn on_event(&mut self, event: TerminalEvent) -> io::Result<()> {
        match event {
            TerminalEvent::Input(Input::Key(key)) => self.update(Some(Msg::Key(key))),
            TerminalEvent::Input(Input::Paste(text)) => self.update(Some(Msg::Paste(text))),
            TerminalEvent::Input(Input::OfPaste(news)) => self.update(Some(Msg::OfPaste(news))),
            TerminalEvent::Resized(width, height) => self.resize(width, height),
            TerminalEvent::Hangup | TerminalEvent::Terminate => self.update(Some(Msg::HungUp)),
            TerminalEvent::Continued => {
                if let Some((width, height)) = self.device.hold.resume()? {
                    self.resize(width, height);
                }
                self.device.screen.invalidate();
            }
        }
        Ok(())
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.device.screen.resize(width, height);
        let (width, height) = self.device.screen.size();
        self.update(Some(Msg::Resized(Size::new(width, height))));
    }

    fn on_answer(&mut self, msg: Msg) {
        let is_wanted = match &msg {
            Msg::Replied(ticket, _) => self.calls.remove(ticket).is_some(),
            Msg::Ranked(ticket, _) => self.ranker.answered(*ticket),
            _ => true,
        };
        if !is_wanted {
            return;
        }
        self.update(Some(msg));
    }

    fn update(&mut self, msg: Option<Msg>) {
        let effects = self.app.update(Msg::Tick(self.world.clock.now()));
        self.perform(effects);
        if let Some(msg) = msg {
            let effects = self.app.update(msg);
            self.perform(effects);
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Call(ticket, call) => self.call(ticket, call),
                Effect::FetchList(ticket, wanted) => self.fetch_list(ticket, wanted),
                Effect::Rank(ticket, ranking) => self.ranker.rank(ticket, ranking),
                Effect::ForgetRanking => self.ranker.forget(),
                Effect::Cancel(ticket) => {
                    self.ranker.cancel(ticket);
                    if let Some(call) = self.calls.remove(&ticket) {
                        call.abort();
                    }
                }
                Effect::After(delay, ticket) => {
                    let sender = self.sender.clone();
                    tokio::spawn(async move {
                        wake(Some(delay)).await;
                        let _ = sender.send(Msg::Rang(ticket)).await;
                    });
                }
                Effect::Copy(text) => self.copy(&text),
                Effect::SaveDraft(draft) => self.draft = Some(DraftWork::Save(draft)),
                Effect::ChangeTable(change) => self.change_table(&change),
                Effect::DropDraft => self.draft = Some(DraftWork::Forget),
                Effect::Suspend => {
                    // Where the program can't be stopped, the key means nothing.
                    let _ = self.device.hold.suspend();
                }
                Effect::Repaint => self.device.screen.invalidate(),
                Effect::Quit => self.has_ended = true,
            }
        }
    }

    fn call(&mut self, ticket: Ticket, call: Call) {
        let (api, sender) = (self.world.api.clone(), self.sender.clone());
        let workspace = self.world.place.workspace.slug.clone();
        let task = tokio::spawn(async move {
            let reply = perform(api.as_ref(), &workspace, call).await;
            let _ = sender.send(Msg::Replied(ticket, reply)).await;
        });
        self.calls.insert(ticket, task.abort_handle());
    }

    fn fetch_list(&mut self, ticket: Ticket, wanted: WantedList) {
        let errand = Errand {
            api: Arc::clone(&self.world.api),
            lists: Arc::clone(&self.world.lists),
            workspace: self.world.place.workspace.slug.clone(),
            ticket,
            wanted,
            sender: self.sender.clone(),
        };
        // Of each kind there is one at most; the handle of the one before is worth nothing any more.
        self.fetches.insert(errand.wanted.kind.many(), tokio::spawn(errand.run()).abort_handle());
    }

    fn change_table(&mut self, change: &TableChange) {
        if let Some(kept) = self.world.tables.change(change).map_err(|error| error.to_string()).transpose() {
            self.update(Some(Msg::TableKept(kept)));
        }
    }

    fn copy(&mut self, text: &str) {
        let sent = osc52(text, self.world.capabilities.in_tmux)
            .map_err(|error| error.to_string())
            .and_then(|bytes| self.device.screen.send(&bytes).map_err(|error| error.to_string()));
        self.update(Some(Msg::Copied(sent)));
    }

    /// Writes the draft, after the frame, so that no key waits for a disk. Whether all went well;
    /// if not, there is something to say.
    fn keep_draft(&mut self) -> bool {
        let kept = match self.draft.take() {
            Some(DraftWork::Save(draft)) => self.world.drafts.save(&draft),
            Some(DraftWork::Forget) => self.world.drafts.forget(),
            None => return true,
        };
        let Err(error) = kept else { return true };
        self.update(Some(Msg::DraftNotKept(error.to_string())));
        false
    }
}

/// Waits for `delay`, or for ever.
#[expect(clippy::disallowed_methods, reason = "this is where the effect of waiting is performed")]
async fn wake(delay: Option<Duration>) {
    match delay {
        Some(delay) => tokio::time::sleep(delay).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;

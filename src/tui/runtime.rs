//! The loop: events and answers in, effects and frames out. Decides nothing.

mod device;
mod effects;
mod lists;
mod ranker;
mod world;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::Size;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::AbortHandle;

use super::app::{App, Start};
use super::catalogue::MOST;
use super::effect::Ticket;
use super::live::{Pace, keep_listening};
use super::msg::Msg;
use super::theme::Theme;
use crate::client::retry::RealWaiter;
use crate::client::{EventSource, ListSource, WorkspaceApi};
use crate::terminal::capabilities::Scrolling;
use crate::terminal::guard::Guard;
use crate::terminal::key::Input;
use crate::terminal::pace::LinePace;
use crate::terminal::reader::{EVENT_CAPACITY, Patience, Reader, TerminalEvent};
use crate::terminal::screen::Screen;
use crate::terminal::signals;
use crate::terminal::tty::Tty;

pub use device::{Device, Hold};
use effects::DraftWork;
pub use lists::Lists;
use ranker::Ranker;
pub use world::{Drafts, Tables, World};

/// Answers that may wait to be taken.
const ANSWERS: usize = 256;

/// How long the program may take to keep the draft when it is told to end.
const GRACE: Duration = Duration::from_secs(2);

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

//! The screens, the ways to them, and what all have in common.

pub mod activity;
pub mod edit;
pub mod invite;
pub mod set_up;
pub mod user;
pub mod users;

use ratatui::layout::Rect;

use super::about::About;
use super::context::{Context, Look};
use super::draft::Draft;
use super::effect::{Reply, Ticket};
use super::keymap::{Action, Binding};
use super::popups::PopupOutcome;
use crate::api::catalogue::{GroupRef, UnitRef};
use crate::api::events::Event;
use crate::api::jobs::Job;
use crate::domain::ids::UserId;
use crate::domain::safe_text::SafeText;
use crate::fuzzy::Ranked;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::Key;

/// A way to a screen.
#[derive(Clone, Debug, PartialEq)]
pub enum Route {
    /// The table of users.
    Users,
    /// One user.
    User(UserId),
    /// The invite form: empty, or filled with what was kept.
    Invite(Option<Box<Draft>>),
    /// The invite form, for what takes the place of an invitation.
    Replace(Box<Draft>),
    /// The edit form of one user.
    Edit(UserId),
    /// Jobs, changes and the record.
    Activity,
    /// The table of users, narrowed.
    UsersOf(Narrow),
    /// Units and groups, or courses and rules.
    SetUp(set_up::Subject),
}

/// What the table of users is narrowed to.
#[derive(Clone, Debug, PartialEq)]
pub enum Narrow {
    /// A unit and all below.
    Unit(UnitRef),
    /// A group.
    Group(GroupRef),
}

/// A screen.
#[derive(Debug)]
pub enum AnyScreen {
    /// The table of users.
    Users(Box<users::State>),
    /// One user.
    User(Box<user::State>),
    /// The invite form.
    Invite(Box<invite::State>),
    /// The edit form.
    Edit(Box<edit::State>),
    /// Activity.
    Activity(Box<activity::State>),
    /// Units and groups, or courses and rules.
    SetUp(Box<set_up::State>),
}

impl AnyScreen {
    /// The screen that `route` leads to.
    pub fn open(route: Route) -> Self {
        match route {
            Route::Users | Route::UsersOf(_) => Self::Users(Box::default()),
            Route::SetUp(subject) => Self::SetUp(Box::new(set_up::State::new(subject))),
            Route::User(id) => Self::User(Box::new(user::State::new(id))),
            Route::Invite(draft) => Self::Invite(Box::new(invite::State::new(draft))),
            Route::Replace(draft) => Self::Invite(Box::new(invite::State::replacing(draft))),
            Route::Edit(id) => Self::Edit(Box::new(edit::State::new(id))),
            Route::Activity => Self::Activity(Box::default()),
        }
    }

    /// What they have in common.
    pub fn screen(&self) -> &dyn Screen {
        match self {
            Self::Users(screen) => screen.as_ref(),
            Self::User(screen) => screen.as_ref(),
            Self::Invite(screen) => screen.as_ref(),
            Self::Edit(screen) => screen.as_ref(),
            Self::Activity(screen) => screen.as_ref(),
            Self::SetUp(screen) => screen.as_ref(),
        }
    }

    /// What they have in common, to change.
    pub fn screen_mut(&mut self) -> &mut dyn Screen {
        match self {
            Self::Users(screen) => screen.as_mut(),
            Self::User(screen) => screen.as_mut(),
            Self::Invite(screen) => screen.as_mut(),
            Self::Edit(screen) => screen.as_mut(),
            Self::Activity(screen) => screen.as_mut(),
            Self::SetUp(screen) => screen.as_mut(),
        }
    }
}

/// What every screen does. `update` methods only change the screen itself and say in the context
/// what they want of the rest.
pub trait Screen {
    /// What the header calls it.
    fn title(&self) -> SafeText;

    /// The keys that mean something here, in the order of help; the footer shows those marked.
    fn keys(&self) -> &'static [Binding];

    /// Whether plain characters are text here, not commands.
    fn is_typing(&self) -> bool;

    /// It is on the screen, for the first time or again.
    fn entered(&mut self, context: &mut Context<'_>);

    /// Another screen was put on top.
    fn covered(&mut self) {}

    /// Does what a key of [`Self::keys`] or a line of the palette stands for.
    fn act(&mut self, action: Action, context: &mut Context<'_>);

    /// Takes a key that stands for no action.
    fn key(&mut self, key: Key, context: &mut Context<'_>);

    /// Takes a pasted text.
    fn paste(&mut self, text: &str, context: &mut Context<'_>);

    /// Takes an answer; one to a ticket that it does not wait for is not its own.
    fn replied(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>);

    /// The lists of the catalogue may have grown or changed.
    fn listed(&mut self, _context: &mut Context<'_>) {}

    /// A list was ranked.
    fn ranked(&mut self, _ticket: Ticket, _ranked: &Ranked, _context: &mut Context<'_>) {}

    /// Whether lines are being ranked, and a key that may mean one of them is to wait.
    fn is_ranking(&self) -> bool {
        false
    }

    /// The time asked for under `ticket` is over.
    fn rang(&mut self, ticket: Ticket, context: &mut Context<'_>);

    /// Something changed in the workspace. A screen that is covered asks once it is entered again.
    fn event(&mut self, _event: &Event, _context: &mut Context<'_>) {}

    /// A popup that it opened closed with `outcome`.
    fn returned(&mut self, outcome: &PopupOutcome, context: &mut Context<'_>);

    /// A question that it asked with [`Context::ask`] closed with `outcome`.
    fn decided(&mut self, _about: About, _outcome: &PopupOutcome, _context: &mut Context<'_>) {}

    /// What is to be kept when the program ends at once.
    fn draft(&self) -> Option<Box<Draft>> {
        None
    }

    /// The jobs whose end it would say: once it is left, the program does.
    fn followed(&self) -> Vec<Job> {
        Vec::new()
    }

    /// Whether something would be lost with it that is kept nowhere.
    fn is_unsaved(&self) -> bool {
        false
    }

    /// Asks whether it may be left, as [`Self::is_unsaved`] says it may not without.
    fn ask_to_leave(&mut self, _context: &mut Context<'_>) {}

    /// Draws it; puts the cursor where the focus is.
    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>);
}

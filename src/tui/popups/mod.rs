//! What lies on top of a screen and gets the keys first. A popup closes with an outcome, a plain
//! value that is handed to the screen below.

pub mod batch;
pub mod browser;
pub mod calendar;
pub mod columns;
pub mod confirm;
mod counts;
pub mod frame;
pub mod help;
mod leaving;
pub mod log;
pub mod menu;
pub mod palette;
pub mod pick_list;
pub mod picker;
pub mod prompt;
mod ticks;

use ratatui::layout::Rect;
use uuid::Uuid;

use super::context::{Context, Look};
use super::effect::{Reply, Ticket};
use super::keymap::Action;
use crate::api::catalogue::{CourseRef, GroupRef, UnitRef};
use crate::api::events::Event;
use crate::api::jobs::Job;
use crate::domain::ids::{CourseId, UserId};
use crate::domain::safe_text::SafeText;
use crate::fuzzy::Ranked;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::Key;

/// A popup.
#[derive(Clone, Debug, PartialEq)]
pub enum Popup {
    /// The keys of a place.
    Help(help::Help),
    /// Every action by name.
    Palette(palette::Palette),
    /// A question with yes and no.
    Confirm(confirm::Confirm),
    /// A short list to choose from.
    Menu(menu::Menu),
    /// The full list of units, groups or courses.
    Browser(Box<browser::Browser>),
    /// A list of units, groups or courses that is narrowed by typing.
    Picker(Box<picker::Picker>),
    /// A month to choose a day from.
    Calendar(calendar::Calendar),
    /// The messages so far.
    Messages(log::MessageLog),
    /// A question that is answered by typing.
    Prompt(prompt::Prompt),
    /// A change of many users.
    Batch(Box<batch::Batch>),
    /// The columns of the table.
    Columns(columns::Columns),
}

/// Names the question that a popup asks, so that the screen below knows what is answered.
pub type Question = &'static str;

/// Something picked from the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// A unit.
    Unit(UnitRef),
    /// A group.
    Group(GroupRef),
    /// A course.
    Course(CourseRef),
}

impl Pick {
    /// The courses among `picks`.
    pub fn courses(picks: &[Self]) -> Vec<CourseId> {
        let course = |pick: &Self| match pick {
            Self::Course(course) => Some(course.id),
            Self::Unit(_) | Self::Group(_) => None,
        };
        picks.iter().filter_map(course).collect()
    }

    /// Its id, whatever it is.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Unit(unit) => unit.id.uuid(),
            Self::Group(group) => group.id.uuid(),
            Self::Course(course) => course.id.uuid(),
        }
    }

    /// Its own name.
    pub fn name(&self) -> &SafeText {
        match self {
            Self::Unit(unit) => &unit.name,
            Self::Group(group) => &group.name,
            Self::Course(course) => &course.title,
        }
    }

    /// Its name in full: a unit's path.
    pub fn path(&self) -> &SafeText {
        match self {
            Self::Unit(unit) => &unit.path,
            Self::Group(_) | Self::Course(_) => self.name(),
        }
    }
}

/// What a popup closed with.
#[derive(Clone, Debug, PartialEq)]
pub enum PopupOutcome {
    /// Nothing.
    Dismissed,
    /// Yes, to a [`confirm::Confirm`].
    Confirmed(Question),
    /// The chosen lines of a [`menu::Menu`], by their place in it, in its order.
    Chosen(Question, Vec<usize>),
    /// What is picked in a picker or browser: all of it, not only what is new.
    Picked(Question, Vec<Pick>),
    /// What was typed into a [`prompt::Prompt`].
    Typed(Question, String),
    /// A [`batch::Batch`] is over: the job, and the users who were refused.
    BatchOver(Option<Box<Job>>, Vec<UserId>),
    /// A [`batch::Batch`] goes on without being looked at.
    BatchLeft(Box<Job>),
    /// The day chosen in a [`calendar::Calendar`].
    Day(Question, jiff::civil::Date),
    /// This one takes its place, and asks the same.
    Instead(Box<Popup>),
    /// An action of the palette or of help; the program carries it out.
    Act(Action),
}

/// What every popup does. An outcome closes it; its keys are said in its frame.
pub trait Overlay {
    /// It was put on top.
    fn opened(&mut self, _context: &mut Context<'_>) {}

    /// Takes a key.
    fn key(&mut self, key: Key, context: &mut Context<'_>) -> Option<PopupOutcome>;

    /// What it closes with when it is cancelled.
    fn cancelled(&self, _context: &mut Context<'_>) -> PopupOutcome {
        PopupOutcome::Dismissed
    }

    /// Takes a pasted text.
    fn paste(&mut self, _text: &str, _context: &mut Context<'_>) {}

    /// An answer came.
    fn replied(&mut self, _ticket: Ticket, _reply: &Reply, _context: &mut Context<'_>) {}

    /// Something changed in the workspace.
    fn event(&mut self, _event: &Event, _context: &mut Context<'_>) {}

    /// The lists of the catalogue may have grown or changed.
    fn listed(&mut self, _context: &mut Context<'_>) {}

    /// A list was ranked.
    fn ranked(&mut self, _ticket: Ticket, _ranked: &Ranked, _context: &mut Context<'_>) {}

    /// Whether lines are being ranked, and a key that may mean one of them is to wait.
    fn is_ranking(&self) -> bool {
        false
    }

    /// The time asked for under `ticket` is over.
    fn rang(&mut self, _ticket: Ticket, _context: &mut Context<'_>) {}

    /// Draws it somewhere in `area`, the body of the screen, and puts the cursor.
    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>);
}

impl Popup {
    /// What they have in common.
    pub fn overlay(&self) -> &dyn Overlay {
        match self {
            Self::Help(popup) => popup,
            Self::Palette(popup) => popup,
            Self::Confirm(popup) => popup,
            Self::Menu(popup) => popup,
            Self::Browser(popup) => popup.as_ref(),
            Self::Picker(popup) => popup.as_ref(),
            Self::Calendar(popup) => popup,
            Self::Messages(popup) => popup,
            Self::Prompt(popup) => popup,
            Self::Batch(popup) => popup.as_ref(),
            Self::Columns(popup) => popup,
        }
    }

    /// What they have in common, to change.
    pub fn overlay_mut(&mut self) -> &mut dyn Overlay {
        match self {
            Self::Help(popup) => popup,
            Self::Palette(popup) => popup,
            Self::Confirm(popup) => popup,
            Self::Menu(popup) => popup,
            Self::Browser(popup) => popup.as_mut(),
            Self::Picker(popup) => popup.as_mut(),
            Self::Calendar(popup) => popup,
            Self::Messages(popup) => popup,
            Self::Prompt(popup) => popup,
            Self::Batch(popup) => popup.as_mut(),
            Self::Columns(popup) => popup,
        }
    }
}

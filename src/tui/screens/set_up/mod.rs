//! Setting the workspace up: units and groups on one screen, courses and rules on another.

mod change;
mod make;
mod rule;
mod state;
mod update;
mod view;

use ratatui::layout::Rect;

use super::Screen;
use crate::api::events::Event;
use crate::domain::safe_text::SafeText;
use crate::terminal::canvas::Canvas;
use crate::terminal::key::Key;
use crate::tui::about::About;
use crate::tui::context::{Context, Look};
use crate::tui::effect::{Reply, Ticket};
use crate::tui::keymap::{self, Binding, Global};
use crate::tui::popups::PopupOutcome;

pub use change::Change;
pub use state::{State, Subject};

/// What can be done on the two screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The next line.
    Down,
    /// The line before.
    Up,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// To the first line.
    First,
    /// To the last line that is here.
    Last,
    /// The other list.
    Other,
    /// Types a search.
    Search,
    /// Keeps the search and goes back to the list.
    KeepSearch,
    /// Ends the search.
    Clear,
    /// Shows the users of it.
    Open,
    /// Copies the name or path.
    Copy,
    /// Makes one.
    Add,
    /// Changes the name or title.
    Rename,
    /// Moves a unit, with all below.
    Move,
    /// Changes a course's subject.
    Subject,
    /// Changes a rule's courses.
    Courses,
    /// Deletes it, after a look at the consequences.
    Delete,
}

const fn bind(keys: &'static str, action: Action, label: &'static str, hint: &'static str) -> Binding {
    Binding { keys, action: keymap::Action::SetUp(action), label, hint }
}

/// What everybody can do: the keys after those that change something.
macro_rules! reading {
    ($name:ident: $($more:expr,)*) => {
        static $name: &[Binding] = &[
            $($more,)*
            bind("<enter> l", Action::Open, "the users of it", "users"),
            bind("<tab>", Action::Other, "the other list", "other list"),
            bind("/", Action::Search, "search", "search"),
            bind("y", Action::Copy, "copy the name", ""),
            bind("<esc>", Action::Clear, "end the search, or one level up", ""),
            bind("j <down> <c-n>", Action::Down, "next line", ""),
            bind("k <up> <c-p>", Action::Up, "previous line", ""),
            bind("<pagedown> <c-f> <space>", Action::PageDown, "a page down", ""),
            bind("<pageup> <c-b>", Action::PageUp, "a page up", ""),
            bind("gg <home>", Action::First, "first line", ""),
            bind("G <end>", Action::Last, "last line", ""),
        ];
    };
}

reading!(READ:);
reading!(UNITS:
    bind("a", Action::Add, "add a unit", "add"),
    bind("r", Action::Rename, "rename", "rename"),
    bind("m", Action::Move, "move, with all below", "move"),
    bind("d", Action::Delete, "delete, after a look at the consequences", "delete"),
);
reading!(GROUPS:
    bind("a", Action::Add, "add a group", "add"),
    bind("r", Action::Rename, "rename", "rename"),
    bind("d", Action::Delete, "delete, after a look at the consequences", "delete"),
);
reading!(COURSES:
    bind("a", Action::Add, "add a course", "add"),
    bind("r", Action::Rename, "change the title", "rename"),
    bind("s", Action::Subject, "change the subject", "subject"),
    bind("d", Action::Delete, "delete, after a look at the consequences", "delete"),
);
reading!(RULES:
    bind("a", Action::Add, "add a rule: who is in a unit or group is enrolled", "add"),
    bind("r", Action::Rename, "rename", "rename"),
    bind("c", Action::Courses, "change the courses", "courses"),
    bind("d", Action::Delete, "delete; enrolments stay", "delete"),
);

/// The keys while a search is typed.
static SEARCH: &[Binding] = &[
    bind("<enter>", Action::KeepSearch, "keep the search", "keep"),
    bind("<esc>", Action::Clear, "end the search", "clear"),
    bind("<down> <c-n>", Action::Down, "next line", ""),
    bind("<up> <c-p>", Action::Up, "previous line", ""),
];

/// Every table of keys.
#[cfg(test)]
pub static ALL: &[&[Binding]] = &[UNITS, GROUPS, COURSES, RULES, READ, SEARCH];

impl Screen for State {
    fn title(&self) -> SafeText {
        self.heading().into()
    }

    fn keys(&self) -> &'static [Binding] {
        match (self.typing.is_some(), self.may_change, self.tab) {
            (true, ..) => SEARCH,
            (_, false, _) => READ,
            (_, _, Subject::Units) => UNITS,
            (_, _, Subject::Groups) => GROUPS,
            (_, _, Subject::Courses) => COURSES,
            (_, _, Subject::Rules) => RULES,
        }
    }

    fn is_typing(&self) -> bool {
        self.typing.is_some()
    }

    fn entered(&mut self, context: &mut Context<'_>) {
        self.is_covered = false;
        // Only Admins set a workspace up: what would be refused is not offered (DESIGN R1).
        self.may_change = context.place.workspace.may.units.is_none();
        self.ask_again(context);
    }

    fn covered(&mut self) {
        self.is_covered = true;
    }

    fn act(&mut self, action: keymap::Action, context: &mut Context<'_>) {
        match action {
            keymap::Action::SetUp(action) => self.do_action(action, context),
            keymap::Action::Global(Global::Refresh) => self.ask_again(context),
            _ => {}
        }
    }

    fn key(&mut self, key: Key, context: &mut Context<'_>) {
        if let Some(line) = &mut self.typing
            && line.key(key)
        {
            self.search_typed(context);
        }
    }

    fn paste(&mut self, text: &str, context: &mut Context<'_>) {
        self.typing.get_or_insert_default().paste(text);
        self.search_typed(context);
    }

    fn replied(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) {
        self.answered(ticket, reply, context);
    }

    fn rang(&mut self, ticket: Ticket, context: &mut Context<'_>) {
        self.woken(ticket, context);
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) {
        self.hear(event, context);
    }

    fn returned(&mut self, _outcome: &PopupOutcome, _context: &mut Context<'_>) {}

    fn decided(&mut self, about: About, outcome: &PopupOutcome, context: &mut Context<'_>) {
        if let About::SetUp(change) = about {
            self.chosen(change, outcome, context);
        }
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        view::draw(self, canvas, area, look);
    }
}

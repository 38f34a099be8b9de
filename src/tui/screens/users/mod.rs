//! The table of users: the home of the program.

mod act;
pub mod cells;
mod choices;
pub mod columns;
pub mod copying;
mod detail;
mod fetch;
pub mod filter;
mod goto;
pub mod keys;
pub mod menus;
mod regions;
mod rows;
mod selection;
pub mod state;
mod tally;
mod update;
mod view;
mod views;
mod window;

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
use crate::tui::manage;
use crate::tui::popups::PopupOutcome;

use state::Presence;
pub use state::State;

/// What can be done in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Opens the invite form.
    Invite,
    /// Opens the selected user.
    Open,
    /// Types a search.
    Search,
    /// Keeps the search and goes back to the table.
    KeepSearch,
    /// Chooses a filter.
    Filter,
    /// Takes the last filter away.
    ClearFilter,
    /// Ends what is under way: a jump, marks, a search.
    Clear,
    /// Types a text to go to.
    Goto,
    /// Stays at the place that was gone to.
    KeepPlace,
    /// Goes back to where one was before.
    LeavePlace,
    /// Chooses the order.
    Sort,
    /// Chooses the second column of the order.
    SortThen,
    /// Chooses which filter to take away.
    Chips,
    /// Chooses the columns.
    Columns,
    /// Chooses, saves or deletes a view.
    Views,
    /// Chooses what to copy.
    Copy,
    /// Marks the user, or takes the mark away, and goes down.
    Mark,
    /// Begins a range of marks, or ends it.
    Range,
    /// Marks all that match, or nobody.
    MarkAll,
    /// Opens the edit form.
    Edit,
    /// Offers what can be done to the marked users, or to the selected one.
    Actions,
    /// Takes the last change back.
    Undo,
    /// One down.
    Down,
    /// One up.
    Up,
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// Half a page down.
    HalfDown,
    /// Half a page up.
    HalfUp,
    /// To the first.
    First,
    /// To the last.
    Last,
}

impl Screen for State {
    fn title(&self) -> SafeText {
        "Users".into()
    }

    fn keys(&self) -> &'static [Binding] {
        match (&self.search, &self.goto, self.presence) {
            (_, _, Presence::Refused) => &[],
            (_, Some(_), _) => keys::GOTO,
            (Some(_), None, _) => keys::SEARCH,
            (None, None, _) => keys::TABLE,
        }
    }

    fn is_typing(&self) -> bool {
        self.search.is_some() || self.goto.is_some()
    }

    fn entered(&mut self, context: &mut Context<'_>) {
        self.presence = if context.place.workspace.may.people { Presence::Shown } else { Presence::Refused };
        if self.presence == Presence::Shown {
            self.touched = context.now;
            self.ask_again(context);
        }
    }

    fn covered(&mut self) {
        self.presence = Presence::Covered;
        self.live = None;
        self.heard = None;
        self.goto = None;
    }

    fn act(&mut self, action: keymap::Action, context: &mut Context<'_>) {
        match action {
            keymap::Action::Users(action) => self.do_action(action, context),
            keymap::Action::Global(Global::Refresh) => self.refresh(context),
            keymap::Action::Global(Global::Cancel) if self.goto.is_some() => {
                self.do_action(Action::LeavePlace, context);
            }
            keymap::Action::Global(Global::Cancel) => self.do_action(Action::Clear, context),
            _ => {}
        }
    }

    fn key(&mut self, key: Key, context: &mut Context<'_>) {
        self.touched = context.now;
        if self.goto.is_some() {
            self.type_place(|line| line.key(key), context);
        } else if let Some(search) = &mut self.search {
            let before = search.value().to_owned();
            if search.key(key) && search.value() != before {
                self.typed(context);
            }
        }
    }

    fn paste(&mut self, text: &str, context: &mut Context<'_>) {
        if self.presence == Presence::Refused {
            return;
        }
        if self.goto.is_some() {
            self.type_place(
                |line| {
                    line.paste(text);
                    true
                },
                context,
            );
            return;
        }
        let search = self.search.get_or_insert_default();
        search.paste(text);
        self.typed(context);
    }

    fn replied(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) {
        let happened = self.manage.replied(ticket, reply, context);
        self.happened(happened, context);
        self.answered(ticket, reply, context);
    }

    fn rang(&mut self, ticket: Ticket, context: &mut Context<'_>) {
        self.manage.rang(ticket, context);
        self.woken(ticket, context);
    }

    fn event(&mut self, event: &Event, context: &mut Context<'_>) {
        self.hear(event, context);
    }

    fn returned(&mut self, outcome: &PopupOutcome, context: &mut Context<'_>) {
        let happened = manage::returned(outcome);
        self.happened(happened, context);
        self.chosen(outcome, context);
    }

    fn decided(&mut self, about: About, outcome: &PopupOutcome, context: &mut Context<'_>) {
        self.manage.decided(about, outcome, context);
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, look: &Look<'_>) {
        view::draw(self, canvas, area, look);
    }
}

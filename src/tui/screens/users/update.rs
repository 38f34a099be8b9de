//! What keys, answers and time do to the table of users.

use super::filter::resorted;
use super::state::{DEBOUNCE, LIVE, Landing, Presence, State, WATCHED_FOR, burst};
use super::{Action, menus, regions};
use crate::api::events::Event;
use crate::api::users::{UserColumn, UserOrder, UserSort};
use crate::tui::context::{Context, Wish};
use crate::tui::effect::Ticket;
use crate::tui::parts::line_edit::LineEdit;
use crate::tui::popups::Popup;
use crate::tui::screens::Route;

impl State {
    pub(super) fn do_action(&mut self, action: Action, context: &mut Context<'_>) {
        self.touched = context.now;
        match action {
            Action::Invite => context.wishes.push(Wish::Open(Route::Invite(None))),
            Action::Open => {
                let route = self.selected_id().map(Route::User);
                context.wishes.extend(route.map(Wish::Open));
            }
            Action::Goto => self.ask_place(context),
            Action::KeepPlace => self.keep_place(),
            Action::LeavePlace => self.leave_place(context),
            Action::Search => self.search = Some(LineEdit::new(&self.filter.search)),
            Action::KeepSearch => self.keep_search(context),
            Action::Clear => self.clear(context),
            Action::ClearFilter => {
                if self.filter.pop() {
                    self.ask_first(context);
                }
            }
            Action::Filter => context.wishes.push(Wish::Popup(Popup::Menu(menus::filter(&self.filter)))),
            Action::Sort => context.wishes.push(Wish::Popup(Popup::Menu(menus::sort(self.order)))),
            Action::SortThen => {
                context.wishes.push(Wish::Popup(Popup::Menu(menus::sort_then(self.order))));
            }
            Action::Chips => self.offer_chips(context),
            Action::Columns => self.offer_columns(context),
            Action::Views => Self::offer_views(context),
            Action::Copy => {
                if let Some(user) = self.selected().cloned() {
                    self.copying.offer(&user, &user, context);
                }
            }
            other => {
                if !self.do_to_users(other, context) {
                    self.walk(other, context);
                }
            }
        }
        self.watch(context);
    }

    fn walk(&mut self, movement: Action, context: &mut Context<'_>) {
        let height = regions::table_height(context.size);
        let page = isize::try_from(height.max(1)).unwrap_or(isize::MAX);
        let (by, is_page) = match movement {
            Action::Down => (1, false),
            Action::Up => (-1, false),
            Action::PageDown => (page, true),
            Action::PageUp => (-page, true),
            Action::HalfDown => ((page / 2).max(1), true),
            Action::HalfUp => (-(page / 2).max(1), true),
            _ => (0, false),
        };
        match movement {
            Action::First => self.go_to_end(Landing::First, context),
            Action::Last => self.go_to_end(Landing::Last, context),
            // Keys on the way to another place go on from there.
            _ if self.jump().is_some() => {
                if let Some(jump) = self.jump() {
                    jump.moved = jump.moved.saturating_add(by);
                }
            }
            _ => {
                let Some(rows) = &mut self.rows else { return };
                if is_page { rows.page(by, height) } else { rows.step(by, height) }
            }
        }
        self.stretch();
        self.ask_on(context);
    }

    /// Sees to the next refresh, if there is a reason for one. Without it nothing wakes the program.
    pub(super) fn watch(&mut self, context: &mut Context<'_>) {
        let is_watched =
            self.presence == Presence::Shown && context.now.duration_since(self.touched) <= WATCHED_FOR;
        let is_free = self.live.is_none() && self.phase.ticket().is_none();
        let height = regions::table_height(context.size);
        let is_needed = if context.is_live { self.is_missing() } else { self.is_worth_watching(height) };
        if is_watched && is_free && is_needed {
            self.live = Some(context.after(LIVE));
        }
    }

    /// Sees to a refresh soon, where what changed may stand in the table or its counts.
    pub(super) fn hear(&mut self, event: &Event, context: &mut Context<'_>) {
        let is_shown = self.presence == Presence::Shown && self.heard.is_none();
        if is_shown && !matches!(event, Event::Job { .. }) {
            self.heard = Some(context.after(burst(self.followed, context.now)));
        }
    }

    fn clear(&mut self, context: &mut Context<'_>) {
        if self.stay(context) || (self.search.is_none() && self.clear_marks()) {
            return;
        }
        if self.search.take().is_some() || !self.filter.search.is_empty() {
            self.set_search(String::new(), context);
        }
    }

    fn keep_search(&mut self, context: &mut Context<'_>) {
        if let Some(search) = self.search.take() {
            self.set_search(search.value().to_owned(), context);
        }
    }

    fn set_search(&mut self, search: String, context: &mut Context<'_>) {
        self.debounce = None;
        if self.filter.search != search {
            self.filter.search = search;
            self.ask_first(context);
        }
    }

    /// The typed search changed.
    pub(super) fn typed(&mut self, context: &mut Context<'_>) {
        self.debounce = Some(context.after(DEBOUNCE));
    }

    pub(super) fn sort_by(&mut self, column: UserColumn, context: &mut Context<'_>) {
        let by = resorted(self.order.by, column);
        self.order = UserOrder { by, then: self.order.then.filter(|then| then.by != column) };
        self.ask_first(context);
    }

    /// Sorts those who are equal in the first column by a second one, or by none.
    pub(super) fn then_by(&mut self, column: Option<UserColumn>, context: &mut Context<'_>) {
        let then = column.map(|column| match self.order.then {
            Some(then) if then.by == column => UserSort { descending: !then.descending, ..then },
            _ => UserSort { by: column, descending: false },
        });
        self.order.then = then.filter(|then| then.by != self.order.by.by);
        self.ask_first(context);
    }

    pub(super) fn woken(&mut self, ticket: Ticket, context: &mut Context<'_>) {
        if self.debounce == Some(ticket) {
            let search = self.search.as_ref().map(|search| search.value().to_owned());
            self.set_search(search.unwrap_or_default(), context);
        } else if self.live == Some(ticket) {
            self.live = None;
            if !context.is_live || self.is_missing() {
                self.ask_again(context);
            }
        } else if self.heard == Some(ticket) {
            self.heard = None;
            self.followed = context.now;
            self.ask_again(context);
        }
    }
}

//! What keys, answers and time do to the table of users.

use super::filter::resorted;
use super::rows::Rows;
use super::state::{DEBOUNCE, LIVE, LONG_PAGE, PAGE, Phase, Presence, State, WATCHED_FOR, burst};
use super::{Action, menus, regions};
use crate::api::events::Event;
use crate::api::page::Page;
use crate::api::users::{User, UserColumn, UserOrder, UserSort};
use crate::client::ClientError;
use crate::tui::context::{Context, Tone, Wish};
use crate::tui::effect::{Call, Reply, Ticket};
use crate::tui::parts::line_edit::LineEdit;
use crate::tui::popups::Popup;
use crate::tui::screens::Route;

/// Whether someone waits for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Wanted,
    Quiet,
}

impl Manner {
    fn call(self, context: &mut Context<'_>, call: Call) -> Ticket {
        match self {
            Self::Wanted => context.call(call),
            Self::Quiet => context.call_quietly(call),
        }
    }
}

impl State {
    pub(super) fn do_action(&mut self, action: Action, context: &mut Context<'_>) {
        self.touched = context.now;
        match action {
            Action::Invite => context.wishes.push(Wish::Open(Route::Invite(None))),
            Action::Open => {
                let route = self.selected_id().map(Route::User);
                context.wishes.extend(route.map(Wish::Open));
            }
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
                let menu = self.selected().map(|user| Wish::Popup(Popup::Menu(menus::copy(user))));
                context.wishes.extend(menu);
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
        let Some(rows) = &mut self.rows else { return };
        self.is_going_to_end = false;
        match movement {
            Action::Down => rows.select(rows.at() + 1, height),
            Action::Up => rows.select(rows.at().saturating_sub(1), height),
            Action::PageDown => rows.page(page, height),
            Action::PageUp => rows.page(-page, height),
            Action::HalfDown => rows.page((page / 2).max(1), height),
            Action::HalfUp => rows.page(-(page / 2).max(1), height),
            Action::First => rows.select(0, height),
            Action::Last => {
                rows.select(usize::MAX, height);
                self.is_going_to_end = rows.next().is_some();
            }
            _ => {}
        }
        self.stretch();
        self.ask_more(context);
    }

    /// Sees to the next refresh, if there is a reason for one. Without it nothing wakes the program.
    fn watch(&mut self, context: &mut Context<'_>) {
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
        if self.is_going_to_end {
            self.is_going_to_end = false;
        } else if self.search.is_none() && self.clear_marks() {
        } else if self.search.take().is_some() || !self.filter.search.is_empty() {
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

    /// Asks for the first page of the filter and its counts. The older rows stay meanwhile.
    pub(super) fn ask_first(&mut self, context: &mut Context<'_>) {
        if !context.place.workspace.may.people {
            return;
        }
        self.drop_question(context);
        self.forget_all_marked(context);
        self.range = None;
        self.is_going_to_end = false;
        self.is_stale = false;
        let ticket = context.call(Call::ListUsers(self.filter.query(self.order, None, PAGE)));
        self.phase = Phase::First(ticket, context.now);
        self.counts.ask(context.call(Call::CountUsers(self.filter.to_api())));
    }

    /// Counts anew, waited for.
    pub(super) fn count_anew(&mut self, context: &mut Context<'_>) {
        self.counts.ask(context.call(Call::CountUsers(self.filter.to_api())));
    }

    /// Asks for the rows in view anew, because the operator wants it.
    pub(super) fn refresh(&mut self, context: &mut Context<'_>) {
        if self.rows.is_none() || matches!(self.phase, Phase::First(..)) {
            self.ask_first(context);
            return;
        }
        self.touched = context.now;
        self.drop_question(context);
        self.phase = Phase::Settled;
        self.ask_view(Manner::Wanted, context);
    }

    /// Asks for the rows in view anew, without a sign.
    pub(super) fn ask_again(&mut self, context: &mut Context<'_>) {
        if self.phase.ticket().is_some() {
            self.is_stale = true;
        } else if self.rows.is_none() {
            self.ask_first(context);
        } else {
            self.ask_view(Manner::Quiet, context);
        }
    }

    /// Asks for rows in view and counts; the cursor stays where it is.
    fn ask_view(&mut self, manner: Manner, context: &mut Context<'_>) {
        self.is_stale = false;
        let number = self.rows.as_ref().map_or(0, Rows::first_page_in_view);
        self.ask_page_in_view(number, manner, context);
        self.counts.ask(manner.call(context, Call::CountUsers(self.filter.to_api())));
    }

    fn ask_page_in_view(&mut self, number: usize, manner: Manner, context: &mut Context<'_>) {
        let height = regions::table_height(context.size);
        let page = self.rows.as_ref().and_then(|rows| rows.page_in_view(number, height));
        let Some((cursor, length)) = page else { return };
        let limit = u16::try_from(length).unwrap_or(LONG_PAGE).clamp(PAGE, LONG_PAGE);
        let query = self.filter.query(self.order, cursor, limit);
        self.phase = Phase::Again(manner.call(context, Call::ListUsers(query)), number);
    }

    /// Asks for the next page when what is shown comes near the end of what has arrived.
    fn ask_more(&mut self, context: &mut Context<'_>) {
        let height = regions::table_height(context.size);
        let Some(rows) = &self.rows else { return };
        let is_free = matches!(self.phase, Phase::Settled);
        let wants = self.is_going_to_end || rows.wants_more(height, usize::from(PAGE));
        let Some(cursor) = rows.next().filter(|_| is_free && wants).map(str::to_owned) else { return };
        let limit = if self.is_going_to_end { LONG_PAGE } else { PAGE };
        let query = self.filter.query(self.order, Some(cursor.clone()), limit);
        self.phase = Phase::More(context.call(Call::ListUsers(query)), Some(cursor));
    }

    fn drop_question(&mut self, context: &mut Context<'_>) {
        if let Some(ticket) = self.phase.ticket() {
            context.cancel(ticket);
        }
        if let crate::tui::remote::Remote::Loading(ticket, _) = self.counts {
            context.cancel(ticket);
        }
    }

    pub(super) fn answered(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) {
        match reply {
            Reply::Users(answer) if self.phase.ticket() == Some(ticket) => {
                self.listed(answer, context);
                self.watch(context);
            }
            Reply::Counts(answer) if self.counts.awaits(ticket) => {
                self.counts.settle(answer.clone());
                if self.filter.is_empty() {
                    self.everybody = self.counts.value().map(|counts| counts.total).or(self.everybody);
                }
            }
            Reply::Link(answer) if self.link.awaits(ticket) => {
                self.link = crate::tui::remote::Remote::Idle;
                match answer {
                    Ok(link) => context.copy("the invitation link", link.link.as_str()),
                    Err(error) => context.say(Tone::Error, format!("no link: {error}")),
                }
            }
            Reply::Invited(Ok(_)) if self.presence == Presence::Shown => self.ask_again(context),
            _ => {}
        }
    }

    fn listed(&mut self, answer: &Result<Page<User>, ClientError>, context: &mut Context<'_>) {
        let phase = std::mem::replace(&mut self.phase, Phase::Settled);
        let page = match answer {
            Ok(page) => page.clone(),
            // What is shown stays right enough; the next refresh tries again.
            Err(error) => {
                self.is_going_to_end = false;
                self.phase = Phase::Failed(error.clone());
                return;
            }
        };
        let mut again = None;
        match (phase, &mut self.rows) {
            (Phase::More(_, cursor), Some(rows)) => rows.append(cursor, page),
            (Phase::Again(_, number), Some(rows)) => {
                rows.refresh(number, page);
                again = Some(number + 1);
            }
            _ => self.rows = Some(Rows::first(page, self.selected_id())),
        }
        let height = regions::table_height(context.size);
        if let Some(rows) = &mut self.rows {
            let at = if self.is_going_to_end { usize::MAX } else { rows.at() };
            rows.select(at, height);
            self.is_going_to_end &= rows.next().is_some();
        }
        self.stretch();
        if let Some(number) = again {
            self.ask_page_in_view(number, Manner::Quiet, context);
        }
        self.ask_more(context);
        if self.is_stale && self.phase == Phase::Settled {
            self.ask_again(context);
        }
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

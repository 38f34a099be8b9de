//! What keys, answers and time do to the user page.

use jiff::Timestamp;
use ratatui::layout::Rect;

use super::state::{PAGE, State};
use super::{Action, view};
use crate::api::events::Event;
use crate::api::users::{InvitationState, PageQuery, UserDetail};
use crate::client::ClientError;
use crate::terminal::output::ColourDepth;
use crate::tui::context::{Context, Look, Tone};
use crate::tui::effect::{Call, Reply, Ticket};
use crate::tui::manage::Whom;
use crate::tui::popups::PopupOutcome;
use crate::tui::remote::Remote;
use crate::tui::screens::users::copying::COPY;
use crate::tui::screens::users::state::{LIVE, WATCHED_FOR, burst, is_under_way};
use crate::tui::theme::Theme;

impl State {
    pub(super) fn do_action(&mut self, action: Action, context: &mut Context<'_>) {
        self.touched = context.now;
        self.watch(context);
        let body = Rect::new(0, 0, context.size.width, context.size.height.saturating_sub(3));
        let look = Look {
            theme: Theme::new(ColourDepth::None, false),
            now: context.now,
            place: context.place,
            catalogue: context.catalogue,
            table: context.table,
        };
        let height = usize::from(body.height);
        let last = view::height(self, body.width, &look).saturating_sub(height);
        self.top = match action {
            Action::Down => self.top + 1,
            Action::Up => self.top.min(last).saturating_sub(1),
            Action::PageDown => self.top + height,
            Action::PageUp => self.top.min(last).saturating_sub(height),
            Action::First => 0,
            Action::Last => last,
            Action::Edit => {
                if let Some(detail) = self.detail.value() {
                    let user = detail.user.clone();
                    self.manage.edit(&user, context);
                }
                return;
            }
            Action::Actions => {
                if let Some(detail) = self.detail.value() {
                    let whom = Whom::One(Box::new(detail.user.clone()));
                    self.manage.offer(whom, context);
                }
                return;
            }
            Action::Undo => {
                self.manage.ask_last_change(context);
                return;
            }
            Action::Copy => {
                if let Some(detail) = self.detail.value() {
                    self.copying.offer(&detail.user, detail, context);
                }
                return;
            }
        }
        .min(last);
        if self.top + height >= last {
            self.ask_rest(context);
        }
    }

    /// Sees to the next refresh, if there is a reason for one. Without it nothing wakes the program.
    fn watch(&mut self, context: &mut Context<'_>) {
        let is_watched = !self.is_covered && context.now.duration_since(self.touched) <= WATCHED_FOR;
        let is_free = self.live.is_none() && !self.detail.is_loading();
        let is_worth_it = match self.detail.value() {
            Some(detail) => self.detail.error().is_some() || (!context.is_live && is_under_way(&detail.user)),
            None => true,
        };
        if is_watched && is_free && is_worth_it {
            self.live = Some(context.after(LIVE));
        }
    }

    /// Sees to a refresh soon, where what changed may stand on this page.
    pub(super) fn hear(&mut self, event: &Event, context: &mut Context<'_>) {
        let concerns = match event {
            Event::Users { users } => users.contains(&self.id),
            Event::Catalogue {} | Event::Everything {} => true,
            Event::Job { .. } => false,
        };
        if concerns && !self.is_covered && self.heard.is_none() {
            self.heard = Some(context.after(burst(self.followed, context.now)));
        }
    }

    /// Asks for everything; what is there stays meanwhile.
    pub(super) fn ask(&mut self, context: &mut Context<'_>) {
        let page = PageQuery { cursor: None, limit: Some(PAGE) };
        self.detail.ask(context.call(Call::GetUser(self.id)));
        self.enrolments.ask(context.call(Call::ListEnrolments(self.id, page.clone())), false);
        self.audit.ask(context.call(Call::ListAudit(self.id, page)), false);
    }

    fn ask_rest(&mut self, context: &mut Context<'_>) {
        let page = |cursor| PageQuery { cursor: Some(cursor), limit: Some(PAGE) };
        if let Some(cursor) = self.enrolments.rest() {
            self.enrolments.ask(context.call(Call::ListEnrolments(self.id, page(cursor))), true);
        }
        if let Some(cursor) = self.audit.rest() {
            self.audit.ask(context.call(Call::ListAudit(self.id, page(cursor))), true);
        }
    }

    pub(super) fn answered(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) {
        match reply {
            Reply::User(answer) if self.detail.awaits(ticket) => {
                self.detailed(answer.clone(), context);
                self.watch(context);
            }
            Reply::Enrolments(answer) => self.enrolments.answered(ticket, answer),
            Reply::Audit(answer) => self.audit.answered(ticket, answer),
            Reply::Link(answer) if self.link.awaits(ticket) => {
                match answer {
                    Ok(link) => context.copy("the invitation link", link.link.as_str()),
                    Err(error) => context.say(Tone::Error, format!("no link: {error}")),
                }
                self.link.settle(answer.clone());
            }
            _ => {}
        }
    }

    /// Takes the user. When they changed since, courses and record did too.
    fn detailed(&mut self, answer: Result<Box<UserDetail>, ClientError>, context: &mut Context<'_>) {
        let before = self.detail.value().cloned();
        self.detail.settle(answer);
        let now = self.detail.value();
        // A link that is shown is one that works.
        if before.as_ref().map(|detail| works(detail)) != now.map(|detail| works(detail)) {
            self.link = Remote::Idle;
        }
        let is_stale = std::mem::take(&mut self.is_stale);
        let has_changed = before.is_some() && before.as_ref() != now;
        if has_changed || is_stale {
            let page = PageQuery { cursor: None, limit: Some(PAGE) };
            self.enrolments.ask(context.call_quietly(Call::ListEnrolments(self.id, page.clone())), false);
            self.audit.ask(context.call_quietly(Call::ListAudit(self.id, page)), false);
        }
    }

    pub(super) fn woken(&mut self, ticket: Ticket, context: &mut Context<'_>) {
        if self.live == Some(ticket) {
            self.live = None;
            if !context.is_live || self.detail.value().is_none() || self.detail.error().is_some() {
                self.detail.ask(context.call_quietly(Call::GetUser(self.id)));
            }
        } else if self.heard == Some(ticket) {
            self.heard = None;
            self.followed = context.now;
            self.is_stale = true;
            self.detail.ask(context.call_quietly(Call::GetUser(self.id)));
        }
    }

    pub(super) fn chosen(&mut self, outcome: &PopupOutcome, context: &mut Context<'_>) {
        let PopupOutcome::Chosen(COPY, lines) = outcome else { return };
        if let Some(user) = self.copying.chosen(lines.first().copied(), context) {
            self.link.ask(context.call(Call::GetLink(user)));
        }
    }
}

/// What a link hangs on: the invitation, how it stands, and when the link ends.
fn works(detail: &UserDetail) -> Option<(InvitationState, Timestamp)> {
    detail.invitation.as_ref().map(|invitation| (invitation.state, invitation.link_ends_at))
}

//! What is asked of the list of users, and what its answers do.

use super::rows::Rows;
use super::state::{Jump, Landing, MOST, PAGE, Part, Phase, Presence, State};
use super::window::{Question, Strangers};
use super::{goto, regions};
use crate::api::page::Page;
use crate::api::problem::ProblemCode;
use crate::api::users::User;
use crate::client::ClientError;
use crate::tui::context::{Context, Tone};
use crate::tui::effect::{Call, Reply, Ticket};
use crate::tui::remote::Remote;

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
    /// Asks for the first page of the filter and its counts. The older rows stay meanwhile.
    pub(super) fn ask_first(&mut self, context: &mut Context<'_>) {
        if !context.place.workspace.may.people {
            return;
        }
        if let Some(ticket) = self.counts.awaited() {
            context.cancel(ticket);
        }
        self.forget_all_marked(context);
        self.range = None;
        self.goto = None;
        self.go(Question::First, Landing::Same, context);
        self.count_anew(context);
    }

    /// Counts anew, waited for.
    pub(super) fn count_anew(&mut self, context: &mut Context<'_>) {
        self.counts.ask(context.call(Call::CountUsers(self.filter.to_api())));
    }

    /// Asks for the rows of another place. The older rows stay meanwhile.
    pub(super) fn go(&mut self, question: Question, landing: Landing, context: &mut Context<'_>) {
        if let Some(ticket) = self.phase.ticket() {
            context.cancel(ticket);
        }
        self.is_stale = false;
        let height = u16::try_from(regions::table_height(context.size)).unwrap_or(PAGE);
        let query = self.filter.query(self.order, &question, PAGE.max(height));
        let ticket = context.call(Call::ListUsers(query));
        self.phase = Phase::Anew(ticket, Jump { question, landing, moved: 0, since: context.now });
    }

    /// Goes to the first or the last row: at once where it is here.
    pub(super) fn go_to_end(&mut self, landing: Landing, context: &mut Context<'_>) {
        let height = regions::table_height(context.size);
        let is_settled = self.jump().is_none() && self.shows_list();
        let (at, question) = match landing {
            Landing::Last => (usize::MAX, Question::Last),
            Landing::First | Landing::Same => (0, Question::First),
        };
        let has_it = |rows: &Rows| if question == Question::Last { rows.ends() } else { rows.begins() };
        if let Some(rows) = self.rows.as_mut().filter(|rows| is_settled && has_it(rows)) {
            rows.select(at, height);
        } else if self.range.is_some() {
            goto::say_range(context);
        } else {
            self.go(question, landing, context);
        }
    }

    /// Whether the rows are those of the filter and the order, not still those of the ones before.
    fn shows_list(&self) -> bool {
        self.shown.0 == self.filter && self.shown.1 == self.order
    }

    /// The way to another place, while the rows of that are awaited.
    pub(super) fn jump(&mut self) -> Option<&mut Jump> {
        match &mut self.phase {
            Phase::Anew(_, jump) if jump.is_elsewhere() => Some(jump),
            _ => None,
        }
    }

    /// Stays here, if another place is awaited; whether it was.
    pub(super) fn stay(&mut self, context: &mut Context<'_>) -> bool {
        if self.jump().is_none() {
            return false;
        }
        if let Some(ticket) = self.phase.ticket() {
            context.cancel(ticket);
        }
        self.phase = Phase::Settled;
        self.ask_on(context);
        true
    }

    /// Asks for the rows in view anew, because the operator wants it.
    pub(super) fn refresh(&mut self, context: &mut Context<'_>) {
        self.touched = context.now;
        if let Some(ticket) = self.counts.awaited() {
            context.cancel(ticket);
        }
        match (&self.rows, self.phase.clone()) {
            (_, Phase::Anew(_, jump)) => {
                self.go(jump.question, jump.landing, context);
                self.count_anew(context);
            }
            (None, _) => self.ask_first(context),
            (Some(_), phase) => {
                if let Some(ticket) = phase.ticket() {
                    context.cancel(ticket);
                    self.phase = Phase::Settled;
                }
                self.ask_view(Manner::Wanted, context);
            }
        }
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
        let is_refused = |error: &ClientError| error.code() == Some(ProblemCode::ValidationFailed);
        if let Some(rows) = &mut self.rows {
            rows.age();
        }
        if matches!(&self.phase, Phase::Failed(error) if is_refused(error)) {
            // A server of another version may not read the cursors of the one before.
            self.go(Question::First, Landing::Same, context);
        }
        self.ask_part(manner, Strangers::Stay, context);
        self.counts.ask(manner.call(context, Call::CountUsers(self.filter.to_api())));
    }

    /// Asks for what is wanted next, unless something is asked already: rows in view that may have
    /// changed, or those that will soon come into view. What failed is tried again by the refresh.
    pub(super) fn ask_on(&mut self, context: &mut Context<'_>) {
        if self.phase == Phase::Settled {
            self.ask_part(Manner::Quiet, Strangers::Stay, context);
        }
    }

    fn ask_part(&mut self, manner: Manner, strangers: Strangers, context: &mut Context<'_>) {
        if !matches!(self.phase, Phase::Settled | Phase::Failed(_)) {
            return;
        }
        if !self.shows_list() {
            self.go(Question::First, Landing::Same, context);
            return;
        }
        let height = regions::table_height(context.size);
        let Some(need) = self.rows.as_ref().and_then(|rows| rows.need(height)) else { return };
        let limit = if strangers == Strangers::Go { MOST } else { need.limit };
        let query = self.filter.query(self.order, &need.question, limit);
        let manner = if need.is_renewal { manner } else { Manner::Wanted };
        let ticket = manner.call(context, Call::ListUsers(query));
        self.phase = Phase::Part(ticket, Part { step: need.step, strangers });
    }

    /// Takes an answer.
    pub(super) fn listed(&mut self, answer: &Result<Page<User>, ClientError>, context: &mut Context<'_>) {
        let phase = std::mem::replace(&mut self.phase, Phase::Settled);
        let page = match answer {
            Ok(page) => page.clone(),
            // What is shown stays right enough; the next refresh tries again.
            Err(error) => {
                self.phase = Phase::Failed(error.clone());
                return;
            }
        };
        let height = regions::table_height(context.size);
        let met = match (phase, &mut self.rows) {
            (Phase::Part(_, part), Some(rows)) => rows.merge(part.step, page, part.strangers),
            (Phase::Anew(_, jump), _)
                if page.items.is_empty() && matches!(jump.question, Question::From(_)) =>
            {
                // Everybody sorts before it.
                self.go(Question::Last, Landing::Last, context);
                return;
            }
            (Phase::Anew(_, jump), _) => {
                self.land(jump, page, height);
                true
            }
            _ => true,
        };
        // A row that can't be found in two answers is looked for no longer.
        let strangers = if met { Strangers::Stay } else { Strangers::Go };
        self.stretch();
        let range = self.range.as_ref();
        if let Some(rows) = &mut self.rows {
            let kept = range.and_then(|range| range.start(rows));
            rows.trim(height, kept);
        }
        if self.is_stale {
            self.ask_again(context);
        } else {
            self.ask_part(Manner::Quiet, strangers, context);
        }
    }

    fn land(&mut self, jump: Jump, page: Page<User>, height: usize) {
        let is_elsewhere = jump.is_elsewhere();
        let mut rows = Rows::new(jump.question, page);
        let at = match jump.landing {
            Landing::Same => self.selected_id().and_then(|id| rows.position(id)).unwrap_or(0),
            Landing::First => 0,
            Landing::Last => rows.len().saturating_sub(1),
        };
        if let Some(before) = self.rows.as_ref().filter(|_| is_elsewhere) {
            rows = rows.widened_to(before);
        }
        rows.select(at.saturating_add_signed(jump.moved), height);
        self.rows = Some(rows);
        self.shown = (self.filter.clone(), self.order);
    }

    pub(super) fn answered(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) {
        match reply {
            Reply::Users(answer) if self.phase.ticket() == Some(ticket) => {
                self.listed(answer, context);
                self.watch(context);
            }
            Reply::Counts(answer) if self.counts.awaits(ticket) => self.counted(answer.clone()),
            Reply::Link(answer) if self.link.awaits(ticket) => {
                self.link = Remote::Idle;
                match answer {
                    Ok(link) => context.copy("the invitation link", link.link.as_str()),
                    Err(error) => context.say(Tone::Error, format!("no link: {error}")),
                }
            }
            Reply::Invited(Ok(_)) if self.presence == Presence::Shown => self.ask_again(context),
            _ => {}
        }
    }
}

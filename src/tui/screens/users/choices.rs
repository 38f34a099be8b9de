//! What is done with what was chosen in the menus of the table of users.

use ratatui::layout::Rect;

use super::copying::COPY;
use super::menus::{self, By};
use super::regions::regions;
use super::state::State;
use super::view;
use crate::api::users::UserColumn;
use crate::domain::expiry::read_day;
use crate::domain::role::Role;
use crate::domain::status::UserStatus;
use crate::tui::catalogue::Kind;
use crate::tui::context::{Context, Tone, Wish};
use crate::tui::effect::Call;
use crate::tui::popups::columns::Columns;
use crate::tui::popups::picker::Picker;
use crate::tui::popups::prompt::{Check, Prompt};
use crate::tui::popups::{Pick, Popup, PopupOutcome, Question};

impl State {
    pub(super) fn chosen(&mut self, outcome: &PopupOutcome, context: &mut Context<'_>) {
        match outcome {
            PopupOutcome::Chosen(question, lines) => self.chosen_lines(question, lines, context),
            PopupOutcome::Picked(menus::UNIT, picks) => {
                self.filter.unit = picks.iter().find_map(|pick| match pick {
                    Pick::Unit(unit) => Some(unit.clone()),
                    Pick::Group(_) | Pick::Course(_) => None,
                });
                self.ask_first(context);
            }
            PopupOutcome::Picked(menus::GROUP, picks) => {
                self.filter.group = picks.iter().find_map(|pick| match pick {
                    Pick::Group(group) => Some(group.clone()),
                    Pick::Unit(_) | Pick::Course(_) => None,
                });
                self.ask_first(context);
            }
            PopupOutcome::Typed(menus::BEFORE, typed) => {
                self.filter.expires_before = read_day(typed, context.today()).ok();
                self.ask_first(context);
            }
            other => self.viewed(other, context),
        }
    }

    pub(super) fn offer_chips(&self, context: &mut Context<'_>) {
        if self.filter.chips().is_empty() {
            context.say(Tone::Note, "nothing is filtered by; f filters");
        } else {
            context.wishes.push(Wish::Popup(Popup::Menu(menus::chips(&self.filter))));
        }
    }

    /// Offers the columns; to begin with those that are shown.
    pub(super) fn offer_columns(&self, context: &mut Context<'_>) {
        let body = Rect::new(0, 1, context.size.width, context.size.height.saturating_sub(3));
        let shown = view::shown_columns(self, &regions(body), context.table);
        let popup = Columns::new(context.table.columns.as_deref(), &shown);
        context.wishes.push(Wish::Popup(Popup::Columns(popup)));
    }

    fn chosen_lines(&mut self, question: Question, lines: &[usize], context: &mut Context<'_>) {
        let line = lines.first().copied();
        match question {
            menus::FILTER => {
                if let Some(by) = line.and_then(|line| By::ALL.get(line)) {
                    self.filter_by(*by, context);
                }
            }
            menus::STATUS => {
                self.filter.statuses =
                    lines.iter().filter_map(|line| UserStatus::ALL.get(*line).copied()).collect();
                self.ask_first(context);
            }
            menus::ROLE => {
                self.filter.roles = lines.iter().filter_map(|line| Role::ALL.get(*line).copied()).collect();
                self.ask_first(context);
            }
            menus::SORT => {
                if let Some(column) = line.and_then(|line| UserColumn::ALL.get(line)) {
                    self.sort_by(*column, context);
                }
            }
            menus::SORT_THEN => {
                let column = line.and_then(|line| line.checked_sub(1)).and_then(|at| UserColumn::ALL.get(at));
                self.then_by(column.copied(), context);
            }
            menus::CHIPS => {
                if let Some((chip, _)) = line.and_then(|line| self.filter.chips().into_iter().nth(line)) {
                    self.filter.remove(chip);
                    self.ask_first(context);
                }
            }
            COPY => {
                if let Some(user) = self.copying.chosen(line, context) {
                    self.link.ask(context.call(Call::GetLink(user)));
                }
            }
            _ => self.viewed(&PopupOutcome::Chosen(question, lines.to_vec()), context),
        }
    }

    fn filter_by(&mut self, by: By, context: &mut Context<'_>) {
        let popup = match by {
            By::Status => Popup::Menu(menus::statuses(&self.filter)),
            By::Role => Popup::Menu(menus::roles(&self.filter)),
            By::Unit => {
                let chosen = self.filter.unit.clone().map(Pick::Unit).into_iter().collect();
                Popup::Picker(Box::new(Picker::new(menus::UNIT, Kind::Units, false, chosen)))
            }
            By::Group => {
                let chosen = self.filter.group.clone().map(Pick::Group).into_iter().collect();
                Popup::Picker(Box::new(Picker::new(menus::GROUP, Kind::Groups, false, chosen)))
            }
            By::LinkExpired => {
                self.filter.link_expired = !self.filter.link_expired;
                self.ask_first(context);
                return;
            }
            By::ExpiresBefore => {
                let body = "Users whose last day of access is before this day; nothing: any.";
                let value = self.filter.expires_before.map(|day| day.to_string()).unwrap_or_default();
                let check = Check::Day(context.today());
                Popup::Prompt(Prompt::new(menus::BEFORE, "Expires before", body, (value.as_str(), check)))
            }
            By::Everybody => {
                while self.filter.pop() {}
                self.filter.search.clear();
                self.ask_first(context);
                return;
            }
        };
        context.wishes.push(Wish::Popup(popup));
    }
}

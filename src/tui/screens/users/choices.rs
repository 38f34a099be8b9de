//! What is done with what was chosen in the menus of the table of users.

use super::menus::{self, By, Copied};
use super::state::State;
use crate::api::users::UserColumn;
use crate::domain::role::Role;
use crate::domain::status::UserStatus;
use crate::tui::catalogue::Kind;
use crate::tui::context::{Context, Wish};
use crate::tui::effect::Call;
use crate::tui::popups::picker::Picker;
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
            _ => {}
        }
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
            menus::COPY => self.copy(line, context),
            _ => {}
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
            By::Everybody => {
                while self.filter.pop() {}
                self.filter.search.clear();
                self.ask_first(context);
                return;
            }
        };
        context.wishes.push(Wish::Popup(popup));
    }

    fn copy(&mut self, line: Option<usize>, context: &mut Context<'_>) {
        let Some(user) = self.selected() else { return };
        match line.and_then(|line| menus::copies(user).get(line).copied()) {
            Some(Copied::Link) => {
                let id = user.id;
                self.link.ask(context.call(Call::GetLink(id)));
            }
            Some(Copied::Email) => context.copy("the address", user.email.as_str()),
            Some(Copied::Row) => context.copy("the row", &menus::row(user)),
            Some(Copied::Json) => {
                let json = serde_json::to_string(user).unwrap_or_default();
                context.copy("the user as JSON", &json);
            }
            None => {}
        }
    }
}

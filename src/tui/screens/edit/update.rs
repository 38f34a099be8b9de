//! What keys, popups and answers change in the edit form.

use super::Action;
use super::change::{Field, Values};
use super::state::{Side, State};
use crate::domain::expiry::read_expiry;
use crate::domain::managing::UserAction;
use crate::domain::role::Role;
use crate::tui::catalogue::Kind;
use crate::tui::context::{Context, Tone, Wish};
use crate::tui::effect::{Call, Reply, Ticket};
use crate::tui::parts::text::counted;
use crate::tui::popups::confirm::Confirm;
use crate::tui::popups::menu::{Item, Menu};
use crate::tui::popups::picker::Picker;
use crate::tui::popups::prompt::{Check, Prompt};
use crate::tui::popups::{Pick, Popup, PopupOutcome, Question};

const ROLES: Question = "edit.roles";
const UNIT: Question = "edit.unit";
const MANAGED: Question = "edit.units_managed";
const GROUPS: Question = "edit.groups";
const EXPIRY: Question = "edit.expiry";
pub(super) const SAVE: Question = "edit.save";
pub(super) const ADDED: Question = "edit.added";
const LEAVE: Question = "edit.leave";

impl State {
    pub(super) fn load(&mut self, context: &mut Context<'_>) {
        for kind in [Kind::Units, Kind::Groups] {
            context.fetch(kind);
        }
        if self.detail.value().is_none() {
            self.reload(context);
        }
    }

    pub(super) fn reload(&mut self, context: &mut Context<'_>) {
        self.detail.ask(context.call(Call::GetUser(self.id)));
    }

    pub(super) fn do_action(&mut self, action: Action, context: &mut Context<'_>) {
        let fields = self.shown(context.catalogue);
        let at = fields.iter().position(|field| *field == self.focus).unwrap_or(0);
        let field = |at: usize| fields.get(at).copied();
        match action {
            Action::Down => self.focus = field(at + 1).unwrap_or(self.focus),
            Action::Up => self.focus = field(at.saturating_sub(1)).unwrap_or(self.focus),
            Action::Change => self.change(context),
            Action::Reset => self.reset(),
            Action::Choose => self.choose(context),
            Action::Save => self.try_out(context),
            Action::Empty => self.empty(context),
            Action::Leave => self.leave(context),
        }
    }

    fn reset(&mut self) {
        if let (Some(base), Some(mine)) = (self.base(), &mut self.mine) {
            mine.take(self.focus, &base);
            self.disputed.remove(&self.focus);
            self.refused.remove(&self.focus);
        }
    }

    fn empty(&mut self, context: &mut Context<'_>) {
        if let Some(why) = self.refusal() {
            context.say(Tone::Error, why);
            return;
        }
        let Some(mine) = &mut self.mine else { return };
        match self.focus {
            Field::Roles => context.say(Tone::Note, "everybody has a role"),
            Field::Unit => mine.unit = None,
            Field::UnitsManaged => mine.units_managed.clear(),
            Field::Groups => mine.groups.clear(),
            Field::Expiry => mine.expires_on = None,
        }
    }

    pub(super) fn leave(&mut self, context: &mut Context<'_>) {
        let count = self.changed().len() as u64;
        if count == 0 {
            context.wishes.push(Wish::Close);
            return;
        }
        let body = format!("{} not saved.", counted(count, "field is", "fields are"));
        let confirm = Confirm::new(LEAVE, "Leave without saving?", body, "Leave");
        context.wishes.push(Wish::Popup(Popup::Confirm(confirm)));
    }

    fn choose(&mut self, context: &mut Context<'_>) {
        let Some(side) = self.disputed.get_mut(&self.focus) else {
            context.say(Tone::Note, "Enter changes the field");
            return;
        };
        *side = Some(if *side == Some(Side::Theirs) { Side::Mine } else { Side::Theirs });
    }

    /// Why nothing of the user can be changed but perhaps the expiry date (DESIGN R16).
    fn refusal(&self) -> Option<String> {
        let status = self.user()?.status;
        let action = if self.focus == Field::Expiry { UserAction::SetExpiry } else { UserAction::Edit };
        action.check(status).err().map(|wrong| wrong.to_string())
    }

    fn change(&mut self, context: &mut Context<'_>) {
        if let Some(why) = self.refusal() {
            context.say(Tone::Error, why);
            return;
        }
        let Some(mine) = &self.mine else { return };
        let units =
            |units: &[crate::api::catalogue::UnitRef]| units.iter().cloned().map(Pick::Unit).collect();
        let popup = match self.focus {
            Field::Roles => Popup::Menu(roles(mine, context)),
            Field::Unit => {
                let chosen = units(mine.unit.as_slice());
                Popup::Picker(Box::new(Picker::new(UNIT, Kind::Units, false, chosen)))
            }
            Field::UnitsManaged => {
                let chosen = units(&mine.units_managed);
                Popup::Picker(Box::new(Picker::new(MANAGED, Kind::Units, true, chosen)))
            }
            Field::Groups => {
                let chosen = mine.groups.iter().cloned().map(Pick::Group).collect();
                Popup::Picker(Box::new(Picker::new(GROUPS, Kind::Groups, true, chosen)))
            }
            Field::Expiry => {
                let value = mine.expires_on.map(|day| day.to_string()).unwrap_or_default();
                let check = Check::Expiry(context.today());
                let body = "The last day of access; nothing: no end.";
                Popup::Prompt(Prompt::new(EXPIRY, "Expiry date", body, (value.as_str(), check)))
            }
        };
        context.wishes.push(Wish::Popup(popup));
    }

    pub(super) fn chosen(&mut self, outcome: &PopupOutcome, context: &mut Context<'_>) {
        match outcome {
            PopupOutcome::Confirmed(SAVE) => self.save(context),
            PopupOutcome::Confirmed(LEAVE) => context.wishes.push(Wish::Close),
            PopupOutcome::Chosen(ADDED, lines) => {
                let kept = |at: &usize| lines.contains(at);
                let without = self.added.iter().enumerate().filter(|(at, _)| !kept(at));
                self.without = without.map(|(_, auto)| auto.course.id).collect();
                self.save(context);
            }
            outcome => {
                let today = context.today();
                let Some(mine) = &mut self.mine else { return };
                if take(mine, outcome, today) {
                    self.refused.remove(&self.focus);
                    self.disputed.remove(&self.focus);
                }
            }
        }
    }

    pub(super) fn answered(&mut self, ticket: Ticket, reply: &Reply, context: &mut Context<'_>) {
        match reply {
            Reply::User(answer) if self.detail.awaits(ticket) => {
                let before = self.base();
                self.detail.settle(answer.clone());
                self.loaded(before, context);
                self.is_stale &= self.detail.error().is_some();
            }
            Reply::Changed(answer) => {
                let Some((_, saving)) = self.saving.filter(|(own, _)| *own == ticket) else { return };
                self.saving = None;
                self.saved(saving, answer, context);
            }
            _ => {}
        }
    }

    fn loaded(&mut self, before: Option<Values>, context: &mut Context<'_>) {
        if let Some(error) = self.detail.error() {
            context.say(Tone::Error, format!("the user could not be loaded: {error}; Ctrl-R tries again"));
            return;
        }
        let Some(now) = self.base() else { return };
        match before {
            Some(before) if self.mine.is_some() && before != now => {
                self.reconcile(&before, &now);
                let words = if self.disputed.is_empty() {
                    "somebody changed the user meanwhile; it is taken in, yours stays: save again"
                } else {
                    "somebody changed the same: Space takes theirs or mine, then save again"
                };
                context.say(Tone::Error, words);
            }
            _ if self.mine.is_none() => self.mine = Some(now),
            _ if self.is_stale => context.say(Tone::Error, "the user was changed meanwhile; save again"),
            _ => {}
        }
    }
}

fn roles(mine: &Values, context: &Context<'_>) -> Menu {
    let may = context.place.workspace.may.grant;
    let items = Role::ALL.into_iter().zip(['l', 'm', 'a']).filter(|(role, _)| may.contains(*role));
    let item = |(role, key): (Role, char)| {
        Item::new(key, role.label()).note(role.explanation()).on(mine.roles.contains(role))
    };
    Menu::several(ROLES, "Roles", items.map(item).collect())
}

/// Takes what was chosen in a popup; whether it was for the form.
fn take(mine: &mut Values, outcome: &PopupOutcome, today: jiff::civil::Date) -> bool {
    let units = |picks: &[Pick]| -> Vec<_> {
        let unit = |pick: &Pick| if let Pick::Unit(unit) = pick { Some(unit.clone()) } else { None };
        picks.iter().filter_map(unit).collect()
    };
    match outcome {
        PopupOutcome::Chosen(ROLES, lines) => {
            mine.roles = lines.iter().filter_map(|line| Role::ALL.get(*line).copied()).collect();
        }
        PopupOutcome::Picked(UNIT, picks) => mine.unit = units(picks).into_iter().next(),
        PopupOutcome::Picked(MANAGED, picks) => mine.units_managed = units(picks),
        PopupOutcome::Picked(GROUPS, picks) => {
            let group = |pick: &Pick| if let Pick::Group(group) = pick { Some(group.clone()) } else { None };
            mine.groups = picks.iter().filter_map(group).collect();
        }
        PopupOutcome::Typed(EXPIRY, typed) => match read_expiry(typed, today) {
            Ok(date) => mine.expires_on = date,
            Err(_) => return false,
        },
        _ => return false,
    }
    true
}

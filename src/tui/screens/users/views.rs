//! Views: the whole look of the table under a name, some built in, some saved by the operator.

use jiff::ToSpan;
use jiff::civil::Date;

use super::filter::Filter;
use super::state::State;
use crate::domain::status::UserStatus;
use crate::tui::context::{Context, Tone, Wish};
use crate::tui::popups::menu::{Item, Menu};
use crate::tui::popups::prompt::{Check, Prompt};
use crate::tui::popups::{Popup, PopupOutcome, Question};
use crate::tui::table::{TableChange, View};

/// Which view.
const VIEW: Question = "users.view";
/// The name of a view to be saved.
const NAME: Question = "users.view_name";
/// Which view to delete.
const DELETE: Question = "users.view_delete";

/// The views that are there without being saved.
fn built_in(today: Date) -> [View; 4] {
    let view = |name: &str, filter: Filter, order: &str| View {
        name: name.into(),
        filter,
        order: order.to_owned(),
        columns: None,
    };
    let of = |status| Filter { statuses: vec![status], ..Filter::default() };
    let soon = today.checked_add(30.days()).ok();
    [
        view("everybody", Filter::default(), "name"),
        view("link expired", Filter { link_expired: true, ..Filter::default() }, "invited"),
        view("pending", of(UserStatus::Pending), "invited"),
        view(
            "expires within 30 days",
            Filter { statuses: vec![UserStatus::Active], expires_before: soon, ..Filter::default() },
            "expires",
        ),
    ]
}

impl State {
    /// Offers the views.
    pub(super) fn offer_views(context: &mut Context<'_>) {
        let views: Vec<View> = views(context);
        let item = |(at, view): (usize, &View)| {
            let note = if at < 4 { "built in" } else { "saved" };
            Item::numbered(at, view.name.clone()).note(note)
        };
        let mut items: Vec<Item> = views.iter().enumerate().map(item).collect();
        items.push(Item::new('s', "save this view").note("filter, order, columns"));
        if !context.table.views.is_empty() {
            items.push(Item::new('x', "delete a saved view"));
        }
        context.wishes.push(Wish::Popup(Popup::Menu(Menu::one(VIEW, "Views", items))));
    }

    /// Takes what a popup of views closed with.
    pub(super) fn viewed(&mut self, outcome: &PopupOutcome, context: &mut Context<'_>) {
        match outcome {
            PopupOutcome::Chosen(VIEW, lines) => {
                let views = views(context);
                let at = lines.first().copied().unwrap_or(0);
                match views.get(at) {
                    Some(view) => self.show(view.clone(), context),
                    None if at == views.len() => ask_name(context),
                    None => offer_deletion(context),
                }
            }
            PopupOutcome::Typed(NAME, name) => {
                let view = View {
                    name: name.as_str().into(),
                    filter: self.filter.clone(),
                    order: self.order.to_string(),
                    columns: context.table.columns.clone(),
                };
                context.say(Tone::Done, format!("saved as {}; V shows it again", view.name));
                context.change_table(TableChange::Save(Box::new(view)));
            }
            PopupOutcome::Chosen(DELETE, lines) => {
                let at = lines.first().copied().unwrap_or(usize::MAX);
                if let Some(name) = context.table.views.get(at).map(|view| view.name.clone()) {
                    context.say(Tone::Done, format!("the view {name} is deleted"));
                    context.change_table(TableChange::Delete(name));
                }
            }
            _ => {}
        }
    }

    fn show(&mut self, view: View, context: &mut Context<'_>) {
        self.search = None;
        self.filter = view.filter;
        self.order = view.order.parse().unwrap_or_default();
        if view.columns.is_some() && view.columns != context.table.columns {
            context.change_table(TableChange::Columns(view.columns));
        }
        self.ask_first(context);
    }
}

fn views(context: &Context<'_>) -> Vec<View> {
    built_in(context.today()).into_iter().chain(context.table.views.iter().cloned()).collect()
}

fn ask_name(context: &mut Context<'_>) {
    let body = "Filter, search, order and columns are kept under this name.";
    let prompt = Prompt::new(NAME, "Save this view", body, ("", Check::Something));
    context.wishes.push(Wish::Popup(Popup::Prompt(prompt)));
}

fn offer_deletion(context: &mut Context<'_>) {
    let item = |(at, view): (usize, &View)| Item::numbered(at, view.name.clone());
    let items = context.table.views.iter().enumerate().map(item).collect();
    context.wishes.push(Wish::Popup(Popup::Menu(Menu::one(DELETE, "Delete which view?", items))));
}

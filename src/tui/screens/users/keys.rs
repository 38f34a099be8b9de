//! The keys of the table of users.

use super::Action;
use crate::tui::keymap::{Action as AnyAction, Binding};

/// The keys of the table.
pub static TABLE: &[Binding] = &[
    users("i", Action::Invite, "invite a person", "invite"),
    users("<enter> l", Action::Open, "open the user", "open"),
    users("/", Action::Search, "search names and addresses", "search"),
    users("f", Action::Filter, "filter by status, role, unit, group", "filter"),
    users("s", Action::Sort, "sort", ""),
    users("t", Action::SortThen, "sort those who are equal by a second column", ""),
    users("r", Action::Chips, "take one of the filters away", ""),
    users("c", Action::Columns, "columns: which, in which order, how wide", ""),
    users("V", Action::Views, "views: show, save, delete", ""),
    users("e", Action::Edit, "edit roles, unit, groups, expiry", ""),
    users("x", Action::Actions, "act on the user, or on the marked ones", "actions"),
    users("z", Action::Undo, "take the last change back", ""),
    users("<space>", Action::Mark, "mark, and go down", "mark"),
    users("v", Action::Range, "mark a range", ""),
    users("*", Action::MarkAll, "mark all that match", ""),
    users("y", Action::Copy, "copy link, email, row or JSON", ""),
    users("<backspace>", Action::ClearFilter, "take the last filter away", ""),
    users("<esc>", Action::Clear, "stop loading, clear marks, end the search", ""),
    users("j <down> <c-n>", Action::Down, "next user", ""),
    users("k <up> <c-p>", Action::Up, "previous user", ""),
    users("<pagedown> <c-f>", Action::PageDown, "a page down", ""),
    users("<pageup> <c-b>", Action::PageUp, "a page up", ""),
    users("<c-d>", Action::HalfDown, "half a page down", ""),
    users("<c-u>", Action::HalfUp, "half a page up", ""),
    users("gg <home>", Action::First, "first user", ""),
    users("G <end>", Action::Last, "last user", ""),
    users("'", Action::Goto, "go to the first letters of a name or address", ""),
];

/// The keys while a search is typed.
pub static SEARCH: &[Binding] = &[
    users("<enter>", Action::KeepSearch, "keep the search", "keep"),
    users("<esc>", Action::Clear, "end the search", "clear"),
    users("<down> <c-n>", Action::Down, "next user", ""),
    users("<up> <c-p>", Action::Up, "previous user", ""),
    users("<pagedown>", Action::PageDown, "a page down", ""),
    users("<pageup>", Action::PageUp, "a page up", ""),
];

/// The keys while the text to go to is typed.
pub static GOTO: &[Binding] = &[
    users("<enter>", Action::KeepPlace, "stay here", "stay"),
    users("<esc>", Action::LeavePlace, "back to where one was", "back"),
    users("<down> <c-n>", Action::Down, "next user", ""),
    users("<up> <c-p>", Action::Up, "previous user", ""),
    users("<pagedown>", Action::PageDown, "a page down", ""),
    users("<pageup>", Action::PageUp, "a page up", ""),
];

/// Every table.
#[cfg(test)]
pub static ALL: &[&[Binding]] = &[TABLE, SEARCH, GOTO];

const fn users(keys: &'static str, action: Action, label: &'static str, hint: &'static str) -> Binding {
    Binding { keys, action: AnyAction::Users(action), label, hint }
}

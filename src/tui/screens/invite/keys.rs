//! The keys of the form and what they stand for.

use crate::tui::keymap::{self, Binding};

/// What can be done in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// To the next field, taking what an open popup points at.
    Next,
    /// To the field before.
    Previous,
    /// Up: in an open popup, or to the field before.
    Up,
    /// Down: in an open popup, or to the next field.
    Down,
    /// Opens the list of this field.
    Open,
    /// Takes, ticks, goes on; on the button sends.
    Enter,
    /// Sends and starts the next.
    SendAndNext,
    /// Keeps this field's value for the next, or no longer.
    Keep,
    /// The full list, or the calendar, of this field.
    FullList,
    /// Takes the address that was probably meant.
    TakeSuggestion,
    /// Opens the last invitation that failed.
    Failed,
    /// Empties the form.
    Clear,
    /// Closes the popup, or leaves the form, keeping the draft.
    Leave,
}

/// The keys of the form.
pub static KEYS: &[Binding] = &[
    binding("<tab>", Action::Next, "next field; takes what the list points at", "next"),
    binding("<s-tab>", Action::Previous, "field before", ""),
    binding("<up>", Action::Up, "up", ""),
    binding("<down>", Action::Down, "down", ""),
    binding("<a-down>", Action::Open, "open the list of this field", ""),
    binding("<enter>", Action::Enter, "next field; in a list: takes; on the button: sends", ""),
    binding("<c-s>", Action::SendAndNext, "send and start the next", "send, next"),
    binding("<c-t>", Action::Keep, "keep this field for the next, or not", "keep"),
    binding("<c-o>", Action::FullList, "full list or calendar of this field", "full list"),
    binding("<f2>", Action::TakeSuggestion, "take the suggested address", ""),
    binding("<c-g>", Action::Failed, "open the last invitation that failed", ""),
    binding("<c-x>", Action::Clear, "empty the form", "clear"),
    binding("<esc>", Action::Leave, "close the list; leave the form, keeping the draft", "back"),
];

const fn binding(keys: &'static str, action: Action, label: &'static str, hint: &'static str) -> Binding {
    Binding { keys, action: keymap::Action::Invite(action), label, hint }
}

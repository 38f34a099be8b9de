//! What is said of the fields of the form, where nothing is wrong with them.

use super::field::Field;
use super::roles::not_granted;
use super::state::State;
use crate::tui::context::Look;
use crate::tui::parts::line_edit::LineEdit;

/// What is said of a field, and whether it is something to know before going on.
pub(super) fn hint(state: &State, field: Field, look: &Look<'_>) -> (String, bool) {
    let is_here = field == state.focus;
    let plain = |words: &str| (if is_here { words.to_owned() } else { String::new() }, false);
    match field {
        Field::Email if state.check.theirs().is_some() => {
            let words = "! has an account already: their name and address are used";
            (words.to_owned(), true)
        }
        Field::Email if state.check.is_slow(look.now) => {
            (format!("checking{}", look.theme.signs.ellipsis), false)
        }
        Field::Email => match state.suggestion() {
            Some(address) => (format!("! did you mean {address}? F2 takes it"), true),
            None if state.check.has_failed() => {
                ("! could not be checked now; it is when it is sent".to_owned(), true)
            }
            None => plain(""),
        },
        Field::FirstName | Field::LastName if state.is_locked(field) => {
            plain("the account's own; only its owner changes it")
        }
        _ if state.form.line(field).is_some_and(LineEdit::is_proposal) => {
            plain("~ proposed from the address; typing replaces it")
        }
        Field::Roles if is_here && !look.place.workspace.may.grant.contains(state.role_at) => {
            (not_granted(state.role_at), true)
        }
        Field::Roles => plain(state.role_at.explanation()),
        Field::Expiry => plain("2027-03-31, 31.3.27, +90d, 3 months, eoy; Ctrl-O calendar"),
        Field::Unit | Field::UnitsManaged | Field::Groups => plain("type to search; Ctrl-O the full list"),
        Field::Courses => plain("type to search; Ctrl-O full list; Backspace takes one off"),
        Field::FirstName | Field::LastName | Field::Send => plain(""),
    }
}

//! Keys and what they stand for: one table for each place, which also feeds footer, help and palette.

use super::screens::{activity, edit, invite, set_up, user, users};
use crate::terminal::key::{Key, parse_keys};

/// What a key stands for, nested by place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Everywhere.
    Global(Global),
    /// In the table of users.
    Users(users::Action),
    /// On the user page.
    User(user::Action),
    /// In the invite form.
    Invite(invite::Action),
    /// In the edit form.
    Edit(edit::Action),
    /// In Activity.
    Activity(activity::Action),
    /// On the screens of units, groups, courses and rules.
    SetUp(set_up::Action),
}

/// What can be done everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Global {
    /// Shows the keys of this place.
    Help,
    /// Lists every action by name.
    Palette,
    /// Shows the messages so far.
    Messages,
    /// Goes to the table of users.
    Users,
    /// Opens the invite form.
    Invite,
    /// Goes to units and groups.
    Units,
    /// Goes to courses and rules.
    Courses,
    /// Goes to Activity.
    Activity,
    /// One level up.
    Back,
    /// One level up, or quits at the top.
    Quit,
    /// Cancels; twice quits.
    Cancel,
    /// Gives the terminal back.
    Suspend,
    /// Draws everything anew.
    Repaint,
    /// Asks the server anew.
    Refresh,
}

/// One line of a table: some keys, what they stand for, and how help calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The keys, as `Key::from_str` reads them; several are separated by a space. A chord of two
    /// keys is written without one: `gg`.
    pub keys: &'static str,
    /// What they stand for.
    pub action: Action,
    /// How help and palette call it.
    pub label: &'static str,
    /// How the footer calls it; empty: not in the footer.
    pub hint: &'static str,
}

impl Binding {
    /// Whether `key` alone is one of the keys.
    pub fn is(&self, key: Key) -> bool {
        self.keys.split(' ').any(|text| text.parse() == Ok(key))
    }

    /// Whether `first` and then `second` are one of the chords.
    pub fn is_chord(&self, first: Key, second: Key) -> bool {
        self.chords().any(|chord| chord == [first, second])
    }

    /// Whether a chord begins with `key`.
    pub fn begins_with(&self, key: Key) -> bool {
        self.chords().any(|[first, _]| first == key)
    }

    fn chords(&self) -> impl Iterator<Item = [Key; 2]> {
        self.keys.split(' ').filter_map(|text| parse_keys(text).try_into().ok())
    }
}

/// The keys of a binding as help says them: `<c-s> gg` is `Ctrl-S gg`.
pub fn spoken(keys: &str) -> String {
    keys.split(' ').map(spoken_one).collect::<Vec<_>>().join(" ")
}

fn spoken_one(key: &str) -> String {
    key.parse::<Key>().map_or_else(|_| key.to_owned(), |key| key.to_string())
}

/// What `key` stands for in these tables; the first that knows it decides.
pub fn action_of(key: Key, tables: &[&[Binding]]) -> Option<Action> {
    tables.iter().flat_map(|table| table.iter()).find(|binding| binding.is(key)).map(|binding| binding.action)
}

/// The keys that mean the same everywhere.
pub static GLOBAL: &[Binding] = &[
    global("? <f1>", Global::Help, "help: the keys of this place", "help"),
    global(":", Global::Palette, "commands: every action by name", "commands"),
    global("1", Global::Users, "users", ""),
    global("3", Global::Units, "units and groups", ""),
    global("4", Global::Courses, "courses, and the rules that enrol", ""),
    global("5", Global::Activity, "activity: jobs, changes to take back, the record", ""),
    global("2", Global::Invite, "invite a person", ""),
    global("", Global::Messages, "messages so far", ""),
    global("<esc>", Global::Back, "one level up", ""),
    global("q", Global::Quit, "one level up, or quit", ""),
    global("<c-c>", Global::Cancel, "cancel; twice: quit", ""),
    global("<c-z>", Global::Suspend, "suspend", ""),
    global("<c-l>", Global::Repaint, "draw the screen anew", ""),
    global("<c-r>", Global::Refresh, "refresh", ""),
];

const fn global(keys: &'static str, action: Global, label: &'static str, hint: &'static str) -> Binding {
    Binding { keys, action: Action::Global(action), label, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_spoken_as_people_say_them() {
        assert_eq!(spoken("? <f1>"), "? F1");
        assert_eq!(spoken("<c-s> gg <pagedown> <s-tab> <c-o>"), "Ctrl-S gg PgDn Shift-Tab Ctrl-O");
    }

    fn every_binding() -> impl Iterator<Item = &'static Binding> {
        let several = users::keys::ALL.iter().chain(set_up::ALL).copied().flatten();
        let own = user::KEYS.iter().chain(edit::KEYS).chain(activity::KEYS);
        GLOBAL.iter().chain(several).chain(own)
    }

    #[test]
    fn every_written_key_can_be_read() {
        for binding in every_binding() {
            for text in binding.keys.split(' ').filter(|text| !text.is_empty()) {
                assert!((1..=2).contains(&parse_keys(text).len()), "{text}");
            }
        }
    }

    /// What is left of an escape sequence that was split, and the bytes of Enter, Tab and Esc.
    #[test]
    fn no_residue_of_an_escape_sequence_is_bound() {
        for binding in every_binding() {
            for text in binding.keys.split(' ') {
                assert!(
                    !"ABCDFHOPQRSZ".split("").any(|letter| !letter.is_empty() && letter == text),
                    "{text}"
                );
                assert!(!["<c-h>", "<c-i>", "<c-j>", "<c-m>", "<c-[>"].contains(&text), "{text}");
            }
        }
    }
}

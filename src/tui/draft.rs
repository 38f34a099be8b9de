//! What is kept of an unfinished form, on disk and while its invitation is on its way.

use serde::{Deserialize, Serialize};

use crate::api::catalogue::{CourseRef, GroupRef, UnitRef};
use crate::api::invitations::InvitationForm;
use crate::domain::ids::{CourseId, UserId};
use crate::domain::role::{Role, Roles};
use crate::domain::safe_text::SafeText;

/// The shape of a kept draft; one of another shape is not read.
const VERSION: u32 = 1;

/// Everything that was typed and chosen in the invite form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The shape of what is kept.
    pub version: u32,
    /// The address, as typed.
    pub email: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// Whether the first name was proposed from the address and not touched.
    #[serde(default)]
    pub first_name_is_proposal: bool,
    /// The same of the last name.
    #[serde(default)]
    pub last_name_is_proposal: bool,
    /// The roles.
    pub roles: Roles,
    /// The unit.
    pub unit: Option<UnitRef>,
    /// The units to be managed.
    pub units_managed: Vec<UnitRef>,
    /// The expiry date, as typed.
    pub expiry: String,
    /// The groups.
    pub groups: Vec<GroupRef>,
    /// The courses.
    pub courses: Vec<CourseRef>,
    /// Courses that auto-enrolments would add and that were deselected.
    pub without_courses: Vec<CourseId>,
    /// Fields whose values are not kept for the next invitation, by their names in the API.
    pub not_kept: Vec<String>,
    /// People pasted at once, who wait for their turn.
    pub waiting: Vec<Waiting>,
    /// The invitation that it takes the place of.
    #[serde(default)]
    pub replaces: Option<Replaced>,
    /// How it was sent, if it was and is not known to have arrived.
    pub attempt: Option<Box<Attempt>>,
    /// Other invitations that were sent and are not known to have arrived.
    pub unsent: Vec<Draft>,
}

/// A pasted person who waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The address, unchecked.
    pub email: String,
    /// The first name, where one stood there.
    pub first_name: Option<String>,
    /// The last name, where one stood there.
    pub last_name: Option<String>,
}

/// An invitation that is cancelled when another one takes its place (DESIGN R12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// The invited user.
    pub user: UserId,
    /// The address.
    pub email: SafeText,
}

/// What was sent under which idempotency key: the same again under the same key happens once
/// (DESIGN R15).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// What was sent.
    pub form: InvitationForm,
    /// The key.
    pub key: String,
    /// The user whose invitation it replaces.
    #[serde(default)]
    pub replaces: Option<UserId>,
}

impl Default for Draft {
    /// An empty form: Learner is preselected (DESIGN R6).
    fn default() -> Self {
        Self {
            version: VERSION,
            email: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            first_name_is_proposal: false,
            last_name_is_proposal: false,
            roles: Roles::NONE.with(Role::Learner),
            unit: None,
            units_managed: Vec::new(),
            expiry: String::new(),
            groups: Vec::new(),
            courses: Vec::new(),
            without_courses: Vec::new(),
            not_kept: Vec::new(),
            waiting: Vec::new(),
            replaces: None,
            attempt: None,
            unsent: Vec::new(),
        }
    }
}

impl Draft {
    /// Whether a person is named in it.
    pub fn names_somebody(&self) -> bool {
        [&self.email, &self.first_name, &self.last_name].into_iter().any(|text| !text.trim().is_empty())
    }

    /// Whether something would be lost with it. What is only kept for the next invitation is not
    /// worth a file: it lasts as long as the program.
    pub fn is_worth_a_file(&self) -> bool {
        self.names_somebody() || !self.waiting.is_empty() || !self.unsent.is_empty()
    }

    /// The draft as it is kept.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// A kept draft, unless it is of another shape.
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|draft: &Self| draft.version == VERSION)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_comes_back_as_it_was_kept() {
        let draft = Draft { email: "zoë@exa".to_owned(), expiry: "+90d".to_owned(), ..Draft::default() };
        assert_eq!(Draft::from_json(&draft.to_json()), Some(draft));
    }

    #[test]
    fn another_shape_is_not_read() {
        assert_eq!(
            Draft::from_json(&Draft::default().to_json().replace("\"version\":1", "\"version\":2")),
            None
        );
        assert_eq!(Draft::from_json("{"), None);
    }
}

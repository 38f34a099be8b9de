//! What is copied of a user: the table and the user's page offer the same.

use serde::Serialize;

use crate::api::users::User;
use crate::domain::ids::UserId;
use crate::domain::role::Role;
use crate::domain::status::UserStatus;
use crate::tui::context::{Context, Wish};
use crate::tui::popups::menu::{Item, Menu};
use crate::tui::popups::{Popup, Question};

/// What to copy.
pub const COPY: Question = "users.copy";

/// What can be copied of a user, in the order of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Copied {
    Link,
    Email,
    Row,
    Json,
}

/// The menu of copies while it is open. It is of whoever was shown when it opened: until something is
/// chosen, another user may stand in that place.
#[derive(Debug, Default)]
pub struct Copying(Option<Box<Offered>>);

#[derive(Debug)]
struct Offered {
    user: User,
    json: String,
    what: Vec<Copied>,
}

impl Copying {
    /// Opens the menu for `user`; `whole` is what is known of them, as the API gives it.
    pub fn offer(&mut self, user: &User, whole: &impl Serialize, context: &mut Context<'_>) {
        let link = (user.status == UserStatus::Invited).then_some(Copied::Link);
        let what: Vec<_> = link.into_iter().chain([Copied::Email, Copied::Row, Copied::Json]).collect();
        let items = what.iter().map(|copied| match copied {
            Copied::Link => Item::new('l', "invitation link").note("noted in the record"),
            Copied::Email => Item::new('e', "email").note(user.email.clone()),
            Copied::Row => Item::new('r', "row").note("separated by tabs"),
            Copied::Json => Item::new('o', "JSON object"),
        });
        let title = format!("Copy from {} {}", user.first_name, user.last_name);
        let menu = Menu::one(COPY, title, items.collect());
        context.wishes.push(Wish::Popup(Popup::Menu(menu)));
        let json = serde_json::to_string(whole).unwrap_or_default();
        self.0 = Some(Box::new(Offered { user: user.clone(), json, what }));
    }

    /// Copies what stands on the line that was chosen. A link has to be asked for: whose, is returned.
    pub fn chosen(&mut self, line: Option<usize>, context: &mut Context<'_>) -> Option<UserId> {
        let Offered { user, json, what } = *self.0.take()?;
        match what.get(line?)? {
            Copied::Link => return Some(user.id),
            Copied::Email => context.copy("the address", user.email.as_str()),
            Copied::Row => context.copy("the row", &row(&user)),
            Copied::Json => context.copy("the user as JSON", &json),
        }
        None
    }
}

/// The row of `user`, separated by tabs.
fn row(user: &User) -> String {
    let roles: Vec<&str> = user.roles.iter().map(Role::as_str).collect();
    let groups: Vec<&str> = user.groups.iter().map(|group| group.name.as_str()).collect();
    let unit = user.unit.as_ref().map_or("", |unit| unit.path.as_str());
    let expires = user.expires_on.map(|day| day.to_string()).unwrap_or_default();
    let (email, first, last) = (&user.email, &user.first_name, &user.last_name);
    [
        email.as_str(),
        first.as_str(),
        last.as_str(),
        user.status.as_str(),
        &roles.join(", "),
        unit,
        &groups.join(", "),
        &expires,
    ]
    .join("\t")
}

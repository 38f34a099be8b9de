//! How the operator wants the table of users: its columns, and views saved under a name.

use serde::{Deserialize, Serialize};

use super::screens::users::filter::Filter;
use crate::domain::safe_text::SafeText;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// First and last name.
    Name,
    /// The address.
    Email,
    /// The status.
    Status,
    /// The roles.
    Roles,
    /// The unit.
    Unit,
    /// The groups.
    Groups,
    /// The last day of access.
    Expires,
    /// When invited.
    Invited,
    /// When last seen.
    LastActive,
    /// How the last mail fared.
    Delivery,
}

impl Column {
    /// Every column, in the order of a table that nobody changed.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Email,
        Self::Status,
        Self::Roles,
        Self::Unit,
        Self::Groups,
        Self::Expires,
        Self::Invited,
        Self::LastActive,
        Self::Delivery,
    ];

    /// What it is called.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Status => "status",
            Self::Roles => "roles",
            Self::Unit => "unit",
            Self::Groups => "groups",
            Self::Expires => "expires",
            Self::Invited => "invited",
            Self::LastActive => "last active",
            Self::Delivery => "mail",
        }
    }
}

/// A column that the operator chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The column.
    pub column: Column,
    /// Its width in cells; none: as wide as it needs.
    #[serde(default)]
    pub width: Option<u16>,
}

/// A way to look at the users, under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its name.
    pub name: SafeText,
    /// Which users.
    pub filter: Filter,
    /// In which order, as in a query.
    pub order: String,
    /// With which columns; none: those that fit.
    #[serde(default)]
    pub columns: Option<Vec<Chosen>>,
}

/// How the operator wants the table: kept for each workspace of each profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The columns from left to right; none: those that fit, the most wanted first.
    #[serde(default)]
    pub columns: Option<Vec<Chosen>>,
    /// The saved views, in the order in which they were saved.
    #[serde(default)]
    pub views: Vec<View>,
}

impl Table {
    /// As it is kept.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// What was kept.
    ///
    /// # Errors
    /// What is wrong with the text, in words.
    pub fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    /// Makes `change`, and leaves everything else as it is.
    pub fn apply(&mut self, change: TableChange) {
        match change {
            TableChange::Columns(columns) => self.columns = columns,
            TableChange::Save(view) => match self.views.iter_mut().find(|known| known.name == view.name) {
                Some(known) => *known = *view,
                None => self.views.push(*view),
            },
            TableChange::Delete(name) => self.views.retain(|view| view.name != name),
        }
    }
}

/// Something that the operator changed about the table: only this is written, since another program may have
/// changed the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableChange {
    /// Other columns.
    Columns(Option<Vec<Chosen>>),
    /// A view, in the place of one with the same name.
    Save(Box<View>),
    /// The view of this name is gone.
    Delete(SafeText),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_comes_back_as_it_was_kept() {
        let columns = Some(vec![Chosen { column: Column::Email, width: Some(30) }]);
        let view = View { name: "Late".into(), filter: Filter::default(), order: "-invited".into(), columns };
        let mut table = Table { columns: view.columns.clone(), views: Vec::new() };
        table.apply(TableChange::Save(Box::new(view.clone())));
        table.apply(TableChange::Save(Box::new(View { order: "name".to_owned(), ..view })));
        assert_eq!(table.views.len(), 1, "the same name is the same view");
        assert_eq!(Table::from_json(&table.to_json()), Ok(table));
        assert!(Table::from_json("{\"columns\": 3}").is_err());
    }
}

//! The indexes by which the users of a filter can be fetched, and how many each would give.

use super::column::{plain, push_columns};
use super::part::{Only, Part};
use super::sieve::{MOST_RANGES, Sieve, push_spans};
use crate::api::users::UserColumn;
use crate::server::store::statement::{Statement, fetch_all};
use crate::server::store::words::grams;
use crate::server::store::{StoreError, Tx, TxEngine, memberships};

/// An index that narrows a list down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Group,
    Units,
    Roles,
    Ends,
    Links,
    Words,
    /// All of the statuses asked for.
    Statuses,
}

/// To fetch all whom an index gives, and to sort them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fetch {
    pub source: Source,
    /// How many are looked at along an order in that time.
    pub cost: i64,
}

impl Source {
    /// The indexes that narrow `sieve` down and count quickly.
    pub fn of(sieve: &Sieve) -> Vec<Self> {
        let fits = [
            (Self::Group, sieve.group.is_some()),
            (Self::Units, sieve.spans.is_some()),
            (Self::Roles, sieve.asks_for_staff()),
            (Self::Ends, sieve.expires_before.is_some() || sieve.parts.iter().all(Part::has_ended)),
            (Self::Links, sieve.link_expired.is_some()),
        ];
        fits.into_iter().filter_map(|(source, fits)| fits.then_some(source)).collect()
    }

    /// How many are looked at along an order in the time that it takes to fetch one whom the index gives and to
    /// sort it: an index has all that is asked for, but not that of words.
    fn fetched_for(self, tx: &Tx) -> i64 {
        match (self, &tx.on) {
            (Self::Words, _) => 12,
            // They lie together, and are no more than are in a group.
            (Self::Group, _) => 1,
            (_, TxEngine::Sqlite(_)) => 2,
            // Which writes down all of them before it sorts.
            (_, TxEngine::Postgres(_)) => 6,
        }
    }

    /// How many are fetched in the time that it takes to look at `cost`.
    pub fn so_many_for(self, tx: &Tx, cost: i64) -> i64 {
        cost / self.fetched_for(tx)
    }

    /// All whom the index gives, of whom there are so many.
    pub fn of_so_many(self, tx: &Tx, users: i64) -> Fetch {
        Fetch { source: self, cost: users.saturating_mul(self.fetched_for(tx)) }
    }

    /// What of `sieve` is still to be asked of those whom the index gives.
    pub fn rest_of(self, sieve: &Sieve) -> Sieve {
        let group = sieve.group.filter(|_| self != Self::Group);
        Sieve { group, ..sieve.clone() }
    }

    /// How SQLite is told the index, where the source is one of users.
    fn index(self, is_of_staff: bool) -> &'static str {
        match self {
            Self::Units => index_of(Some(UserColumn::Unit), is_of_staff),
            Self::Roles => index_of(Some(UserColumn::Roles), is_of_staff),
            Self::Ends => index_of(Some(UserColumn::Expires), is_of_staff),
            Self::Links => BY_LINK,
            Self::Statuses => index_of(None, is_of_staff),
            Self::Group | Self::Words => "",
        }
    }

    /// Appends a query that gives a row for each whom the index gives.
    fn push_count(self, statement: &mut Statement, tx: &Tx, sieve: &Sieve) {
        if self != Self::Group {
            return self.push(statement, tx, sieve, &["1"]);
        }
        statement.push("SELECT 1 FROM group_users g WHERE g.workspace_id = ");
        statement.bind(sieve.view.workspace.to_string()).push(" AND g.group_id = ");
        statement.bind(sieve.group.map(|(id, _)| id.to_string()).unwrap_or_default());
    }

    /// Appends a query of `columns` for those whom the index gives: all of `sieve`, and others.
    pub fn push(self, statement: &mut Statement, tx: &Tx, sieve: &Sieve, columns: &[&'static str]) {
        let workspace = sieve.view.workspace.to_string();
        if self == Self::Units {
            return push_units(statement, tx, sieve, columns);
        }
        push_columns(statement.push("SELECT "), columns.iter().copied());
        match self {
            Self::Words => return grams::push(statement, tx, sieve.view.workspace, sieve.indexed()),
            Self::Group => {
                memberships::push_users(statement, entered_by(tx, " INDEXED BY group_users_listed"));
                statement.push(" WHERE g.workspace_id = ").bind(workspace);
                statement
                    .push(" AND g.group_id = ")
                    .bind(sieve.group.map(|(id, _)| id.to_string()).unwrap_or_default());
                statement.push(") AS u");
                return;
            }
            _ => {}
        }
        statement
            .push(" FROM users u")
            .push(entered_by(tx, self.index(sieve.is_of_staff())))
            .push(" WHERE u.workspace_id = ");
        statement.bind(workspace);
        push_listed(statement, sieve);
        match self {
            Self::Links => sieve.push_link_end(statement),
            Self::Roles => push_roles(statement, sieve),
            Self::Ends => {
                let end = sieve.ends_before().unwrap_or(i64::MAX);
                let is_over = sieve.parts.iter().all(Part::has_ended);
                statement.push(" AND u.ends_at <= ").bind(if is_over { end.min(sieve.now()) } else { end });
            }
            _ => {}
        }
    }
}

/// How SQLite is told the index of those who are invited, by when their link ends.
pub(super) const BY_LINK: &str = " INDEXED BY users_by_link_end";

/// How SQLite is told the index that holds users in the order of `column`; none: of their ids.
pub(super) fn index_of(column: Option<UserColumn>, is_of_staff: bool) -> &'static str {
    let (of_all, of_staff) = match column {
        None | Some(UserColumn::Status) => {
            (" INDEXED BY users_by_status", " INDEXED BY users_staff_by_status")
        }
        Some(UserColumn::Name) => (" INDEXED BY users_by_name", " INDEXED BY users_staff_by_name"),
        Some(UserColumn::Email) => (" INDEXED BY users_by_email", " INDEXED BY users_staff_by_email"),
        Some(UserColumn::Roles) => (" INDEXED BY users_by_roles", " INDEXED BY users_staff_by_roles"),
        Some(UserColumn::Unit) => (" INDEXED BY users_by_unit_key", " INDEXED BY users_staff_by_unit_key"),
        Some(UserColumn::Groups) => {
            (" INDEXED BY users_by_group_key", " INDEXED BY users_staff_by_group_key")
        }
        Some(UserColumn::Expires) => (" INDEXED BY users_by_end", " INDEXED BY users_staff_by_end"),
        Some(UserColumn::Invited) => (" INDEXED BY users_by_invited", " INDEXED BY users_staff_by_invited"),
        Some(UserColumn::LastActive) => {
            (" INDEXED BY users_by_last_active", " INDEXED BY users_staff_by_last_active")
        }
        Some(UserColumn::Delivery) => {
            (" INDEXED BY users_by_delivery", " INDEXED BY users_staff_by_delivery")
        }
    };
    if is_of_staff { of_staff } else { of_all }
}

/// `index`, the words by which SQLite is told an index; PostgreSQL has none, and finds it by its statistics.
pub fn entered_by(tx: &Tx, index: &'static str) -> &'static str {
    if matches!(tx.on, TxEngine::Sqlite(_)) { index } else { "" }
}

/// One user in so many is in the sample.
pub(super) const SAMPLED: u8 = 64;

/// Appends that users are those of the sample.
pub fn push_sample(statement: &mut Statement, tx: &Tx) {
    statement.push(" FROM users u").push(entered_by(tx, " INDEXED BY users_sampled"));
    statement.push(" WHERE substr(u.id, 35, 2) < '04' AND ");
}

/// Appends what the users of `sieve` are listed as, and what an index of staff alone is entered by.
fn push_listed(statement: &mut Statement, sieve: &Sieve) {
    let mut between = " AND u.listed_as IN ('";
    for part in &sieve.parts {
        statement.push(between).push(part.listed_as);
        between = "', '";
    }
    statement.push(if sieve.parts.is_empty() { " AND 1 = 0" } else { "')" });
    sieve.push_staff(statement);
}

/// Appends every sum of bits that `sieve` lets through.
pub(super) fn push_roles(statement: &mut Statement, sieve: &Sieve) {
    let exactly =
        sieve.only.iter().find_map(|only| if let Only::Roles(bits) = only { Some(*bits) } else { None });
    let fits = |bits: &i64| {
        exactly.is_none_or(|exactly| exactly == *bits) && (sieve.roles == 0 || bits & sieve.roles != 0)
    };
    statement.push(" AND u.roles IN ").bind_all((1..8).filter(fits));
}

fn push_units(statement: &mut Statement, tx: &Tx, sieve: &Sieve, columns: &[&'static str]) {
    let spans = sieve.spans.as_deref().unwrap_or_default();
    let mut between = "";
    // A range each: several in one condition would be no range of an index.
    for span in
        spans.chunks(spans.len().div_ceil(MOST_RANGES).max(1)).chain(spans.is_empty().then_some(spans))
    {
        push_columns(statement.push(between).push("SELECT "), columns.iter().copied());
        statement.push(" FROM users u");
        statement
            .push(entered_by(tx, Source::Units.index(sieve.is_of_staff())))
            .push(" WHERE u.workspace_id = ");
        statement.bind(sieve.view.workspace.to_string());
        push_listed(statement, sieve);
        push_spans(statement.push(" AND "), span, plain);
        between = " UNION ALL ";
    }
}

/// How many each of `sources` gives, up to `most` of it and one more.
pub(super) async fn how_many(
    tx: &mut Tx,
    sieve: &Sieve,
    sources: &[Source],
    most: impl Fn(&Tx, Source) -> i64,
) -> Result<Vec<(Source, i64)>, StoreError> {
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::new("");
    let mut between = "SELECT ";
    for (number, source) in (0_i64..).zip(sources) {
        statement.push(between).push("CAST(").literal(number).push(" AS BIGINT), COUNT(*) FROM (");
        source.push_count(&mut statement, tx, sieve);
        statement.push(" LIMIT ").literal(most(tx, *source) + 1).push(") AS s");
        between = " UNION ALL SELECT ";
    }
    let counts: Vec<(i64, i64)> = fetch_all!(tx, statement)?;
    let named = |(number, count)| Some((*sources.get(usize::try_from(number).ok()?)?, count));
    Ok(counts.into_iter().filter_map(named).collect())
}

//! What few users of a part of a list are found by, so that they are fetched from there and sorted instead
//! of being sought along the order.

use super::column::plain;
use super::part::{Only, Part};
use super::sieve::Sieve;
use super::sources::{BY_LINK, entered_by, index_of, push_roles};
use super::ways::Reach;
use crate::api::users::UserColumn;
use crate::domain::status::UserStatus;
use crate::server::store::statement::{Statement, fetch_all};
use crate::server::store::{StoreError, Tx};

/// What narrows a part down and has an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// What the section is narrowed to.
    Only(Only),
    /// Roles that few have.
    Roles,
    /// The end of those who have ended, or end before a day.
    Ends,
    /// The end of the link.
    Links,
}

impl Entry {
    /// How SQLite is told the index.
    pub fn index(self, is_of_staff: bool) -> &'static str {
        match self {
            Self::Only(only) => index_of(only.column(), is_of_staff),
            Self::Roles => index_of(Some(UserColumn::Roles), is_of_staff),
            Self::Ends => index_of(Some(UserColumn::Expires), is_of_staff),
            Self::Links => BY_LINK,
        }
    }

    /// By what an index is entered for those of `part` in `sieve`, whichever gives the fewest.
    fn of(sieve: &Sieve, part: Part) -> Vec<Self> {
        let only = sieve.entry();
        let is_of_roles = only.and_then(Only::column) == Some(UserColumn::Roles);
        let by_roles = sieve.asks_for_staff() && !is_of_roles;
        let by_end = part.ended == Some(true) || sieve.expires_before.is_some();
        // Of most it is noted that their link has ended: these are not listed as invited any more.
        let by_link = sieve.link_expired == Some(true) && part.listed_as == UserStatus::Invited.as_str();
        let others = [(by_roles, Self::Roles), (by_end, Self::Ends), (by_link, Self::Links)];
        let others = others.into_iter().filter_map(|(fits, entry)| fits.then_some(entry));
        only.map(Self::Only).into_iter().chain(others).collect()
    }

    /// Of how many in a part it is rather asked than the order.
    fn most(self, part: Part, reach: Reach) -> i64 {
        let is_of_due = part.ended == Some(true) || self == Self::Links;
        if matches!(self, Self::Only(_)) || is_of_due { reach.few } else { reach.rare }
    }

    /// Appends how many it gives, no more than `most` being counted.
    fn push_count(self, statement: &mut Statement, tx: &Tx, (sieve, part, most): (&Sieve, Part, i64)) {
        statement
            .push("COUNT(*) FROM (SELECT 1 FROM users u")
            .push(entered_by(tx, self.index(sieve.is_of_staff())));
        statement.push(" WHERE u.workspace_id = ").bind(sieve.view.workspace.to_string());
        statement.push(" AND u.listed_as = '").push(part.listed_as).push("'");
        sieve.push_staff(statement);
        match self {
            Self::Only(only) => only.push(statement, plain),
            Self::Roles => push_roles(statement, sieve),
            Self::Ends => sieve.push_end(statement, part, plain),
            Self::Links => sieve.push_link_end(statement),
        }
        statement.push(" LIMIT ").literal(most).push(") AS s");
    }
}

/// The parts of `sieve`, each told by what few of it are found, if there is such a thing; those that hold
/// nobody are left out, which would be gone through to their end in an order that knows nothing of what the
/// list is narrowed to.
pub(super) async fn weighed(tx: &mut Tx, sieve: &Sieve, reach: Reach) -> Result<Vec<Part>, StoreError> {
    let of_part = |part: &Part| Entry::of(sieve, *part).into_iter().map(|entry| (*part, entry)).collect();
    let told: Vec<(Part, Entry)> = sieve.parts.iter().flat_map::<Vec<_>, _>(of_part).collect();
    let few = few_of(tx, sieve, &told, reach).await?;
    let weighed = |part: &Part| {
        let least = few.iter().filter(|(of, ..)| of == part).min_by_key(|(.., count)| *count);
        match least {
            Some((.., 0)) => None,
            Some((_, entry, _)) => Some(Part { few_by: Some(*entry), ..*part }),
            None => Some(*part),
        }
    };
    Ok(sieve.parts.iter().filter_map(weighed).collect())
}

/// Those of `told` that give few, and how many.
async fn few_of(
    tx: &mut Tx,
    sieve: &Sieve,
    told: &[(Part, Entry)],
    reach: Reach,
) -> Result<Vec<(Part, Entry, i64)>, StoreError> {
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::new("");
    let mut between = "SELECT ";
    for (number, (part, entry)) in (0_i64..).zip(told) {
        statement.push(between).push("CAST(").literal(number).push(" AS BIGINT), ");
        entry.push_count(&mut statement, tx, (sieve, *part, entry.most(*part, reach) + 1));
        between = " UNION ALL SELECT ";
    }
    let counts: Vec<(i64, i64)> = fetch_all!(tx, statement)?;
    let few = |(number, count): (i64, i64)| {
        let (part, entry) = *told.get(usize::try_from(number).ok()?)?;
        (count <= entry.most(part, reach)).then_some((part, entry, count))
    };
    Ok(counts.into_iter().filter_map(few).collect())
}

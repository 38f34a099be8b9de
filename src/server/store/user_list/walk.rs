//! The two ways to a page of a section: along the index that holds it in order, until enough have
//! passed the filter; or all whom another index gives, sorted.

use super::column::{Naming, plain, push_columns, veiled};
use super::entry::Entry;
use super::order::{Section, Start, sorts_by_text};
use super::part::{Only, Part};
use super::place::Term;
use super::row::{COLUMNS, UNITS};
use super::sieve::{MOST_RANGES, Sieve, Span, push_spans};
use super::sources::{Source, index_of, push_roles};
use crate::api::users::{UserColumn, UserSort};
use crate::server::store::Tx;
use crate::server::store::statement::Statement;

/// A section of a list, and where in it a page begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch<'a> {
    /// The filter, narrowed to the section.
    pub sieve: &'a Sieve,
    pub section: &'a Section,
    /// Where the page begins; of a section after the first one it is at its beginning.
    pub start: &'a Start,
    /// How many rows at most.
    pub most: i64,
    /// Whether the engine plans by statistics, as PostgreSQL does. It is shown what the list is narrowed to,
    /// of which it knows how many there are, and has to be told again to keep an order that SQLite keeps.
    pub by_statistics: bool,
}

/// A range of an index.
#[derive(Clone, Copy)]
struct Range<'a> {
    part: Part,
    span: Option<&'a Span>,
}

impl Stretch<'_> {
    /// Along the index, until enough have passed the filter.
    pub fn walk(&self) -> Statement {
        let mut statement = Statement::new(COLUMNS);
        statement.push(" FROM (SELECT * FROM (");
        let mut between = "";
        for range in self.ranges() {
            statement.push(between).push("SELECT * FROM (SELECT u.id");
            self.push_keys(&mut statement);
            self.push_where(&mut statement, range);
            self.sieve.push_rest(&mut statement, self.named(UserColumn::Unit));
            self.push_order(&mut statement);
            if self.by_statistics {
                statement.push(" LIMIT ").literal(self.most);
            }
            // Without a bound SQLite reads no further in a range than the others make it.
            statement.push(") AS r");
            between = " UNION ALL ";
        }
        statement.push(") AS u");
        self.push_merge(&mut statement, "u");
        self.push_rows(&mut statement);
        statement
    }

    /// The same, but looking at `bound` rows at most, in their order: the rows of all ranges, with no more than what
    /// is filtered and sorted by, which the index has.
    pub fn bounded_walk(&self, bound: i64) -> Statement {
        let mut statement = Statement::new(COLUMNS);
        statement.push(" FROM (SELECT u.* FROM (SELECT * FROM (");
        let mut between = "SELECT * FROM (SELECT ";
        for range in self.ranges() {
            push_columns(statement.push(between), self.sieve.columns());
            self.push_keys(&mut statement);
            self.push_where(&mut statement, range);
            self.push_order(&mut statement);
            // No more of each are needed than of all: told so, no range is sorted for its first rows.
            statement.push(" LIMIT ").literal(bound).push(") AS r");
            between = " UNION ALL SELECT * FROM (SELECT ";
        }
        statement.push(") AS v");
        self.push_merge(&mut statement, "v");
        statement.push(" LIMIT ").literal(bound).push(") AS u WHERE 1 = 1");
        self.sieve.push_rest(&mut statement, plain);
        self.push_merge(&mut statement, "u");
        self.push_rows(&mut statement);
        statement
    }

    /// Everybody whom `source` gives, sorted.
    pub fn fetch(&self, tx: &Tx, source: Source) -> Statement {
        let mut statement = self.given(tx, source);
        statement.push(COLUMNS).push(" FROM (SELECT u.id");
        self.push_keys(&mut statement);
        statement.push(" FROM u WHERE ");
        source.rest_of(self.sieve).push(&mut statement);
        self.push_start(&mut statement, plain);
        self.push_order(&mut statement);
        self.push_rows(&mut statement);
        statement
    }

    /// A row if `source` gives anybody, no more being looked at than are met before the first.
    pub fn any(&self, tx: &Tx, source: Source) -> Statement {
        let mut statement = self.given(tx, source);
        statement.push("SELECT CAST(1 AS BIGINT) FROM u WHERE ");
        source.rest_of(self.sieve).push(&mut statement);
        self.push_start(&mut statement, veiled);
        statement.push(" LIMIT 1");
        statement
    }

    /// The beginning of a statement that knows everybody whom `source` gives, with all that is filtered and sorted
    /// by, as `u`.
    fn given(&self, tx: &Tx, source: Source) -> Statement {
        // What is materialized PostgreSQL finds by the source alone, and makes no more of than is asked for; those of a
        // group are no rows of users, so that no order of users could be taken for them. SQLite makes it whole, and
        // is told the index anyway; several ranges it would sort each by itself.
        let is_of_ranges =
            source == Source::Units && self.sieve.spans.as_ref().is_some_and(|spans| spans.len() > 1);
        let is_materialized = is_of_ranges || (self.by_statistics && source != Source::Group);
        let mut statement =
            Statement::new(if is_materialized { "WITH u AS MATERIALIZED (" } else { "WITH u AS (" });
        let filtered = source.rest_of(self.sieve).columns().into_iter();
        let of_section = self.sieve.only.iter().filter_map(|only| only.column());
        let sorted = self.section.sorts.iter().map(|sort| sort.by);
        let columns: Vec<&str> = filtered.chain(of_section.chain(sorted).map(plain)).collect();
        source.push(&mut statement, tx, self.sieve, &columns);
        statement.push(") ");
        statement
    }

    /// Whether there is anything to walk along.
    pub fn is_empty(&self) -> bool {
        self.ranges().is_empty()
    }

    /// Appends how many rows are picked at most, and all that is shown of them, in order.
    fn push_rows(&self, statement: &mut Statement) {
        statement.push(" LIMIT ").literal(self.most).push(") AS p CROSS JOIN users u").push(UNITS);
        statement
            .push(" WHERE u.id = p.id AND u.workspace_id = ")
            .bind(self.sieve.view.workspace.to_string());
        self.push_merge(statement, "p");
    }

    fn ranges(&self) -> Vec<Range<'_>> {
        let by_unit = self.section.sorts.first().is_some_and(|sort| sort.by == UserColumn::Unit);
        let spans = self.sieve.spans.as_ref().filter(|spans| by_unit && spans.len() <= MOST_RANGES);
        let parts = self.sieve.parts.iter().copied();
        match spans {
            None => parts.map(|part| Range { part, span: None }).collect(),
            Some(spans) => parts
                .flat_map(|part| spans.iter().map(move |span| Range { part, span: Some(span) }))
                .collect(),
        }
    }

    fn push_where(&self, statement: &mut Statement, Range { part, span }: Range<'_>) {
        statement.push(" FROM users u");
        if !self.by_statistics {
            statement.push(self.index(part));
        }
        statement.push(" WHERE u.workspace_id = ").bind(self.sieve.view.workspace.to_string());
        statement.push(" AND u.listed_as = '").push(part.listed_as).push("'");
        self.sieve.push_staff(statement);
        self.push_start(statement, if part.few_by.is_some() { veiled } else { plain });
        self.push_only(statement, part);
        // Those who never end stand in the index of the end, but in no order of it.
        let is_by_end = match part.few_by {
            Some(entry) => entry == Entry::Ends,
            None => self.leading() == Some(UserColumn::Expires),
        };
        let by_end: Naming = if is_by_end { plain } else { veiled };
        self.sieve.push_end(statement, part, by_end);
        if is_by_end && part.ended == Some(false) {
            statement.push(" AND u.ends_at > ").bind(self.sieve.now());
        }
        if let Some(span) = span {
            push_spans(statement.push(" AND "), std::slice::from_ref(span), plain);
        }
        match part.few_by {
            Some(Entry::Roles) => push_roles(statement, self.sieve),
            Some(Entry::Links) => self.sieve.push_link_end(statement),
            _ if self.is_by_roles(part) && self.sieve.roles != 0 => {
                // Whoever has a role has at least its bit.
                statement.push(" AND u.roles >= ").bind(1_i64 << self.sieve.roles.trailing_zeros());
            }
            _ => {}
        }
    }

    /// Appends what the section is narrowed to.
    fn push_only(&self, statement: &mut Statement, part: Part) {
        let leading = self.leading();
        for only in &self.sieve.only {
            let is_way_in = match part.few_by {
                Some(entry) => entry == Entry::Only(*only),
                // All of a section that is sorted by nothing but the id is found by what it is narrowed to.
                None if leading.is_none() => self.sieve.entry() == Some(*only),
                None => only.column() == leading,
            };
            // Of groups the index of every order has the marks.
            match only {
                Only::No(UserColumn::Groups) if !is_way_in => {
                    statement.push(" AND u.group_marks = 0");
                }
                Only::Some(UserColumn::Groups) if !is_way_in => {
                    statement.push(" AND u.group_marks <> 0");
                }
                _ => only.push(statement, if is_way_in || self.by_statistics { plain } else { veiled }),
            }
        }
    }

    /// How SQLite is told the index that is entered: that by which few are found, that of the order, or, where it is
    /// by the id, that of what the section is narrowed to.
    fn index(&self, part: Part) -> &'static str {
        let is_of_staff = self.sieve.is_of_staff();
        match part.few_by {
            Some(entry) => entry.index(is_of_staff),
            None => index_of(self.ordered(), is_of_staff),
        }
    }

    /// Whether that index is of the roles.
    fn is_by_roles(&self, part: Part) -> bool {
        match part.few_by {
            Some(Entry::Only(only)) => only.column() == Some(UserColumn::Roles),
            Some(_) => false,
            None => self.ordered() == Some(UserColumn::Roles),
        }
    }

    /// The column whose index is gone along.
    fn ordered(&self) -> Option<UserColumn> {
        self.leading().or_else(|| self.sieve.entry().and_then(Only::column))
    }

    /// The column whose index holds the section in order.
    fn leading(&self) -> Option<UserColumn> {
        self.section.sorts.first().map(|sort| sort.by)
    }

    /// How a condition names `column`, so that no index is entered but that of the order.
    fn named(&self, column: UserColumn) -> Naming {
        if self.leading() == Some(column) { plain } else { veiled }
    }

    /// A column in which all have NULL stands before the id in its index. It is named in the order too:
    /// PostgreSQL would not see by itself that it makes no difference, as it does of an empty text.
    fn nothing(&self) -> Option<&'static str> {
        match self.sieve.entry()? {
            Only::No(column) if self.section.sorts.is_empty() => {
                let is_text = sorts_by_text(UserSort { by: column, descending: false });
                (!is_text).then(|| plain(column))
            }
            _ => None,
        }
    }

    /// Appends what the ranges are merged by, besides the id.
    fn push_keys(&self, statement: &mut Statement) {
        if let Some(column) = self.nothing() {
            statement.push(", ").push(column).push(" AS z");
        }
        for (term, name) in self.terms().iter().zip([" AS a", " AS b", " AS c", " AS d", " AS e"]) {
            if !matches!(term, Term::Id) {
                self.push_term(statement.push(", "), term, plain);
                statement.push(name);
            }
        }
    }

    fn push_merge(&self, statement: &mut Statement, of: &'static str) {
        let mut between = " ORDER BY ";
        if self.nothing().is_some() {
            statement.push(between).push(of).push(".z").push(self.way(&Term::Id));
            between = ", ";
        }
        for (term, name) in self.terms().iter().zip([".a", ".b", ".c", ".d", ".e"]) {
            statement.push(between).push(of).push(if matches!(term, Term::Id) { ".id" } else { name });
            statement.push(self.way(term));
            between = ", ";
        }
    }

    fn push_order(&self, statement: &mut Statement) {
        let mut between = " ORDER BY ";
        if let Some(column) = self.nothing() {
            statement.push(between).push(column).push(self.way(&Term::Id));
            between = ", ";
        }
        for term in &self.terms() {
            self.push_term(statement.push(between), term, plain);
            statement.push(self.way(term));
            between = ", ";
        }
    }
}

//! The two ways to a page of a section: along the index that holds it in order, until enough have
//! passed the filter; or all whom another index gives, sorted.

use super::order::{Section, SortKey, Start};
use super::search::push_status;
use super::sieve::{Part, Sieve, Span};
use super::sources::{FETCHED, Source};
use super::statement::Statement;
use super::user_row::{COLUMNS, UNITS};
use super::{Tx, statement};
use crate::api::users::{UserColumn, UserSort};

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
}

/// A range of an index.
#[derive(Clone, Copy)]
struct Range<'a> {
    part: Part,
    span: Option<&'a Span>,
}

/// What a row is compared by, in the order of comparing; the last is the id.
enum Term {
    /// Whether there is nothing in the column.
    Empty(UserColumn),
    /// What there is.
    Key(UserSort),
    Id,
}

impl Stretch<'_> {
    /// Along the index. `bound` is how many rows are looked at in each range at most.
    pub fn walk(&self, bound: Option<i64>) -> Statement {
        let mut statement = Statement::new(COLUMNS);
        statement.push(" FROM (SELECT * FROM (");
        let mut between = "";
        for range in self.ranges() {
            statement.push(between).push("SELECT * FROM (SELECT u.id");
            self.push_keys(&mut statement);
            self.push_range(&mut statement, range, bound);
            self.push_order(&mut statement);
            statement.push(" LIMIT ").bind(self.most).push(") AS r");
            between = " UNION ALL ";
        }
        statement.push(") AS u");
        self.push_merge(&mut statement, "u");
        statement.push(" LIMIT ").bind(self.most).push(") AS p CROSS JOIN users u").push(UNITS);
        statement.push(" WHERE u.id = p.id AND u.workspace_id = ").bind(self.sieve.view.workspace.to_string());
        self.push_merge(&mut statement, "p");
        statement
    }

    /// Whether there is anything to walk along.
    pub fn is_empty(&self) -> bool {
        self.ranges().is_empty()
    }

    /// How many rows a bounded walk looks at in the range where it looks at most.
    pub fn longest_walk(&self, bound: i64) -> Statement {
        let mut statement = Statement::new("SELECT MAX(n) FROM (");
        let mut between = "";
        for range in self.ranges() {
            statement.push(between).push("SELECT COUNT(*) AS n FROM (SELECT 1");
            self.push_where(&mut statement, range);
            statement.push(" LIMIT ").bind(bound).push(") AS r");
            between = " UNION ALL ";
        }
        statement.push(") AS w");
        statement
    }

    /// Everybody whom `source` gives, sorted.
    pub fn fetch(&self, tx: &Tx, source: Source) -> Statement {
        let mut statement = Statement::new("WITH u AS MATERIALIZED (");
        source.push(&mut statement, tx, self.sieve, FETCHED);
        statement.push(") ").push(COLUMNS).push(" FROM u").push(UNITS).push(" WHERE ");
        self.sieve.push(&mut statement);
        self.push_start(&mut statement);
        self.push_order(&mut statement);
        statement.push(" LIMIT ").bind(self.most);
        statement
    }

    fn ranges(&self) -> Vec<Range<'_>> {
        let by_unit = self.section.sorts.first().is_some_and(|sort| sort.by == UserColumn::Unit);
        let spans = self.sieve.spans.as_ref().filter(|_| by_unit);
        let parts = self.sieve.parts.iter().copied();
        match spans {
            None => parts.map(|part| Range { part, span: None }).collect(),
            Some(spans) => {
                parts.flat_map(|part| spans.iter().map(move |span| Range { part, span: Some(span) })).collect()
            }
        }
    }

    /// Appends the rows of a range that pass the filter.
    fn push_range(&self, statement: &mut Statement, range: Range<'_>, bound: Option<i64>) {
        let Some(bound) = bound else {
            self.push_where(statement, range);
            return self.sieve.push_rest(statement);
        };
        // Only what is needed, so that an index that has it answers alone.
        statement.push(" FROM (SELECT u.id, u.workspace_id, u.roles");
        let sieve = self.sieve;
        let needed = [
            (sieve.spans.is_some() || self.is_by(UserColumn::Unit), ", u.unit_key"),
            (!sieve.words.is_empty(), ", u.search_text"),
            (sieve.link_expired.is_some(), ", u.link_ends_at"),
            (sieve.expires_before.is_some(), ", u.expires_on"),
            (self.is_by(UserColumn::Name), ", u.name_key"),
            (self.is_by(UserColumn::Email), ", u.email_key"),
            (self.is_by(UserColumn::Groups), ", u.group_key"),
            (self.is_by(UserColumn::Invited), ", u.invited_at"),
            (self.is_by(UserColumn::LastActive), ", u.last_active_at"),
            (self.is_by(UserColumn::Delivery), ", u.delivery"),
            (self.is_by(UserColumn::Status), ", u.state"),
            (true, ", u.ends_at"),
        ];
        for (_, column) in needed.into_iter().filter(|(is_needed, _)| *is_needed) {
            statement.push(column);
        }
        self.push_where(statement, range);
        self.push_order(statement);
        statement.push(" LIMIT ").bind(bound).push(") AS u WHERE 1 = 1");
        sieve.push_rest(statement);
    }

    fn is_by(&self, column: UserColumn) -> bool {
        let nothing = self.sieve.only.contains(&super::sieve::Only::No(column));
        nothing || self.section.sorts.iter().any(|sort| sort.by == column)
    }

    fn push_where(&self, statement: &mut Statement, Range { part, span }: Range<'_>) {
        statement.push(" FROM users u WHERE u.workspace_id = ").bind(self.sieve.view.workspace.to_string());
        self.sieve.push_part(statement.push(" AND "), part);
        self.sieve.push_only(statement);
        if let Some(span) = span {
            super::sieve::push_spans(statement.push(" AND "), std::slice::from_ref(span));
        }
        match self.section.sorts.first().map(|sort| sort.by) {
            Some(UserColumn::Expires) => {
                if let Some(end) = self.sieve.ends_before() {
                    statement.push(" AND u.ends_at <= ").bind(end);
                }
                if part.ended == Some(false) {
                    statement.push(" AND u.ends_at > ").bind(self.sieve.now());
                }
            }
            // Whoever has a role has at least its bit.
            Some(UserColumn::Roles) if self.sieve.roles != 0 => {
                statement.push(" AND u.roles >= ").bind(1_i64 << self.sieve.roles.trailing_zeros());
            }
            _ => {}
        }
        self.push_start(statement);
    }

    fn terms(&self) -> Vec<Term> {
        let mut terms = Vec::new();
        for (place, sort) in self.section.sorts.iter().enumerate() {
            // The first column has something in all of a section, or an empty one has nothing.
            if place > 0 && super::order::may_be_empty(sort.by) {
                terms.push(Term::Empty(sort.by));
            }
            terms.push(Term::Key(*sort));
        }
        terms.push(Term::Id);
        terms
    }

    /// Whether the term goes down as the list is read.
    fn descends(&self, term: &Term) -> bool {
        let is_back = self.start.is_back();
        match term {
            Term::Empty(_) => is_back,
            Term::Key(sort) => sort.descending != is_back,
            Term::Id => self.section.ids_descend != is_back,
        }
    }

    fn push_term(&self, statement: &mut Statement, term: &Term) {
        match term {
            Term::Id => drop(statement.push("u.id")),
            Term::Empty(column) => {
                let is_text = super::order::sorts_by_text(UserSort { by: *column, descending: false });
                statement.push("CASE WHEN ").push(column_of(*column));
                statement.push(if is_text { " = ''" } else { " IS NULL" }).push(" THEN 1 ELSE 0 END");
            }
            Term::Key(sort) if sort.by == UserColumn::Status => push_status(statement, self.sieve.view.now),
            Term::Key(sort) => {
                let is_second = self.section.sorts.first() != Some(sort);
                let may_be_null = super::order::may_be_empty(sort.by) && !super::order::sorts_by_text(*sort);
                if is_second && may_be_null {
                    statement.push("COALESCE(").push(column_of(sort.by)).push(", -1)");
                } else {
                    statement.push(column_of(sort.by));
                }
            }
        }
    }

    /// Appends what the ranges are merged by, besides the id.
    fn push_keys(&self, statement: &mut Statement) {
        for (term, name) in self.terms().iter().zip([" AS a", " AS b", " AS c", " AS d"]) {
            if !matches!(term, Term::Id) {
                self.push_term(statement.push(", "), term);
                statement.push(name);
            }
        }
    }

    fn push_merge(&self, statement: &mut Statement, of: &'static str) {
        let mut between = " ORDER BY ";
        for (term, name) in self.terms().iter().zip([".a", ".b", ".c", ".d"]) {
            statement.push(between).push(of).push(if matches!(term, Term::Id) { ".id" } else { name });
            statement.push(if self.descends(term) { " DESC" } else { "" });
            between = ", ";
        }
    }

    fn push_order(&self, statement: &mut Statement) {
        let mut between = " ORDER BY ";
        let terms = self.terms();
        // A column in which all have nothing comes before the id in its index; PostgreSQL would not see
        // by itself that it makes no difference.
        let nothing = self.sieve.only.iter().find_map(|only| match only {
            super::sieve::Only::No(column) if terms.len() == 1 => Some(*column),
            _ => None,
        });
        if let Some(column) = nothing {
            statement.push(between).push(column_of(column));
            statement.push(if self.descends(&Term::Id) { " DESC" } else { "" });
            between = ", ";
        }
        for term in &terms {
            self.push_term(statement.push(between), term);
            statement.push(if self.descends(term) { " DESC" } else { "" });
            between = ", ";
        }
    }

    /// Appends the condition of lying where the page begins, or further on.
    fn push_start(&self, statement: &mut Statement) {
        match self.start {
            Start::First | Start::Last => {}
            Start::From(text) => {
                let Some(sort) = self.section.sorts.first() else { return };
                statement.push(" AND ").push(column_of(sort.by));
                if sort.descending {
                    statement.push(" < ").bind(format!("{text}\u{10FFFF}"));
                } else {
                    statement.push(" >= ").bind(text.as_str());
                }
            }
            Start::After(keys, id) | Start::Before(keys, id) => {
                let values = self.section.own_keys(keys);
                self.push_beyond(statement, values, id.to_string());
            }
        }
    }

    fn push_beyond(&self, statement: &mut Statement, keys: &[SortKey], id: String) {
        let terms = self.terms();
        let mut keys = keys.iter();
        let mut values: Vec<statement::Value> = Vec::new();
        for (place, term) in terms.iter().enumerate() {
            match term {
                Term::Id => values.push(id.clone().into()),
                Term::Empty(_) => {
                    let is_nothing = keys.as_slice().first() == Some(&SortKey::Nothing);
                    values.push(i64::from(is_nothing).into());
                }
                Term::Key(sort) => values.push(match keys.next() {
                    Some(SortKey::Number(number)) => (*number).into(),
                    Some(SortKey::Text(text)) => text.as_str().into(),
                    Some(SortKey::Nothing) | None if super::order::sorts_by_text(*sort) => "".into(),
                    Some(SortKey::Nothing) | None => (-1).into(),
                }),
            }
            // The index is entered by the first column, whatever the rest of the condition says.
            if place == 0 && terms.len() > 1 {
                self.push_term(statement.push(" AND "), term);
                statement.push(if self.descends(term) { " <= " } else { " >= " });
                statement.bind(values.first().cloned().unwrap_or_else(|| "".into()));
            }
        }
        let beyond = |term: &Term| if self.descends(term) { " < " } else { " > " };
        let is_one_way = terms.iter().all(|term| self.descends(term) == self.descends(&Term::Id));
        if is_one_way && terms.len() == 2 {
            let ([first, last], Some(term)) = (&values[..], terms.first()) else { return };
            self.push_term(statement.push(" AND ("), term);
            statement.push(", u.id)").push(beyond(&Term::Id)).push("(").bind(first.clone());
            statement.push(", ").bind(last.clone()).push(")");
            return;
        }
        statement.push(" AND ");
        for (term, value) in terms.iter().zip(values) {
            self.push_term(statement.push("("), term);
            statement.push(beyond(term)).bind(value.clone());
            if !matches!(term, Term::Id) {
                self.push_term(statement.push(" OR ("), term);
                statement.push(" = ").bind(value).push(" AND ");
            }
        }
        for term in &terms {
            statement.push(if matches!(term, Term::Id) { ")" } else { "))" });
        }
    }
}

fn column_of(column: UserColumn) -> &'static str {
    match column {
        UserColumn::Name => "u.name_key",
        UserColumn::Email => "u.email_key",
        UserColumn::Status => "u.state",
        UserColumn::Roles => "u.roles",
        UserColumn::Unit => "u.unit_key",
        UserColumn::Groups => "u.group_key",
        UserColumn::Expires => "u.ends_at",
        UserColumn::Invited => "u.invited_at",
        UserColumn::LastActive => "u.last_active_at",
        UserColumn::Delivery => "u.delivery",
    }
}

//! Where in a section a page begins: what rows are compared by, and the condition of lying there or
//! further on.

use super::column::Naming;
use super::order::{SortKey, Start, may_be_empty, sorts_by_text};
use super::walk::Stretch;
use crate::api::users::{UserColumn, UserSort};
use crate::domain::ids::UserId;
use crate::server::store::search::push_status;
use crate::server::store::statement::{Statement, Value};

/// What a row is compared by, in the order of comparing; the last is the id.
pub(super) enum Term {
    /// Whether there is nothing in the column.
    Empty(UserColumn),
    /// What there is.
    Key(UserSort),
    Id,
}

impl Stretch<'_> {
    /// What the section is sorted by.
    pub(super) fn terms(&self) -> Vec<Term> {
        let mut terms = Vec::new();
        for (place, sort) in self.section.sorts.iter().enumerate() {
            // The first column has something in all of a section, or an empty one has nothing.
            if (place > 0 || self.section.is_whole) && may_be_empty(sort.by) {
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

    /// That way, for an order.
    pub(super) fn way(&self, term: &Term) -> &'static str {
        if self.descends(term) { " DESC" } else { "" }
    }

    /// Appends what the term compares.
    pub(super) fn push_term(&self, statement: &mut Statement, term: &Term, named: Naming) {
        match term {
            Term::Id => drop(statement.push("u.id")),
            Term::Empty(column) => {
                let is_text = sorts_by_text(UserSort { by: *column, descending: false });
                statement.push("CASE WHEN ").push(named(*column));
                statement.push(if is_text { " = ''" } else { " IS NULL" }).push(" THEN 1 ELSE 0 END");
            }
            Term::Key(sort) if sort.by == UserColumn::Status => push_status(statement, self.sieve.view.now),
            Term::Key(sort) => {
                let is_second = self.section.sorts.first() != Some(sort);
                let may_be_null = may_be_empty(sort.by) && !sorts_by_text(*sort);
                if (is_second || self.section.is_whole) && may_be_null {
                    statement.push("COALESCE(").push(named(sort.by)).push(", -1)");
                } else {
                    statement.push(named(sort.by));
                }
            }
        }
    }

    /// Appends the condition of lying where the page begins, or further on.
    pub(super) fn push_start(&self, statement: &mut Statement, named: Naming) {
        match self.start {
            Start::First | Start::Last => {}
            Start::From(text) => {
                let Some(sort) = self.section.sorts.first() else { return };
                statement.push(" AND (").push(named(sort.by));
                if sort.descending {
                    statement.push(" < ").bind(format!("{text}\u{10FFFF}"));
                } else {
                    statement.push(" >= ").bind(text.as_str());
                }
                if self.section.is_whole && may_be_empty(sort.by) {
                    // Those come last.
                    statement.push(" OR ").push(named(sort.by)).push(" = ''");
                }
                statement.push(")");
            }
            Start::After(keys, id) | Start::Before(keys, id) => {
                let values = self.section.own_keys(keys);
                self.push_beyond(statement, (values, *id), named);
            }
        }
    }

    fn push_beyond(&self, statement: &mut Statement, (keys, id): (&[SortKey], UserId), named: Naming) {
        let terms = self.terms();
        let mut keys = keys.iter();
        let mut values: Vec<Value> = Vec::new();
        for term in &terms {
            match term {
                Term::Id => values.push(id.to_string().into()),
                Term::Empty(_) => {
                    let is_nothing = keys.as_slice().first() == Some(&SortKey::Nothing);
                    values.push(i64::from(is_nothing).into());
                }
                Term::Key(sort) => values.push(match keys.next() {
                    Some(SortKey::Number(number)) => (*number).into(),
                    Some(SortKey::Text(text)) => text.as_str().into(),
                    Some(SortKey::Nothing) | None if sorts_by_text(*sort) => "".into(),
                    Some(SortKey::Nothing) | None => (-1).into(),
                }),
            }
        }
        let beyond = |term: &Term| if self.descends(term) { " < " } else { " > " };
        let is_one_way = terms.iter().all(|term| self.descends(term) == self.descends(&Term::Id));
        if is_one_way && terms.len() == 2 {
            let ([first, last], Some(term)) = (&values[..], terms.first()) else { return };
            self.push_term(statement.push(" AND ("), term, named);
            statement.push(", u.id)").push(beyond(&Term::Id)).push("(").bind(first.clone());
            statement.push(", ").bind(last.clone()).push(")");
            return;
        }
        // The index is entered by the first column, whatever the rest of the condition says.
        if let ([term, _, ..], Some(value)) = (&terms[..], values.first()) {
            self.push_term(statement.push(" AND "), term, named);
            statement.push(if self.descends(term) { " <= " } else { " >= " }).bind(value.clone());
        }
        statement.push(" AND ");
        for (term, value) in terms.iter().zip(values) {
            self.push_term(statement.push("("), term, named);
            statement.push(beyond(term)).bind(value.clone());
            if !matches!(term, Term::Id) {
                self.push_term(statement.push(" OR ("), term, named);
                statement.push(" = ").bind(value).push(" AND ");
            }
        }
        for term in &terms {
            statement.push(if matches!(term, Term::Id) { ")" } else { "))" });
        }
    }
}

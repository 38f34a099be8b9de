//! `GET …/units/all`, `…/groups/all`, `…/courses/all`: a whole list, part after part.

use std::fmt::Write;

use tokio_util::sync::CancellationToken;

use crate::api::whole_list::{END, Head, Kind, WholeQuery};
use crate::domain::policy::Scope;
use crate::server::context::People;
use crate::server::digest::sha256_hex;
use crate::server::error::ApiError;
use crate::server::store::whole_lists::{self, Place, Whose};
use crate::server::store::{Tx, revisions};

/// Items of a part: a transaction each, so that none is open as long as a slow reader takes.
const PART: i64 = 2_000;

/// A whole list as it is handed out: constant memory, however long it is. A change made meanwhile may
/// show in what is still to come; the tag is that of the beginning, so that it is fetched anew then.
pub struct Handout {
    people: People,
    kind: Kind,
    head: Option<Head>,
    after: Option<Place>,
    given: u64,
    is_over: bool,
}

/// The tag of the list of `kind` as `people` see it: nothing of the list itself is read for it.
pub async fn tag(people: &People, kind: Kind) -> Result<String, ApiError> {
    let mut tx = people.store().read().await?;
    tag_in(&mut tx, people, kind).await
}

async fn tag_in(tx: &mut Tx, people: &People, kind: Kind) -> Result<String, ApiError> {
    let revision = revisions::of(tx, people.workspace.id, kind).await?;
    let mut told = format!("{} {} {revision} ", people.workspace.id, kind.many());
    if let (Kind::Units, Scope::Units(units)) = (kind, &people.scope) {
        let mut units: Vec<_> = units.iter().collect();
        units.sort_unstable();
        for unit in units {
            told.push_str(&unit.to_string());
        }
    }
    Ok(sha256_hex(told.as_bytes()).get(..32).unwrap_or_default().to_owned())
}

impl Handout {
    /// Begins to hand out the list of `kind`.
    pub async fn begin(people: People, kind: Kind, query: WholeQuery) -> Result<Self, ApiError> {
        let mut tx = people.store().read().await?;
        let tag = tag_in(&mut tx, &people, kind).await?;
        let count = whole_lists::count_all(&mut tx, whose(&people, kind)).await?;
        tx.rollback().await?;
        let is_over = query.most.is_some_and(|most| count > most);
        let head = Some(Head { kind, tag, count });
        Ok(Self { people, kind, head, after: None, given: 0, is_over })
    }

    /// Told when the server stops.
    pub fn stop(&self) -> CancellationToken {
        self.people.by.tools.stop.clone()
    }

    /// The tag of what is handed out.
    pub fn tag(&self) -> &str {
        self.head.as_ref().map_or("", |head| &head.tag)
    }

    /// The next lines; nothing after the last.
    ///
    /// # Errors
    /// When the store fails; then the last line never comes.
    pub async fn next(&mut self) -> Result<Option<String>, ApiError> {
        let mut text = String::new();
        if let Some(head) = self.head.take() {
            text.push_str(&head.to_string());
        } else if self.is_over {
            return Ok(None);
        }
        if !self.is_over {
            let mut tx = self.people.store().read().await?;
            let whose = whose(&self.people, self.kind);
            let rows = whole_lists::part(&mut tx, whose, self.after.as_ref(), PART).await?;
            tx.rollback().await?;
            for row in &rows {
                row.item().write(self.kind, &mut text);
            }
            self.given += rows.len() as u64;
            self.is_over = (rows.len() as u64) < PART.unsigned_abs();
            self.after = rows.last().map(whole_lists::Row::place);
        }
        if self.is_over {
            // Writing to a string can't fail.
            let _ = writeln!(text, "{END}\t{}", self.given);
        }
        Ok(Some(text))
    }
}

fn whose(people: &People, kind: Kind) -> Whose {
    Whose { workspace: people.workspace.id, kind, manager: people.manager() }
}

//! The commands that set a workspace up: what units, groups, courses and rules have in common.

pub mod courses;
pub mod groups;
mod import;
pub mod rules;
pub mod units;

use serde::Serialize;

use super::exit::Failure;
use super::output::{Format, Output};
use super::place::Place;
use super::resolve::Named;
use super::{Consent, Sending};
use crate::api::endpoint::{ChangeQuery, Empty, Endpoint, Request};
use crate::api::set_up::Removal;
use crate::client::{ClientError, WorkspaceApi};

/// The changes of one command, each under a key of its own (DESIGN R15).
struct Changes<'a, A> {
    place: &'a Place<'a, A>,
    key: String,
    made: u64,
    consent: Consent,
}

impl<'a, A: WorkspaceApi> Changes<'a, A> {
    fn of(place: &'a Place<'a, A>, sending: Sending) -> Self {
        Self { place, key: sending.key, made: 0, consent: sending.consent }
    }

    /// Makes a change, or asks what it would do.
    async fn make<E>(&mut self, path: E::Path, body: E::Body, dry_run: bool) -> Result<E::Reply, ClientError>
    where
        E: Endpoint<Query = ChangeQuery>,
    {
        self.made += 1;
        let key = format!("{}-{}", self.key, self.made);
        let request = Request::<E>::change(path, ChangeQuery { dry_run }, body, key);
        self.place.api.call(request).await
    }

    /// The workspace, as paths name it.
    fn workspace(&self) -> String {
        self.place.workspace.id.to_string()
    }
}

/// Something that can be deleted.
trait Deletable: Named {
    /// The operation that deletes it.
    type Delete: Endpoint<Query = ChangeQuery, Body = Empty, Reply = Removal>;

    /// Its name, without those of what it is in.
    fn own_name(&self) -> &str {
        self.name()
    }

    /// Where it is, in the workspace `w`.
    fn place(&self, w: String) -> <Self::Delete as Endpoint>::Path;
}

/// Deletes what `wanted` names, after what goes with it was shown and agreed to.
async fn delete<T: Deletable, A: WorkspaceApi>(
    mut changes: Changes<'_, A>,
    (wanted, dry_run): (&str, bool),
    output: &mut Output,
) -> Result<(), Failure> {
    let item: T = changes.place.named(wanted).await?;
    let path = item.place(changes.workspace());
    let foreseen = changes.make::<T::Delete>(path.clone(), Empty {}, true).await?;
    let named = format!("the {} {}", T::KIND, item.name());
    if dry_run {
        return told(&foreseen, &format!("would delete {named}"), &consequences(&foreseen), output);
    }
    let what = format!("delete {named}");
    // It can't be taken back: a yes is said too easily.
    changes.consent.typed(&what, item.own_name(), &consequences(&foreseen), output).await?;
    let done = changes.make::<T::Delete>(path, Empty {}, false).await?;
    told(&done, &format!("deleted {named}"), &consequences(&done), output)
}

/// What a deletion takes along, a line each.
fn consequences(removal: &Removal) -> Vec<String> {
    let Removal { units, users, managers, rules, planned, .. } = *removal;
    let place = match &removal.moved_to {
        Some(unit) => format!("to {}", unit.path),
        None => "to no unit".to_owned(),
    };
    let mut lines = Vec::new();
    if units > 1 {
        lines.push(format!("{} below it deleted too", counted(units - 1, "unit")));
    }
    if users > 0 && units > 0 {
        lines.push(format!("{} moved {place}", counted(users, "user")));
    } else if users > 0 {
        lines.push(format!("{} taken out of it", counted(users, "user")));
    }
    if managers > 0 {
        lines.push(format!("{} without it to manage", counted(managers, "manager")));
    }
    if rules > 0 && (units > 0 || users > 0 || planned > 0 || rules > 1) {
        lines.push(format!("{} deleted", counted(rules, "rule")));
    }
    if planned > 0 {
        lines.push(format!("{} deleted", counted(planned, "planned enrolment")));
    }
    lines
}

fn counted(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// Says what was done: a sentence and what went with it, or what the server answered as JSON.
fn told<T: Serialize>(
    reply: &T,
    sentence: &str,
    lines: &[String],
    output: &mut Output,
) -> Result<(), Failure> {
    if output.format() == Format::Json {
        output.json(reply)?;
    } else {
        output.line(sentence)?;
        lines.iter().try_for_each(|line| output.line(&format!("  {line}")))?;
    }
    output.flush()
}

/// `would VERB`, or what was done.
fn verb(dry_run: bool, [would, done]: [&str; 2]) -> String {
    if dry_run { format!("would {would}") } else { done.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consequences_are_told_as_far_as_there_are_any() {
        let none = Removal { units: 1, ..Removal::default() };
        assert!(consequences(&none).is_empty());
        let unit = Removal { units: 3, users: 1, managers: 2, rules: 1, ..Removal::default() };
        let told = [
            "2 units below it deleted too",
            "1 user moved to no unit",
            "2 managers without it to manage",
            "1 rule deleted",
        ];
        assert_eq!(consequences(&unit), told);
        let group = Removal { users: 4, ..Removal::default() };
        assert_eq!(consequences(&group), ["4 users taken out of it"]);
    }
}

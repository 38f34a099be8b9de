//! `admit units`.

use std::collections::HashMap;

use super::import::{Imported, Outcome, Sheet, import};
use super::{Changes, Deletable, Sending, delete, told, verb};
use crate::api::catalogue::{PATH_SEPARATOR, Unit};
use crate::api::set_up::{CreateUnit, DeleteUnit, EditUnit, NewUnit, UnitEdit, UnitPath};
use crate::cli::args::{DryRun, ImportFile, UnitsCommand};
use crate::cli::catalogue;
use crate::cli::exit::Failure;
use crate::cli::output::Output;
use crate::cli::place::Place;
use crate::client::WorkspaceApi;
use crate::domain::catalogue_name::check_catalogue_name;
use crate::domain::ids::UnitId;
use crate::domain::search_key::fold;
use crate::domain::unit_tree::{LEVELS, MisplacedUnit};

impl Deletable for Unit {
    type Delete = DeleteUnit;

    fn own_name(&self) -> &str {
        self.name.as_str()
    }

    fn place(&self, w: String) -> UnitPath {
        UnitPath { w, n: self.id }
    }
}

/// Carries out `admit units …`.
pub async fn run<A: WorkspaceApi>(
    place: &Place<'_, A>,
    command: &UnitsCommand,
    sending: Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut changes = Changes::of(place, sending);
    match command {
        UnitsCommand::List(list) => catalogue::list::<Unit, A>(place, list.search.clone(), output).await,
        UnitsCommand::Add { name, parent, dry: DryRun { dry_run } } => {
            let parent = match parent {
                Some(path) => Some(place.unit(path).await?),
                None => None,
            };
            let body = NewUnit { name: name.clone(), parent };
            let unit = changes.make::<CreateUnit>(place.path(), body, *dry_run).await?;
            let sentence = format!("{} the unit {}", verb(*dry_run, ["make", "made"]), unit.path);
            told(&unit, &sentence, &[], output)
        }
        UnitsCommand::Rename(renaming) => {
            let body = UnitEdit { name: Some(renaming.new.clone()), parent: None };
            edit(changes, (&renaming.name, body), renaming.dry, output).await
        }
        UnitsCommand::Move { unit, parent, top: _, dry } => {
            let parent = match parent {
                Some(path) => Some(place.unit(path).await?),
                None => None,
            };
            let body = UnitEdit { name: None, parent: Some(parent) };
            edit(changes, (unit, body), *dry, output).await
        }
        UnitsCommand::Delete(deletion) => {
            delete::<Unit, A>(changes, (&deletion.name, deletion.dry.dry_run), output).await
        }
        UnitsCommand::Import(file) => import_units(changes, file, output).await,
    }
}

async fn edit<A: WorkspaceApi>(
    mut changes: Changes<'_, A>,
    (wanted, body): (&str, UnitEdit),
    DryRun { dry_run }: DryRun,
    output: &mut Output,
) -> Result<(), Failure> {
    let was: Unit = changes.place.named(wanted).await?;
    let words = if body.parent.is_some() { ["move", "moved"] } else { ["rename", "renamed"] };
    let path = was.place(changes.workspace());
    let unit = changes.make::<EditUnit>(path, body, dry_run).await?;
    let sentence = format!("{} the unit {} to {}", verb(dry_run, words), was.path, unit.path);
    told(&unit, &sentence, &[], output)
}

/// The units that are there, by the folded names of their path; one that is only foreseen has no id.
type Known = HashMap<Vec<String>, Option<UnitId>>;

async fn import_units<A: WorkspaceApi>(
    mut changes: Changes<'_, A>,
    file: &ImportFile,
    output: &mut Output,
) -> Result<(), Failure> {
    let sheet = Sheet::read(&file.file, &["path"]).await?;
    let all = changes.place.all::<Unit>(None, usize::MAX).await?;
    let key = |unit: &Unit| unit.path.as_str().split(PATH_SEPARATOR).map(fold).collect();
    let mut known: Known = all.iter().map(|unit| (key(unit), Some(unit.id))).collect();
    let dry_run = file.dry.dry_run;
    import(&sheet, (dry_run, "path"), output, async |row| {
        add(&mut changes, &mut known, row.get("path"), dry_run).await
    })
    .await
}

/// Makes the unit at `path`, and those above it that are not there.
async fn add<A: WorkspaceApi>(
    changes: &mut Changes<'_, A>,
    known: &mut Known,
    path: &str,
    dry_run: bool,
) -> Outcome {
    let names = names_of(path);
    let keys: Vec<String> = names.iter().map(|name| fold(name)).collect();
    check(&names)?;
    if known.contains_key(&keys) {
        return Ok(Imported::There);
    }
    let mut parent = None;
    let mut above_made = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let key = keys.get(..=place).unwrap_or_default().to_vec();
        if let Some(id) = known.get(&key) {
            parent = Some(*id);
            continue;
        }
        let id = match parent {
            // Below one that is only foreseen, which the server can't be asked about.
            Some(None) => None,
            above => {
                let body = NewUnit { name: (*name).to_owned(), parent: above.flatten() };
                let made = changes.make::<CreateUnit>(changes.place.path(), body, dry_run).await;
                (!dry_run).then_some(made?.id)
            }
        };
        known.insert(key, id);
        parent = Some(id);
        if place + 1 < names.len() {
            above_made.push(*name);
        }
    }
    let detail = if above_made.is_empty() {
        String::new()
    } else {
        format!("with {} above it", above_made.join(PATH_SEPARATOR))
    };
    Ok(Imported::Made(detail))
}

/// Judges a path before anything of it is made, so that no part of a wrong one is left behind.
fn check(names: &[&str]) -> Result<(), Imported> {
    if names.iter().any(|name| fold(name).is_empty()) {
        return Err(Imported::Failed("write the names of the path with › or / between them".to_owned()));
    }
    for name in names {
        check_catalogue_name(name).map_err(|error| Imported::Failed(format!("{name:?}: {error}")))?;
    }
    let level = u8::try_from(names.len()).unwrap_or(u8::MAX);
    if level > LEVELS {
        return Err(Imported::Failed(MisplacedUnit::TooDeep(level).to_string()));
    }
    Ok(())
}

/// The names of a path, written with ` › `, with ` > ` or with `/`.
fn names_of(path: &str) -> Vec<&str> {
    let between = [PATH_SEPARATOR, " > "].into_iter().find(|between| path.contains(between));
    path.split(between.unwrap_or("/")).map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_with_any_of_the_three_separators() {
        for path in ["Ops › York/Leeds", "Ops > York/Leeds"] {
            assert_eq!(names_of(path), ["Ops", "York/Leeds"]);
        }
        assert_eq!(names_of("Ops/York / Leeds"), ["Ops", "York", "Leeds"]);
        assert_eq!(names_of("Ops//Leeds"), ["Ops", "", "Leeds"]);
    }
}

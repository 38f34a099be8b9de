//! `admit groups`.

use std::collections::HashSet;

use super::import::{Imported, Sheet, import};
use super::{Changes, Deletable, Sending, delete, told, verb};
use crate::api::catalogue::Group;
use crate::api::set_up::{CreateGroup, DeleteGroup, EditGroup, GroupEdit, GroupPath, NewGroup};
use crate::cli::args::{DryRun, GroupsCommand, ImportFile};
use crate::cli::catalogue;
use crate::cli::exit::Failure;
use crate::cli::output::Output;
use crate::cli::place::Place;
use crate::client::WorkspaceApi;
use crate::domain::search_key::fold;

impl Deletable for Group {
    type Delete = DeleteGroup;

    fn place(&self, w: String) -> GroupPath {
        GroupPath { w, g: self.id }
    }
}

/// Carries out `admit groups …`.
pub async fn run<A: WorkspaceApi>(
    place: &Place<'_, A>,
    command: &GroupsCommand,
    sending: Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut changes = Changes::of(place, sending);
    match command {
        GroupsCommand::List(list) => catalogue::list::<Group, A>(place, list.search.clone(), output).await,
        GroupsCommand::Add { name, dry: DryRun { dry_run } } => {
            let body = NewGroup { name: name.clone() };
            let group = changes.make::<CreateGroup>(place.path(), body, *dry_run).await?;
            let sentence = format!("{} the group {}", verb(*dry_run, ["make", "made"]), group.name);
            told(&group, &sentence, &[], output)
        }
        GroupsCommand::Rename(renaming) => {
            let was: Group = place.named(&renaming.name).await?;
            let dry_run = renaming.dry.dry_run;
            let (path, body) = (was.place(changes.workspace()), GroupEdit { name: renaming.new.clone() });
            let group = changes.make::<EditGroup>(path, body, dry_run).await?;
            let verb = verb(dry_run, ["rename", "renamed"]);
            told(&group, &format!("{verb} the group {} to {}", was.name, group.name), &[], output)
        }
        GroupsCommand::Delete(deletion) => {
            delete::<Group, A>(changes, (&deletion.name, deletion.dry.dry_run), output).await
        }
        GroupsCommand::Import(file) => import_groups(changes, file, output).await,
    }
}

async fn import_groups<A: WorkspaceApi>(
    mut changes: Changes<'_, A>,
    file: &ImportFile,
    output: &mut Output,
) -> Result<(), Failure> {
    let sheet = Sheet::read(&file.file, &["name"]).await?;
    let all = changes.place.all::<Group>(None, usize::MAX).await?;
    let mut known: HashSet<String> = all.iter().map(|group| fold(group.name.as_str())).collect();
    let dry_run = file.dry.dry_run;
    import(&sheet, (dry_run, "name"), output, async |row| {
        let name = row.get("name");
        if known.contains(&fold(name)) {
            return Ok(Imported::There);
        }
        let body = NewGroup { name: name.to_owned() };
        changes.make::<CreateGroup>(changes.place.path(), body, dry_run).await?;
        known.insert(fold(name));
        Ok(Imported::made())
    })
    .await
}

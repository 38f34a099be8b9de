//! `admit rules`.

use std::collections::HashSet;

use super::import::{Imported, Outcome, Row, Sheet, import};
use super::{Changes, Deletable, Sending, delete, told, verb};
use crate::api::catalogue::{Course, Group, Unit};
use crate::api::set_up::{
    AutoEnrolment, AutoEnrolmentEdit, AutoEnrolmentPath, CreateAutoEnrolment, DeleteAutoEnrolment,
    EditAutoEnrolment, NewAutoEnrolment,
};
use crate::cli::args::{DryRun, ImportFile, Renaming, RulesCommand};
use crate::cli::catalogue;
use crate::cli::exit::Failure;
use crate::cli::output::Output;
use crate::cli::place::Place;
use crate::cli::resolve::must_pick;
use crate::client::WorkspaceApi;
use crate::domain::ids::CourseId;
use crate::domain::search_key::fold;

impl Deletable for AutoEnrolment {
    type Delete = DeleteAutoEnrolment;

    fn place(&self, w: String) -> AutoEnrolmentPath {
        AutoEnrolmentPath { w, a: self.id }
    }
}

/// Carries out `admit rules …`.
pub async fn run<A: WorkspaceApi>(
    place: &Place<'_, A>,
    command: &RulesCommand,
    sending: Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut changes = Changes::of(place, sending);
    match command {
        RulesCommand::List(list) => {
            catalogue::list::<AutoEnrolment, A>(place, list.search.clone(), output).await
        }
        RulesCommand::Add { name, unit, group, courses, dry: DryRun { dry_run } } => {
            let mut body = NewAutoEnrolment { name: name.clone(), ..NewAutoEnrolment::default() };
            if let Some(unit) = unit {
                body.unit = Some(place.unit(unit).await?);
            }
            if let Some(group) = group {
                body.group = Some(place.group(group).await?);
            }
            body.courses = ids_of(place, courses).await?;
            let rule = changes.make::<CreateAutoEnrolment>(place.path(), body, *dry_run).await?;
            let sentence = format!("{} the rule {}", verb(*dry_run, ["make", "made"]), rule.name);
            told(&rule, &sentence, &[], output)
        }
        RulesCommand::Rename { renaming, courses } => rename(changes, renaming, courses, output).await,
        RulesCommand::Delete(deletion) => {
            delete::<AutoEnrolment, A>(changes, (&deletion.name, deletion.dry.dry_run), output).await
        }
        RulesCommand::Import(file) => import_rules(changes, file, output).await,
    }
}

async fn ids_of<A: WorkspaceApi>(place: &Place<'_, A>, titles: &[String]) -> Result<Vec<CourseId>, Failure> {
    let mut courses = Vec::new();
    for title in titles {
        courses.push(place.course(title).await?);
    }
    Ok(courses)
}

async fn rename<A: WorkspaceApi>(
    mut changes: Changes<'_, A>,
    renaming: &Renaming,
    courses: &[String],
    output: &mut Output,
) -> Result<(), Failure> {
    let was: AutoEnrolment = changes.place.named(&renaming.name).await?;
    let dry_run = renaming.dry.dry_run;
    let courses = if courses.is_empty() { None } else { Some(ids_of(changes.place, courses).await?) };
    let body = AutoEnrolmentEdit { name: Some(renaming.new.clone()), courses };
    let rule = changes.make::<EditAutoEnrolment>(was.place(changes.workspace()), body, dry_run).await?;
    let titles: Vec<String> = rule.courses.iter().map(|course| format!("course: {}", course.title)).collect();
    let verb = verb(dry_run, ["rename", "renamed"]);
    told(&rule, &format!("{verb} the rule {} to {}", was.name, rule.name), &titles, output)
}

/// What the lines of a file may name.
struct Catalogue {
    units: Vec<Unit>,
    groups: Vec<Group>,
    courses: Vec<Course>,
}

async fn import_rules<A: WorkspaceApi>(
    mut changes: Changes<'_, A>,
    file: &ImportFile,
    output: &mut Output,
) -> Result<(), Failure> {
    let sheet = Sheet::read(&file.file, &["name", "courses"]).await?;
    let place = changes.place;
    let all = place.all::<AutoEnrolment>(None, usize::MAX).await?;
    let mut known: HashSet<String> = all.iter().map(|rule| fold(rule.name.as_str())).collect();
    let catalogue = Catalogue {
        units: place.all(None, usize::MAX).await?,
        groups: place.all(None, usize::MAX).await?,
        courses: place.all(None, usize::MAX).await?,
    };
    let dry_run = file.dry.dry_run;
    import(&sheet, (dry_run, "name"), output, async |row| {
        let name = row.get("name");
        if known.contains(&fold(name)) {
            return Ok(Imported::There);
        }
        let body = match read(&row, &catalogue) {
            Ok(body) => body,
            Err(failure) => return Imported::failed(failure.message.as_str()) as Outcome,
        };
        changes.make::<CreateAutoEnrolment>(changes.place.path(), body, dry_run).await?;
        known.insert(fold(name));
        Ok(Imported::made())
    })
    .await
}

/// The rule of a line.
fn read(row: &Row<'_>, catalogue: &Catalogue) -> Result<NewAutoEnrolment, Failure> {
    let mut body = NewAutoEnrolment { name: row.get("name").to_owned(), ..NewAutoEnrolment::default() };
    if !row.get("unit").is_empty() {
        body.unit = Some(must_pick(&catalogue.units, row.get("unit"))?.id);
    }
    if !row.get("group").is_empty() {
        body.group = Some(must_pick(&catalogue.groups, row.get("group"))?.id);
    }
    for title in row.get("courses").split(';').map(str::trim).filter(|title| !title.is_empty()) {
        body.courses.push(must_pick(&catalogue.courses, title)?.id);
    }
    Ok(body)
}

//! `admit courses`.

use std::collections::HashSet;

use super::import::{Imported, Sheet, import};
use super::{Changes, Deletable, Sending, delete, told, verb};
use crate::api::catalogue::Course;
use crate::api::set_up::{CourseEdit, CoursePath, CreateCourse, DeleteCourse, EditCourse, NewCourse};
use crate::cli::args::{CoursesCommand, DryRun, ImportFile};
use crate::cli::catalogue;
use crate::cli::exit::Failure;
use crate::cli::output::Output;
use crate::cli::place::Place;
use crate::client::WorkspaceApi;
use crate::domain::search_key::fold;

impl Deletable for Course {
    type Delete = DeleteCourse;

    fn place(&self, w: String) -> CoursePath {
        CoursePath { w, c: self.id }
    }
}

/// Carries out `admit courses …`.
pub async fn run<A: WorkspaceApi>(
    place: &Place<'_, A>,
    command: &CoursesCommand,
    sending: Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut changes = Changes::of(place, sending);
    match command {
        CoursesCommand::List(list) => catalogue::list::<Course, A>(place, list.search.clone(), output).await,
        CoursesCommand::Add { title, subject, dry: DryRun { dry_run } } => {
            let body = NewCourse { title: title.clone(), subject: subject.clone() };
            let course = changes.make::<CreateCourse>(place.path(), body, *dry_run).await?;
            let sentence = format!("{} the course {}", verb(*dry_run, ["make", "made"]), course.title);
            told(&course, &sentence, &[], output)
        }
        CoursesCommand::Rename { renaming, subject } => {
            let was: Course = place.named(&renaming.name).await?;
            let dry_run = renaming.dry.dry_run;
            let body = CourseEdit { title: Some(renaming.new.clone()), subject: subject.clone() };
            let course = changes.make::<EditCourse>(was.place(changes.workspace()), body, dry_run).await?;
            let verb = verb(dry_run, ["rename", "renamed"]);
            told(&course, &format!("{verb} the course {} to {}", was.title, course.title), &[], output)
        }
        CoursesCommand::Delete(deletion) => {
            delete::<Course, A>(changes, (&deletion.name, deletion.dry.dry_run), output).await
        }
        CoursesCommand::Import(file) => import_courses(changes, file, output).await,
    }
}

async fn import_courses<A: WorkspaceApi>(
    mut changes: Changes<'_, A>,
    file: &ImportFile,
    output: &mut Output,
) -> Result<(), Failure> {
    let sheet = Sheet::read(&file.file, &["title"]).await?;
    let all = changes.place.all::<Course>(None, usize::MAX).await?;
    let mut known: HashSet<String> = all.iter().map(|course| fold(course.title.as_str())).collect();
    let dry_run = file.dry.dry_run;
    import(&sheet, (dry_run, "title"), output, async |row| {
        let title = row.get("title");
        if known.contains(&fold(title)) {
            return Ok(Imported::There);
        }
        let body = NewCourse { title: title.to_owned(), subject: row.get("subject").to_owned() };
        changes.make::<CreateCourse>(changes.place.path(), body, dry_run).await?;
        known.insert(fold(title));
        Ok(Imported::made())
    })
    .await
}

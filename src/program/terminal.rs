//! The terminal UI: what it is given, and the way in.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::drafts::DraftFile;
use super::environment::Environment;
use super::lists::ListFiles;
use super::tables::TableFile;
use super::target::EMBEDDED;
use super::tools::Tools;
use crate::cli::exit::Failure;
use crate::cli::{choose, session};
use crate::client::http::HttpClient;
use crate::domain::safe_text::SafeText;
use crate::terminal::capabilities::Capabilities;
use crate::tui::context::Place;
use crate::tui::runtime::{self, World};

/// What the terminal UI is started with.
pub struct Start<'a> {
    /// The server.
    pub api: Arc<HttpClient>,
    /// What the header shows: `embedded`, or the profile's label.
    pub profile: String,
    /// The workspace asked for, by id or slug.
    pub workspace: Option<String>,
    /// Where mail goes, when the program itself writes it to a folder.
    pub mail_folder: Option<PathBuf>,
    /// The folder of kept drafts; none: they are kept as long as the program runs.
    pub drafts: Option<PathBuf>,
    /// The folder of kept lists; none: they are kept as long as the program runs.
    pub lists: Option<PathBuf>,
    /// The surroundings.
    pub environment: &'a Environment,
    /// Time and chance.
    pub tools: Tools,
}

/// Refuses to begin where no terminal is there to be drawn on.
pub fn require(environment: &Environment) -> Result<(), Failure> {
    let able = Capabilities::of(&environment.terminal).interactive;
    if able && std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Failure::usage(
        "the terminal UI needs a terminal; without one use: admit users list, admit invite, admit invitations \
         list, admit units list (see admit --help)",
    ))
}

/// Runs the terminal UI until the operator quits.
pub async fn run(start: Start<'_>) -> Result<(), Failure> {
    let session = session(&*start.api).await?;
    let workspace = choose(&session, start.workspace.as_deref())?;
    let id = workspace.id.to_string();
    let tables = start.drafts.as_ref().map(|folder| folder.with_file_name("tables"));
    let tables = TableFile::of(tables, &start.profile, &id);
    let mut drafts = DraftFile::of(start.drafts, &start.profile, &id);
    let warning = drafts.warning();
    // The embedded server has another port now and then, and is the same.
    let server = if start.mail_folder.is_some() { EMBEDDED } else { start.api.url() };
    let lists = ListFiles::of(start.lists, server, &workspace);
    let zone = TimeZone::get(&workspace.time_zone).unwrap_or(TimeZone::UTC);
    let place = Place {
        profile: SafeText::from(start.profile),
        mail_folder: start.mail_folder.map(|folder| folder.display().to_string()),
        operator: session.operator,
        workspace,
        zone,
    };
    let world = World {
        api: start.api,
        clock: start.tools.clock,
        entropy: start.tools.entropy,
        drafts: Box::new(drafts),
        warning,
        tables: Box::new(tables),
        lists: Arc::new(lists),
        place,
        capabilities: Capabilities::of(&start.environment.terminal),
    };
    let ended = runtime::run(world).await;
    ended.map_err(|error| Failure::failed(format!("the terminal can't be used: {error}")))
}

//! The program: config, profiles, the embedded server, and what each command is given. Only `main`
//! uses it.

mod config;
mod drafts;
mod embedded;
pub mod environment;
mod files;
mod founding;
mod host;
mod lists;
mod log;
mod sample;
mod tables;
mod target;
pub mod terminal;
mod throwaway;
mod tools;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use crate::cli::args::{Cli, Command, Global, TokenCommand, WorkspaceCommand};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::cli::{self, Consent, Sending};
use crate::client::http::{ClientTools, HttpClient};
use crate::client::retry::{OF_A_COMMAND, OF_A_SCREEN};
use embedded::{Embedded, data_folder};
use environment::Environment;
use target::{EMBEDDED, Target};
use tools::Tools;

/// Does what the command line asks for.
///
/// # Errors
/// The [`Failure`] to be told, with the exit code.
pub async fn run(cli: &Cli, environment: &Environment, output: &mut Output) -> Result<(), Failure> {
    let tools = Tools::default();
    match &cli.command {
        Some(Command::Serve(args)) => host::serve(args, (environment, &tools), output).await,
        Some(Command::Seed(args)) => until_interrupted(Box::pin(host::seed(args, &tools, output))).await,
        Some(Command::Token(TokenCommand::Create { database, email, label })) => {
            host::create_token((database, email, label), &tools, output).await
        }
        Some(Command::Workspace(WorkspaceCommand::Create(args))) => {
            founding::create_workspace(args, &tools, output).await
        }
        command => {
            if command.is_none() {
                terminal::require(environment)?;
            }
            log::to_file(environment);
            with_server(cli, (environment, tools), output).await
        }
    }
}

/// Does what needs a server: a configured one, or the embedded one, started for as long as it takes.
async fn with_server(
    cli: &Cli,
    (environment, tools): (&Environment, Tools),
    output: &mut Output,
) -> Result<(), Failure> {
    let (target, warnings) =
        if cli.demo { (Target::Embedded, Vec::new()) } else { Target::choose(&cli.global, environment)? };
    for warning in warnings {
        output.note(&format!("admit: warning: {warning}"));
    }
    let patience = if cli.command.is_some() { OF_A_COMMAND } else { OF_A_SCREEN };
    let client_tools = ClientTools::new(Arc::clone(&tools.entropy), patience);
    match target {
        Target::Server { label, connection, workspace } => {
            let api = HttpClient::open(&connection, client_tools);
            let workspace = cli.global.workspace.clone().or(workspace);
            let seat = Seat { api: api.map_err(Failure::usage)?, profile: label, workspace, embedded: None };
            perform(cli, seat, (environment, tools), output).await.1
        }
        Target::Embedded => {
            let embedded = if cli.demo {
                Embedded::start_demo(&tools).await?
            } else {
                Embedded::start(environment, &tools).await?
            };
            let mut client_tools = client_tools;
            client_tools.timeouts.heartbeat = embedded::SILENCE;
            let api = HttpClient::open(&embedded.connection, client_tools);
            let seat = Seat {
                api: api.map_err(Failure::failed)?,
                profile: EMBEDDED.to_owned(),
                workspace: cli.global.workspace.clone(),
                embedded: Some(embedded),
            };
            let (seat, done) = perform(cli, seat, (environment, tools), output).await;
            match seat.embedded {
                Some(embedded) => leave(embedded, cli, done, output).await,
                None => done,
            }
        }
    }
}

/// Where a command sits: its server, and how that is called.
struct Seat {
    api: HttpClient,
    profile: String,
    workspace: Option<String>,
    embedded: Option<Embedded>,
}

async fn perform(
    cli: &Cli,
    seat: Seat,
    (environment, tools): (&Environment, Tools),
    output: &mut Output,
) -> (Seat, Result<(), Failure>) {
    let Some(command) = &cli.command else {
        let start = terminal::Start {
            api: Arc::new(seat.api.clone()),
            profile: seat.profile.clone(),
            workspace: seat.workspace.clone(),
            drafts: if cli.demo {
                None
            } else {
                data_folder(environment).ok().map(|folder| folder.join("drafts"))
            },
            lists: if cli.demo { None } else { cache_folder(environment).map(|folder| folder.join("lists")) },
            mail_folder: seat.embedded.as_ref().map(|embedded| embedded.mail_folder.clone()),
            environment,
            tools,
        };
        return (seat, terminal::run(start).await);
    };
    let now = tools.clock.now();
    let sending = Sending { now, key: tools.entropy.uuid(now).to_string(), consent: consent(&cli.global) };
    let workspace = seat.workspace.as_deref();
    let done = until_interrupted(cli::run(&seat.api, (command, workspace), sending, output)).await;
    (seat, done)
}

/// Where what can be fetched again is kept: with the data, where that has a place of its own.
fn cache_folder(environment: &Environment) -> Option<PathBuf> {
    let usual = || environment.cache_home.as_ref().map(|home| home.join("admit"));
    environment.data_dir.clone().or_else(usual)
}

/// How questions are answered: only at a terminal can anybody be asked.
fn consent(global: &Global) -> Consent {
    if global.yes {
        Consent::Given
    } else if global.no_input || !std::io::stdin().is_terminal() {
        Consent::Missing
    } else {
        Consent::Asked
    }
}

/// Ends the embedded server; what a headless command queued is delivered first.
async fn leave(
    embedded: Embedded,
    cli: &Cli,
    done: Result<(), Failure>,
    output: &mut Output,
) -> Result<(), Failure> {
    let sent = done.is_ok() && cli.command.as_ref().is_some_and(mails);
    let delivered = if sent { embedded.deliver().await } else { Ok(0) };
    if sent && delivered.is_ok() {
        output.note(&format!("mail is in {}", embedded.mail_folder.display()));
    }
    embedded.stop().await;
    done.and(delivered.map(drop))
}

/// Whether a command may have queued mail.
fn mails(command: &Command) -> bool {
    use crate::cli::args::{InvitationsCommand as Invitations, UsersCommand as Users};
    match command {
        Command::Invite(args) => !args.dry_run,
        Command::Users(Users::Reactivate(whom)) | Command::Invitations(Invitations::Resend(whom)) => {
            !whom.dry_run
        }
        Command::Invitations(Invitations::Replace(args)) => !args.new.dry_run,
        _ => false,
    }
}

/// Lets `work` go on until it ends or the operator interrupts it.
async fn until_interrupted(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::failed)?;
    tokio::select! {
        done = work => done,
        _ = interrupt.recv() => Err(Failure::new(Exit::Interrupted, "interrupted")),
        _ = terminate.recv() => Err(Failure::new(Exit::Interrupted, "told to end")),
    }
}

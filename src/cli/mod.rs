//! The headless commands: what is written on the command line, done through the client.

pub mod args;
mod catalogue;
mod change;
mod consent;
pub mod exit;
mod export;
mod input;
mod invitations;
mod invite;
mod jobs;
mod manage;
pub mod output;
mod place;
mod report;
mod resolve;
mod set_up;
mod users;
mod when;
mod whoami;

use args::manage::ChangesCommand;
use args::{Command, InvitationsCommand, UsersCommand};
pub use consent::Consent;
use exit::Failure;
pub use invite::Sending;
use output::Output;
use place::Place;
pub use place::{choose, session};
pub use resolve::nearest;

use crate::api::changes::UserChange;
use crate::client::WorkspaceApi;

/// Carries out a command that speaks to a workspace server.
///
/// # Errors
/// The [`Failure`] to be told; a usage error for a command that is none of these.
pub async fn run<A: WorkspaceApi>(
    api: &A,
    (command, workspace): (&Command, Option<&str>),
    sending: Sending,
    output: &mut Output,
) -> Result<(), Failure> {
    if matches!(command, Command::Whoami) {
        return whoami::whoami(api, output).await;
    }
    let place = Place::find(api, workspace).await?;
    match command {
        Command::Invite(args) => invite::invite(&place, args, sending, output).await,
        Command::Users(UsersCommand::List(args)) => users::list(&place, args, &sending, output).await,
        Command::Users(UsersCommand::Edit(args)) => manage::edit(&place, args, sending, output).await,
        Command::Users(UsersCommand::Delete(whom)) => {
            change::run(&place, UserChange::Delete, (whom, sending), output).await
        }
        Command::Users(UsersCommand::Reactivate(whom)) => {
            change::run(&place, UserChange::Reactivate, (whom, sending), output).await
        }
        Command::Users(UsersCommand::Export(which)) => export::export(&place, which, &sending, output).await,
        Command::Invitations(InvitationsCommand::Resend(whom)) => {
            change::run(&place, UserChange::Resend, (whom, sending), output).await
        }
        Command::Invitations(InvitationsCommand::Cancel(whom)) => {
            change::run(&place, UserChange::Cancel, (whom, sending), output).await
        }
        Command::Invitations(InvitationsCommand::Replace(args)) => {
            manage::replace(&place, args, sending, output).await
        }
        Command::Enrol(args) => manage::enrol(&place, args, sending, output).await,
        Command::Withdraw(args) => manage::withdraw(&place, args, sending, output).await,
        Command::Jobs(command) => jobs::run(&place, command, sending, output).await,
        Command::Changes(ChangesCommand::List { undoable }) => jobs::changes(&place, *undoable, output).await,
        Command::Undo { change } => jobs::undo(&place, change.as_deref(), sending, output).await,
        Command::Users(UsersCommand::Show { user }) => users::show(&place, user, output).await,
        Command::Invitations(InvitationsCommand::List { link_expired }) => {
            invitations::list(&place, *link_expired, output).await
        }
        Command::Invitations(InvitationsCommand::Link { email }) => {
            invitations::link(&place, email, output).await
        }
        Command::Units(command) => set_up::units::run(&place, command, sending, output).await,
        Command::Groups(command) => set_up::groups::run(&place, command, sending, output).await,
        Command::Courses(command) => set_up::courses::run(&place, command, sending, output).await,
        Command::Rules(command) => set_up::rules::run(&place, command, sending, output).await,
        Command::Whoami => whoami::whoami(api, output).await,
        Command::Serve(_) | Command::Seed(_) | Command::Token(_) | Command::Workspace(_) => {
            Err(Failure::usage("this command works on a database, not on a server"))
        }
    }
}

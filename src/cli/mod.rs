//! The headless commands: what is written on the command line, done through the client.

pub mod args;
mod catalogue;
mod consent;
pub mod exit;
mod invitations;
mod invite;
pub mod output;
mod place;
mod resolve;
mod set_up;
mod users;
mod whoami;

use args::{Command, InvitationsCommand, UsersCommand};
pub use consent::Consent;
use exit::Failure;
pub use invite::Sending;
use output::Output;
use place::Place;
pub use place::{choose, session};
pub use resolve::nearest;

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
        Command::Users(UsersCommand::List(args)) => users::list(&place, args, output).await,
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

//! The headless commands: what is written on the command line, done through the client.

pub mod args;
mod catalogue;
pub mod exit;
mod invitations;
mod invite;
pub mod output;
mod place;
mod resolve;
mod users;

use args::{CatalogueCommand, Command, InvitationsCommand, UsersCommand};
use exit::Failure;
pub use invite::Sending;
use output::Output;
use place::Place;
pub use place::{choose, session};
pub use resolve::nearest;

use crate::api::catalogue::{Course, Group, Unit};
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
        Command::Units(CatalogueCommand::List { search }) => {
            catalogue::list::<Unit, A>(&place, search.clone(), output).await
        }
        Command::Groups(CatalogueCommand::List { search }) => {
            catalogue::list::<Group, A>(&place, search.clone(), output).await
        }
        Command::Courses(CatalogueCommand::List { search }) => {
            catalogue::list::<Course, A>(&place, search.clone(), output).await
        }
        Command::Serve(_) | Command::Seed(_) | Command::Token(_) => {
            Err(Failure::usage("this command works on a database, not on a server"))
        }
    }
}

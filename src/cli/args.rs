//! The command line: what may be written on it, and its help.

pub mod manage;
mod set_up;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use manage::{ChangesCommand, Edit, Enrol, JobsCommand, Replace, Which, Whom, Withdraw};
pub use set_up::{
    CoursesCommand, CreateWorkspace, Deletion, DryRun, GroupsCommand, ImportFile, Listing, Renaming,
    RulesCommand, UnitsCommand, WorkspaceCommand,
};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "admit",
    version,
    about = "Invite and manage the people of a learning workspace from the terminal",
    long_about = None,
    before_long_help = "Examples:
  admit                                   the terminal UI, on a workspace of its own unless a profile is set
  admit users list --status invited       who has not registered yet
  admit invite --email ann@example.org --first-name Ann --last-name Lee --unit York --course 'Fire safety'
  admit serve --database sqlite:people.db --mail-dir mail",
    after_help = "Exit codes: 0 done, 1 failed, 2 usage, 3 not signed in or not allowed, 4 refused by a rule, \
                  5 some of many failed, 6 the server can't be reached, 130 interrupted.\n\
                  Environment: ADMIT_URL and ADMIT_TOKEN, ADMIT_PROFILE, ADMIT_CONFIG, ADMIT_DATA_DIR, ADMIT_LOG, \
                  NO_COLOR.",
    arg_required_else_help = false,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// The options that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// Works on a throw-away sample workspace.
    #[arg(long)]
    pub demo: bool,
    /// The command; none: the terminal UI.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The options that every command takes.
#[derive(Clone, Debug, Default, Args)]
pub struct Global {
    /// Use this profile of the config file; `embedded` is the workspace of this machine
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "url")]
    pub profile: Option<String>,
    /// Use this server, with the token in ADMIT_TOKEN
    #[arg(long, global = true, value_name = "URL")]
    pub url: Option<String>,
    /// Use this workspace
    #[arg(long, global = true, value_name = "SLUG")]
    pub workspace: Option<String>,
    /// Read this config file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Write results and errors as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Never ask; fail where an answer is missing
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Answer every question with yes
    #[arg(long, global = true)]
    pub yes: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs a workspace server
    #[command(before_help = "Examples:
  admit serve --database sqlite:people.db --mail-dir mail
  admit serve --listen 0.0.0.0:8080 --database sqlite:/var/lib/admit/people.db \\
      --public-url https://people.example.org --smtp smtps://user:password@mail.example.org")]
    Serve(Serve),
    /// Fills a new database with a deterministic sample
    #[command(before_help = "Example:
  admit seed --database sqlite:people.db --users 10000 --seed 7")]
    Seed(Seed),
    /// Makes API tokens, on the server's host
    #[command(subcommand)]
    Token(TokenCommand),
    /// Invites a person
    #[command(before_help = "Examples:
  admit invite --email ann@example.org --first-name Ann --last-name Lee
  admit invite --email 'Ann Lee <ann@example.org>' --unit 'Operations/Yorkshire/York' --expires +90d \\
      --group 'First aiders' --course 'Fire safety' --dry-run")]
    Invite(Invite),
    /// Shows, edits, deletes and exports users
    #[command(subcommand)]
    Users(UsersCommand),
    /// Shows, resends, cancels and replaces invitations
    #[command(subcommand)]
    Invitations(InvitationsCommand),
    /// Enrols users in courses
    #[command(before_help = "Examples:
  admit enrol ann@example.org --course 'Fire safety'
  admit enrol --unit Yorkshire --status active --course 'Fire safety' --dry-run")]
    Enrol(Enrol),
    /// Ends enrolments; completed ones stay
    #[command(before_help = "Example:
  admit withdraw --group 'First aiders' --course 'Fire safety' --dry-run")]
    Withdraw(Withdraw),
    /// Shows jobs, and stops them
    #[command(subcommand)]
    Jobs(JobsCommand),
    /// Shows what was changed
    #[command(subcommand)]
    Changes(ChangesCommand),
    /// Takes a change back: the one named, or one's last; what somebody changed since is kept
    Undo {
        /// The change's id
        #[arg(value_name = "ID")]
        change: Option<String>,
    },
    /// Shows and changes the organisation units
    #[command(subcommand)]
    Units(UnitsCommand),
    /// Shows and changes the groups
    #[command(subcommand)]
    Groups(GroupsCommand),
    /// Shows and changes the courses
    #[command(subcommand)]
    Courses(CoursesCommand),
    /// Shows and changes the rules that enrol by unit or group
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Makes workspaces, on the server's host
    #[command(subcommand)]
    Workspace(WorkspaceCommand),
    /// Says who is signed in, and to which workspaces
    Whoami,
}

/// `admit serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Listen here
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Show figures for Prometheus at http://ADDR/metrics, to whoever can reach it
    #[arg(long, value_name = "ADDR")]
    pub metrics: Option<SocketAddr>,
    /// sqlite:PATH, made when there is none, or postgres://USER@HOST/NAME; with a password, put it into ADMIT_DATABASE instead of here
    #[arg(long, value_name = "ADDRESS", env = "ADMIT_DATABASE", hide_env_values = true)]
    pub database: String,
    /// Where people reach this server, for links in mails; where it listens unless told otherwise
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Send mail through this server; a password may be put into ADMIT_SMTP instead of here
    #[arg(long, value_name = "URL", env = "ADMIT_SMTP", hide_env_values = true, conflicts_with = "mail_dir")]
    pub smtp: Option<String>,
    /// Write each mail as a file into this folder
    #[arg(long, value_name = "DIR", required_unless_present = "smtp")]
    pub mail_dir: Option<PathBuf>,
    /// Believe the X-Forwarded-For of this proxy; several times for several
    #[arg(long, value_name = "IP")]
    pub trust_proxy: Vec<IpAddr>,
    /// Whom mail is from; no-reply@ the public host unless told otherwise
    #[arg(long, value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// What links are derived from; made when there is none; beside a database file unless told otherwise
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// Connections to a PostgreSQL server at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub connections: u32,
}

/// `admit seed`.
#[derive(Debug, Args)]
pub struct Seed {
    /// sqlite:PATH or postgres://USER@HOST/NAME; it must hold nothing yet
    #[arg(long, value_name = "ADDRESS", env = "ADMIT_DATABASE", hide_env_values = true)]
    pub database: String,
    /// Users of the first workspace, at least 3
    #[arg(long, value_name = "N", default_value_t = 240, value_parser = clap::value_parser!(u64).range(3..=20_000_000))]
    pub users: u64,
    /// Organisation units
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    pub units: u32,
    /// Groups
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    pub groups: u32,
    /// Courses
    #[arg(long, value_name = "N", default_value_t = 120, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    pub courses: u32,
    /// The same seed gives the same sample
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
}

/// `admit token`.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Makes an API token for an account and prints it, once
    Create {
        /// The server's database: sqlite:PATH or postgres://USER@HOST/NAME
        #[arg(long, value_name = "ADDRESS", env = "ADMIT_DATABASE", hide_env_values = true)]
        database: String,
        /// Whose token
        #[arg(long, value_name = "ADDRESS")]
        email: String,
        /// What it is for
        #[arg(long, default_value = "command line")]
        label: String,
    },
}

/// `admit invite`.
#[derive(Debug, Args)]
pub struct Invite {
    /// The address, or `Ann Lee <ann@example.org>`
    #[arg(long, value_name = "ADDRESS")]
    pub email: String,
    /// The first name
    #[arg(long, value_name = "NAME")]
    pub first_name: Option<String>,
    /// The last name
    #[arg(long, value_name = "NAME")]
    pub last_name: Option<String>,
    /// A role: learner, manager or admin; several times for several [default: learner]
    #[arg(long = "role", value_name = "ROLE")]
    pub roles: Vec<String>,
    /// The unit, by its path (`Operations/Yorkshire/York`) or by its name where only one has it
    #[arg(long, value_name = "PATH")]
    pub unit: Option<String>,
    /// A unit to manage; several times for several
    #[arg(long, value_name = "PATH")]
    pub manages: Vec<String>,
    /// The last day of access: 2027-03-31, 31.3.27, +90d, '3 months', eoy
    #[arg(long, value_name = "DATE")]
    pub expires: Option<String>,
    /// A group; several times for several
    #[arg(long = "group", value_name = "NAME")]
    pub groups: Vec<String>,
    /// A course; several times for several
    #[arg(long = "course", value_name = "TITLE")]
    pub courses: Vec<String>,
    /// Only say what would happen
    #[arg(long)]
    pub dry_run: bool,
}

/// `admit users`.
#[derive(Debug, Subcommand)]
pub enum UsersCommand {
    /// Lists users: email, name, status, roles, unit, groups, expiry date, invited, last active, delivery
    #[command(before_help = "Examples:
  admit users list --status invited,pending --sort -invited
  admit users list --unit Yorkshire --json | jq -r '.items[].email'")]
    List(UsersList),
    /// Shows everything about one user
    Show {
        /// The address or the id
        #[arg(value_name = "EMAIL|ID")]
        user: String,
    },
    /// Changes roles, unit, groups or expiry date
    #[command(before_help = "Examples:
  admit users edit ann@example.org --set-unit Operations/Yorkshire --expires +90d
  admit users edit --group 'Night shift' --add-group 'First aiders' --dry-run")]
    Edit(Box<Edit>),
    /// Deletes users, of whom the record is kept
    Delete(Whom),
    /// Brings deleted users back
    Reactivate(Whom),
    /// Writes users as CSV, or with --json as one object a line
    Export(Which),
}

/// `admit users list`.
#[derive(Debug, Args)]
pub struct UsersList {
    /// Which users
    #[command(flatten)]
    pub which: Which,
    /// name, email, status, roles, unit, groups, expires, invited, last_active or delivery, or two of
    /// them with a comma between, with - before one to turn it round
    #[arg(long, value_name = "COLUMN", default_value = "name", allow_hyphen_values = true)]
    pub sort: String,
    /// At most so many; all unless told otherwise
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
}

/// `admit invitations`.
#[derive(Debug, Subcommand)]
pub enum InvitationsCommand {
    /// Lists invited and pending users: email, name, status, invited, end of the link, delivery
    List {
        /// Only those whose link is past its lifetime
        #[arg(long)]
        link_expired: bool,
    },
    /// Prints the link of an open invitation; whoever has it can register, and asking is recorded
    Link {
        /// The invitee's address
        #[arg(value_name = "EMAIL")]
        email: String,
    },
    /// Sends invitations, or verification mails, again
    #[command(before_help = "Examples:
  admit invitations resend ann@example.org
  admit invitations resend --link-expired")]
    Resend(Whom),
    /// Withdraws invitations; their links are dead at once
    Cancel(Whom),
    /// Cancels an invitation and invites another address, in one step
    #[command(before_help = "Example:
  admit invitations replace ann@exmaple.org --email ann@example.org")]
    Replace(Box<Replace>),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_put_together_rightly() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_option_takes_a_token() {
        let mut waiting = vec![Cli::command()];
        while let Some(command) = waiting.pop() {
            let named = command.get_arguments().any(|arg| arg.get_long() == Some("token"));
            assert!(!named, "{}", command.get_name());
            waiting.extend(command.get_subcommands().cloned());
        }
    }
}

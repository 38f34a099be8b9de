//! The commands that change users, one or many, and look at what was changed.

use clap::{Args, Subcommand, ValueEnum};

use super::Invite;

/// Which users a list or a change is for.
#[derive(Clone, Debug, Default, Args)]
pub struct Which {
    /// Only users whose name or address holds every word of this
    #[arg(long, value_name = "WORDS")]
    pub search: Option<String>,
    /// Only these statuses, separated by commas
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    pub status: Vec<String>,
    /// Only these roles, separated by commas
    #[arg(long, value_name = "ROLE", value_delimiter = ',')]
    pub role: Vec<String>,
    /// Only users of this unit and all below
    #[arg(long, value_name = "PATH")]
    pub unit: Option<String>,
    /// Only users of this group
    #[arg(long, value_name = "NAME")]
    pub group: Option<String>,
    /// Only invited users whose link is past its lifetime
    #[arg(long)]
    pub link_expired: bool,
    /// Only users whose last day of access is before this one
    #[arg(long, value_name = "DATE")]
    pub expires_before: Option<String>,
}

/// Whom a change is for, and how it is made.
#[derive(Clone, Debug, Default, Args)]
pub struct Whom {
    /// Addresses or ids; - reads them from standard input, one a line
    #[arg(value_name = "EMAIL|ID")]
    pub users: Vec<String>,
    /// The filter, where no user is named
    #[command(flatten)]
    pub which: Which,
    /// Everybody, where neither a user nor a filter is given
    #[arg(long)]
    pub all: bool,
    /// What a refused user means for the others
    #[arg(long, value_name = "CHOICE", default_value = "go-on")]
    pub on_refusal: OnRefusal,
    /// Only say what would happen
    #[arg(long)]
    pub dry_run: bool,
}

/// What a refused user means for the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OnRefusal {
    /// The others are changed.
    #[default]
    GoOn,
    /// Everything is taken back.
    TakeBack,
}

/// `admit users edit`.
#[derive(Debug, Args)]
pub struct Edit {
    /// Whom
    #[command(flatten)]
    pub whom: Whom,
    /// A role: learner, manager or admin; several times for several; these and no others
    #[arg(long = "set-role", value_name = "ROLE")]
    pub roles: Vec<String>,
    /// The unit to move to; none: out of any
    #[arg(long, value_name = "PATH|none")]
    pub set_unit: Option<String>,
    /// A unit to manage; several times for several; these and no others
    #[arg(long, value_name = "PATH")]
    pub manages: Vec<String>,
    /// A group; several times for several; these and no others
    #[arg(long = "set-group", value_name = "NAME")]
    pub groups: Vec<String>,
    /// A group to join
    #[arg(long = "add-group", value_name = "NAME")]
    pub add_groups: Vec<String>,
    /// A group to leave
    #[arg(long = "remove-group", value_name = "NAME")]
    pub remove_groups: Vec<String>,
    /// The last day of access: 2027-03-31, 31.3.27, +90d, '3 months', eoy; none: no end
    #[arg(long, value_name = "DATE|none")]
    pub expires: Option<String>,
    /// A course that a rule would enrol in, and that is left out
    #[arg(long = "without-course", value_name = "TITLE")]
    pub without_courses: Vec<String>,
}

/// `admit enrol`.
#[derive(Debug, Args)]
pub struct Enrol {
    /// Whom
    #[command(flatten)]
    pub whom: Whom,
    /// A course; several times for several
    #[arg(long = "course", value_name = "TITLE", required = true)]
    pub courses: Vec<String>,
    /// Those who completed it begin again; else they are left out
    #[arg(long)]
    pub again: bool,
}

/// `admit withdraw`.
#[derive(Debug, Args)]
pub struct Withdraw {
    /// Whom
    #[command(flatten)]
    pub whom: Whom,
    /// A course; several times for several
    #[arg(long = "course", value_name = "TITLE", required = true)]
    pub courses: Vec<String>,
}

/// `admit invitations replace`.
#[derive(Debug, Args)]
pub struct Replace {
    /// The address of the invitation that is cancelled
    #[arg(value_name = "EMAIL|ID")]
    pub old: String,
    /// The invitation that takes its place: as the old one where nothing else is said
    #[command(flatten)]
    pub new: Invite,
}

/// `admit jobs`.
#[derive(Debug, Subcommand)]
pub enum JobsCommand {
    /// Lists jobs: id, what, users, done, refused, state
    List,
    /// Shows how a job stands, and what became of each user
    Show {
        /// The job's id
        #[arg(value_name = "ID")]
        job: String,
    },
    /// Stops a job; what was done stays
    Cancel {
        /// The job's id
        #[arg(value_name = "ID")]
        job: String,
    },
}

/// `admit changes`.
#[derive(Debug, Subcommand)]
pub enum ChangesCommand {
    /// Lists changes: id, when, by whom, what, users, until when it can be taken back
    List {
        /// Only those that can still be taken back
        #[arg(long)]
        undoable: bool,
    },
}

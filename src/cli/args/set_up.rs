//! The commands that set a workspace up.

use clap::{Args, Subcommand};

/// `admit workspace`.
#[derive(Debug, Subcommand)]
pub enum WorkspaceCommand {
    /// Makes a workspace with its first Admin, and prints an API token for them, once
    #[command(before_help = "Example:
  admit workspace create --database sqlite:people.db --customer 'Northgate Care' --name 'Northgate Academy' \\
      --slug academy --time-zone Europe/London --admin-email ann@example.org \\
      --admin-first-name Ann --admin-last-name Lee")]
    Create(CreateWorkspace),
}

/// `admit workspace create`.
#[derive(Debug, Args)]
pub struct CreateWorkspace {
    /// The server's database: sqlite:PATH, made when there is none, or postgres://USER@HOST/NAME
    #[arg(long, value_name = "ADDRESS", env = "ADMIT_DATABASE", hide_env_values = true)]
    pub database: String,
    /// Who owns it; made when none has exactly this name
    #[arg(long, value_name = "NAME")]
    pub customer: String,
    /// Its name
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Its name in addresses and on the command line: lower case letters, digits and hyphens
    #[arg(long, value_name = "SLUG")]
    pub slug: String,
    /// Where it is: expiry dates end there
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub time_zone: String,
    /// The address of its first Admin
    #[arg(long, value_name = "ADDRESS")]
    pub admin_email: String,
    /// The Admin's first name; an account's own name stays
    #[arg(long, value_name = "NAME")]
    pub admin_first_name: String,
    /// The Admin's last name
    #[arg(long, value_name = "NAME")]
    pub admin_last_name: String,
}

/// Whether a change is made or only asked about.
#[derive(Clone, Copy, Debug, Args)]
pub struct DryRun {
    /// Only say what would happen
    #[arg(long)]
    pub dry_run: bool,
}

/// What to list.
#[derive(Debug, Args)]
pub struct Listing {
    /// Only those that hold every word of this
    #[arg(long, value_name = "WORDS")]
    pub search: Option<String>,
}

/// A CSV file to import.
#[derive(Debug, Args)]
pub struct ImportFile {
    /// The file; `-` is what comes in on standard input. Its first line names the columns
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Whether to make anything
    #[command(flatten)]
    pub dry: DryRun,
}

/// What to delete.
#[derive(Debug, Args)]
pub struct Deletion {
    /// Its name (a unit's path); what goes with it is shown, and asked about
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Whether to delete anything
    #[command(flatten)]
    pub dry: DryRun,
}

/// What to rename.
#[derive(Debug, Args)]
pub struct Renaming {
    /// Its name (a unit's path)
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Its new name
    #[arg(value_name = "NEW")]
    pub new: String,
    /// Whether to rename anything
    #[command(flatten)]
    pub dry: DryRun,
}

/// `admit units`.
#[derive(Debug, Subcommand)]
pub enum UnitsCommand {
    /// Lists them, in the order of the tree
    List(Listing),
    /// Makes a unit
    #[command(before_help = "Example:
  admit units add York --parent Operations/Yorkshire")]
    Add {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// The unit above; at the top unless told otherwise
        #[arg(long, value_name = "PATH")]
        parent: Option<String>,
        /// Whether to make it
        #[command(flatten)]
        dry: DryRun,
    },
    /// Renames a unit
    Rename(Renaming),
    /// Moves a unit, with all below
    Move {
        /// The unit
        #[arg(value_name = "PATH")]
        unit: String,
        /// The unit to be above it
        #[arg(long, value_name = "PATH", required_unless_present = "top", conflicts_with = "top")]
        parent: Option<String>,
        /// To the top of the tree
        #[arg(long)]
        top: bool,
        /// Whether to move it
        #[command(flatten)]
        dry: DryRun,
    },
    /// Deletes a unit and all below; its users move to the unit above
    Delete(Deletion),
    /// Makes the units of a CSV file: a column `path`, names separated by ` › `, ` > ` or `/`
    Import(ImportFile),
}

/// `admit groups`.
#[derive(Debug, Subcommand)]
pub enum GroupsCommand {
    /// Lists them, by name
    List(Listing),
    /// Makes a group
    Add {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Whether to make it
        #[command(flatten)]
        dry: DryRun,
    },
    /// Renames a group
    Rename(Renaming),
    /// Deletes a group; its users stay, its rules go
    Delete(Deletion),
    /// Makes the groups of a CSV file: a column `name`
    Import(ImportFile),
}

/// `admit courses`.
#[derive(Debug, Subcommand)]
pub enum CoursesCommand {
    /// Lists them, by title
    List(Listing),
    /// Makes a course
    Add {
        /// Its title
        #[arg(value_name = "TITLE")]
        title: String,
        /// What it is about
        #[arg(long, value_name = "WORD", default_value = "")]
        subject: String,
        /// Whether to make it
        #[command(flatten)]
        dry: DryRun,
    },
    /// Renames a course
    Rename {
        /// What to rename
        #[command(flatten)]
        renaming: Renaming,
        /// What it is about, from now on
        #[arg(long, value_name = "WORD")]
        subject: Option<String>,
    },
    /// Deletes a course that nobody was enrolled in
    Delete(Deletion),
    /// Makes the courses of a CSV file: columns `title` and `subject`
    Import(ImportFile),
}

/// `admit rules`.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Lists them, by name
    List(Listing),
    /// Makes a rule: who comes into the unit (or below) or the group is enrolled in the courses
    #[command(before_help = "Example:
  admit rules add 'Yorkshire basics' --unit Operations/Yorkshire --course 'Fire safety' --course 'First aid'")]
    Add {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// The unit that it is for, with all below
        #[arg(long, value_name = "PATH", required_unless_present = "group", conflicts_with = "group")]
        unit: Option<String>,
        /// The group that it is for
        #[arg(long, value_name = "NAME")]
        group: Option<String>,
        /// A course; several times for several
        #[arg(long = "course", value_name = "TITLE", required = true)]
        courses: Vec<String>,
        /// Whether to make it
        #[command(flatten)]
        dry: DryRun,
    },
    /// Renames a rule, or gives it other courses
    Rename {
        /// What to rename
        #[command(flatten)]
        renaming: Renaming,
        /// A course that it is for from now on, instead of the old ones; several times for several
        #[arg(long = "course", value_name = "TITLE")]
        courses: Vec<String>,
    },
    /// Deletes a rule; enrolments that it made stay
    Delete(Deletion),
    /// Makes the rules of a CSV file: columns `name`, `unit` or `group`, and `courses`, separated by `;`
    Import(ImportFile),
}

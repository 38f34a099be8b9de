//! Jobs: one change for many users, made by the server, with a result for each.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::changes::{Tally, UserChange, UserResult};
use super::endpoint::{Access, ChangeQuery, Empty, Endpoint, Method, WorkspacePath};
use super::page::{CommaList, Page};
use super::users::{PageQuery, UserFilter};
use crate::domain::ids::{ChangeId, UserId};
use crate::domain::safe_text::SafeText;

/// Most users that a job takes by their ids; more are taken by a filter.
pub const MOST_NAMED: usize = 10_000;

/// Which users a job is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// These users, [`MOST_NAMED`] at most.
    Users(Vec<UserId>),
    /// All whom a filter lets through when the job begins, less some.
    Matching {
        /// The filter.
        filter: Box<UserFilter>,
        /// Users to leave out.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        except: Vec<UserId>,
    },
}

/// What a refused user means for the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnRefusal {
    /// The others are changed.
    #[default]
    GoOn,
    /// The job stops and takes back what it did. Mails that went out can't be.
    TakeBack,
}

impl OnRefusal {
    /// The name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GoOn => "go_on",
            Self::TakeBack => "take_back",
        }
    }

    /// What the store calls `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::GoOn, Self::TakeBack].into_iter().find(|choice| choice.as_str() == name)
    }
}

/// A job as asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewJob {
    /// What is done to each user.
    pub change: UserChange,
    /// Which users.
    pub target: Target,
    /// What a refused user means for the others.
    #[serde(default)]
    pub on_refusal: OnRefusal,
    /// How many users the operator was shown; with another number the job is refused, so that
    /// nothing happens to more people than were meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
}

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// At work, or about to be.
    Running,
    /// A user was refused: what was done is being taken back.
    TakingBack,
    /// Every user has a result.
    Finished,
    /// Cancelled by an operator; what was done stays.
    Cancelled,
    /// A user was refused: what was done is taken back.
    TakenBack,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::Running, Self::TakingBack, Self::Finished, Self::Cancelled, Self::TakenBack];

    /// The name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::TakingBack => "taking_back",
            Self::Finished => "finished",
            Self::Cancelled => "cancelled",
            Self::TakenBack => "taken_back",
        }
    }

    /// The state that the store calls `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether nothing happens any more.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Cancelled | Self::TakenBack)
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Job {
    /// The job; the change that it makes has the same id.
    pub id: ChangeId,
    /// What is done to each user.
    pub change: UserChange,
    /// The same, for people: "enrol in Fire Safety".
    pub summary: SafeText,
    /// What a refused user means for the others.
    pub on_refusal: OnRefusal,
    /// Whether it only finds out what would happen (DESIGN R17). The job itself is kept, and
    /// nothing else.
    pub dry_run: bool,
    /// How it stands.
    pub state: JobState,
    /// The operator's address.
    pub by: SafeText,
    /// When it was asked for.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When it was over.
    #[schemars(with = "Option<String>")]
    pub finished_at: Option<Timestamp>,
    /// How many users it is for.
    pub total: u64,
    /// How many were changed.
    pub done: u64,
    /// How many were so already.
    pub unchanged: u64,
    /// How many were refused.
    pub refused: u64,
    /// What was done, in numbers.
    pub tally: Tally,
    /// Up to when it can be taken back; null when it can't.
    #[schemars(with = "Option<String>")]
    pub undo_until: Option<Timestamp>,
}

impl Job {
    /// A job that `by`, an operator's address, asked for at that instant: nobody has a result yet.
    pub fn begun(
        id: ChangeId,
        (change, summary): (UserChange, SafeText),
        by: SafeText,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            change,
            summary,
            on_refusal: OnRefusal::default(),
            dry_run: false,
            state: JobState::Running,
            by,
            created_at: at,
            finished_at: None,
            total: 0,
            done: 0,
            unchanged: 0,
            refused: 0,
            tally: Tally::default(),
            undo_until: None,
        }
    }

    /// How many users have a result.
    pub const fn settled(&self) -> u64 {
        self.done + self.unchanged + self.refused
    }
}

/// What became of one user of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobResult {
    /// The user.
    pub user_id: UserId,
    /// The address.
    pub email: SafeText,
    /// The first name.
    pub first_name: SafeText,
    /// The last name.
    pub last_name: SafeText,
    /// What became of it; null while it waits.
    pub result: Option<UserResult>,
    /// Why it was refused, for programs; `kept` where something was not taken back, since somebody changed it
    /// meanwhile.
    pub code: Option<SafeText>,
    /// What happened, for people.
    pub detail: SafeText,
}

/// A job of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobPath {
    /// The workspace's id or slug.
    pub w: String,
    /// The job's id.
    pub j: ChangeId,
}

/// Which results, and where in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResultsQuery {
    /// Only these results, separated by commas.
    #[serde(default, skip_serializing_if = "CommaList::is_empty")]
    pub result: CommaList<UserResult>,
    /// Only those that are worth a word: who was not changed, and of whom something was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notable: Option<bool>,
    /// The `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Items on the page: 1 to 500; 50 when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u16>,
}

/// `POST …/jobs`. With `dry_run` the job finds out what would happen, by the same code (DESIGN R17).
pub struct CreateJob;

impl Endpoint for CreateJob {
    const NAME: &'static str = "create_job";
    const SUMMARY: &'static str = "Change many users; the server goes on by itself";
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/workspaces/{w}/jobs";
    const ACCESS: Access = Access::People;
    const SUCCESS: u16 = 202;
    type Path = WorkspacePath;
    type Query = ChangeQuery;
    type Body = NewJob;
    type Reply = Job;
}

/// `GET …/jobs`: one's own; an Admin sees everybody's. Dry runs are left out.
pub struct ListJobs;

impl Endpoint for ListJobs {
    const NAME: &'static str = "list_jobs";
    const SUMMARY: &'static str = "The jobs, the latest first";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/workspaces/{w}/jobs";
    const ACCESS: Access = Access::People;
    type Path = WorkspacePath;
    type Query = PageQuery;
    type Body = Empty;
    type Reply = Page<Job>;
}

/// `GET …/jobs/{j}`.
pub struct GetJob;

impl Endpoint for GetJob {
    const NAME: &'static str = "get_job";
    const SUMMARY: &'static str = "How a job stands";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/workspaces/{w}/jobs/{j}";
    const ACCESS: Access = Access::People;
    type Path = JobPath;
    type Query = Empty;
    type Body = Empty;
    type Reply = Job;
}

/// `GET …/jobs/{j}/results`.
pub struct ListJobResults;

impl Endpoint for ListJobResults {
    const NAME: &'static str = "list_job_results";
    const SUMMARY: &'static str = "What became of each user of a job";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/api/v1/workspaces/{w}/jobs/{j}/results";
    const ACCESS: Access = Access::People;
    type Path = JobPath;
    type Query = ResultsQuery;
    type Body = Empty;
    type Reply = Page<JobResult>;
}

/// `POST …/jobs/{j}/cancel`. What was done stays, and can be taken back.
pub struct CancelJob;

impl Endpoint for CancelJob {
    const NAME: &'static str = "cancel_job";
    const SUMMARY: &'static str = "Stop a job; what was done stays";
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/api/v1/workspaces/{w}/jobs/{j}/cancel";
    const ACCESS: Access = Access::People;
    type Path = JobPath;
    type Query = ChangeQuery;
    type Body = Empty;
    type Reply = Job;
}

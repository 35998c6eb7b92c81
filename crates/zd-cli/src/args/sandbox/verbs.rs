//! What the verbs of `zd sandbox` take that talk to a sandbox.

use clap::{Args, Subcommand, ValueEnum};

use super::super::{LimitArgs, texts};

/// What to change.
#[derive(Debug, Args)]
#[command(after_help = texts::SANDBOX_SET_AFTER)]
pub(crate) struct SandboxSetArgs {
    /// Settings and their new values.
    #[arg(value_name = "KEY=VALUE")]
    pub(crate) settings: Vec<String>,
}

/// Whom to add.
#[derive(Debug, Args)]
#[command(after_help = texts::SANDBOX_SEED_AFTER)]
pub(crate) struct SeedArgs {
    /// Users as they would be sent: JSON Lines, a JSON array or CSV as `zd import` reads it; - is standard input.
    #[arg(value_name = "FILE", required_unless_present = "made_up", conflicts_with_all = ["made_up", "made_up_seed"])]
    pub(crate) file: Option<String>,
    /// Make up so many.
    #[arg(id = "made_up", long = "users", value_name = "N")]
    pub(crate) users: Option<u64>,
    /// What chance begins with when they are made up.
    #[arg(id = "made_up_seed", long = "seed", value_name = "S")]
    pub(crate) seed: Option<u64>,
}

/// The faults.
#[derive(Debug, Args)]
#[command(after_help = texts::SANDBOX_FAULT_AFTER)]
pub(crate) struct FaultArgs {
    #[command(subcommand)]
    pub(crate) command: Option<FaultCommand>,
}

/// What to do with faults.
#[derive(Debug, Subcommand)]
pub(crate) enum FaultCommand {
    /// List them, with how often each struck.
    List,
    /// Add rules.
    Add {
        /// Rules, such as 'status(503) POST /api/v2/users'; see  zd sandbox fault --help.
        #[arg(value_name = "RULE", required_unless_present = "rules_file")]
        rules: Vec<String>,
        /// Rules from a file too, one on each line; # begins a comment, - is standard input.
        #[arg(id = "rules_file", long = "file", value_name = "FILE")]
        file: Option<String>,
    },
    /// Take one away, or all of them.
    Clear {
        /// The number that the list shows; all unless told.
        id: Option<u64>,
    },
}

/// The clock.
#[derive(Debug, Args)]
#[command(after_help = texts::SANDBOX_CLOCK_AFTER)]
pub(crate) struct ClockArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ClockCommand>,
}

/// What to do with the clock.
#[derive(Debug, Subcommand)]
pub(crate) enum ClockCommand {
    /// Show it.
    Show,
    /// Let time pass at once.
    Advance {
        /// How much, such as 90s, 10m, 2h or 1d.
        #[arg(value_name = "TIME")]
        time: String,
    },
    /// Let it stand still.
    Freeze,
    /// Let it go on.
    Resume,
    /// Go to a time, which must be later.
    Jump {
        /// Such as 2027-04-30T00:00:00Z.
        #[arg(value_name = "TIME")]
        time: String,
    },
    /// Let it go so many times as fast as the machine's.
    Scale {
        /// Such as 60: a minute passes in a second.
        #[arg(value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        factor: u32,
    },
}

/// The log of requests.
#[derive(Debug, Args)]
#[command(after_help = texts::SANDBOX_LOG_AFTER)]
pub(crate) struct LogArgs {
    #[command(subcommand)]
    pub(crate) command: Option<LogCommand>,
    #[command(flatten)]
    pub(crate) filter: LogFilterArgs,
    #[command(flatten)]
    pub(crate) limit: LimitArgs,
    /// Show only how many there are.
    #[arg(id = "only_count", long = "count", conflicts_with_all = ["limit", "all"])]
    pub(crate) count: bool,
}

/// Which requests.
#[derive(Debug, Args)]
pub(crate) struct LogFilterArgs {
    /// Only of this method.
    #[arg(id = "log_method", long = "method", value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Only of paths such as '/api/v2/users/*'.
    #[arg(id = "log_path", long = "path", value_name = "GLOB")]
    pub(crate) path: Option<String>,
    /// Only those answered with this status.
    #[arg(id = "log_status", long = "status", value_name = "STATUS")]
    pub(crate) status: Option<String>,
    /// Only those whose body holds this text.
    #[arg(id = "log_body", long = "body", value_name = "TEXT")]
    pub(crate) body: Option<String>,
    /// Only those that this fault struck, such as 429.
    #[arg(id = "log_fault", long = "fault", value_name = "FAULT")]
    pub(crate) fault: Option<String>,
    /// Only those behind this number.
    #[arg(id = "log_since", long = "since", value_name = "N")]
    pub(crate) since: Option<u64>,
}

/// What to do with the log.
#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Forget the requests.
    Clear,
}

/// What to compare with.
#[derive(Debug, Args)]
#[command(after_help = texts::SANDBOX_VERIFY_AFTER)]
pub(crate) struct VerifyArgs {
    /// Users as they were sent: JSON Lines, a JSON array or CSV as `zd import` reads it; - is standard input.
    pub(crate) file: String,
    /// Do not mind people whom the file does not name.
    #[arg(long)]
    pub(crate) allow_extra: bool,
    /// Leave a column of CSV out that is no attribute of a person; may be repeated.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) ignore_column: Vec<String>,
}

/// The snapshots.
#[derive(Debug, Args)]
pub(crate) struct SnapshotsArgs {
    #[command(subcommand)]
    pub(crate) command: Option<SnapshotsCommand>,
}

/// What to do with snapshots.
#[derive(Debug, Subcommand)]
pub(crate) enum SnapshotsCommand {
    /// List them.
    List,
    /// Delete one.
    Delete {
        /// Its name.
        name: String,
    },
}

/// The jobs.
#[derive(Debug, Args)]
#[command(after_help = texts::SANDBOX_JOBS_AFTER)]
pub(crate) struct JobsArgs {
    #[command(subcommand)]
    pub(crate) command: Option<JobsCommand>,
}

/// What to do with jobs.
#[derive(Debug, Subcommand)]
pub(crate) enum JobsCommand {
    /// List them.
    List,
    /// End a job.
    Finish {
        /// The job's id; `next` is the oldest that has not ended.
        #[arg(value_name = "ID|next")]
        id: String,
        /// How it ends: completed, failed or killed.
        #[arg(
            id = "finish_as",
            long = "as",
            value_enum,
            default_value_t,
            value_name = "END",
            hide_possible_values = true
        )]
        end: FinishAs,
    },
    /// Let a job do some of its entries.
    Advance {
        /// The job's id; `next` is the oldest that has not ended.
        #[arg(value_name = "ID|next")]
        id: String,
        /// How many entries.
        #[arg(value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
        entries: u64,
    },
}

/// How a job ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FinishAs {
    /// All its entries are done.
    #[default]
    Completed,
    /// It failed.
    Failed,
    /// It was killed.
    Killed,
}

impl FinishAs {
    /// As the sandbox calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Killed => "killed",
        }
    }
}

/// What happened.
#[derive(Debug, Args)]
pub(crate) struct EventsArgs {
    /// Go on with what happens from now, until Ctrl-C; with --json a line of JSON for each.
    #[arg(long)]
    pub(crate) follow: bool,
    /// Only what came behind this number.
    #[arg(id = "events_since", long = "since", value_name = "N")]
    pub(crate) since: Option<u64>,
}

/// Which of what there is to know.
#[derive(Debug, Args)]
pub(crate) struct DifferencesArgs {
    /// behaviours, or choices (for `start --choose` and `set`); both unless told.
    #[arg(value_enum, value_name = "WHICH", hide_possible_values = true)]
    pub(crate) which: Option<Topic>,
}

/// What there is to know of differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Topic {
    /// How it behaves, and how that is known.
    Behaviours,
    /// What nobody knows about Zendesk, and can be chosen.
    Choices,
}

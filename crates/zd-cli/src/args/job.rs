//! `zd job`.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::{LimitArgs, parse_duration};

/// Zendesk's bulk jobs.
#[derive(Debug, Subcommand)]
pub(crate) enum JobCommand {
    /// List the jobs of the last day, newest first.
    List(JobListArgs),
    /// Show a job and what became of its entries.
    Get(JobGetArgs),
    /// Wait until jobs have ended.
    Wait(JobWaitArgs),
}

/// Which to list.
#[derive(Debug, Args)]
pub(crate) struct JobListArgs {
    #[command(flatten)]
    pub(crate) limit: LimitArgs,
}

/// Which to show.
#[derive(Debug, Args)]
pub(crate) struct JobGetArgs {
    /// The job's id, such as V3-0b5f….
    pub(crate) id: String,
}

/// For which to wait.
#[derive(Debug, Args)]
pub(crate) struct JobWaitArgs {
    /// The jobs' ids.
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// How long to wait, such as 90s, 10m or 1h; then exit 8. Without it, until they end.
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) timeout: Option<Duration>,
}

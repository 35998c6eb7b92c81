//! `zd sandbox start`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use zd_model::Timestamp;

use super::super::{parse_duration, texts};

/// What kind of sandbox.
#[derive(Debug, Args)]
#[command(after_help = texts::SANDBOX_AFTER)]
pub(crate) struct SandboxStartArgs {
    #[command(flatten)]
    pub(crate) account: AccountArgs,
    #[command(flatten)]
    pub(crate) jobs: JobArgs,
    #[command(flatten)]
    pub(crate) trouble: TroubleArgs,
    #[command(flatten)]
    pub(crate) people: PeopleArgs,
    #[command(flatten)]
    pub(crate) time: TimeArgs,
    /// Go on without the terminal: prints the environment once it serves.
    #[arg(long, help_heading = None::<&str>)]
    pub(crate) background: bool,
}

/// The account.
#[derive(Debug, Args)]
#[command(next_help_heading = "Account")]
pub(crate) struct AccountArgs {
    /// How many requests a minute the account may make.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) plan: Option<u32>,
    /// Refuse nothing for coming too often; the headers are sent as always.
    #[arg(long)]
    pub(crate) no_rate_limits: bool,
    /// Switch bulk import off, as it is in a new account.
    #[arg(long)]
    pub(crate) no_bulk_import: bool,
    /// Do not let admins set passwords of others, as it is in a new account.
    #[arg(long)]
    pub(crate) no_admin_passwords: bool,
    /// How long tokens of the OAuth client live; two hours unless told.
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) token_lifetime: Option<Duration>,
    /// How long a search misses what was just written, such as 90s.
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) search_delay: Option<Duration>,
}

/// The bulk jobs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Jobs")]
pub(crate) struct JobArgs {
    /// How long a job takes, such as 5s; 0 is at once. Without it as real ones do: some seconds, more for more rows.
    #[arg(long, value_name = "TIME")]
    pub(crate) job_time: Option<String>,
    /// How many jobs run at the same time; 10 unless told.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) workers: Option<u16>,
}

/// What goes wrong.
#[derive(Debug, Args)]
#[command(next_help_heading = "Trouble")]
pub(crate) struct TroubleArgs {
    /// What goes wrong and how often: 429=3%, 5xx=3%, job-killed=2%, answer-lost=2%; may be repeated.
    #[arg(long, value_name = "RULE")]
    pub(crate) fault: Vec<String>,
    /// Faults from a file, one on each line; # begins a comment.
    #[arg(long, value_name = "FILE")]
    pub(crate) fault_file: Option<PathBuf>,
    /// Makes chance repeatable.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

/// Who is there.
#[derive(Debug, Args)]
#[command(next_help_heading = "People")]
pub(crate) struct PeopleArgs {
    /// How many people it starts with, beside an admin and an agent; 200 unless told.
    #[arg(long, value_name = "N")]
    pub(crate) people: Option<u32>,
    /// Start with nobody but the admin and the agent.
    #[arg(long, conflicts_with = "people")]
    pub(crate) empty: bool,
}

/// What time it is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Time")]
pub(crate) struct TimeArgs {
    /// What time it is at the start, such as 2027-04-30T00:00:00Z; the machine's unless told.
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    pub(crate) starts_at: Option<u32>,
}

/// A moment as seconds since 1970.
fn parse_moment(text: &str) -> Result<u32, String> {
    Timestamp::new(text.trim())
        .unix_seconds()
        .and_then(|seconds| u32::try_from(seconds).ok())
        .ok_or_else(|| "expected a time such as 2027-04-30T00:00:00Z, from 1970 to 2106".to_owned())
}

//! `zd sandbox start`.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use zd_sandbox::{OtherJobs, Others, Plan, RateHeaders};

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
    /// The address to listen on; what is below /__zd/ answers this machine only, whatever it is.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", help_heading = None::<&str>)]
    pub(crate) listen: IpAddr,
    /// Keep the account in this directory, across restarts and kill -9.
    #[arg(long, value_name = "DIR", help_heading = None::<&str>)]
    pub(crate) data: Option<PathBuf>,
    /// Go on without the terminal: prints the environment once it serves.
    #[arg(long, help_heading = None::<&str>)]
    pub(crate) background: bool,
}

/// The account.
#[derive(Debug, Args)]
#[command(next_help_heading = "Account")]
pub(crate) struct AccountArgs {
    /// essential, team, growth, professional, enterprise, enterprise-plus, high-volume, or requests a minute; enterprise
    /// (700) unless told.
    #[arg(long, value_name = "PLAN")]
    pub(crate) plan: Option<Plan>,
    /// How responses tell of rate limits: current, 2023 or none.
    #[arg(long, value_name = "WHICH")]
    pub(crate) rate_headers: Option<RateHeaders>,
    /// Refuse nothing for coming too often; the headers are sent as always.
    #[arg(long)]
    pub(crate) no_rate_limits: bool,
    /// Other integrations that use up the limit: 400/min, or 560/min:60s,100/min:60s in turn.
    #[arg(long, value_name = "RATE")]
    pub(crate) others: Option<Others>,
    /// How many of the 30 job slots others hold: 0-20.
    #[arg(long, value_name = "FROM-TO")]
    pub(crate) other_jobs: Option<OtherJobs>,
    /// Choose how it behaves where nobody knows about Zendesk: KEY=VALUE; `zd sandbox differences choices` lists them.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) choose: Vec<String>,
    /// Switch bulk import off, as it is in a new account.
    #[arg(long)]
    pub(crate) no_bulk_import: bool,
    /// Do not let admins set passwords of others, as it is in a new account.
    #[arg(long)]
    pub(crate) no_admin_passwords: bool,
    /// How long tokens of the OAuth client live; two hours unless told.
    #[arg(long, value_name = "TIME", value_parser = parse_span)]
    pub(crate) token_lifetime: Option<Duration>,
    /// When API tokens stop working, such as 2027-04-30.
    #[arg(long, value_name = "TIME")]
    pub(crate) api_tokens_end: Option<String>,
    /// How long a search misses what was just written, such as 90s.
    #[arg(long, value_name = "TIME", value_parser = parse_span)]
    pub(crate) search_delay: Option<Duration>,
}

/// The bulk jobs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Jobs")]
pub(crate) struct JobArgs {
    /// How long a job takes: 0, 2s, lognormal:5s:1.5, trace:FILE (a time on each line), polls:3, or hand. Without it as
    /// real ones do: 2 s and 80 ms for each user.
    #[arg(long, value_name = "TIME")]
    pub(crate) job_time: Option<String>,
    /// How many jobs run at the same time; 10 unless told.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) workers: Option<u16>,
    /// How long a job is known after it was made; a day unless told.
    #[arg(long, value_name = "TIME", value_parser = parse_span)]
    pub(crate) job_retention: Option<Duration>,
    /// How long a new job is not found (404).
    #[arg(long, value_name = "TIME", value_parser = parse_span)]
    pub(crate) job_visible_after: Option<Duration>,
}

/// What goes wrong.
#[derive(Debug, Args)]
#[command(next_help_heading = "Trouble")]
pub(crate) struct TroubleArgs {
    /// What goes wrong, and when: 429=3%, 'answer-lost POST nth=2'; may be repeated. `zd sandbox fault --help` tells more.
    #[arg(long, value_name = "RULE")]
    pub(crate) fault: Vec<String>,
    /// Faults from a file, one on each line; # begins a comment.
    #[arg(long, value_name = "FILE")]
    pub(crate) fault_file: Option<PathBuf>,
    /// Makes chance repeatable; without it, 0 with --data, else drawn and printed.
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
    /// Start with these users too: a file as `zd sandbox seed` reads it. With --data when the directory is new.
    #[arg(long, value_name = "FILE")]
    pub(crate) users: Option<String>,
    /// Start with nobody but the admin and the agent.
    #[arg(long, conflicts_with = "people")]
    pub(crate) empty: bool,
}

/// What time it is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Time")]
pub(crate) struct TimeArgs {
    /// What time it is at the start, such as 2027-04-30T00:00:00Z; the machine's unless told.
    #[arg(long, value_name = "TIME")]
    pub(crate) starts_at: Option<String>,
    /// Let the clock go so many times as fast as the machine's.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) time_scale: Option<u32>,
    /// Let the clock stand still; `zd sandbox clock` moves it.
    #[arg(long)]
    pub(crate) frozen: bool,
}

/// A duration that may be days.
fn parse_span(text: &str) -> Result<Duration, String> {
    match text.trim().strip_suffix('d') {
        Some(days) => {
            let day = parse_duration(&format!("{days}h"));
            day.map(|hours| hours * 24)
        }
        None => parse_duration(text),
    }
    .map_err(|_| "expected a time such as 250ms, 30s, 5m, 2h or 1d".to_owned())
}

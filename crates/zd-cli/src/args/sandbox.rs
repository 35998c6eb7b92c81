//! `zd sandbox`.

use clap::{Args, Subcommand};

use super::texts;

/// The local Zendesk.
#[derive(Debug, Subcommand)]
pub(crate) enum SandboxCommand {
    /// Serve a sandbox on this machine until Ctrl-C.
    Start(SandboxStartArgs),
}

/// What kind of sandbox.
#[derive(Debug, Args)]
#[command(after_help = texts::SANDBOX_AFTER)]
pub(crate) struct SandboxStartArgs {
    /// The port; 0 picks a free one.
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    pub(crate) port: u16,
    /// How many requests a minute the account may make.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) plan: Option<u32>,
    /// How long a job takes, such as 5s; 0 is at once. Without it as real ones do: some seconds, more for more rows.
    #[arg(long, value_name = "TIME")]
    pub(crate) job_time: Option<String>,
    /// What goes wrong and how often: 429=3%, 5xx=3%, job-killed=2%, answer-lost=2%; may be repeated.
    #[arg(long, value_name = "KIND=SHARE", value_delimiter = ',')]
    pub(crate) fault: Vec<String>,
    /// How many people it starts with, beside an admin and an agent; 200 unless told.
    #[arg(long, value_name = "N")]
    pub(crate) people: Option<u32>,
    /// Makes chance repeatable.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Switch bulk import off, as it is in a new account.
    #[arg(long)]
    pub(crate) no_bulk_import: bool,
}

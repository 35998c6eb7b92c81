//! `zd sandbox`.

mod start;
mod verbs;

use clap::{Args, Subcommand};

use verbs::{ClockArgs, FaultArgs, JobsArgs, SnapshotsArgs};

pub(crate) use start::SandboxStartArgs;
pub(crate) use verbs::{
    ClockCommand, DifferencesArgs, EventsArgs, FaultCommand, JobsCommand, LogArgs, LogCommand,
    LogFilterArgs, SandboxSetArgs, SeedArgs, SnapshotsCommand, Topic, VerifyArgs,
};

/// The local Zendesk, and which one.
#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// The sandbox's port on this machine, instead of --base-url. For `start` the port to listen on; 0, the default, is a
    /// free one.
    #[arg(long, global = true, value_name = "PORT")]
    pub(crate) port: Option<u16>,
    #[command(subcommand)]
    pub(crate) command: SandboxCommand,
}

/// What to do with it.
#[derive(Debug, Subcommand)]
pub(crate) enum SandboxCommand {
    /// Serve a sandbox on this machine until Ctrl-C, or in the background.
    Start(Box<SandboxStartArgs>),
    /// End a sandbox.
    Stop,
    /// Show how a sandbox is: clock, settings, users, jobs, requests.
    Status,
    /// Show the settings that can be changed, or change them: plan=team job-time=30s.
    Set(SandboxSetArgs),
    /// Put everything back to how it started.
    ///
    /// Settings and faults are those of `start` again; requests, jobs and what was applied are forgotten. The account
    /// goes back to the snapshot `beginning`, if there is one, as `start --users` makes it. The clock goes on, and snapshots
    /// stay.
    Reset,
    /// Add people: made-up ones, or those of a file.
    Seed(SeedArgs),
    /// List the faults, add some, clear them.
    Fault(FaultArgs),
    /// Show the sandbox's clock, and move it.
    Clock(ClockArgs),
    /// Show the requests that came.
    Log(LogArgs),
    /// Compare what is stored with a file of what was to be stored.
    Verify(VerifyArgs),
    /// Keep the account as it is now.
    Snapshot {
        /// A name for it.
        name: String,
    },
    /// Show who was created, updated and deleted how often.
    Applied {
        /// Only these: ext:42, email:ann@example.com or id:7.
        keys: Vec<String>,
    },
    /// Put the account back to a snapshot.
    Restore {
        /// The snapshot's name.
        name: String,
    },
    /// List the snapshots, and delete them.
    Snapshots(SnapshotsArgs),
    /// List the bulk jobs; let them go on or end by hand.
    Jobs(JobsArgs),
    /// Show what happened: requests, jobs, faults, changes of the clock.
    Events(EventsArgs),
    /// Print the metrics, as Prometheus reads them.
    Metrics,
    /// Show what differs from Zendesk, how it is known, and what can be chosen.
    Differences(DifferencesArgs),
}

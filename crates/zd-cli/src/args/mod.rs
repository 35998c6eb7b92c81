//! What was typed.

mod environment;
mod export;
mod import;
mod job;
mod sandbox;
mod texts;
mod user;
mod values;

use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

pub(crate) use export::{ExportFormat, Extra, UserExportArgs, now};
pub(crate) use import::{
    Blank, CheckArgs, Duplicates, ImportArgs, InputArgs, MatchKey, OnInvalid, ReportingArgs,
};
pub(crate) use job::{JobCommand, JobGetArgs, JobListArgs, JobWaitArgs};
pub(crate) use sandbox::{SandboxCommand, SandboxStartArgs};
pub(crate) use user::{UserCommand, UserGetArgs, UserSearchArgs, UserUpsertArgs};
pub(crate) use values::{Person, parse_duration};

/// Get people into Zendesk, and know for every row what happened.
#[derive(Debug, Parser)]
#[command(name = "zd", version, after_help = texts::ZD_AFTER, after_long_help = texts::ZD_AFTER_LONG)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that go with every command.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Rehearse: run against a sandbox started for this command, with its own made-up account.
    ///
    /// Nothing leaves this machine and your credentials are not even read. The sandbox starts with 200 people, ten
    /// organizations and some user fields, and is gone when the command ends.
    #[arg(long, global = true)]
    pub(crate) sandbox: bool,
    /// The account's address, instead of ZD_SUBDOMAIN; plain http for this machine only.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Write JSON: data to stdout, errors to stderr.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Show requests (-v), and what happens within (-vv); without secrets and personal data.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// When to use colours; NO_COLOR and CLICOLOR_FORCE are heeded.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_possible_values = true
    )]
    pub(crate) color: ColorChoice,
    /// How to show progress: auto, bar, plain (key=value lines), json or none.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "HOW",
        hide_possible_values = true
    )]
    pub(crate) progress: ProgressChoice,
    /// Print the equivalent curl command instead of sending anything; the secret is $ZD_TOKEN in it.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHAT",
        hide_possible_values = true
    )]
    pub(crate) print: Option<PrintChoice>,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How to show progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressChoice {
    /// A bar on a terminal, else lines.
    #[default]
    Auto,
    /// Three lines, drawn over and over.
    Bar,
    /// A line of key=value every ten seconds.
    Plain,
    /// A line of JSON every ten seconds.
    Json,
    /// Not at all.
    None,
}

/// What to print instead of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PrintChoice {
    /// The equivalent curl command.
    Curl,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Import a file of people: check all of it, send it in bulk jobs, report on every row.
    Import(Box<ImportArgs>),
    /// Check a file as an import would, without an account.
    Check(CheckArgs),
    /// Create, change, show and find single users.
    #[command(subcommand)]
    User(UserCommand),
    /// Look at Zendesk's bulk jobs and wait for them.
    #[command(subcommand)]
    Job(JobCommand),
    /// Run a local Zendesk to try things on.
    #[command(subcommand)]
    Sandbox(SandboxCommand),
    /// Explain an error code, or list them all.
    Explain {
        /// The code, such as ZD2007.
        code: Option<String>,
    },
    /// Show the version.
    Version,
}

/// The whole command tree, every flag with its environment variable.
pub(crate) fn command() -> clap::Command {
    environment::add(Cli::command())
}

/// Reads the command line and the environment's flags.
pub(crate) fn parse(
    arguments: impl IntoIterator<Item = std::ffi::OsString>,
) -> Result<Cli, clap::Error> {
    let mut matches = command().try_get_matches_from(arguments)?;
    Cli::from_arg_matches_mut(&mut matches)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tree_is_sound() {
        super::command().debug_assert();
    }
}

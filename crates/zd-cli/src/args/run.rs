//! `zd run`.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::{LimitArgs, parse_duration, texts};

/// Our runs.
#[derive(Debug, Subcommand)]
pub(crate) enum RunCommand {
    /// List the runs, newest first.
    List(RunListArgs),
    /// Show what a run came to, and what to do next.
    Show(RunOneArgs),
    /// Follow a run that another process is at; of one that has ended, show what it came to.
    Watch(RunOneArgs),
    /// Write a report of a run: one file of HTML, or a record with --format json.
    Report(RunReportArgs),
    /// Write the rows of a run by what became of them.
    Rows(RunRowsArgs),
    /// Read back the people that a run has written, and tell what is not as asked.
    Verify(RunVerifyArgs),
    /// Ask the process that is at a run to end; the run can be resumed.
    Cancel(RunOneArgs),
    /// Remove runs that are finished, with all that zd has kept of them.
    Rm(RunRmArgs),
}

/// Which to list.
#[derive(Debug, Args)]
pub(crate) struct RunListArgs {
    #[command(flatten)]
    pub(crate) limit: LimitArgs,
}

/// One run.
#[derive(Debug, Args)]
pub(crate) struct RunOneArgs {
    /// The run: its id, a beginning of it, or last.
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
}

/// What to report.
#[derive(Debug, Args)]
pub(crate) struct RunReportArgs {
    #[command(flatten)]
    pub(crate) one: RunOneArgs,
    /// The file [default: report.html in the run's directory]; - is stdout.
    #[arg(short = 'o', long = "output", id = "run_output", value_name = "FILE")]
    pub(crate) output: Option<String>,
}

/// Which rows to write, and how.
#[derive(Debug, Args)]
#[command(after_help = texts::RUN_ROWS_AFTER)]
pub(crate) struct RunRowsArgs {
    #[command(flatten)]
    pub(crate) one: RunOneArgs,
    /// created, updated, unchanged (or applied), failed, invalid, indeterminate (or not-applied), unprocessed, all.
    #[arg(
        long = "status",
        id = "rows_status",
        value_enum,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "not-applied",
        hide_possible_values = true
    )]
    pub(crate) status: Vec<Wanted>,
    /// Of the rows that were not applied only those that may pass another time as they are.
    #[arg(long = "retryable", id = "rows_retryable")]
    pub(crate) retryable: bool,
    /// Without the columns zd_*: the rows as you wrote them.
    #[arg(long = "bare", id = "rows_bare")]
    pub(crate) bare: bool,
    /// The file, which is replaced [default: stdout]
    #[arg(short = 'o', long = "output", id = "run_output", value_name = "FILE")]
    pub(crate) output: Option<String>,
}

/// What became of the rows that are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Wanted {
    /// New in Zendesk.
    Created,
    /// Updated.
    Updated,
    /// Left alone.
    Unchanged,
    /// Refused by Zendesk.
    Failed,
    /// Refused by zd.
    Invalid,
    /// Sent, effect not established.
    Indeterminate,
    /// Created, updated and unchanged.
    Applied,
    /// Failed, invalid and indeterminate.
    NotApplied,
    /// Without an outcome.
    Unprocessed,
    /// Every row.
    All,
}

/// What to verify.
#[derive(Debug, Args)]
pub(crate) struct RunVerifyArgs {
    #[command(flatten)]
    pub(crate) one: RunOneArgs,
    /// Read only this many of the people, drawn by chance.
    #[arg(long, id = "sample", value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) sample: Option<u64>,
    /// With --sample: the same seed draws the same people.
    #[arg(
        long = "sample-seed",
        id = "sample_seed",
        value_name = "N",
        default_value_t = 1
    )]
    pub(crate) seed: u64,
}

/// What to remove.
#[derive(Debug, Args)]
pub(crate) struct RunRmArgs {
    /// The runs: ids, beginnings of ids, or last.
    #[arg(value_name = "RUN", required_unless_present = "older_than")]
    pub(crate) runs: Vec<String>,
    /// Remove all finished runs that were begun longer ago than this, such as 30d or 12h.
    #[arg(long, value_name = "TIME", value_parser = parse_age, conflicts_with = "runs")]
    pub(crate) older_than: Option<Duration>,
    /// Remove a run also if it is not finished: it cannot be resumed then.
    #[arg(long = "force", id = "force_rm")]
    pub(crate) force: bool,
}

/// A duration that may be in days.
fn parse_age(text: &str) -> Result<Duration, String> {
    let days = text.trim().strip_suffix('d').map(str::trim);
    match days.map(str::parse::<u64>) {
        Some(Ok(days)) => days
            .checked_mul(86_400)
            .map(Duration::from_secs)
            .ok_or_else(|| "too many days".to_owned()),
        _ => parse_duration(text),
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, parse_age};

    #[test]
    fn an_age_may_be_in_days() {
        assert_eq!(parse_age("30d"), Ok(Duration::from_secs(30 * 86_400)));
        assert_eq!(parse_age("12h"), Ok(Duration::from_secs(12 * 3_600)));
        assert!(parse_age("soon").is_err() && parse_age("99999999999999999999d").is_err());
    }
}

//! `zd import` and `zd check`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use zd_import::{Headroom, Timetable};

use super::deadline::{Deadline, MaxErrors};
use super::words::Words;
use super::{parse_duration, texts};

/// How to read the input; an import and a check take the same.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct InputArgs {
    /// What becomes of columns that are no attributes by themselves: a mapping file (see zd map init).
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) form: FormArgs,
    /// What names a person: auto sends both keys (Zendesk tries external_id, then the e-mail), external_id, or email.
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "KEY",
        hide_possible_values = true
    )]
    pub(crate) r#match: MatchKey,
    /// What to do with several rows about one person: in-order (one after the other), first, last, or error.
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "POLICY",
        hide_possible_values = true
    )]
    pub(crate) duplicates: Duplicates,
    /// What a blank CSV cell means: absent (leave alone) or null (clear).
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "MEANING",
        hide_possible_values = true
    )]
    pub(crate) blank: Blank,
    /// The text of a CSV cell that clears the value.
    #[arg(
        long,
        default_value = r"\N",
        value_name = "TEXT",
        allow_hyphen_values = true
    )]
    pub(crate) null_token: String,
    /// Leave a column out that is no attribute of a person; may be repeated.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) ignore_column: Vec<String>,
    /// Let rows make people agents or admins.
    #[arg(long)]
    pub(crate) allow_role_change: bool,
    /// Create organizations that rows name and that are not there; otherwise such rows are invalid.
    #[arg(long)]
    pub(crate) create_organizations: bool,
    /// An address that somebody in Zendesk does not have: report (it becomes a secondary one; say so), secondary, or primary.
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHAT",
        hide_possible_values = true
    )]
    pub(crate) email_change: EmailChange,
    /// Let Zendesk mail new people; otherwise nobody is mailed.
    #[arg(long)]
    pub(crate) send_welcome_mail: bool,
}

/// How the file is written, where looking at it misleads.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct FormArgs {
    /// How rows are written, whatever the file looks like: csv, tsv, jsonl or json (an array).
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub(crate) input_format: Option<InputFormat>,
    /// What parts the cells, whatever the header suggests: a character, or comma, semicolon, tab, pipe or space.
    #[arg(long, value_name = "CHAR", value_parser = delimiter, allow_hyphen_values = true)]
    pub(crate) delimiter: Option<u8>,
    /// How the text is written, whatever it looks like: utf-8, utf-16le, utf-16be or windows-1252; a byte order mark knows
    /// better.
    #[arg(long, value_enum, value_name = "ENCODING", hide_possible_values = true)]
    pub(crate) encoding: Option<InputEncoding>,
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    /// A header and a record a row.
    Csv,
    /// The same with tabs.
    Tsv,
    /// An object a line.
    Jsonl,
    /// An array of objects.
    Json,
}

/// How text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputEncoding {
    /// UTF-8.
    #[value(name = "utf-8", alias = "utf8")]
    Utf8,
    /// UTF-16, low byte first.
    #[value(name = "utf-16le")]
    Utf16Le,
    /// UTF-16, high byte first.
    #[value(name = "utf-16be")]
    Utf16Be,
    /// A byte a character, as older Windows programs write.
    #[value(name = "windows-1252", aliases = ["latin1", "iso-8859-1", "cp1252"])]
    Windows1252,
}

fn delimiter(text: &str) -> Result<u8, String> {
    let byte = match text {
        "comma" => b',',
        "semicolon" => b';',
        "tab" | "\\t" => b'\t',
        "pipe" => b'|',
        "space" => b' ',
        other => match other.as_bytes() {
            [byte] if byte.is_ascii() => *byte,
            _ => {
                return Err(
                    "one ASCII character is wanted, or comma, semicolon, tab, pipe or space"
                        .to_owned(),
                );
            }
        },
    };
    if matches!(byte, b'"' | b'\r' | b'\n' | 0) {
        return Err("quotes and line ends have another meaning".to_owned());
    }
    Ok(byte)
}

/// Imports a file of people.
#[derive(Debug, Args)]
#[command(after_help = texts::IMPORT_AFTER)]
pub(crate) struct ImportArgs {
    /// The file: CSV, TSV, JSON Lines or a JSON array, as it is or packed by gzip or zstd; - reads standard input.
    #[arg(required_unless_present_any = ["resume", "retry_failed"])]
    pub(crate) file: Option<String>,
    /// Go on with a run that ended early; without RUN, the last.
    #[arg(
        long,
        value_name = "RUN",
        num_args = 0..=1,
        default_missing_value = "last",
        conflicts_with_all = ["file", "retry_failed"]
    )]
    pub(crate) resume: Option<String>,
    /// Begin a new run with the failed rows of a run that may pass another time; without RUN, of the last.
    #[arg(
        long,
        value_name = "RUN",
        num_args = 0..=1,
        default_missing_value = "last",
        conflicts_with = "file"
    )]
    pub(crate) retry_failed: Option<String>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) sending: SendingArgs,
    #[command(flatten)]
    pub(crate) reporting: ReportingArgs,
    /// The flags as they were given.
    #[arg(skip)]
    pub(crate) typed: Words,
}

/// What to send, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Sending")]
pub(crate) struct SendingArgs {
    /// When rows are invalid: stop before sending anything (exit 11), or skip them (exit 6).
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "POLICY",
        hide_possible_values = true
    )]
    pub(crate) on_invalid: OnInvalid,
    /// How many of the account's 30 job slots to use.
    #[arg(long, default_value_t = 30, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=30))]
    pub(crate) max_jobs: u8,
    /// How many of the account's 30 job slots to leave free for others: 0 to 29.
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=29))]
    pub(crate) reserve_jobs: u8,
    /// How many requests a minute to make at most: 300/min, or by the local time of day "08:00,200/min 18:30,off".
    #[arg(long, value_name = "RATE")]
    pub(crate) rate: Option<Timetable>,
    /// How many requests a minute to leave to others besides what they are seen to use: a number, or a percentage.
    #[arg(long, default_value_t, value_name = "N|P%")]
    pub(crate) headroom: Headroom,
    /// Leave people alone who are as asked: each is read before anything is sent.
    #[arg(long)]
    pub(crate) if_changed: bool,
    /// Send people one by one, about one a second: for accounts in which bulk import is off.
    #[arg(long)]
    pub(crate) single: bool,
    /// Send all batches at once. Otherwise the first of more than 50 goes alone, and most of it must pass.
    #[arg(long)]
    pub(crate) no_canary: bool,
    /// Stop when more than so many rows have failed: a number, or a percentage of all rows.
    #[arg(long, value_name = "N|P%")]
    pub(crate) max_errors: Option<MaxErrors>,
    /// Stop after this time, such as 90m; what is left can be resumed.
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) max_duration: Option<Duration>,
    /// Stop at this time of day (17:30, by this machine's clock), or at a full time (2026-12-01T17:30:00Z).
    #[arg(long, value_name = "TIME", conflicts_with = "max_duration")]
    pub(crate) deadline: Option<Deadline>,
    /// How long to follow a job that does not end; its rows are indeterminate then.
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "30m")]
    pub(crate) stuck_after: Duration,
    /// How long to wait for the answer to one request.
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "30s")]
    pub(crate) attempt_timeout: Duration,
    /// Do not ask the account for its custom fields and organizations before sending.
    #[arg(long)]
    pub(crate) no_account_checks: bool,
    /// Send nothing: counts, problems, requests and time needed; with =diff read the account and show what would change.
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "counts",
        hide_possible_values = true
    )]
    pub(crate) dry_run: Option<DryRun>,
    /// With --dry-run=diff: how many people to show field by field.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) show: usize,
}

/// What to do instead of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DryRun {
    /// Check and plan.
    #[value(aliases = ["1", "true", "yes", "on"])]
    Counts,
    /// Compare with the account.
    Diff,
    /// Send after all: what `ZD_DRY_RUN=0` says.
    #[value(aliases = ["0", "false", "no", ""])]
    Off,
}

/// Where to report.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reporting")]
pub(crate) struct ReportingArgs {
    /// Write a line of JSON for every row as it is decided; - is stdout.
    #[arg(long, value_name = "FILE")]
    pub(crate) outcomes: Option<String>,
    /// Where rows go that were not applied [default: failed.csv or failed.jsonl here; never over another file]
    #[arg(long, value_name = "FILE")]
    pub(crate) failed_file: Option<String>,
    /// Write the rows that were applied to this file, with what became of them.
    #[arg(long, value_name = "FILE")]
    pub(crate) success_file: Option<String>,
    /// Write the rows to this file that have no outcome, if the import ends early.
    #[arg(long, value_name = "FILE")]
    pub(crate) unprocessed_file: Option<String>,
}

/// Checks a file.
#[derive(Debug, Args)]
#[command(after_help = texts::CHECK_AFTER)]
pub(crate) struct CheckArgs {
    /// The file: CSV, TSV, JSON Lines or a JSON array, as it is or packed by gzip or zstd; - reads standard input.
    pub(crate) file: String,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Check custom fields and organizations against the account, too.
    #[arg(long, help_heading = "Input")]
    pub(crate) account: bool,
}

/// What names a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum MatchKey {
    /// Both keys are sent.
    #[default]
    Auto,
    /// Rows without an external id are invalid.
    #[value(name = "external_id", alias = "external-id")]
    ExternalId,
    /// Rows without an e-mail address are invalid.
    Email,
}

/// Several rows about one person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Duplicates {
    /// One after the other.
    #[default]
    InOrder,
    /// The first only.
    First,
    /// The last only.
    Last,
    /// They are invalid.
    Error,
}

/// What an address does that somebody does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum EmailChange {
    /// It becomes a secondary one, and the plan says so.
    #[default]
    Report,
    /// It becomes a secondary one.
    Secondary,
    /// It becomes the primary one.
    Primary,
}

/// What a blank cell means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Blank {
    /// Leave the value alone.
    #[default]
    Absent,
    /// Clear the value.
    Null,
}

/// What invalid rows do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnInvalid {
    /// Stop before the first request.
    #[default]
    Stop,
    /// Leave them out.
    Skip,
}

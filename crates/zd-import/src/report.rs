//! The sum of an import.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Pace, Status};

/// Rows by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Counts {
    /// Rows with an outcome.
    pub rows: u64,
    /// Rows created.
    pub created: u64,
    /// Rows updated.
    pub updated: u64,
    /// Rows left alone.
    pub unchanged: u64,
    /// Rows refused by Zendesk.
    pub failed: u64,
    /// Rows refused before sending.
    pub invalid: u64,
    /// Rows whose effect is not known.
    pub indeterminate: u64,
}

impl Counts {
    /// Counts one more row.
    pub const fn count(&mut self, status: Status) {
        self.rows += 1;
        *match status {
            Status::Created => &mut self.created,
            Status::Updated => &mut self.updated,
            Status::Unchanged => &mut self.unchanged,
            Status::Failed => &mut self.failed,
            Status::Invalid => &mut self.invalid,
            Status::Indeterminate => &mut self.indeterminate,
        } += 1;
    }

    /// Takes a row back that was counted.
    pub(crate) const fn take_back(&mut self, status: Status) {
        self.rows -= 1;
        *match status {
            Status::Created => &mut self.created,
            Status::Updated => &mut self.updated,
            Status::Unchanged => &mut self.unchanged,
            Status::Failed => &mut self.failed,
            Status::Invalid => &mut self.invalid,
            Status::Indeterminate => &mut self.indeterminate,
        } -= 1;
    }

    /// Rows that Zendesk now has as asked.
    pub const fn applied(&self) -> u64 {
        self.created + self.updated + self.unchanged
    }
}

/// The sum of an import.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// Rows by what became of them.
    pub counts: Counts,
    /// Rows without an outcome, because the import ended before they were sent, before it was known what became of them, or
    /// because their outcome could not be made durable ([`ImportError::Journal`](crate::ImportError::Journal)).
    ///
    /// Rows that were never read are among them only if
    /// [`expected_rows`](crate::EngineOptions::expected_rows) was given.
    pub unprocessed: u64,
    /// Rows of the unprocessed ones that were sent and whose effect is not known yet. Only with a journal: an import that goes
    /// on with it finds out first. Without one such rows are indeterminate.
    pub in_flight: u64,
    /// Whether every row has its outcome.
    pub finished: bool,
    /// Whether an earlier process had begun it; the counts are of both.
    pub resumed: bool,
    /// Requests made, whatever came of them.
    pub requests: u64,
    /// Bulk requests made.
    pub batches: u64,
    /// Bulk requests that Zendesk took: it answered with a job, or a job of ours was found on its list.
    pub batches_accepted: u64,
    /// Reads made again because the answer was no use.
    pub retries: u64,
    /// Requests turned away with 429.
    pub throttles: u64,
    /// Batches whose effect was unknown for a while and then known.
    pub doubts_resolved: u64,
    /// Batches that were refused as a whole and halved, to find the rows that are to blame.
    pub halved: u64,
    /// Rows sent again after looking showed that they had not been applied.
    pub rows_resent: u64,
    /// The most jobs in flight at once.
    pub max_jobs_seen: usize,
    /// From start to end.
    pub elapsed: Duration,
    /// How close to the account's limits it came; none if it was too short to tell.
    pub pace: Option<Pace>,
    /// Why it ended early; none if it went to its end.
    pub stopped: Option<Stop>,
}

/// Why an import ended before the end of its input.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Stop {
    /// It was asked to end; jobs in flight were followed to their end.
    Cancelled,
    /// It was made to end at once; rows in flight are indeterminate.
    Aborted,
    /// No usable answer for too long.
    Network(Trouble),
    /// The credentials are not accepted (any more).
    Unauthorized(Refusal),
    /// Bulk import is off in this account: nothing of the refused batches was applied.
    BulkImportOff(Refusal),
    /// The caller's role or the token's scopes do not allow it.
    Forbidden(Refusal),
    /// Refused for another reason that trying again will not change.
    Refused(Refusal),
    /// More than half of the first batch failed, so the others were not sent.
    Canary {
        /// The rows of it that failed or are indeterminate.
        failed: u64,
        /// Its rows.
        of: u64,
    },
    /// More rows failed than [`max_errors`](crate::EngineOptions::max_errors) allows.
    TooManyErrors {
        /// The rows that failed or are indeterminate.
        failed: u64,
    },
    /// [`max_duration`](crate::EngineOptions::max_duration) is over.
    TimeUp,
}

impl Stop {
    /// Zendesk's refusal, if that is why.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Unauthorized(refusal)
            | Self::BulkImportOff(refusal)
            | Self::Forbidden(refusal)
            | Self::Refused(refusal) => Some(refusal),
            Self::Cancelled
            | Self::Aborted
            | Self::Network(_)
            | Self::Canary { .. }
            | Self::TooManyErrors { .. }
            | Self::TimeUp => None,
        }
    }
}

impl Stop {
    /// The reason as a word, for records.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Aborted => "aborted",
            Self::Network(_) => "network",
            Self::Unauthorized(_) => "unauthorized",
            Self::BulkImportOff(_) => "bulk_import_off",
            Self::Forbidden(_) => "forbidden",
            Self::Refused(_) => "refused",
            Self::Canary { .. } => "canary",
            Self::TooManyErrors { .. } => "max_errors",
            Self::TimeUp => "max_duration",
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Cancelled => "the import was asked to end",
            Self::Aborted => "the import was made to end at once",
            Self::Network(_) => "no usable answer for too long",
            Self::Unauthorized(_) => "the credentials are not accepted",
            Self::BulkImportOff(_) => "bulk import is off in this account",
            Self::Forbidden(_) => "the caller may not do this",
            Self::Refused(_) => "the request was refused",
            Self::Canary { .. } => "more than half of the first batch failed",
            Self::TooManyErrors { .. } => "more rows failed than was allowed",
            Self::TimeUp => "the time allowed is over",
        })
    }
}

/// Zendesk's refusal of a whole request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The operation, such as `users.create_or_update_many`.
    pub operation: &'static str,
    /// The status; none if there was no answer to speak of.
    pub status: Option<u16>,
    /// Zendesk's code, if it gave one.
    pub code: Option<String>,
    /// Zendesk's words, at most 1,000 characters; may hold personal data.
    pub message: Option<String>,
    /// The request id, for Zendesk's support.
    pub request_id: Option<String>,
}

/// The last of a row of troubles without a usable answer between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trouble {
    /// The operation that failed last.
    pub operation: &'static str,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// What went wrong, from the outermost cause to the innermost.
    pub message: String,
    /// For how long there had been no usable answer.
    pub lasted: Duration,
}

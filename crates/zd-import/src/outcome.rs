//! What became of a row, and who wants to know.

use bytes::Bytes;
use serde::Serialize;
use zd_model::{JobId, UserId};

use crate::{Key, Match, Row, Settled};

/// What became of a row: exactly one of these for every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// The person is new in Zendesk.
    Created,
    /// The person was there and has now what the row says.
    Updated,
    /// Skipped, because nothing would change.
    Unchanged,
    /// Zendesk refused it; its reason is kept.
    Failed,
    /// Refused before sending.
    Invalid,
    /// Sent, and its effect could not be established.
    Indeterminate,
}

impl Status {
    /// Whether what the row says is in Zendesk, as far as can be known.
    pub const fn is_success(self) -> bool {
        matches!(self, Self::Created | Self::Updated | Self::Unchanged)
    }

    /// Every status, in the order in which summaries name them.
    pub const ALL: [Self; 6] = [
        Self::Created,
        Self::Updated,
        Self::Unchanged,
        Self::Failed,
        Self::Invalid,
        Self::Indeterminate,
    ];

    /// The word that files and reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
            Self::Invalid => "invalid",
            Self::Indeterminate => "indeterminate",
        }
    }
}

/// What became of one row, with the evidence.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// Where the row stands among the rows, from 0.
    pub number: u64,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The key it is known by: `ext:42` or `email:ann@example.com`.
    pub key: Option<String>,
    /// What became of it.
    pub status: Status,
    /// The user, where known.
    pub user_id: Option<UserId>,
    /// The last job the row was part of.
    pub job: Option<JobId>,
    /// How often the row was sent; a request that was certainly turned away before it did anything is not counted.
    pub attempts: u32,
    /// Why not.
    pub error: Option<RowError>,
    /// The row's own bytes, unless Zendesk applied it or the outcome is a journal's.
    pub raw: Option<Bytes>,
}

impl Outcome {
    /// An outcome of a row that was never sent.
    pub fn new(row: &Row, status: Status) -> Self {
        Self {
            key: Key::shown(&row.user, Match::Auto),
            ..Self::keyless(row, status)
        }
    }

    /// The same without its key.
    pub(crate) fn keyless(row: &Row, status: Status) -> Self {
        Self {
            number: row.number,
            line: row.line,
            key: None,
            status,
            user_id: None,
            job: None,
            attempts: 0,
            error: None,
            raw: (!status.is_success()).then(|| row.raw.clone()),
        }
    }

    /// What a journal says of a row, without what only the input knows: its key and its bytes.
    pub fn from_journal(settled: Settled, job: Option<JobId>) -> Self {
        Self {
            number: settled.row,
            line: settled.line,
            key: None,
            status: settled.status,
            user_id: settled.user_id,
            job,
            attempts: settled.attempts,
            error: settled.error,
            raw: None,
        }
    }

    /// Whether the row was not applied and may pass another time as it is.
    pub fn is_retryable(&self) -> bool {
        !self.status.is_success() && self.error.as_ref().is_some_and(|error| error.retryable)
    }

    /// The same with a reason.
    #[must_use]
    pub fn because(mut self, error: RowError) -> Self {
        self.error = Some(error);
        self
    }
}

/// Why a row was not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowError {
    /// Zendesk's code, or ours.
    pub code: String,
    /// What is wrong, in words; Zendesk's own where it gave any.
    pub message: String,
    /// Whether the same row may pass another time.
    pub retryable: bool,
}

impl RowError {
    /// A reason.
    pub fn new(code: impl Into<String>, message: impl Into<String>, retryable: bool) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            retryable,
        }
    }
}

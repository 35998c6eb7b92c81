//! What became of a row.

use bytes::Bytes;
use serde::Serialize;
use zd_model::{JobId, UserId};

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
    /// The job that said so.
    pub job: Option<JobId>,
    /// How often the row was sent.
    pub attempts: u32,
    /// Why not.
    pub error: Option<RowError>,
    /// The row's own bytes, unless it was applied.
    pub raw: Option<Bytes>,
}

/// Why a row was not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowError {
    /// Zendesk's code, or ours.
    pub code: String,
    /// What is wrong, in words.
    pub message: String,
    /// Whether the same row may pass another time.
    pub retryable: bool,
}

//! What an import writes down.

use serde::{Deserialize, Serialize};
use zd_model::{JobId, UserId};

use crate::{Pace, RowError, Status};

/// One thing that an import writes down, in the order in which things became true.
///
/// Rows go by their numbers, from 0; what a row says stays in the input. Names, addresses and other personal data are not
/// in a journal, save where Zendesk's own words about a failed row hold them. Credentials never are.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Entry {
    /// The run begins: the first entry, once.
    Began(Box<Began>),
    /// A batch is about to be sent. From here on its effect is unknown until another entry tells.
    Intent {
        /// Names the batch within the run; a batch that is sent again gets another number.
        batch: u64,
        /// The server's clock, in seconds since 1970: a lower bound. None if no answer has told it yet.
        server: Option<i64>,
        /// The rows in the order in which they are sent.
        rows: Vec<u64>,
    },
    /// Zendesk took the batch as this job.
    Accepted {
        /// The batch.
        batch: u64,
        /// The job.
        job: JobId,
    },
    /// The batch was certainly not applied: turned away, or never sent. Its rows are as if it had not been tried.
    TurnedAway {
        /// The batch.
        batch: u64,
    },
    /// Rows that were sent and are to be sent again: looking showed that they were not applied, or they were refused for a
    /// reason that passes, or they were in a batch that was refused as a whole.
    Again {
        /// The rows.
        rows: Vec<AgainRow>,
    },
    /// Rows that have their outcome, all with the same last job.
    Outcomes {
        /// The last job that the rows were part of.
        job: Option<JobId>,
        /// The rows.
        rows: Vec<Settled>,
    },
    /// The run, or a process that carried it on for a while, ended in an orderly way.
    Ended(Box<Ended>),
}

/// How a run began.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Began {
    /// The run's id, as its user knows it.
    pub run: String,
    /// The local clock, in seconds since 1970.
    pub at: i64,
    /// The account's host.
    pub account: String,
    /// What the rows came from, if the source can tell.
    pub input: Option<InputIdentity>,
    /// How many rows there are, if that is known.
    pub rows: Option<u64>,
    /// Whatever the caller needs to go on with the same settings. Must hold no credential.
    pub settings: serde_json::Value,
}

/// What an input is known by: the same bytes, the same identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InputIdentity {
    /// Its name, for messages.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// When it was last changed, in nanoseconds since 1970. Only for messages: the content decides.
    pub modified: Option<i128>,
    /// BLAKE3 of its content, in hexadecimal digits.
    pub digest: String,
    /// BLAKE3 digests of its blocks, so that a difference can be placed; cut to 8 bytes each.
    pub blocks: Vec<u64>,
}

/// A row that is to be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AgainRow {
    /// The row.
    pub row: u64,
    /// Whether looking has shown that an earlier attempt of this run made the person.
    pub created_by_us: bool,
    /// Whether it was refused for a reason that passes: such refusals are counted.
    pub passing: bool,
}

impl AgainRow {
    /// A row that is to be sent again.
    pub const fn new(row: u64, created_by_us: bool, passing: bool) -> Self {
        Self {
            row,
            created_by_us,
            passing,
        }
    }
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settled {
    /// The row.
    pub row: u64,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// What became of it.
    pub status: Status,
    /// The user, where known.
    pub user_id: Option<UserId>,
    /// How often it was sent.
    pub attempts: u32,
    /// Why not.
    pub error: Option<RowError>,
}

impl Settled {
    /// A row that has its outcome.
    pub const fn new(row: u64, line: u64, status: Status) -> Self {
        Self {
            row,
            line,
            status,
            user_id: None,
            attempts: 0,
            error: None,
        }
    }
}

/// How a run, or a part of it, ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Ended {
    /// The local clock, in seconds since 1970.
    pub at: i64,
    /// Whether every row has its outcome.
    pub finished: bool,
    /// Why it ended early, as a word: `cancelled`, `network`, …
    pub stopped: Option<String>,
    /// Requests made by this process.
    pub requests: u64,
    /// For how long this process was at it, in milliseconds.
    pub milliseconds: u64,
    /// How close to the account's limits this process came; none if it was too short to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
}

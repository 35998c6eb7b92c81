//! How an import behaves.

use std::time::Duration;

use crate::{Headroom, Match, Timetable};

/// How an import behaves.
///
/// ```
/// let options = zd_import::EngineOptions { max_jobs: 10, ..zd_import::EngineOptions::default() };
/// assert_eq!(options.max_attempts, 5);
/// ```
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "callers build it with struct update syntax"
)]
pub struct EngineOptions {
    /// Jobs in flight at once, 1 to 30: Zendesk queues and runs 30 an account. Default 30.
    pub max_jobs: usize,
    /// Job slots of the 30 that are left free for other integrations, 0 to 29. Default 0: whatever is free is used, and one is
    /// given up now and then while others have fewer.
    pub reserve_jobs: usize,
    /// Requests a minute that are left to others besides what they are seen to use. Default 1 %.
    pub headroom: Headroom,
    /// Requests a minute that the import allows itself, by the local time of day. Default: as many as the account does.
    pub rate: Timetable,
    /// Rows in a batch, 1 to 100. Default 100.
    pub batch_rows: usize,
    /// Bytes in the body of a bulk request. Zendesk publishes no limit; default 900,000.
    pub batch_bytes: usize,
    /// Which keys find a person. Default [`Match::Auto`].
    pub match_by: Match,
    /// How long to wait for the answer to one request; a bulk request whose fate is unknown is taken to have arrived
    /// or never to arrive after this time. Default 30 s.
    pub attempt_timeout: Duration,
    /// How long to go on without any usable answer. Default 2 min.
    pub give_up_after: Duration,
    /// How long to follow a job that does not end, or a doubt that cannot be settled. Default 30 min.
    pub stuck_after: Duration,
    /// How long to follow jobs in flight once nothing more may be sent. Default 1 min.
    pub grace: Duration,
    /// The same if somebody asked for the end and there is a journal, with which it can go on later. Default 4 s.
    pub cancel_grace: Duration,
    /// How long a search may lag behind a write: only after this time does a miss count as absent. Default 2 min.
    pub search_lag: Duration,
    /// How often a row may be sent in all, as long as looking proves that it was not applied. Default 5.
    pub max_attempts: u32,
    /// Whether the first batch of a large import (more than 50 batches) goes alone, and the import stops if more than half
    /// of it fails. Default true; takes [`expected_rows`](Self::expected_rows).
    pub canary: bool,
    /// Stop when more than so many rows have failed or are indeterminate. Default: never.
    pub max_errors: Option<u64>,
    /// Stop after this time. Default: never.
    pub max_duration: Option<Duration>,
    /// When to send people one by one instead of in bulk. Default [`Single::IfSmall`].
    pub single: Single,
    /// Whether people are read before they are sent, and those left alone whose record is as asked. Default false.
    pub if_changed: bool,
    /// Whether the address of a row becomes the primary one of a person who was there: an update adds it as a secondary
    /// one. Costs a request for every hundred updated rows that have an address, and one for each address that is not the
    /// primary one. Default false.
    pub make_primary: bool,
    /// How many rows there are, for progress and for counting those that were never read.
    pub expected_rows: Option<u64>,
    /// Seeds the jitter of waiting times; none: random.
    pub seed: Option<u64>,
}

/// When to send people one by one. Zendesk takes about one such request a second, for the whole account; a bulk request
/// takes a hundred people, but an account can have bulk import switched off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "never, sometimes, always")]
pub enum Single {
    /// Never: if bulk import is off, the import stops.
    Never,
    /// If bulk import is off and no more than 300 rows are left, which takes some minutes.
    #[default]
    IfSmall,
    /// Always.
    Always,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            max_jobs: 30,
            reserve_jobs: 0,
            headroom: Headroom::default(),
            rate: Timetable::default(),
            batch_rows: 100,
            batch_bytes: 900_000,
            match_by: Match::Auto,
            attempt_timeout: Duration::from_secs(30),
            give_up_after: Duration::from_secs(120),
            stuck_after: Duration::from_secs(30 * 60),
            grace: Duration::from_secs(60),
            cancel_grace: Duration::from_secs(4),
            search_lag: Duration::from_secs(120),
            max_attempts: 5,
            canary: true,
            max_errors: None,
            max_duration: None,
            single: Single::IfSmall,
            if_changed: false,
            make_primary: false,
            expected_rows: None,
            seed: None,
        }
    }
}

impl EngineOptions {
    /// The same within what Zendesk allows.
    pub(crate) fn clamped(mut self) -> Self {
        self.max_jobs = self.max_jobs.clamp(1, 30);
        self.reserve_jobs = self.reserve_jobs.min(29);
        self.batch_rows = self.batch_rows.clamp(1, 100);
        self.max_attempts = self.max_attempts.max(1);
        self
    }
}

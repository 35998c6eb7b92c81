//! Where an import stands.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Counts;

/// Where an import stands: a small snapshot, published as it changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Progress {
    /// What is going on.
    pub phase: Phase,
    /// Rows read from the source.
    pub rows_read: u64,
    /// Rows there are to be, if the caller said so.
    pub rows_expected: Option<u64>,
    /// Rows with an outcome.
    pub done: Counts,
    /// Bulk requests made.
    pub batches: u64,
    /// Jobs of ours that Zendesk has not ended, as far as known.
    pub jobs_in_flight: usize,
    /// How many there may be at the moment.
    pub jobs_allowed: usize,
    /// Batches whose effect is being looked into.
    pub doubts: usize,
    /// Requests made.
    pub requests: u64,
    /// Requests turned away with 429.
    pub throttles: u64,
    /// The account's requests a minute, as its answers say.
    pub budget_limit: Option<u64>,
    /// How many of them are left in this minute.
    pub budget_remaining: Option<u64>,
    /// Requests a minute that others make: what is used up and not by us, averaged.
    pub others: Option<u64>,
    /// For how long nothing may be sent, if Zendesk said so.
    pub held_for: Option<Duration>,
    /// Since the start.
    pub elapsed: Duration,
}

/// What an import is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Phase {
    /// Asking Zendesk who we are.
    #[default]
    Starting,
    /// Sending.
    Running,
    /// Ending early: nothing new is sent, what is in flight is followed.
    Stopping,
    /// Over.
    Done,
}

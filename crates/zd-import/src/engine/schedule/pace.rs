//! How close an import came to what its account allows, and what it waited for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::ask::Now;
use super::bound::Balance;

/// Imports of fewer batches are too short for a pace.
const FEWEST: u64 = 100;

/// How close an import came to what its account allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pace {
    /// The time that the account's limits demand for as many batches, as they were seen: requests a minute that others left,
    /// job slots, and what a job took.
    pub bound: Duration,
    /// The time that it took.
    pub took: Duration,
    /// What it waited for most.
    pub limit: Limit,
}

impl Pace {
    /// The share of what is possible: 1 is as fast as the account allows.
    pub fn share(&self) -> f64 {
        let took = self.took.as_secs_f64();
        if took > 0.0 {
            self.bound.as_secs_f64() / took
        } else {
            1.0
        }
    }
}

/// What an import waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Limit {
    /// Nothing that has a name: answers on their way, rows being read, doubts being settled.
    #[default]
    Other,
    /// The account's requests a minute, or our own share of them.
    Requests,
    /// The account's job slots: jobs have to end first.
    Slots,
    /// A refusal asked to wait.
    Refusals,
    /// Everything is sent; the last jobs are running.
    LastJobs,
}

impl Limit {
    const ALL: [Self; 5] = [
        Self::Other,
        Self::Requests,
        Self::Slots,
        Self::Refusals,
        Self::LastJobs,
    ];

    /// In words, after "bound by".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Other => "answers and rows",
            Self::Requests => "requests a minute",
            Self::Slots => "the account's job slots",
            Self::Refusals => "refusals (429)",
            Self::LastJobs => "its last jobs",
        }
    }
}

/// Keeps the account of an import's time.
#[derive(Debug, Default)]
pub(super) struct Account {
    since: Now,
    limit: Limit,
    balance: Option<Balance>,
    spent: [f64; Limit::ALL.len()],
    /// Batches that could have been sent, within so many seconds.
    possible: f64,
    seconds: f64,
}

impl Account {
    /// From now on it waits for this, with that much possible.
    pub(super) fn waits_for(&mut self, limit: Limit, balance: Option<Balance>, now: Now) {
        let passed = now.saturating_sub(self.since).as_secs_f64();
        if let Some(place) = Limit::ALL.iter().position(|one| *one == self.limit)
            && let Some(spent) = self.spent.get_mut(place)
        {
            *spent += passed;
        }
        if let Some(balance) = self.balance {
            self.possible += balance.batches * passed;
            self.seconds += passed;
        }
        (self.since, self.limit, self.balance) = (now, limit, balance);
    }

    /// How close so many batches came to what was possible.
    pub(super) fn pace(&self, batches: u64, now: Now) -> Option<Pace> {
        if batches < FEWEST || self.possible <= 0.0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "a count of batches")]
        let bound = batches as f64 * self.seconds / self.possible;
        let most =
            (self.spent.iter().zip(Limit::ALL)).max_by(|one, other| one.0.total_cmp(other.0));
        Some(Pace {
            bound: Duration::try_from_secs_f64(bound).ok()?,
            took: now,
            limit: most.map(|(_, limit)| limit).unwrap_or_default(),
        })
    }
}

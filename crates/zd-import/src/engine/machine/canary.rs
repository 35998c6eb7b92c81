//! The first batch of a large import goes alone: if most of it fails, the flood would too.

use std::collections::HashSet;

use super::Machine;
use crate::engine::ask::Now;
use crate::engine::batch::State;
use crate::engine::options::{EngineOptions, Single};
use crate::engine::plan::Pending;
use crate::{Outcome, Status, Stop};

/// An import of more batches sends its first alone.
pub(crate) const LARGE: u64 = 50;

/// The first batch.
#[derive(Debug, Default)]
pub(super) struct Canary {
    armed: bool,
    /// Its rows that have no outcome yet.
    out: HashSet<u64>,
    rows: u64,
    failed: u64,
}

impl Canary {
    pub(super) fn new(options: &EngineOptions) -> Self {
        let large = LARGE * options.batch_rows as u64;
        Self {
            armed: options.canary
                && options.single != Single::Always
                && options.expected_rows.is_some_and(|rows| rows > large),
            ..Self::default()
        }
    }

    /// Somebody looked at the run and goes on with it: no canary.
    pub(super) const fn disarm(&mut self) {
        self.armed = false;
    }

    pub(super) fn goes_out(&mut self, rows: &[Pending]) {
        if std::mem::take(&mut self.armed) {
            self.out = rows.iter().map(|pending| pending.row.number).collect();
            self.rows = rows.len() as u64;
        }
    }

    /// Takes note of an outcome; the reason to stop, if this was the last of the batch and most of it failed.
    pub(super) fn note(&mut self, outcome: &Outcome) -> Option<Stop> {
        if self.out.is_empty() || !self.out.remove(&outcome.number) {
            return None;
        }
        let bad = matches!(outcome.status, Status::Failed | Status::Indeterminate);
        self.failed += u64::from(bad);
        (self.out.is_empty() && self.failed * 2 > self.rows).then_some(Stop::Canary {
            failed: self.failed,
            of: self.rows,
        })
    }
}

impl Machine {
    /// Whether nothing else may go, because the first batch is not decided.
    pub(super) fn canary_is_out(&self, now: Now) -> bool {
        if self.canary.out.is_empty() {
            return false;
        }
        let waits = |state: &State| matches!(state, State::Ready(due) if *due <= now);
        let mut batches = self.batches.values();
        let may_go = if !self.promotions.is_empty() {
            false
        } else if self.batches.is_empty() {
            !self.planner.has_to_wait(now)
        } else {
            batches.all(|batch| waits(&batch.state))
        };
        !may_go
    }
}

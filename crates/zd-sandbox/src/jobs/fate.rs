//! What becomes of a job that faults strike.

use std::time::Duration;

use super::job::Ending;
use crate::faults::{Effect, JobEffect, Results, Strike};

/// What becomes of a job.
#[derive(Clone, Debug)]
pub(crate) struct Fate {
    pub(super) ending: Ending,
    /// Nobody ever sees it.
    pub(super) gone: bool,
    /// Nobody sees it for so long.
    pub(super) late: Duration,
    /// Instead of what it would take.
    pub(super) takes: Option<Duration>,
    pub(super) results: Option<Results>,
    /// How likely each entry fails for a reason that passes.
    pub(super) row_failure: f64,
    /// What its chance begins with.
    pub(super) seed: u64,
}

impl Default for Fate {
    fn default() -> Self {
        Self {
            ending: Ending::Completed,
            gone: false,
            late: Duration::ZERO,
            takes: None,
            results: None,
            row_failure: 0.0,
            seed: 0,
        }
    }
}

impl Fate {
    /// The fate that these faults make; where two say different things, the later one counts.
    pub(crate) fn of(strikes: &[Strike]) -> Self {
        let mut fate = Self::default();
        for strike in strikes {
            let Effect::Job(effect) = strike.effect else {
                continue;
            };
            fate.seed ^= strike.seed;
            match effect {
                JobEffect::Killed => fate.ending = Ending::Killed,
                JobEffect::Failed => fate.ending = Ending::Failed,
                JobEffect::Stuck => fate.ending = Ending::Never,
                JobEffect::Gone => fate.gone = true,
                JobEffect::Late(time) => fate.late = time,
                JobEffect::Takes(time) => fate.takes = Some(time),
                JobEffect::RowFailed => fate.row_failure = strike.probability,
                JobEffect::Results(results) => fate.results = Some(results),
            }
        }
        fate
    }

    /// How many of so many entries are applied before it ends.
    pub(super) fn reaches(&self, total: usize) -> usize {
        let mut chance = fastrand::Rng::with_seed(self.seed);
        match (self.ending, total) {
            (Ending::Completed, _) => total,
            (_, 0 | 1) => chance.usize(0..=total),
            _ => chance.usize(1..total),
        }
    }

    pub(super) const fn rows_seed(&self) -> u64 {
        self.seed ^ 0x726F_7773
    }
}

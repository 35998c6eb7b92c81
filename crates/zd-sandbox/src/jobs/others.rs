//! Job slots that other integrations of the account hold.

use crate::clock::Now;
use crate::others::OtherJobs;

/// How long a number of slots is held.
const PERIOD_MILLIS: i64 = 30_000;

/// What others hold now.
#[derive(Clone, Debug)]
pub(crate) struct SlotsOfOthers {
    pub(crate) spec: OtherJobs,
    held: usize,
    next_change: Now,
    chance: fastrand::Rng,
    ids: u64,
    /// Jobs that they queued, and those that they were refused.
    pub(crate) queued: u64,
    pub(crate) refused: u64,
}

impl SlotsOfOthers {
    pub(crate) fn new(spec: OtherJobs, seed: u64, now: Now) -> Self {
        Self {
            spec,
            held: 0,
            next_change: now,
            chance: fastrand::Rng::with_seed(seed ^ 0x736C_6F74),
            ids: 0,
            queued: 0,
            refused: 0,
        }
    }

    pub(crate) const fn held(&self) -> usize {
        self.held
    }

    pub(super) const fn next_change(&self) -> Now {
        self.next_change
    }

    /// Passes over periods that ended long before.
    pub(super) fn skip_to(&mut self, from: Now) {
        let behind = from.millis().saturating_sub(self.next_change.millis());
        let periods = (behind / PERIOD_MILLIS).max(0);
        self.next_change = self
            .next_change
            .plus_millis(periods.saturating_mul(PERIOD_MILLIS));
    }

    /// Begins a new period: they want another number of slots, and get those that are free.
    pub(super) fn change(&mut self, free: usize) {
        let wanted = self.chance.usize(self.spec.least..=self.spec.most);
        let got = wanted.min(free);
        let more = got.saturating_sub(self.held);
        self.queued += more as u64;
        self.refused += (wanted - got) as u64;
        self.ids = self.chance.u64(..);
        self.held = got;
        self.next_change = self.next_change.plus_millis(PERIOD_MILLIS);
    }

    /// Ids for those who ask what is running.
    pub(super) fn ids(&self) -> impl Iterator<Item = String> {
        let mut chance = fastrand::Rng::with_seed(self.ids);
        (0..self.held).map(move |_| format!("V3-{:032x}", chance.u128(..)))
    }
}

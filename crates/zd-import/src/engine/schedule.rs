//! The scheduler: when something may be sent.
//!
//! Pure, and thin: it obeys Zendesk's refusals and keeps a bounded number of jobs in flight. A pacer that looks ahead has
//! its place here.

use std::collections::HashMap;
use std::time::Duration;

use zd_transport::Budget;

use super::ask::{Now, Throttled};
use crate::Trouble;

/// The pauses before the first polls; then about half of what a job takes.
const FIRST_POLLS: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];
const POLL_MIN: Duration = Duration::from_millis(250);
const POLL_MAX: Duration = Duration::from_secs(30);
const BACKOFF_MIN: Duration = Duration::from_millis(250);
const BACKOFF_MAX: Duration = Duration::from_secs(20);
const PROBE_MIN: Duration = Duration::from_secs(2);
const PROBE_MAX: Duration = Duration::from_secs(60);

/// Decides when something may be sent.
#[derive(Debug)]
pub(crate) struct Schedule {
    rng: fastrand::Rng,
    give_up_after: Duration,
    /// Nothing goes out before.
    closed_until: Now,
    /// Operations that do not go out before.
    closed_operations: HashMap<&'static str, Now>,
    /// When each operation last told something.
    looked_at: HashMap<&'static str, Now>,
    /// Failures in a row without a usable answer, and since when.
    failures: u32,
    failing_since: Option<Now>,
    slots: Slots,
    pub(crate) polls: Polls,
    pub(crate) budget: Usage,
}

impl Schedule {
    pub(crate) fn new(max_jobs: usize, give_up_after: Duration, seed: Option<u64>) -> Self {
        Self {
            rng: seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed),
            give_up_after,
            closed_until: Now::ZERO,
            closed_operations: HashMap::new(),
            looked_at: HashMap::new(),
            failures: 0,
            failing_since: None,
            slots: Slots::new(max_jobs),
            polls: Polls::default(),
            budget: Usage::default(),
        }
    }

    /// When this operation may be sent; a time that has passed means at once.
    pub(crate) fn open_at(&self, operation: &str) -> Now {
        let own = self.closed_operations.get(operation).copied();
        self.closed_until.max(own.unwrap_or_default())
    }

    /// Until when nothing at all may be sent.
    pub(crate) const fn closed_until(&self) -> Now {
        self.closed_until
    }

    /// Takes note of a usable answer.
    pub(crate) fn answered(&mut self) {
        self.failures = 0;
        self.failing_since = None;
    }

    /// Takes note of an answer that tells something: somebody looked.
    pub(crate) fn looked(&mut self, operation: &'static str, now: Now) {
        self.looked_at.insert(operation, now);
    }

    /// Whether this operation has told something since then.
    pub(crate) fn has_looked(&self, operation: &str, since: Now) -> bool {
        (self.looked_at.get(operation)).is_some_and(|looked| *looked >= since)
    }

    /// Obeys a refusal.
    pub(crate) fn throttled(
        &mut self,
        operation: &'static str,
        reason: Throttled,
        wait: Duration,
        outstanding: usize,
        now: Now,
    ) {
        self.answered();
        let until = now + wait + self.jitter(Duration::from_secs(1));
        match reason {
            Throttled::Everything => self.closed_until = self.closed_until.max(until),
            Throttled::Operation => {
                let closed = self.closed_operations.entry(operation).or_default();
                *closed = until.max(*closed);
            }
            Throttled::Jobs => self.slots.refused(outstanding, wait, now),
        }
    }

    /// Zendesk has trouble and says for how long. A long time is an answer: it knows, and it will be back.
    pub(crate) fn told_to_wait(&mut self, wait: Duration, now: Now) {
        let until = now + wait + self.jitter(Duration::from_secs(1));
        if wait > self.give_up_after / 2 {
            self.failing_since = Some(until);
        }
        self.closed_until = self.closed_until.max(until);
    }

    /// Takes note of a request without a usable answer; the trouble, if there has been nothing else for too long.
    pub(crate) fn failed(&mut self, trouble: &Trouble, reached: bool, now: Now) -> Option<Trouble> {
        let since = *self.failing_since.get_or_insert(now);
        if !reached {
            // Nothing gets through: everything waits, not just this request.
            let pause = self.backoff(self.failures);
            self.closed_until = self.closed_until.max(now + pause);
        }
        self.failures = self.failures.saturating_add(1);
        let lasted = now.saturating_sub(since);
        (lasted >= self.give_up_after).then(|| Trouble {
            lasted,
            ..trouble.clone()
        })
    }

    /// A pause before asking again, after so many failures.
    pub(crate) fn backoff(&mut self, failures: u32) -> Duration {
        let longest = BACKOFF_MIN * 2_u32.saturating_pow(failures.min(10));
        // At least half: full jitter can be no pause at all.
        let longest = longest.min(BACKOFF_MAX);
        longest / 2 + self.jitter(longest / 2)
    }

    pub(crate) fn jitter(&mut self, longest: Duration) -> Duration {
        longest.mul_f64(self.rng.f64())
    }

    /// Whether another job may be submitted, with so many in flight.
    pub(crate) fn has_slot(&mut self, in_flight: usize, now: Now) -> bool {
        self.slots.probe(now);
        in_flight < self.slots.allowed
    }

    /// When the number of allowed jobs may grow.
    pub(crate) const fn next_probe(&self) -> Option<Now> {
        self.slots.probe_at
    }

    pub(crate) const fn allowed_jobs(&self) -> usize {
        self.slots.allowed
    }

    pub(crate) fn job_accepted(&mut self, now: Now) {
        self.slots.accepted();
        self.polls.expect(now);
    }
}

/// How many jobs may be in flight: others use the account's 30 as well.
#[derive(Debug)]
struct Slots {
    max: usize,
    allowed: usize,
    probe_at: Option<Now>,
    probe_delay: Duration,
    probing: bool,
}

impl Slots {
    const fn new(max: usize) -> Self {
        Self {
            max,
            allowed: max,
            probe_at: None,
            probe_delay: PROBE_MIN,
            probing: false,
        }
    }

    /// All slots are taken: fall to what is really outstanding, and try for one more later.
    fn refused(&mut self, outstanding: usize, wait: Duration, now: Now) {
        if self.probing {
            self.probe_delay = (self.probe_delay * 2).min(PROBE_MAX);
        }
        self.allowed = outstanding.min(self.max);
        self.probing = false;
        // With none of ours in flight only others can free a slot; Zendesk's own word counts then.
        let delay = if outstanding == 0 {
            self.probe_delay.max(wait.min(PROBE_MAX))
        } else {
            self.probe_delay
        };
        self.probe_at = Some(now + delay);
    }

    fn accepted(&mut self) {
        if self.probing {
            self.probing = false;
            self.probe_delay = (self.probe_delay / 2).max(PROBE_MIN);
        }
    }

    fn probe(&mut self, now: Now) {
        if self.probe_at.is_some_and(|due| due <= now) {
            self.allowed = (self.allowed + 1).min(self.max);
            self.probing = true;
            self.probe_at = (self.allowed < self.max).then(|| now + self.probe_delay);
        }
    }
}

/// When to ask how the jobs are doing: one request for all of them.
#[derive(Debug, Default)]
pub(crate) struct Polls {
    pub(crate) due: Option<Now>,
    pub(crate) asked: usize,
    pub(crate) failures: u32,
    /// The mean time from acceptance to the poll that saw the end, weighted towards the recent.
    mean: Option<Duration>,
}

impl Polls {
    fn expect(&mut self, now: Now) {
        if self.due.is_none() {
            self.due = Some(now + self.pause());
        }
    }

    /// Plans the next poll after one that went well. `youngest`: for how long the youngest outstanding job is known. What
    /// has lasted long is asked for less and less often: a job that does not end must not use up the account's minute.
    pub(crate) fn plan(&mut self, now: Now, youngest: Option<Duration>) {
        self.asked += 1;
        self.failures = 0;
        self.due = youngest.map(|age| now + self.pause().max((age / 8).min(POLL_MAX)));
    }

    pub(crate) fn plan_at(&mut self, at: Now) {
        self.failures += 1;
        self.due = Some(at);
    }

    pub(crate) fn job_took(&mut self, time: Duration) {
        self.mean = Some(self.mean.map_or(time, |mean| (mean * 7 + time) / 8));
    }

    fn pause(&self) -> Duration {
        let adaptive = || {
            self.mean
                .map_or(FIRST_POLLS[2], |mean| mean / 2)
                .clamp(POLL_MIN, POLL_MAX)
        };
        FIRST_POLLS
            .get(self.asked)
            .copied()
            .unwrap_or_else(adaptive)
    }
}

/// What of the account's minute is used, and by whom.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    pub(crate) last: Budget,
    ours: u64,
}

impl Usage {
    pub(crate) fn hear(&mut self, budget: Budget) {
        if budget.remaining > self.last.remaining {
            // A new minute.
            self.ours = 0;
        }
        self.ours += 1;
        self.last = budget;
    }

    /// What is used up less what we used.
    pub(crate) fn others(&self) -> Option<u64> {
        let used = self.last.limit?.saturating_sub(self.last.remaining?);
        Some(used.saturating_sub(self.ours))
    }
}

#[cfg(test)]
mod tests;

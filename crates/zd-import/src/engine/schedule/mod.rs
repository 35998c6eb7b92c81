//! The scheduler: when something may be sent.
//!
//! Pure. Two brakes that have nothing to do with one another: the account's minute ([`window`], [`pacer`]) and its job slots
//! ([`slots`]). Between them stands how often to ask for jobs ([`polls`]): it costs requests and frees slots ([`bound`]).

mod bound;
mod durations;
mod forecast;
mod headroom;
mod others;
mod pace;
mod pacer;
mod polls;
mod slots;
mod timetable;
mod window;

use std::collections::HashMap;
use std::time::Duration;

use zd_transport::Budget;

use super::ask::{CallId, Heard, Now, Throttled};
use super::options::EngineOptions;
use crate::Trouble;
use bound::{Balance, balance};
pub use forecast::{Conditions, Forecast};
pub use headroom::{Headroom, ParseHeadroomError};
use pace::Account;
pub use pace::{Limit, Pace};
use pacer::Pacer;
pub(crate) use polls::Watched;
use polls::{Outlook, Polls};
use slots::Slots;
use timetable::OwnRate;
pub use timetable::{ParseTimetableError, Timetable};
use window::{Allowance, Window};

const BACKOFF_MIN: Duration = Duration::from_millis(250);
const BACKOFF_MAX: Duration = Duration::from_secs(20);
/// What an answer takes, in seconds, as long as none was heard.
const ANSWER: f64 = 0.2;
/// What a job takes, in seconds, as long as none has ended.
const JOB: f64 = 5.0;

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
    headroom: Headroom,
    own: OwnRate,
    window: Window,
    pacer: Pacer,
    slots: Slots,
    pub(crate) polls: Polls,
    /// Requests on their way: their numbers and when they left.
    flying: HashMap<CallId, (u64, Now)>,
    /// What an answer takes, in seconds.
    answer: f64,
    /// Batches that are still to be sent; infinite if nobody knows.
    to_send: f64,
    account: Account,
}

impl Schedule {
    pub(crate) fn new(options: &EngineOptions) -> Self {
        let seed = options.seed;
        Self {
            rng: seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed),
            give_up_after: options.give_up_after,
            closed_until: Now::ZERO,
            closed_operations: HashMap::new(),
            looked_at: HashMap::new(),
            failures: 0,
            failing_since: None,
            headroom: options.headroom,
            own: OwnRate::new(options.rate.clone()),
            window: Window::default(),
            pacer: Pacer::default(),
            slots: Slots::new(options.max_jobs, options.reserve_jobs),
            polls: Polls::default(),
            flying: HashMap::new(),
            answer: ANSWER,
            to_send: f64::INFINITY,
            account: Account::default(),
        }
    }

    /// Takes note of the local time at which the import begins.
    pub(crate) fn begins(&mut self, at: jiff::Zoned) {
        self.own.begins(at);
    }

    /// Takes note of how many batches are still to be sent.
    pub(crate) const fn set_to_send(&mut self, batches: f64) {
        self.to_send = batches;
    }

    /// When this operation may be sent; a time that has passed means at once.
    pub(crate) fn open_at(&self, operation: &str) -> Now {
        let own = self.closed_operations.get(operation).copied();
        self.closed_until.max(own.unwrap_or_default())
    }

    /// Until when nothing at all may be sent, because Zendesk said so.
    pub(crate) const fn closed_until(&self) -> Now {
        self.closed_until
    }

    /// When the next request may be sent, whatever it is: the minute is shared out evenly.
    pub(crate) fn paced_until(&mut self, now: Now) -> Now {
        let demand = self.demand();
        let (own, until) = self.own.at(now);
        let own = match own {
            Some(0) => return until.max(now),
            Some(a_minute) => f64::from(a_minute) / 60.0,
            None => f64::INFINITY,
        };
        match self.window.allowance(now, demand, self.headroom) {
            Allowance::Shut(until) => until,
            // The next minute has an allowance of its own.
            Allowance::Rate(rate) => {
                let opens = self.pacer.opens_at(rate.min(own), now);
                self.window.ends(now).map_or(opens, |ends| opens.min(ends))
            }
            Allowance::Ample if own.is_finite() => self.pacer.opens_at(own, now),
            Allowance::Ample => {
                self.pacer.reset(now);
                now
            }
        }
    }

    /// Requests that are still to be made, at least.
    fn demand(&self) -> f64 {
        self.to_send * 2.0 + 2.0
    }

    /// Takes note of a request that leaves.
    pub(crate) fn leaves(&mut self, call: CallId, now: Now) {
        self.pacer.take();
        let number = self.window.leaves();
        self.flying.insert(call, (number, now));
    }

    /// It leaves only now: something had to be durable first.
    pub(crate) fn leaves_now(&mut self, call: CallId, now: Now) {
        if let Some(flying) = self.flying.get_mut(&call) {
            flying.1 = now;
        }
    }

    /// Takes note of what came of a request; gives when it left.
    pub(crate) fn arrives(&mut self, call: CallId, heard: &Heard, now: Now) -> Now {
        let Some((number, sent)) = self.flying.remove(&call) else {
            return now;
        };
        let budget = heard.budgets.account;
        self.window.arrives(number, sent, budget, heard.date, now);
        if budget.is_some() {
            let took = now.saturating_sub(sent).as_secs_f64();
            self.answer = (self.answer * 7.0 + took) / 8.0;
        }
        sent
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

    /// Obeys a refusal. `jobs`: what the answer says of the job slots, if anything.
    pub(crate) fn throttled(
        &mut self,
        operation: &'static str,
        (reason, wait): (Throttled, Duration),
        outstanding: usize,
        jobs: Option<Budget>,
        now: Now,
    ) {
        self.answered();
        let until = now + wait + self.jitter(Duration::from_secs(1));
        match reason {
            Throttled::Everything => {
                // Refusals of what was on its way together are one.
                if self.closed_until <= now {
                    self.window.refused();
                }
                self.closed_until = self.closed_until.max(until);
            }
            Throttled::Operation => {
                let closed = self.closed_operations.entry(operation).or_default();
                *closed = until.max(*closed);
            }
            Throttled::Jobs => self.slots.refused(outstanding, wait, jobs, now),
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
        in_flight < self.slots.allowed(now)
    }

    /// When the number of allowed jobs may change.
    pub(crate) fn next_slots(&self, now: Now) -> Option<Now> {
        self.slots.next_change(now)
    }

    pub(crate) const fn allowed_jobs(&self) -> usize {
        self.slots.ours()
    }

    /// A job was accepted, after so many others that have not ended as far as is known. `told`: what the answer says of the
    /// slots.
    pub(crate) fn job_accepted(&mut self, ours: usize, told: Option<Budget>, now: Now) {
        self.slots.accepted(ours, told, now);
    }

    /// The jobs are asked for.
    pub(crate) fn polls_now(&mut self, now: Now) {
        let answer = self.answer;
        self.polls.asks(now, answer);
    }

    /// Plans when to ask for these jobs.
    pub(crate) fn plan_polls(&mut self, jobs: &[Watched], in_flight: usize, now: Now) {
        let balance = self.balance(now);
        let nothing_to_send = self.to_send <= 0.0;
        let outlook = Outlook {
            theta: if nothing_to_send {
                balance.theta.min(1.0)
            } else {
                balance.theta
            },
            waits: nothing_to_send || in_flight >= self.slots.allowed(now),
            sending: balance.theta / balance.batches.max(1e-3),
            answer: self.answer,
        };
        self.polls.plan(jobs, outlook, now);
    }

    /// The best that the account allows.
    fn balance(&mut self, now: Now) -> Balance {
        let account = self.window.ours(now, self.headroom).unwrap_or(f64::MAX);
        let requests = match self.own.at(now).0 {
            // Nothing is sent now; how often to ask is planned for when something is.
            Some(0) | None => account,
            Some(a_minute) => account.min(f64::from(a_minute) / 60.0),
        };
        #[expect(clippy::cast_precision_loss, reason = "thirty")]
        let slots = self.slots.ours().max(1) as f64;
        balance(
            requests,
            slots,
            self.polls.mean().unwrap_or(JOB),
            self.answer,
        )
    }

    /// Whether others have changed what they do: plans have to be made anew.
    pub(crate) const fn others_have_changed(&mut self) -> bool {
        self.window.others_have_changed()
    }

    /// The account's minute as the last answer told it.
    pub(crate) const fn budget(&self) -> Budget {
        self.window.last()
    }

    /// Requests a minute that others make, as far as known.
    pub(crate) fn others(&self, now: Now) -> Option<u64> {
        let others = self.window.others(now)?.round();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it saturates"
        )]
        Some(others as u64)
    }

    /// Takes note of what nothing is sent for, from now on.
    pub(crate) fn waits_for(&mut self, limit: Limit, now: Now) {
        let balance =
            (self.polls.mean().is_some() && self.to_send > 0.0).then(|| self.balance(now));
        self.account.waits_for(limit, balance, now);
    }

    /// How close to the physical limits so many batches came in all this time.
    pub(crate) fn pace(&self, batches: u64, now: Now) -> Option<Pace> {
        self.account.pace(batches, now)
    }
}

#[cfg(test)]
mod tests;

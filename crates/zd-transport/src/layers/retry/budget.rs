//! The retry budget: a bad hour must not become a storm of our own making.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

const COST: u32 = 14;
const FIRST_PROBE: Duration = Duration::from_secs(5);
const LAST_PROBE: Duration = Duration::from_secs(60);

/// Tokens that retries are paid with, shared by all calls of a client.
#[derive(Debug)]
pub(super) struct RetryBudget {
    max: u32,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    tokens: u32,
    probes: Option<Probes>,
}

/// There while the budget is spent.
#[derive(Debug)]
struct Probes {
    next: Instant,
    pause: Duration,
}

/// Leave to retry once, and what comes back if that succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Permit {
    refund: u32,
}

impl RetryBudget {
    pub(super) fn new(max: u32) -> Self {
        Self {
            max,
            state: Mutex::new(State {
                tokens: max,
                probes: None,
            }),
        }
    }

    /// Leave to retry, if there is budget or a probe is due.
    pub(super) fn take(&self, now: Instant) -> Option<Permit> {
        let mut state = self.state();
        if state.tokens >= COST {
            state.tokens -= COST;
            return Some(Permit { refund: COST });
        }
        let probes = state.probes.get_or_insert(Probes {
            next: now + FIRST_PROBE,
            pause: FIRST_PROBE,
        });
        if now < probes.next {
            return None;
        }
        probes.pause = (probes.pause * 2).min(LAST_PROBE);
        probes.next = now + probes.pause;
        Some(Permit { refund: 0 })
    }

    /// A call succeeded, by this retry or at once.
    pub(super) fn succeeded(&self, permit: Option<Permit>) {
        let refund = permit.map_or(0, |permit| permit.refund);
        let mut state = self.state();
        state.tokens = state.tokens.saturating_add(refund + 1).min(self.max);
        if state.tokens >= COST {
            state.probes = None;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[tokio::test(start_paused = true)]
    async fn five_hundred_tokens_are_thirty_five_retries() {
        let budget = RetryBudget::new(500);
        let now = Instant::now();
        let granted = (0..100).filter(|_| budget.take(now).is_some()).count();
        assert_eq!(granted, 35);
    }

    #[tokio::test(start_paused = true)]
    async fn a_spent_budget_lets_probes_out_at_growing_distances() {
        let budget = RetryBudget::new(0);
        let start = Instant::now();
        let granted: Vec<u64> = (0..400)
            .filter(|second| budget.take(seconds(start, *second)).is_some())
            .collect();
        assert_eq!(granted, [5, 15, 35, 75, 135, 195, 255, 315, 375]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_retry_that_succeeds_costs_nothing_and_successes_fill_it() {
        let budget = RetryBudget::new(28);
        let now = Instant::now();
        for _ in 0..100 {
            let permit = budget.take(now).expect("given back each time");
            budget.succeeded(Some(permit));
        }
        budget.take(now).expect("full");
        budget.take(now).expect("half full");
        assert_eq!(budget.take(now), None);
        for _ in 0..13 {
            budget.succeeded(None);
        }
        assert_eq!(budget.take(now), None, "thirteen are not fourteen");
        budget.succeeded(None);
        assert!(budget.take(now).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_gives_back_only_its_success() {
        let budget = RetryBudget::new(14);
        let start = Instant::now();
        budget.take(start).expect("full");
        assert_eq!(budget.take(start), None);
        let probe = budget.take(seconds(start, 5)).expect("a probe is due");
        budget.succeeded(Some(probe));
        assert_eq!(budget.take(seconds(start, 6)), None);
    }
}

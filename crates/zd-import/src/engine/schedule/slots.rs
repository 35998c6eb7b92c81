//! How many jobs may be in flight: an account has 30 slots, and others use them as well.

use std::collections::VecDeque;
use std::time::Duration;

use zd_transport::Budget;

use super::super::ask::Now;

const PROBE_MIN: Duration = Duration::from_secs(2);
const PROBE_MAX: Duration = Duration::from_secs(60);
/// Who has fewer jobs than others asks as often as that: whoever has more gives one up now and then.
const PROBE_FAIR: Duration = Duration::from_secs(4);
/// Who has no more than so many fewer than others has a fair share.
const FAIR: usize = 1;
/// No account has more slots than that, whatever it says.
const MOST_SLOTS: u64 = 1_000;
/// Of so many slots in use one is idle on average: its job has ended and nobody has seen it yet.
const IDLE: usize = 10;
/// A slot that is free for that long is nobody's.
const LASTING: Duration = Duration::from_secs(1);
/// And after a try that went well.
const PROBE_NEXT: Duration = Duration::from_secs(1);
/// Slots are given up for a moment while others have fewer than we: for so long, at most so often, and ever less often as
/// long as nobody takes them.
const YIELD_FOR: Duration = Duration::from_secs(2);
const YIELD_OFTEN: Duration = Duration::from_secs(10);
const MOST_YIELDED: usize = 2;
const YIELD_SELDOM: Duration = Duration::from_secs(20);

/// How many jobs may be in flight.
#[derive(Debug)]
pub(crate) struct Slots {
    /// What the caller allows.
    max: usize,
    /// Slots that are left to others.
    reserve: usize,
    /// What is free for us, as far as known.
    allowed: usize,
    /// Jobs of others, as far as known.
    others: usize,
    probe_at: Option<Now>,
    probe_delay: Duration,
    probing: bool,
    /// How many slots were left, and when: those of the last second.
    left: VecDeque<(Now, usize)>,
    /// So many slots are left free until then; not again before the second.
    yields: usize,
    yields_until: Now,
    yields_again: Now,
    yields_every: Duration,
    /// What others had when slots were last given up.
    had: Option<usize>,
}

impl Slots {
    pub(crate) fn new(max: usize, reserve: usize) -> Self {
        let max = max.min(30_usize.saturating_sub(reserve)).max(1);
        Self {
            max,
            reserve,
            allowed: max,
            others: 0,
            probe_at: None,
            probe_delay: PROBE_MIN,
            probing: false,
            left: VecDeque::new(),
            yields: 1,
            yields_until: Now::ZERO,
            yields_again: Now::ZERO,
            yields_every: YIELD_OFTEN,
            had: None,
        }
    }

    /// How many there may be now.
    pub(crate) fn allowed(&mut self, now: Now) -> usize {
        if now >= self.yields_until && self.probe_at.is_some_and(|due| due <= now) {
            self.allowed = (self.allowed + 1).min(self.max);
            self.probing = true;
            self.probe_at = (self.allowed < self.max).then(|| now + self.probe_delay);
        }
        let yields = if now < self.yields_until {
            self.yields
        } else {
            0
        };
        self.allowed.saturating_sub(yields)
    }

    /// How many are ours in the long run.
    pub(crate) const fn ours(&self) -> usize {
        self.allowed
    }

    /// When there may be more.
    pub(crate) fn next_change(&self, now: Now) -> Option<Now> {
        let yields = (now < self.yields_until).then_some(self.yields_until);
        [self.probe_at, yields]
            .into_iter()
            .flatten()
            .filter(|at| *at > now)
            .min()
    }

    /// All slots are taken: fall to what is really outstanding, and try for one more later.
    pub(crate) fn refused(
        &mut self,
        outstanding: usize,
        wait: Duration,
        told: Option<Budget>,
        now: Now,
    ) {
        if let Some(total) = told.and_then(|told| told.limit) {
            self.others = places(total).saturating_sub(outstanding);
        }
        let has_less = outstanding + FAIR < self.others;
        if self.probing && !has_less {
            self.probe_delay = (self.probe_delay * 2).min(PROBE_MAX);
        }
        self.allowed = outstanding.min(self.max);
        self.probing = false;
        // With none of ours in flight only others can free a slot; Zendesk's own word counts then, unless it tells how many
        // slots there are: others who give way do so for a moment.
        let delay = if outstanding == 0 && !has_less {
            self.probe_delay.max(wait.min(PROBE_MAX))
        } else if has_less {
            PROBE_FAIR
        } else if told.is_some() {
            // The next answer to a job will tell how many there are.
            self.probe_delay.max(PROBE_MAX / 4)
        } else {
            self.probe_delay
        };
        self.probe_at = Some(now + delay);
    }

    /// A job was accepted; so many are ours now. Its answer may say how many slots there are and how many are left.
    pub(crate) fn accepted(&mut self, ours: usize, told: Option<Budget>, now: Now) {
        let was_tried = std::mem::take(&mut self.probing);
        if was_tried {
            self.probe_delay = (self.probe_delay / 2).max(PROBE_MIN);
        }
        let (Some(total), Some(left)) = (
            told.and_then(|told| told.limit).map(places),
            told.and_then(|told| told.remaining).map(places),
        ) else {
            return;
        };
        // Ours may have ended without our knowing: others have fewer than this, never more.
        self.others = total.saturating_sub(left + ours);
        let most = self.max.min(total.saturating_sub(self.reserve)).max(1);
        let free = self.lasting(left, now).saturating_sub(self.reserve);
        self.allowed = (ours + free).clamp(1, most);
        let has_less = ours + FAIR < self.others;
        if self.allowed >= most {
            self.probe_at = None;
        } else if was_tried && has_less {
            self.probe_at = Some(now + PROBE_NEXT);
        } else if self.probe_at.is_none() {
            let delay = if has_less {
                PROBE_FAIR
            } else {
                self.probe_delay.max(PROBE_MAX / 4)
            };
            self.probe_at = Some(now + delay);
        }
        self.give_way(ours, left <= self.reserve, now);
    }

    /// Of so many slots that are left, those that have been for a while, if others use any: somebody's job has just ended,
    /// and its owner is about to queue the next.
    fn lasting(&mut self, left: usize, now: Now) -> usize {
        self.left.push_back((now, left));
        // One look from before the time in question stays.
        while self
            .left
            .get(1)
            .is_some_and(|(at, _)| now.saturating_sub(*at) >= LASTING)
        {
            self.left.pop_front();
        }
        if self.others == 0 {
            return left;
        }
        let covered = (self.left.front()).is_some_and(|(at, _)| now.saturating_sub(*at) >= LASTING);
        let least = self.left.iter().map(|(_, left)| *left).min();
        let theirs = self.others.div_ceil(IDLE);
        if covered {
            least.unwrap_or(0).saturating_sub(theirs)
        } else {
            0
        }
    }

    /// Gives up slots for a moment if others have fewer and none is left: somebody may be waiting for one.
    fn give_way(&mut self, ours: usize, is_full: bool, now: Now) {
        if now < self.yields_until {
            return;
        }
        if let Some(had) = self.had.take() {
            if self.others > had {
                self.yields = (self.yields * 2).min(MOST_YIELDED);
                self.yields_every = YIELD_OFTEN;
            } else {
                self.yields = 1;
                self.yields_every = (self.yields_every * 2).min(YIELD_SELDOM);
            }
            self.yields_again = now + self.yields_every.saturating_sub(YIELD_FOR);
        }
        if is_full && self.others > 0 && ours > self.others + 2 * FAIR && now >= self.yields_again {
            self.yields = self.yields.min((ours - self.others) / 2).max(1);
            self.yields_until = now + YIELD_FOR;
            self.had = Some(self.others);
        }
    }
}

/// A number of slots, as far as it can be one.
fn places(number: u64) -> usize {
    usize::try_from(number.min(MOST_SLOTS)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Now {
        Now::from_secs_f64(seconds)
    }

    fn told(left: u64) -> Option<Budget> {
        let mut budget = Budget::default();
        (budget.limit, budget.remaining) = (Some(30), Some(left));
        Some(budget)
    }

    #[test]
    fn they_fall_to_what_is_outstanding_and_come_back_one_by_one() {
        let mut slots = Slots::new(30, 0);
        assert_eq!(slots.allowed(at(0.0)), 30);
        slots.refused(12, Duration::from_secs(60), None, at(0.0));
        assert_eq!(slots.allowed(at(0.1)), 12);
        let probe = slots.next_change(at(0.1)).unwrap();
        assert_eq!(slots.allowed(probe), 13);
        // Refused again: the next try is later.
        slots.refused(12, Duration::from_secs(60), None, probe);
        assert!(slots.next_change(probe).unwrap() - probe > probe);
        // In the end all slots are back.
        let mut now = probe;
        while let Some(next) = slots.next_change(now) {
            now = next;
            slots.allowed(now);
            slots.accepted(0, None, now);
        }
        assert_eq!(slots.allowed(now), 30);
    }

    #[test]
    fn with_none_of_ours_in_flight_zendesks_own_word_counts() {
        let mut slots = Slots::new(30, 0);
        slots.refused(0, Duration::from_secs(45), None, at(0.0));
        assert_eq!(slots.allowed(at(44.0)), 0);
        assert_eq!(slots.allowed(at(45.0)), 1);
    }

    #[test]
    fn what_an_answer_says_is_believed() {
        let mut slots = Slots::new(30, 0);
        slots.accepted(5, told(8), at(0.0));
        assert_eq!(
            slots.allowed(at(0.0)),
            5,
            "some of theirs may just have ended"
        );
        slots.accepted(5, told(8), at(1.0));
        assert_eq!(
            slots.allowed(at(1.0)),
            11,
            "most have been free for a while"
        );
        slots.accepted(9, told(21), at(2.0));
        assert_eq!(slots.allowed(at(2.0)), 30, "others have let go");
        let mut slots = Slots::new(30, 2);
        slots.accepted(5, told(8), at(0.0));
        slots.accepted(5, told(8), at(1.0));
        assert_eq!(slots.allowed(at(1.0)), 9);
        assert_eq!(Slots::new(30, 2).allowed(at(0.0)), 28);
    }

    #[test]
    fn who_has_more_than_others_leaves_a_slot_free_now_and_then() {
        let mut slots = Slots::new(30, 0);
        slots.accepted(26, told(0), at(0.0));
        assert_eq!(slots.allowed(at(0.5)), 25);
        slots.accepted(26, told(0), at(4.0));
        assert_eq!(
            slots.allowed(at(4.5)),
            26,
            "nobody took it, and not all the time"
        );
        // Somebody does: more at once the next time.
        slots.accepted(26, told(0), at(30.0));
        assert_eq!(slots.allowed(at(30.5)), 25);
        slots.accepted(25, told(0), at(33.0));
        slots.accepted(25, told(0), at(43.0));
        assert_eq!(slots.allowed(at(43.5)), 23);
        // Those who have less do not.
        let mut slots = Slots::new(30, 0);
        slots.accepted(14, told(0), at(0.0));
        assert_eq!(slots.allowed(at(0.5)), 14);
    }

    #[test]
    fn who_has_none_asks_often_where_the_answer_tells_that_others_have_all() {
        let mut slots = Slots::new(30, 0);
        slots.refused(0, Duration::from_secs(45), told(0), at(0.0));
        assert_eq!(slots.allowed(at(3.9)), 0);
        assert_eq!(slots.allowed(at(4.0)), 1);
    }

    #[test]
    fn numbers_that_cannot_be_are_survived() {
        for number in [0, 1, 29, 31, u64::MAX] {
            for left in [0, 30, u64::MAX] {
                let mut budget = Budget::default();
                (budget.limit, budget.remaining) = (Some(number), Some(left));
                let mut slots = Slots::new(30, 3);
                for second in 0..40 {
                    slots.accepted(second % 31, Some(budget), at(second as f64));
                    assert!(slots.allowed(at(second as f64)) <= 30);
                    slots.refused(second % 31, Duration::MAX, Some(budget), at(second as f64));
                    assert!(slots.allowed(at(second as f64)) <= 30);
                }
            }
        }
    }
}

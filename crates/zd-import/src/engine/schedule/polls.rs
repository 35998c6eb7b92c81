//! When to ask how the jobs are doing: one request for all of them, once enough should have ended.

use std::time::Duration;

use super::super::ask::Now;
use super::durations::Durations;

/// The first looks at a job while nothing is known of how long jobs take, by its age; then every second, and less and less
/// often.
const FIRST: [f64; 3] = [0.5, 1.0, 2.0];
const SECOND: f64 = 1.0;
const SLOWER: f64 = 1.0 / 6.0;
/// Nobody waits longer than that between two looks, unless there is something to send meanwhile.
const LONGEST: f64 = 30.0;
/// Between two looks at least, and as a part of what a job takes.
const SHORTEST: f64 = 0.02;
const PART: f64 = 0.01;
/// While slots are free a look is due when as many batches could have been sent; not later than that.
const UNHURRIED: f64 = 300.0;

/// A job that is being waited for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watched {
    /// When it began, as far as that can be told.
    pub(crate) since: Now,
    /// When it was known to run last.
    pub(crate) seen: Now,
}

/// What decides how much a look is worth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outlook {
    /// How many jobs should have ended newly.
    pub(crate) theta: f64,
    /// Whether nothing can be sent before a job has ended, or nothing is left to send.
    pub(crate) waits: bool,
    /// How long it takes to send as many as theta.
    pub(crate) sending: f64,
    /// How long an answer takes.
    pub(crate) answer: f64,
}

/// When to ask how the jobs are doing.
#[derive(Debug, Default)]
pub(crate) struct Polls {
    pub(crate) due: Option<Now>,
    pub(crate) failures: u32,
    durations: Durations,
    /// When it was asked last.
    asked: Option<Now>,
    /// Until when the answer is waited for.
    waits: Option<Now>,
}

impl Polls {
    /// A look leaves: the next is due when its answer was heard, or when there should have been one.
    pub(crate) fn asks(&mut self, now: Now, answer: f64) {
        self.asked = Some(now);
        self.waits = Some(now + Duration::from_secs_f64(answer.mul_add(6.0, 2.0)));
        self.due = self.waits;
    }

    /// The answer to a look is there, or none will come.
    pub(crate) const fn answered(&mut self) {
        self.waits = None;
    }

    /// A job took longer than the first and at most the second.
    pub(crate) fn took(&mut self, after: Duration, by: Duration) {
        self.durations.took(after.as_secs_f64(), by.as_secs_f64());
    }

    /// What a job takes, in seconds.
    pub(crate) fn mean(&self) -> Option<f64> {
        self.durations.mean()
    }

    pub(crate) fn plan_at(&mut self, at: Now) {
        self.failures += 1;
        self.due = Some(at);
    }

    /// Plans the next look after one that went well, or after a job was queued.
    pub(crate) fn plan(&mut self, jobs: &[Watched], outlook: Outlook, now: Now) {
        if self.waits.is_some_and(|until| now < until) {
            return;
        }
        if self.failures > 0 && self.due.is_some_and(|due| now < due) {
            // Looks that fail are not made more often because there is more to look at.
            return;
        }
        self.due = self.next(jobs, outlook, now);
    }

    /// A look went well: makes use of what was heard.
    pub(crate) fn learn(&mut self) {
        self.failures = 0;
        self.durations.learn();
    }

    fn next(&self, jobs: &[Watched], outlook: Outlook, now: Now) -> Option<Now> {
        let oldest = jobs.iter().min_by_key(|job| job.since)?;
        let Some(mean) = self.durations.mean() else {
            let age = oldest.seen.saturating_sub(oldest.since).as_secs_f64();
            let first = FIRST.into_iter().find(|first| *first > age + 1e-3);
            let next = first.unwrap_or_else(|| age + SECOND.max(age * SLOWER).min(LONGEST));
            return Some((oldest.since + Duration::from_secs_f64(next)).max(now));
        };
        let least = SHORTEST.max(mean * PART).max(outlook.answer / 2.0);
        let asked = self.asked.unwrap_or_default();
        let early = (asked + Duration::from_secs_f64(least)).max(now);
        let youngest = jobs.iter().map(|job| now.saturating_sub(job.since)).min()?;
        // What has lasted long is asked for less and less often: a job that does not end must not use up the account's minute.
        let longest = if outlook.waits {
            (mean / 2.0)
                .max(youngest.as_secs_f64() / 8.0)
                .clamp(0.25, LONGEST)
        } else {
            outlook.sending.clamp(LONGEST, UNHURRIED)
        };
        let late = (asked.max(now) + Duration::from_secs_f64(longest)).max(early);
        #[expect(clippy::cast_precision_loss, reason = "a hundred")]
        let theta = outlook.theta.min(0.9 * jobs.len() as f64);
        if self.expected(jobs, early) >= theta {
            return Some(early);
        }
        if self.expected(jobs, late) < theta {
            return Some(late);
        }
        let (mut low, mut high) = (early, late);
        for _ in 0..12 {
            let middle = low + (high - low) / 2;
            if self.expected(jobs, middle) < theta {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
    }

    /// How many of these jobs should have ended by then that were running when they were seen last.
    fn expected(&self, jobs: &[Watched], then: Now) -> f64 {
        let age = |job: &Watched, at: Now| at.saturating_sub(job.since).as_secs_f64();
        (jobs.iter().filter(|job| job.seen < then))
            .map(|job| self.durations.chance(age(job, job.seen), age(job, then)))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTLOOK: Outlook = Outlook {
        theta: 1.0,
        waits: true,
        sending: 1.0,
        answer: 0.1,
    };

    fn at(seconds: f64) -> Now {
        Now::from_secs_f64(seconds)
    }

    fn job(since: f64, seen: f64) -> Watched {
        Watched {
            since: at(since),
            seen: at(seen),
        }
    }

    #[test]
    fn while_nothing_is_known_the_looks_come_at_half_a_second_one_and_two() {
        let mut polls = Polls::default();
        let (mut seen, mut looks) = (0.0, Vec::new());
        while looks.len() < 9 {
            polls.plan(&[job(0.0, seen)], OUTLOOK, at(seen));
            seen = polls.due.unwrap().as_secs_f64();
            looks.push(seen);
        }
        assert_eq!(looks[..7], [0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        polls.plan(&[], OUTLOOK, at(1.0));
        assert_eq!(polls.due, None, "nothing to ask for");
    }

    #[test]
    fn a_look_comes_when_a_job_should_have_ended() {
        let mut polls = Polls::default();
        for _ in 0..50 {
            polls.took(at(4.9), at(5.1));
        }
        polls.learn();
        let jobs: Vec<Watched> = (0..30)
            .map(|number| job(f64::from(number) * 0.17, 5.0))
            .collect();
        polls.plan(&jobs, OUTLOOK, at(5.0));
        let due = polls.due.unwrap();
        assert!(due >= at(5.05) && due <= at(5.3), "{due:?}");
        // Twenty at once are worth more waiting.
        polls.plan(
            &jobs,
            Outlook {
                theta: 20.0,
                waits: false,
                ..OUTLOOK
            },
            at(5.0),
        );
        let due = polls.due.unwrap();
        assert!(due >= at(7.5) && due <= at(9.0), "{due:?}");
    }

    #[test]
    fn looks_that_fail_are_made_again_when_they_were_meant_to() {
        let mut polls = Polls::default();
        polls.took(at(1.0), at(2.0));
        polls.learn();
        polls.asks(at(10.0), 0.1);
        polls.answered();
        polls.plan_at(at(30.0));
        polls.plan(&[job(10.0, 10.0)], OUTLOOK, at(11.0));
        assert_eq!(polls.due, Some(at(30.0)), "a job was queued meanwhile");
        polls.learn();
        polls.plan(&[job(10.0, 10.0)], OUTLOOK, at(11.0));
        assert!(polls.due < Some(at(14.0)), "{:?}", polls.due);
    }

    #[test]
    fn while_a_look_is_on_its_way_no_other_is_planned() {
        let mut polls = Polls::default();
        polls.took(at(1.0), at(2.0));
        polls.learn();
        polls.asks(at(10.0), 0.1);
        let due = polls.due;
        polls.plan(&[job(0.0, 10.0)], OUTLOOK, at(10.01));
        assert_eq!(polls.due, due, "a job was queued meanwhile");
        polls.answered();
        polls.plan(&[job(0.0, 10.0)], OUTLOOK, at(10.2));
        assert!(polls.due < due, "{:?}", polls.due);
    }

    #[test]
    fn what_does_not_end_is_asked_for_seldom() {
        let mut polls = Polls::default();
        polls.took(at(1.0), at(2.0));
        polls.learn();
        let (mut now, mut looks) = (at(2.0), 0);
        while now < at(1_800.0) {
            polls.asks(now, 0.1);
            polls.answered();
            polls.plan(&[job(0.0, now.as_secs_f64())], OUTLOOK, now);
            now = polls.due.unwrap();
            looks += 1;
        }
        assert!(looks < 110, "{looks}");
    }
}

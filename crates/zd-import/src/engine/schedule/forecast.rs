//! What an import will take, reckoned beforehand by what the scheduler itself goes by.

use std::time::Duration;

use super::super::ask::Now;
use super::super::machine::LARGE;
use super::super::options::EngineOptions;
use super::bound::balance;
use super::timetable::OwnRate;
use super::{ANSWER, Limit};

/// Who we are is asked once.
const FIRST: f64 = 1.0;
/// While nothing is known of how long jobs take: two looks, and one a second.
const LOOKS: f64 = 2.0;
/// The hours of ten years: what takes longer never ends.
const HOURS: usize = 10 * 366 * 24;

/// What is known or assumed of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "callers build it with struct update syntax"
)]
pub struct Conditions {
    /// The account's requests a minute. Default 700: most plans allow that or less.
    pub requests_a_minute: u64,
    /// What a job takes. Default 10 s: jobs of 100 took 7 to 12 s in recordings.
    pub job: Duration,
}

impl Default for Conditions {
    fn default() -> Self {
        Self {
            requests_a_minute: 700,
            job: Duration::from_secs(10),
        }
    }
}

/// What an import will take at least, if nobody else uses the account.
///
/// ```
/// use zd_import::{Conditions, EngineOptions, Forecast};
///
/// let options = EngineOptions::default();
/// let begins = "2026-12-01T09:00:00+01:00[Europe/Berlin]".parse()?;
/// let forecast = Forecast::of(10_000, 0, &options, Conditions::default(), &begins);
/// // Thirty jobs of ten seconds at once: three batches a second.
/// assert_eq!(forecast.limit, zd_import::Limit::Slots);
/// assert_eq!(forecast.time.map(|time| time.as_secs() / 60), Some(57));
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Forecast {
    /// Requests, about.
    pub requests: u64,
    /// How long it takes; none if it never ends, because the import allows itself no requests.
    pub time: Option<Duration>,
    /// What it will wait for most.
    pub limit: Limit,
}

impl Forecast {
    /// Of so many batches and so many other requests.
    pub fn of(
        batches: u64,
        others: u64,
        options: &EngineOptions,
        conditions: Conditions,
        begins: &jiff::Zoned,
    ) -> Self {
        if batches == 0 {
            return Self {
                time: Some(Duration::ZERO),
                ..Self::default()
            };
        }
        let options = options.clone().clamped();
        let slots = options.max_jobs.min(30 - options.reserve_jobs).max(1);
        #[expect(clippy::cast_precision_loss, reason = "counts")]
        let (batches, others, slots, limit, alone) = (
            batches as f64,
            others as f64,
            slots as f64,
            conditions.requests_a_minute as f64,
            f64::from(u8::from(options.canary && batches > LARGE)),
        );
        let account = (limit - options.headroom.of(limit)).max(1.0) / 60.0;
        let job = conditions.job.as_secs_f64();
        let time_of = |work, speed: &dyn Fn(f64) -> f64| {
            let own = OwnRate::new(options.rate.clone()).begun(begins.clone());
            walk(own, account, work, speed)
        };
        // The last batches to find all slots taken go out when jobs before them have ended, and end with their own job.
        let waiting = (batches - slots).max(0.0);
        let jobs = time_of(waiting, &|rate| balance(rate, slots, job, ANSWER).batches)
            .map(|time| time + (1.0 + alone) * (job + ANSWER));
        let rate = OwnRate::new(options.rate.clone())
            .begun(begins.clone())
            .at(Now::ZERO)
            .0;
        let rate = rate
            .filter(|rate| *rate > 0)
            .map_or(account, |rate| account.min(f64::from(rate) / 60.0));
        let looks = (LOOKS + job).min(rate * job).max(1.0);
        let looks = looks + waiting / balance(rate, slots, job, ANSWER).theta;
        let requests = FIRST + batches + looks + others;
        let paced = time_of(requests, &|rate| rate);
        let time = match (jobs, paced) {
            (Some(jobs), Some(paced)) => Some(jobs.max(paced)),
            _ => None,
        };
        let is_paced = matches!((jobs, paced), (Some(jobs), Some(paced)) if paced > 0.9 * jobs);
        Self {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it saturates"
            )]
            requests: requests.round() as u64,
            time: time.and_then(|time| Duration::try_from_secs_f64(time).ok()),
            limit: match time {
                Some(_) if !is_paced && waiting > 0.0 => Limit::Slots,
                Some(_) if !is_paced => Limit::LastJobs,
                _ => Limit::Requests,
            },
        }
    }
}

/// How long so much work takes that goes this fast at so many requests a second.
fn walk(mut own: OwnRate, account: f64, mut work: f64, speed: &dyn Fn(f64) -> f64) -> Option<f64> {
    let mut now = Now::ZERO;
    for _ in 0..HOURS {
        let (allowed, until) = own.at(now);
        let rate = allowed.map_or(account, |a_minute| account.min(f64::from(a_minute) / 60.0));
        let speed = if rate > 0.0 { speed(rate) } else { 0.0 };
        let span = until.saturating_sub(now).as_secs_f64();
        if work <= speed * span {
            let rest = if work > 0.0 { work / speed } else { 0.0 };
            return Some(now.as_secs_f64() + rest);
        }
        if until == Now::MAX {
            return None;
        }
        work -= speed * span;
        now = until;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(batches: u64, others: u64, options: &EngineOptions) -> Forecast {
        let begins = "2026-12-01T17:00:00+01:00[Europe/Berlin]".parse().unwrap();
        Forecast::of(batches, others, options, Conditions::default(), &begins)
    }

    fn seconds(forecast: Forecast) -> u64 {
        forecast.time.unwrap().as_secs()
    }

    fn with(rate: &str) -> EngineOptions {
        EngineOptions {
            rate: rate.parse().unwrap(),
            ..EngineOptions::default()
        }
    }

    #[test]
    fn slots_bind_what_is_large_and_the_job_itself_what_is_small() {
        let options = EngineOptions::default();
        let none = of(0, 0, &options);
        assert_eq!((none.requests, seconds(none)), (0, 0));
        let one = of(1, 0, &options);
        assert_eq!((seconds(one), one.limit), (10, Limit::LastJobs));
        let full = of(30, 0, &options);
        assert_eq!((seconds(full), full.limit), (10, Limit::LastJobs));
        // n(E + ρ)/J, and no less.
        let large = of(3_000, 0, &options);
        assert_eq!(large.limit, Limit::Slots);
        assert!((1_020..1_080).contains(&seconds(large)), "{large:?}");
        let fewer = EngineOptions {
            max_jobs: 20,
            reserve_jobs: 20,
            ..options
        };
        let tenth = of(3_000, 0, &fewer);
        assert!(seconds(tenth) >= 3_060, "{tenth:?}");
    }

    #[test]
    fn requests_bind_where_there_are_few() {
        let slow = of(3_000, 0, &with("30/min"));
        assert_eq!(slow.limit, Limit::Requests);
        // A request a batch, and as few as can be to see how the jobs do.
        assert!((3_000..3_300).contains(&slow.requests), "{slow:?}");
        assert!((6_000..6_600).contains(&seconds(slow)), "{slow:?}");
        let more = of(3_000, 3_000, &with("30/min"));
        assert!(seconds(more) >= seconds(slow) + 5_900, "{more:?}");
    }

    #[test]
    fn a_timetable_is_followed() {
        // Half an hour of 30 a minute, then as much as the account allows.
        let later = of(3_000, 0, &with("08:00,30/min 17:30,off"));
        let all = seconds(of(3_000, 0, &with("off")));
        assert!((1_800..1_800 + all).contains(&seconds(later)), "{later:?}");
        let closed = of(10, 0, &with("08:00,0/min 18:00,off"));
        assert!((3_600..3_620).contains(&seconds(closed)), "{closed:?}");
        assert_eq!(of(10, 0, &with("0/min")).time, None);
    }
}

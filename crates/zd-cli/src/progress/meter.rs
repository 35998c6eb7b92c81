//! How fast it goes.

use std::collections::VecDeque;
use std::time::Duration;

/// What counts as now: rates are means over this time.
const WINDOW: Duration = Duration::from_secs(60);

/// Rates over the last minute, from samples of counts.
#[derive(Debug, Default)]
pub(super) struct Meter {
    samples: VecDeque<Sample>,
}

#[derive(Clone, Copy, Debug)]
struct Sample {
    at: Duration,
    rows: u64,
    requests: u64,
}

impl Meter {
    /// Takes the counts at a time since the start.
    pub(super) fn sample(&mut self, at: Duration, rows: u64, requests: u64) {
        if self.samples.is_empty() {
            self.samples.push_back(Sample {
                at: Duration::ZERO,
                rows: 0,
                requests: 0,
            });
        }
        // A sample a second is enough.
        let newest = self.samples.len() - 1;
        if newest > 0 && at.saturating_sub(self.samples[newest - 1].at) < Duration::from_secs(1) {
            self.samples.pop_back();
        }
        self.samples.push_back(Sample { at, rows, requests });
        while self.samples.len() > 2 && at.saturating_sub(self.samples[1].at) >= WINDOW {
            self.samples.pop_front();
        }
    }

    /// Rows a minute; none before there is anything to go by.
    pub(super) fn rows_per_minute(&self) -> Option<u64> {
        self.per_minute(|sample| sample.rows)
    }

    /// Requests in the last minute.
    pub(super) fn requests_last_minute(&self) -> u64 {
        let (Some(first), Some(last)) = (self.samples.front(), self.samples.back()) else {
            return 0;
        };
        last.requests.saturating_sub(first.requests)
    }

    /// How long the rest takes at this rate.
    pub(super) fn remaining(&self, rows_left: u64) -> Option<Duration> {
        let rate = self.rows_per_minute().filter(|rate| *rate > 0)?;
        Some(Duration::from_secs(rows_left.saturating_mul(60) / rate))
    }

    fn per_minute(&self, count: impl Fn(&Sample) -> u64) -> Option<u64> {
        let (first, last) = (self.samples.front()?, self.samples.back()?);
        let millis = u64::try_from(last.at.saturating_sub(first.at).as_millis()).ok()?;
        let counted = count(last).saturating_sub(count(first));
        (millis > 0).then(|| counted.saturating_mul(60_000) / millis)
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Meter};

    #[test]
    fn rates_are_of_the_last_minute() {
        let mut meter = Meter::default();
        assert_eq!(meter.rows_per_minute(), None);
        for second in 0..=60 {
            meter.sample(Duration::from_secs(second), second * 100, second);
        }
        assert_eq!(meter.rows_per_minute(), Some(6_000));
        assert_eq!(meter.requests_last_minute(), 60);
        assert_eq!(meter.remaining(12_000), Some(Duration::from_secs(120)));
        // Then nothing more for two minutes.
        for second in 61..=180 {
            meter.sample(Duration::from_secs(second), 6_000, 60);
        }
        assert_eq!(meter.rows_per_minute(), Some(0));
        assert_eq!(meter.remaining(1), None);
        assert!(meter.samples.len() <= 63);
    }

    #[test]
    fn many_samples_a_second_do_not_add_up() {
        let mut meter = Meter::default();
        for tick in 1..=1_000 {
            meter.sample(Duration::from_millis(tick * 10), tick, 0);
        }
        assert!(meter.samples.len() < 16, "{}", meter.samples.len());
        assert_eq!(meter.rows_per_minute(), Some(6_000));
    }
}

//! What other integrations take of the account's minute: the part of its change that our own requests do not explain.

use std::collections::VecDeque;

/// Over how many seconds it is averaged, at least.
const SPAN: f64 = 5.0;
/// So many more or fewer than usual, and so many times their spread, are no accident.
const ALARM: f64 = 2.5;
/// No sample is shorter.
const SHORTEST: f64 = 2.0;
/// For how long what others once took is remembered: they may do it again.
const MEMORY: f64 = 180.0;

/// What others take.
#[derive(Debug, Default)]
pub(crate) struct Others {
    /// Requests and seconds that are not yet a sample. Single looks can be negative: answers overtake one another. Cutting
    /// them off at zero would make others seem busier than they are, until nothing may be sent any more.
    requests: f64,
    seconds: f64,
    rate: Option<f64>,
    /// Whether the rate has changed since somebody asked.
    changed: bool,
    /// Samples and when they were taken.
    samples: VecDeque<(f64, f64)>,
}

impl Others {
    /// Takes note of requests that are not ours, within so many seconds; so many of ours were on their way and may be among
    /// them.
    pub(crate) fn saw(&mut self, requests: f64, seconds: f64, doubt: f64, now: f64) {
        self.requests += requests;
        self.seconds += seconds;
        let usual = self.rate.unwrap_or_default().max(0.0) * self.seconds;
        let unusual = (self.requests - usual).abs() > ALARM.mul_add(usual.sqrt(), ALARM + doubt);
        if self.seconds < SPAN && !unusual {
            return;
        }
        let sample = self.requests / self.seconds.max(SHORTEST);
        (self.requests, self.seconds) = (0.0, 0.0);
        self.changed = true;
        self.rate = Some(match self.rate {
            Some(rate) if !unusual => f64::midpoint(rate, sample),
            _ => sample,
        });
        self.samples.push_back((now, sample));
        while self
            .samples
            .front()
            .is_some_and(|(at, _)| now - at > MEMORY)
        {
            self.samples.pop_front();
        }
    }

    /// Whether the rate has changed since this was asked last.
    pub(crate) const fn has_changed(&mut self) -> bool {
        std::mem::replace(&mut self.changed, false)
    }

    pub(crate) const fn is_known(&self) -> bool {
        self.rate.is_some()
    }

    /// Requests a second: what is to be expected, and how many more it was at times.
    pub(crate) fn expected(&self, now: f64) -> (f64, f64) {
        let rate = self.rate.unwrap_or_default().max(0.0);
        let recent = self.samples.iter().filter(|(at, _)| now - at <= MEMORY);
        let most = recent.map(|(_, sample)| *sample).fold(rate, f64::max);
        // What is a matter of when answers were counted is no surge.
        let surge = if most - rate > rate.sqrt().max(1.0) {
            most - rate
        } else {
            0.0
        };
        (rate, surge)
    }
}

#[cfg(test)]
mod tests {
    use super::Others;

    #[test]
    fn what_overtakes_cancels_out_instead_of_adding_up() {
        let mut others = Others::default();
        for round in 0..600 {
            // Two answers a second, counted in the other order: one more, then one less.
            let wrong = if round % 2 == 0 { 1.0 } else { -1.0 };
            others.saw(wrong, 0.5, 0.0, f64::from(round) / 2.0);
        }
        let (rate, surge) = others.expected(300.0);
        assert!(rate < 0.3 && surge == 0.0, "{rate} {surge}");
    }

    #[test]
    fn a_change_that_is_no_accident_is_believed_at_once() {
        let mut others = Others::default();
        for second in 0..30 {
            others.saw(1.0, 1.0, 0.0, f64::from(second));
        }
        others.saw(3.0, 1.0, 0.0, 30.0);
        let (rate, _) = others.expected(30.0);
        assert!(
            rate < 1.5,
            "three instead of one may be an accident: {rate}"
        );
        others.saw(12.0, 1.0, 0.0, 31.0);
        let (rate, _) = others.expected(31.0);
        // The seconds before the change count with it.
        assert!(rate > 4.0 && others.has_changed(), "{rate}");
    }

    #[test]
    fn a_surge_is_remembered_for_a_while() {
        let mut others = Others::default();
        for second in 0..60 {
            others.saw(10.0, 1.0, 0.0, f64::from(second));
        }
        for second in 60..100 {
            others.saw(1.0, 1.0, 0.0, f64::from(second));
        }
        let (rate, surge) = others.expected(100.0);
        assert!((rate - 1.0).abs() < 0.1, "{rate}");
        assert!((surge - 9.0).abs() < 0.1, "{surge}");
        let (_, later) = others.expected(400.0);
        assert!(later < 0.1, "{later}");
    }
}

//! The pacer: requests evenly over the time, a few at once.

use super::super::ask::Now;

/// How many may go at once after a pause.
const BURST: f64 = 3.0;

/// Hands out leave to send.
#[derive(Debug)]
pub(crate) struct Pacer {
    /// How many may go now; a part is a part of the wait for the next.
    level: f64,
    at: Now,
}

impl Default for Pacer {
    fn default() -> Self {
        Self {
            level: BURST,
            at: Now::ZERO,
        }
    }
}

impl Pacer {
    /// When the next may go at so many a second.
    pub(crate) fn opens_at(&mut self, rate: f64, now: Now) -> Now {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        // Not more than what comes in three seconds: at ten a minute three at once would be many.
        let burst = BURST.min((rate * 3.0).max(1.0));
        self.level = rate.mul_add(passed, self.level).min(burst.max(self.level));
        self.at = now;
        if self.level >= 1.0 {
            return now;
        }
        let wait = (1.0 - self.level) / rate.max(1e-6);
        // A little more: the sum of parts must not fall short of one.
        now + Now::from_secs_f64((wait + 1e-6).min(3_600.0))
    }

    /// One goes, whether it had leave or not.
    pub(crate) fn take(&mut self) {
        self.level = (self.level - 1.0).max(-BURST);
    }

    /// There was more than could be used: nothing is owed and nothing is saved up.
    pub(crate) fn reset(&mut self, now: Now) {
        self.level = BURST;
        self.at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_at_once_and_then_evenly() {
        let mut pacer = Pacer::default();
        let (mut now, mut times) = (Now::ZERO, Vec::new());
        while times.len() < 23 {
            let opens = pacer.opens_at(10.0, now);
            if opens <= now {
                times.push(now.as_secs_f64());
                pacer.take();
            } else {
                now = opens;
            }
        }
        assert_eq!(times[2], 0.0);
        assert!((times[3] - 0.1).abs() < 0.01, "{times:?}");
        assert!((times[22] - 2.0).abs() < 0.02, "{times:?}");
    }
}

//! How many requests others make: what is used up between two looks, and not by us.

use std::collections::VecDeque;
use std::time::Duration;

use zd_transport::Budget;

/// Over this time it is averaged.
const OVER: f64 = 60.0;
/// The clocks of both ends count whole seconds.
const SLACK: f64 = 2.0;

/// Follows the account's minute.
#[derive(Debug, Default)]
pub(super) struct Others {
    /// The last that was heard, when, and how many requests of ours there were until then.
    last: Option<(Budget, f64, u64)>,
    /// Requests of others within so many seconds, the latest last.
    seen: VecDeque<(f64, f64)>,
}

impl Others {
    /// Takes note of what an answer says: so long after the first look, so many requests of ours in all.
    pub(super) fn saw(&mut self, budget: Budget, at: Duration, ours: u64) {
        let at = at.as_secs_f64();
        if let Some((before, since, until)) = self.last.replace((budget, at, ours))
            && let Some((others, seconds)) = between(before, budget, at - since, ours - until)
        {
            self.seen.push_back((others, seconds));
        }
        let mut all: f64 = self.seen.iter().map(|(_, seconds)| seconds).sum();
        while let Some((_, first)) = self.seen.front()
            && all - first >= OVER
        {
            all -= first;
            self.seen.pop_front();
        }
    }

    /// Requests a minute, once there are two looks to tell by.
    pub(super) fn a_minute(&self) -> Option<u64> {
        let (mut others, mut seconds) = (0.0, 0.0);
        for (these, over) in &self.seen {
            others += these;
            seconds += over;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative; it saturates"
        )]
        (seconds > 0.0).then(|| (others * 60.0 / seconds).round() as u64)
    }
}

/// Requests of others and the seconds within which they were made. A minute that has ended meanwhile tells nothing of its
/// end; the new one tells of its beginning.
#[expect(clippy::cast_precision_loss, reason = "requests of a minute")]
fn between(before: Budget, now: Budget, passed: f64, ours: u64) -> Option<(f64, f64)> {
    let (left, still) = (before.remaining? as f64, now.remaining? as f64);
    let same = match (before.reset, now.reset) {
        (Some(before), Some(now)) => now <= before && passed + now as f64 <= before as f64 + SLACK,
        _ => still <= left,
    };
    if same {
        return (passed > 0.0).then(|| ((left - still - ours as f64).max(0.0), passed));
    }
    let seconds = 60.0 - now.reset? as f64;
    let used = now.limit? as f64 - still;
    (seconds >= 1.0).then(|| ((used - ours as f64).max(0.0), seconds.min(passed.max(1.0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(remaining: u64, reset: u64) -> Budget {
        let mut budget = Budget::default();
        budget.limit = Some(700);
        budget.remaining = Some(remaining);
        budget.reset = Some(reset);
        budget
    }

    #[test]
    fn what_we_do_not_use_others_do() {
        let mut others = Others::default();
        others.saw(budget(600, 40), Duration::ZERO, 2);
        assert_eq!(others.a_minute(), None, "one look tells nothing");
        // 22 less, two of them ours.
        others.saw(budget(578, 35), Duration::from_secs(5), 4);
        assert_eq!(others.a_minute(), Some(240));
        others.saw(budget(576, 30), Duration::from_secs(10), 6);
        assert_eq!(others.a_minute(), Some(120));
    }

    #[test]
    fn a_new_minute_is_no_gain() {
        let mut others = Others::default();
        others.saw(budget(100, 3), Duration::ZERO, 2);
        // Two seconds of a new minute: 12 used, two of them ours.
        others.saw(budget(688, 58), Duration::from_secs(5), 4);
        assert_eq!(others.a_minute(), Some(300));
        // The same second of the next minute.
        let mut hourly = Others::default();
        hourly.saw(budget(650, 30), Duration::ZERO, 2);
        hourly.saw(budget(598, 30), Duration::from_secs(60), 4);
        assert_eq!(hourly.a_minute(), Some(200));
    }

    #[test]
    fn what_is_long_ago_is_forgotten_and_nonsense_harmless() {
        let mut others = Others::default();
        for look in 0..30_u64 {
            let (minute, second) = (look / 12, look % 12 * 5);
            let busy = if minute == 0 { 10 } else { 0 };
            let used = (second / 5 + 1) * (2 + busy);
            let budget = budget(700 - used, 60 - second);
            others.saw(budget, Duration::from_secs(look * 5), look * 2 + 2);
        }
        assert!(others.a_minute() < Some(12), "{others:?}");
        let mut strange = Others::default();
        for budget in [
            Budget::default(),
            budget(u64::MAX, u64::MAX),
            budget(0, 0),
            budget(5, 700),
        ] {
            strange.saw(budget, Duration::from_secs(1), 9);
        }
    }
}

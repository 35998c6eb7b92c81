//! The server's clock, as far as its `Date` headers tell.

use super::ask::Now;

/// For how long an answer may be on its way, so that its `Date` is behind that of one that was faster.
const LATE: i64 = 60;

/// A lower bound of the server's time: `created_at` and job messages are in its time, never in ours.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ServerClock {
    /// The `Date` that tells most, and when it was heard.
    last: Option<(i64, Now)>,
}

impl ServerClock {
    pub(crate) fn hear(&mut self, date: i64, now: Now) {
        // A slow answer tells less than is known already. A clock that was set back is believed.
        let late = (self.at_least(now)).is_some_and(|known| known > date && known - date <= LATE);
        if !late {
            self.last = Some((date, now));
        }
    }

    /// The second that the server's clock shows at least; none if it has never told.
    pub(crate) fn at_least(&self, now: Now) -> Option<i64> {
        let (date, heard) = self.last?;
        let since = i64::try_from(now.saturating_sub(heard).as_secs()).unwrap_or(i64::MAX);
        Some(date.saturating_add(since))
    }
}

/// The moment a batch was sent: nothing that happened before it can be the batch's doing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intent {
    pub(crate) at: Now,
    /// The server's second, floored.
    pub(crate) server: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_answer_does_not_set_the_clock_back_and_the_server_does() {
        let mut clock = ServerClock::default();
        assert_eq!(clock.at_least(Now::ZERO), None);
        clock.hear(1_000, Now::from_secs(5));
        assert_eq!(clock.at_least(Now::from_millis(7_900)), Some(1_002));
        clock.hear(990, Now::from_secs(8));
        assert_eq!(clock.at_least(Now::from_secs(10)), Some(1_005));
        clock.hear(500, Now::from_secs(11));
        assert_eq!(clock.at_least(Now::from_secs(12)), Some(501));
        clock.hear(2_000, Now::from_secs(12));
        assert_eq!(clock.at_least(Now::from_secs(12)), Some(2_000));
    }
}
